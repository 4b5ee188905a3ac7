/** What a migration asks of the database, answered by the history as far as that knows. */
import {
  isNil,
  madeText,
  plain,
  textOf,
  unknownAt,
  type CallValue,
  type Place,
  type Value,
} from "../value.ts";
import type { ParsedFile } from "../project.ts";
import { hasColumn } from "./alter.ts";
import type { Editor } from "./editor.ts";
import { defaultIndexName, elementsOf, hasIndex, sameWords } from "./indexes.ts";
import { nameOf } from "./sql.ts";
import { sqlRead } from "./sql-files.ts";

/** The columns that a table can have by a method: `t.respond_to?(:jsonb)`. */
export function respondsTo({ vendor }: Editor, { args, at }: CallValue): Value {
  const word = textOf(args[0]);
  if (word === "jsonb" || word === "uuid") return plain(!vendor.isMysql, at);
  return word !== undefined && everywhere.has(word) ? plain(true, at) : unknownAt(at);
}

const everywhere: ReadonlySet<string> = new Set(
  "string text integer bigint float decimal datetime time date binary boolean json timestamps references index".split(
    " ",
  ),
);

/**
 * `defined? Order`: a class of the migration's own file is there, and a model that neither this nor the project has isn't.
 * Before Rails 6, nothing loads one of the project for that. What isn't used as a model may be a gem's module.
 */
export function isThere(value: Value | undefined, main: ParsedFile, at: Place): Value {
  if (value?.is === "class" && value.info.file.path === main.path) return plain(true, at);
  const isModel =
    value?.is === "name" &&
    /^\w+$/.test(value.name) &&
    new RegExp(`\\b(?<!::)${value.name}\\.(?:update|delete|destroy|where|find|create|insert|all|each)`).test(
      main.text,
    );
  return isModel ? plain(false, at) : unknownAt(at);
}

/** Undefined: it is no question. */
export function questionOf(editor: Editor, { name, args, options, at }: CallValue): Value | undefined {
  const table = nameOf(args[0], at);
  const answer = (known: boolean | undefined): Value =>
    known === undefined ? unknownAt(at) : plain(known, at);
  const live = table.text === undefined ? undefined : editor.tables.get(table.text);
  switch (name) {
    case "table_exists?":
    case "data_source_exists?":
      return answer(live === null ? false : live?.isOpen === false ? true : undefined);
    case "column_exists?":
      return answer(hasColumn(editor, table, nameOf(args[1], at)));
    case "index_exists?": {
      const given = options.get("name");
      if (given !== undefined && !isNil(given)) {
        const own = textOf(given);
        return answer(hasIndex(editor, table, (index) => index.name === own));
      }
      const { words } = elementsOf(args[1], at);
      return answer(hasIndex(editor, table, (index) => sameWords(index, words)));
    }
    case "index_name_exists?": {
      const own = textOf(args[1]);
      return answer(hasIndex(editor, table, (index) => index.name === own));
    }
    case "foreign_key_exists?": {
      if (live === undefined || live === null || live.isOpen) return unknownAt(at);
      const to = textOf(args[1]?.is === "record" ? options.get("to_table") : args[1]);
      const column = textOf(options.get("column"));
      const own = textOf(options.get("name"));
      return answer(
        live.foreignKeys.some(
          (key) =>
            (to === undefined || key.to === to) &&
            (column === undefined || key.columns.join() === column) &&
            (own === undefined || key.name === own),
        ),
      );
    }
    case "check_constraint_exists?":
    case "unique_constraint_exists?":
    case "extension_enabled?":
    case "view_exists?":
    case "schema_exists?":
    case "function_exists?":
    case "trigger_exists?":
    case "extension_available?":
    case "sequence_exists?":
      return unknownAt(at);
    case "supports_datetime_with_precision?":
    case "supports_foreign_keys?":
    case "supports_views?":
    case "supports_comments?":
    case "supports_bulk_alter?":
      return plain(true, at);
    case "supports_ddl_transactions?":
    case "supports_extensions?":
    case "supports_materialized_views?":
    case "supports_partial_index?":
      return plain(!editor.vendor.isMysql, at);
    case "adapter_name":
      return madeText(editor.vendor.adapterName, at);
    case "quote": {
      const [value] = args;
      if (value?.is !== "text" && value?.is !== "plain") return unknownAt(at);
      return {
        ...madeText("", at),
        segments: editor.vendor.quoted(value),
        holes: value.is === "text" && value.holes,
      };
    }
    case "quote_table_name":
    case "quote_column_name": {
      if (table.text === undefined) return unknownAt(at);
      const sql = name === "quote_table_name" ? editor.vendor.table(table) : editor.vendor.column(table);
      return { ...madeText("", at), segments: sql };
    }
    case "index_name": {
      const column = args[1]?.is === "record" ? options.get("column") : args[1];
      const own = defaultIndexName(editor, table, elementsOf(column, at).words);
      return own === undefined ? unknownAt(at) : madeText(own, at);
    }
    default:
      return ofDatabase(editor, name, at);
  }
}

/** What a migration asks of something else: the text of a file, or the project's own `Database.oracle?`. */
export function answerOf(editor: Editor, call: CallValue): Value | undefined {
  return sqlRead(editor, call) ?? (call.args.length > 0 ? undefined : ofDatabase(editor, call.name, call.at));
}

/** Whether it is that database. */
function ofDatabase({ vendor }: Editor, name: string, at: Place): Value | undefined {
  switch (name) {
    case "mysql?":
    case "mysql2?":
      return plain(vendor.isMysql, at);
    case "postgres?":
    case "postgresql?":
      return plain(!vendor.isMysql, at);
    case "mariadb?":
      return plain(vendor.isMariadb, at);
    case "sqlite?":
    case "sqlite3?":
    case "oracle?":
    case "oracle_enhanced?":
    case "sqlserver?":
    case "mssql?":
      return plain(false, at);
    default:
      return undefined;
  }
}
