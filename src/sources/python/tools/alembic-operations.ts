/** The operations of `op` and `batch_op` to the SQL that Alembic sends. */
import type { NamelessDrop, RefusedCall, ToolCall } from "../../../model/call.ts";
import {
  argument,
  flagOf,
  isNone,
  isNothing,
  itemsOf,
  textOf,
  type CallValue,
  type Value,
} from "../value.ts";
import { alterMysql, alterPostgres } from "./alembic-alter.ts";
import { sql, type Facts, type Operation, type Sent } from "./alembic-facts.ts";
import { columnOf, columnSql, countsItself, typeCheck, type Column } from "./sqlalchemy/columns.ts";
import {
  actions,
  checkConstraintSql,
  createIndexSql,
  excludeSql,
  foreignKeySql,
  listOf,
  primaryKeySql,
  uniqueSql,
} from "./sqlalchemy/constraints.ts";
import { constraintName, type ConstraintKind } from "./sqlalchemy/names.ts";
import { insertSql, tableOf } from "./sqlalchemy/rows.ts";
import { spatialIndex } from "./sqlalchemy/spatial.ts";
import {
  columnComment,
  columnIndex,
  columnKeyOf,
  columnReference,
  columnUnique,
  createTable,
  tableComment,
} from "./sqlalchemy/tables.ts";
import { ownType, type EnumType } from "./sqlalchemy/types.ts";
import { nameOf, type Sql, type Writer } from "./sqlalchemy/writer.ts";

type Handler = (facts: Facts) => readonly Sent[];

/** Where the name of the table stands among the arguments of `op`; those behind it move up in a batch. */
const tableAt: Readonly<Record<string, number>> = {
  add_column: 0,
  drop_column: 0,
  alter_column: 0,
  create_index: 1,
  drop_index: 1,
  create_foreign_key: 1,
  create_unique_constraint: 1,
  create_check_constraint: 1,
  create_primary_key: 1,
  create_exclude_constraint: 1,
  drop_constraint: 1,
  create_table_comment: 0,
  drop_table_comment: 0,
};

/** Undefined: no operation that is known. */
export function operationSql(
  writer: Writer,
  operation: Operation,
  knownType: (type: EnumType) => boolean,
): readonly Sent[] | undefined {
  const { call, batch } = operation;
  // GeoAlchemy2's own do more in SQLite only.
  const method = writer.isMysql ? operation.method : operation.method.replace("_geospatial_", "_");
  const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
  if (handler === undefined) return undefined;
  const place = tableAt[method] ?? -1;
  const of = (position: number, ...names: readonly string[]): Value | undefined => {
    for (const name of names) {
      const given = call.keywords.get(name);
      if (given !== undefined) return given;
    }
    if (position < 0) return undefined;
    const own = batch !== undefined && position > place ? position - 1 : position;
    return batch !== undefined && position === place ? undefined : call.values[own];
  };
  const table =
    batch === undefined
      ? of(place, "table_name", "tablename", "source_table", "source")
      : argument(batch, "table_name", 0);
  const schema = batch === undefined ? of(-1, "schema", "source_schema") : argument(batch, "schema", 1);
  return handler({ writer, operation, of, table, schema, at: call.at, knownType });
}

