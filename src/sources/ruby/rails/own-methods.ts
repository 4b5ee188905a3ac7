/** Methods that migrations and connections have, and what they do. */
import type { Site } from "../host.ts";
import type { Editor } from "./editor.ts";

/** Blocks that run once, in their place. */
export const transparent =
  /^(?:safety_assured|say_with_time|suppress_messages|with_lock_retries|with_timeout|without_timeout|with_statement_timeout|disable_statement_timeout|with_lock_timeout|silence|silence_stream|uncached|unprepared_statement|without_lock_timeout|announce|ensure_utf8mb4|with_connection|connected_to|with_table_name|disable_referential_integrity|while_preventing_writes|unscoped|no_touching|without_timestamps|measure|realtime|time|capture|quietly|with_retries)$/;

/** Calls on the connection or of the migration that send nothing, or nothing that changes something. */
export const silent =
  /^(?:say|write|announce|select_(?:all|one|value|values|rows)|exec_query_select|reset_column_information|clear_cache!|schema_cache|clear_data_source_cache!|clear!|reconnect!|reset!|verify!|begin_db_transaction|current_database|current_schema|schema_search_path|tables|views|data_sources|columns|indexes|foreign_keys|primary_keys?|quote_string|database_version|postgresql_version|supports_\w+\?|raw_connection|schema_migration|migration_context|pool|transaction_open\?|open_transactions|execute_block|enable_query_cache!|disable_query_cache!|lookup_cast_type\w*|type_to_sql|index_name|proper_table_name|copy|approximate_version|internal_metadata|method_missing|check_pending!|load_schema_if_pending!|maintain_test_schema!|name|version|verbose|verbose=|logger|config)$/;

export const executing =
  /^(?:execute|exec_query|exec_update|exec_insert|exec_delete|update_sql|insert_sql|delete_sql|execute_batch|exec|query|update|insert|delete|async_exec|internal_execute)$/;

/** Before Rails 4, a COMMIT that comes first is what `disable_ddl_transaction!` is later: nothing else does it. */
export const isWayOut = (sql: string, { flow }: Site, { vendor }: Editor): boolean =>
  !flow.conditional && !vendor.isMysql && !vendor.since(4, 0) && /^\s*COMMIT\s*;?\s*$/i.test(sql);
