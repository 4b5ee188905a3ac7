/** What is known of built-in functions (MySQL manual, chapter 14; MariaDB knowledge base, "Built-in Functions"). */
import type { Volatility } from "../../../model/expression.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Another value at each call, or one that the server's state decides. */
const volatile = words(
  `rand uuid uuid_short sysdate sleep benchmark get_lock release_lock release_all_locks is_free_lock is_used_lock
  last_insert_id row_count found_rows connection_id load_file random_bytes nextval setval lastval master_pos_wait
  source_pos_wait wait_for_executed_gtid_set uuid_v4 uuid_v7 sys_guid`,
);

/** The same within a statement. */
const stable = words(
  `now current_timestamp localtime localtimestamp current_date curdate current_time curtime utc_date utc_time
  utc_timestamp unix_timestamp user current_user session_user system_user current_role database schema version from_unixtime
  convert_tz`,
);

const immutable = words(
  `abs acos adddate addtime aes_decrypt aes_encrypt any_value ascii asin atan atan2 avg bin bin_to_uuid bit_and bit_count
  bit_length bit_or bit_xor cast ceil ceiling char char_length character_length charset coalesce coercibility collation
  compress concat concat_ws conv convert cos cot count crc32 cume_dist date date_add date_format date_sub datediff day
  dayname dayofmonth dayofweek dayofyear default degrees dense_rank elt exp export_set extract extractvalue field find_in_set
  first_value floor format format_bytes from_base64 from_days geomcollection geometrycollection greatest group_concat grouping
  hex hour if ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa insert instr interval is_ipv4 is_ipv6 is_uuid isnull
  json_array json_array_append json_array_insert json_arrayagg json_contains json_contains_path json_compact json_depth
  json_detailed json_exists json_extract json_insert json_keys json_length json_loose json_merge json_merge_patch
  json_merge_preserve json_object json_objectagg json_overlaps json_pretty json_query json_quote json_remove json_replace
  json_schema_valid json_search json_set json_storage_size json_table json_type json_unquote json_valid json_value lag
  last_day last_value lcase lead least left length linestring ln locate log log10 log2 lower lpad ltrim make_set makedate
  maketime max md5 microsecond mid min minute mod month monthname multilinestring multipoint multipolygon nth_value ntile
  nullif nvl nvl2 oct octet_length ord password percent_rank period_add period_diff pi point polygon position pow power
  quarter quote radians rank regexp_instr regexp_like regexp_replace regexp_substr repeat replace reverse right round
  row_number rpad rtrim sec_to_time second sha sha1 sha2 sign sin soundex space sqrt st_area st_asgeojson st_astext
  st_contains st_distance st_distance_sphere st_geomfromtext st_geometryfromtext st_intersects st_latitude st_longitude
  st_pointfromtext st_srid st_within st_x st_y std stddev stddev_pop stddev_samp str_to_date strcmp subdate substr substring
  substring_index subtime sum tan time time_format time_to_sec timediff timestamp timestampadd timestampdiff to_base64
  to_char to_days to_seconds trim truncate ucase uncompress uncompressed_length unhex updatexml upper uuid_to_bin values
  var_pop var_samp variance week weekday weekofyear weight_string year yearweek`,
);

export function volatilityOf(name: string): Volatility {
  if (volatile.has(name)) return "volatile";
  if (stable.has(name)) return "stable";
  return immutable.has(name) ? "immutable" : "unknown";
}

/** Called without parentheses. */
export const bareFunctions: ReadonlySet<string> = words(
  "current_timestamp current_date current_time current_user localtime localtimestamp utc_date utc_time utc_timestamp",
);

const order: readonly Volatility[] = ["immutable", "stable", "unknown", "volatile"];
/** That of an expression over both. */
export const worse = (a: Volatility, b: Volatility): Volatility =>
  order.indexOf(a) >= order.indexOf(b) ? a : b;

/** Words that are part of an expression's syntax, never a column. */
export const syntax: ReadonlySet<string> = words(
  `and or not xor is null true false unknown in like rlike regexp between case when then else end as asc desc distinct
  distinctrow div mod exists any all some binary escape sounds collate using interval over by on from for separator
  order group having row rows member of default with select where union limit array at zone against match`,
);