const handlers: Readonly<Record<string, Handler>> = {
  create_table({ writer, operation: { call }, knownType }) {
    const name = argument(call, "table_name", 0) ?? call.keywords.get("name");
    const items = call.values.slice(call.keywords.has("table_name") ? 0 : 1);
    const table = {
      name,
      schema: call.keywords.get("schema"),
      call,
      items,
      ifNotExists: flagOf(call.keywords.get("if_not_exists")) === true,
    };
    const statements = sql(...createTable(writer, table, knownType));
    // Columns that aren't known: which ones the table has isn't either.
    return call.open
      ? [...statements, { unknown: `ALTER TABLE ${nameOf(name) ?? ""} ADD `, at: call.at }]
      : statements;
  },
  drop_table({ writer, of, at }) {
    const name = of(0, "table_name", "name");
    const exists = flagOf(of(-1, "if_exists")) === true ? "IF EXISTS " : "";
    return sql(writer.join(at, `DROP TABLE ${exists}`, writer.table(name, of(1, "schema"), at)));
  },
  rename_table({ writer, of, at }) {
    const schema = of(2, "schema");
    const old = writer.table(of(0, "old_table_name"), schema, at);
    const given = of(1, "new_table_name");
    const now = writer.isMysql ? writer.table(given, schema, at) : writer.name(given, at);
    return sql(writer.join(at, "ALTER TABLE ", old, " RENAME TO ", now));
  },
  add_column: addColumn,
  drop_column({ writer, of, table, schema, at, operation: { call } }) {
    const target = writer.table(table, schema, at);
    const name = of(1, "column_name");
    const exists = flagOf(call.keywords.get("if_exists")) === true ? "IF EXISTS " : "";
    return sql(writer.join(at, "ALTER TABLE ", target, ` DROP COLUMN ${exists}`, writer.name(name, at)));
  },
  alter_column: (facts) => (facts.writer.isMysql ? alterMysql(facts) : alterPostgres(facts)),
  create_index({ writer, of, table, schema, at, operation: { call } }) {
    const columns = listOf(of(2, "columns"));
    const isUnique = flagOf(call.keywords.get("unique")) === true;
    const isSafe = flagOf(call.keywords.get("if_not_exists")) === true;
    const name = of(0, "index_name", "name");
    return sql(
      createIndexSql(writer, {
        call,
        name,
        table,
        schema,
        columns,
        unique: isUnique,
        ifNotExists: isSafe,
        at,
      }),
    );
  },
  drop_index({ writer, of, table, schema, at, operation: { call } }) {
    const exists = flagOf(call.keywords.get("if_exists")) === true ? "IF EXISTS " : "";
    const name = of(0, "index_name", "name");
    // Alembic makes a name of the table's, and of a column x.
    if (isNone(name))
      return [{ refused: nameless("drop_index", "index", table, schema), unknown: "DROP INDEX ", at }];
    if (writer.isMysql)
      return sql(
        writer.join(
          at,
          `DROP INDEX ${exists}`,
          writer.name(name, at),
          " ON ",
          writer.table(table, schema, at),
        ),
      );
    const concurrently = flagOf(call.keywords.get("postgresql_concurrently")) === true;
    return sql(
      writer.join(
        at,
        "DROP INDEX ",
        concurrently ? writer.at(call.places.get("postgresql_concurrently") ?? at, "CONCURRENTLY ") : "",
        exists,
        writer.table(name, schema, at),
      ),
    );
  },
  create_foreign_key({ writer, of, table, schema, at, operation: { call } }) {
    const referent = of(2, "referent_table", "referent");
    const columns = listOf(of(3, "local_cols"));
    const referred = listOf(of(4, "remote_cols"));
    const target = writer.table(table, schema, at);
    const key = foreignKeySql(
      writer,
      {
        call,
        name: of(0, "constraint_name", "name"),
        columns,
        table: writer.table(referent, of(-1, "referent_schema"), at),
        tableName: nameOf(referent),
        referred,
        at,
      },
      { table, schema, columns: columns ?? [] },
    );
    return sql(writer.join(at, "ALTER TABLE ", target, " ADD ", key));
  },
  create_unique_constraint({ writer, of, table, schema, at, operation: { call } }) {
    const columns = listOf(of(2, "columns"));
    const key = uniqueSql(
      writer,
      { call, name: of(0, "constraint_name", "name"), columns, at },
      { table, schema, columns: columns ?? [] },
    );
    return sql(writer.join(at, "ALTER TABLE ", writer.table(table, schema, at), " ADD ", key));
  },
  create_primary_key({ writer, of, table, schema, at, operation: { call } }) {
    const columns = listOf(of(2, "columns"));
    const key = primaryKeySql(
      writer,
      { call, name: of(0, "constraint_name", "name"), columns, at },
      { table, schema, columns: columns ?? [] },
    );
    return sql(writer.join(at, "ALTER TABLE ", writer.table(table, schema, at), " ADD ", key));
  },
  create_check_constraint({ writer, of, table, schema, at, operation: { call } }) {
    const given = { name: of(0, "constraint_name", "name"), condition: of(2, "condition") };
    const check = checkConstraintSql(writer, call, given, { table, schema, columns: [] });
    return sql(writer.join(at, "ALTER TABLE ", writer.table(table, schema, at), " ADD ", check));
  },
  create_exclude_constraint({ writer, of, table, schema, at, operation: { call, batch } }) {
    const elements = call.values.slice(batch === undefined ? 2 : 1);
    const constraint = excludeSql(writer, call, of(0, "constraint_name"), elements);
    return sql(writer.join(at, "ALTER TABLE ", writer.table(table, schema, at), " ADD ", constraint));
  },
  drop_constraint: dropConstraint,
  create_table_comment({ writer, of, table, schema, at }) {
    const comment = of(1, "comment");
    const target = writer.table(table, schema, at);
    if (comment === undefined) return [];
    if (writer.isMysql)
      return sql(
        writer.join(
          at,
          "ALTER TABLE ",
          target,
          " COMMENT ",
          isNone(comment) ? "''" : (writer.constant(comment) ?? writer.hole(comment.at)),
        ),
      );
    return sql(tableComment(writer, target, comment, at));
  },
  drop_table_comment({ writer, table, schema, at }) {
    const target = writer.table(table, schema, at);
    return sql(
      writer.isMysql
        ? writer.join(at, "ALTER TABLE ", target, " COMMENT ''")
        : writer.join(at, "COMMENT ON TABLE ", target, " IS NULL"),
    );
  },
  bulk_insert({ writer, of, at }) {
    const target = tableOf(writer, of(0, "table"), at);
    const rows = itemsOf(of(1, "rows"));
    if (rows?.length === 0) return [];
    const made = target && rows && insertSql(writer, target, rows, at);
    return made === undefined ? [{ rows: "INSERT", at }] : sql(made);
  },
};

function addColumn({ writer, of, table, schema, at, operation: { call, method } }: Facts): readonly Sent[] {
  const given = of(1, "column");
  const target = writer.table(table, schema, at);
  const column = given && columnOf(given);
  const exists = flagOf(call.keywords.get("if_not_exists")) === true ? "IF NOT EXISTS " : "";
  if (column === undefined) return [{ unknown: `ALTER TABLE ${nameOf(table) ?? ""} ADD `, at }];
  const isKey = flagOf(call.keywords.get("inline_primary_key")) === true && column.primaryKey;
  const isInline = flagOf(call.keywords.get("inline_references")) === true && column.foreignKeys.length === 1;
  const [reference] = column.foreignKeys;
  const counts = column.primaryKey && countsItself(writer, column);
  const spec = columnSql(writer, column, counts, { table, schema, columns: [] });
  const inline = isInline && reference !== undefined ? inlineReference(writer, column, reference) : [];
  const about = { table, schema, columns: [column.name] };
  const add = writer.join(at, "ALTER TABLE ", target, " ADD ");
  const statements: Sql[] = [
    writer.join(
      at,
      "ALTER TABLE ",
      target,
      ` ADD COLUMN ${exists}`,
      spec,
      isKey ? " PRIMARY KEY" : "",
      inline,
    ),
  ];
  const check = typeCheck(writer, column);
  if (check !== undefined) {
    const name = constraintName(writer, "ck", check.name, about, column.at);
    const named = name === undefined ? [] : writer.join(column.at, "CONSTRAINT ", name, " ");
    statements.push([...add, ...named, ...check.sql]);
  }
  if (column.unique && !column.index)
    statements.push([...add, ...columnUnique(writer, table, schema, column)]);
  if (!isInline)
    for (const key of column.foreignKeys)
      statements.push([...add, ...columnReference(writer, column, key, about)]);
  if (column.index) statements.push(columnIndex(writer, table, schema, column));
  if (method === "add_column") statements.push(...spatialIndex(writer, table, schema, column, method));
  if (column.comment !== undefined && !writer.isMysql)
    statements.push(columnComment(writer, target, column.name, column.comment, column.comment.at));
  const [first, ...others] = sql(...statements);
  return first === undefined ? [] : [{ ...first, call: addedBy(writer, column) }, ...others];
}

/** SQLAlchemy's own defaults are for the rows that it inserts. */
function addedBy(writer: Writer, { call: { keywords }, type }: Column): ToolCall {
  return {
    name: "op.add_column",
    clientDefault: ["default", "insert_default"].find((name) => !isNothing(keywords.get(name))),
    databaseDefault: "server_default",
    ownType: ownType(writer, type),
  };
}

function inlineReference(writer: Writer, column: Column, reference: CallValue): Sql {
  const key = columnKeyOf(writer, column, reference);
  const [referred] = key.referred ?? [];
  return writer.join(
    reference.at,
    " REFERENCES ",
    key.table ?? writer.hole(reference.at),
    " (",
    writer.name(referred, reference.at),
    ")",
    actions(writer, reference, reference.at),
  );
}

const conventionKinds: Readonly<Record<string, ConstraintKind>> = {
  foreignkey: "fk",
  unique: "uq",
  check: "ck",
};

const mysqlDrops: Readonly<Record<string, string>> = {
  foreignkey: "FOREIGN KEY ",
  unique: "INDEX ",
  check: "CHECK ",
  primary: "PRIMARY KEY",
};

/** What autogenerate leaves of something without a name. */
function nameless(
  method: string,
  what: NamelessDrop["what"],
  table: Value | undefined,
  schema: Value | undefined,
): Omit<RefusedCall, "at"> {
  const name = nameOf(table);
  return {
    why: `${method} is given no name`,
    instead: "give it the name that the object has in the database",
    drops: name === undefined ? undefined : { what, table: name, schema: nameOf(schema) },
  };
}

const constraintKinds: Readonly<Record<string, NamelessDrop["what"]>> = {
  foreignkey: "foreign key",
  primary: "primary key",
  unique: "unique",
  check: "check",
};

const typeless: Omit<RefusedCall, "at"> = {
  why: "on MySQL, drop_constraint needs type_",
  instead: 'pass type_: "foreignkey", "unique", "check" or "primary"',
};

function dropConstraint({ writer, of, table, schema, at }: Facts): readonly Sent[] {
  const given = of(0, "constraint_name", "name");
  const kind = textOf(of(2, "type_", "type"));
  const target = writer.table(table, schema, at);
  const kinds = writer.isMysql ? (mysqlDrops[kind ?? ""] ?? "") : "CONSTRAINT ";
  const unknown = `ALTER TABLE ${nameOf(table) ?? ""} DROP ${kinds}`;
  // A naming convention may name the primary key by its table alone; MySQL's has no name.
  const isNamed = kind === "primary" && (writer.isMysql || writer.convention.has("pk"));
  if (isNone(given) && isNamed && !writer.isMysql) return [{ unknown, at }];
  const what = constraintKinds[kind ?? ""] ?? "key";
  if (isNone(given) && !isNamed)
    return [{ refused: nameless("drop_constraint", what, table, schema), unknown, at }];
  // A convention names what is dropped as it named what was made, if the call says what that is (measured).
  const made = conventionKinds[kind ?? ""];
  const name =
    (made && constraintName(writer, made, given, { table, schema, columns: [] }, at)) ??
    writer.name(given, at);
  if (!writer.isMysql) {
    const exists = flagOf(of(-1, "if_exists")) === true ? "IF EXISTS " : "";
    return sql(writer.join(at, "ALTER TABLE ", target, ` DROP CONSTRAINT ${exists}`, name));
  }
  const known = kind === "check" && writer.isMariaDb ? "CONSTRAINT " : mysqlDrops[kind ?? ""];
  if (known === undefined)
    return isNothing(of(2, "type_", "type")) ? [{ refused: typeless, unknown, at }] : [{ unknown, at }];
  return sql(writer.join(at, "ALTER TABLE ", target, ` DROP ${known}`, kind === "primary" ? "" : name));
}
