/** Objects that migrations need or make, and what they are allowed to do with them. */
import type { PerFamily } from "../../model/dialect.ts";
import { changed, tableOf } from "../../model/kinds.ts";
import type { Name } from "../../model/names.ts";
import type { Operation } from "../../model/operation.ts";
import { splitKey } from "../../schema/dependents.ts";
import type { Step } from "../../replay/step.ts";
import type { Batch, OldTable } from "./batch.ts";
import { literal, type Check } from "./check.ts";

/** A privilege on a table, or on a schema where there is none yet. */
interface Need {
  readonly table?: OldTable;
  readonly privilege: string;
}

/** What the migrations ask of the objects in the database. */
export class Objects {
  readonly #batch: Batch;
  readonly #tables = new Map<string, OldTable>();
  readonly #columns = new Map<string, { readonly table: OldTable; readonly column: string }>();
  readonly #new = new Map<
    string,
    { readonly table: OldTable | undefined; readonly name: string; readonly what: string }
  >();
  readonly #needs = new Map<string, Need>();

  constructor(batch: Batch) {
    this.#batch = batch;
  }

  add(step: Step): void {
    const { operation, before } = step;
    const family = familyOf[before.family];
    const name = tableOf(operation);
    const isGuarded = "ifExists" in operation && operation.ifExists === true;
    if (operation.kind === "createTable") {
      if (
        !operation.ifNotExists &&
        operation.orReplace !== true &&
        !operation.temporary &&
        operation.table.schema === undefined
      )
        this.#make(undefined, operation.table.name, "table");
      if (!operation.temporary) this.#need({ privilege: "CREATE" });
      return;
    }
    const table = name === undefined ? undefined : this.#batch.table(step, name);
    if (table !== undefined && !isGuarded) {
      this.#tables.set(table.name, table);
      for (const privilege of family.privileges(operation)) this.#need({ table, privilege });
    }
    if (operation.kind === "addForeignKey") {
      const parent = this.#batch.table(step, operation.references);
      if (parent !== undefined) {
        this.#tables.set(parent.name, parent);
        this.#need({ table: parent, privilege: "REFERENCES" });
      }
    }
    if (table === undefined || name === undefined) return;
    if (operation.kind === "addColumn" && !operation.ifNotExists) {
      if (before.column(name, operation.column.name.text).is !== "present")
        this.#make(table, operation.column.name.text, "column");
    } else if ("column" in operation && isName(operation.column) && !isConditional(operation)) {
      const column = this.#batch.columnName(step, name, operation.column.text);
      if (column !== undefined) this.#columns.set(`${table.name}.${column}`, { table, column });
    } else if (operation.kind === "createIndex" && operation.name !== undefined && !operation.ifNotExists)
      this.#make(table, operation.name.name, "index");
  }

  #make(table: OldTable | undefined, name: string, what: string): void {
    // A name that goes and comes again is free by then.
    const base = this.#batch.base;
    const isOld =
      what === "index"
        ? table !== undefined && base.indexesOn(table.key).some((one) => one.name === name)
        : what === "table"
          ? base.relation(`public.${name}`).is === "present"
          : table?.relation?.columns.some((one) => one.name === name) === true;
    if (!isOld) this.#new.set(`${what} ${table?.name ?? ""} ${name}`, { table, name, what });
  }

  #need(need: Need): void {
    this.#needs.set(`${need.table?.name ?? ""} ${need.privilege}`, need);
  }

  /** Tables that are there, by name. */
  get tables(): readonly OldTable[] {
    return [...this.#tables.values()];
  }

  checks(): readonly Check[] {
    const { missing, existing, denied, invalid } = familyOf[this.#batch.base.family];
    const columns = [...this.#columns.values()];
    const made = [...this.#new.values()];
    const needs = [...this.#needs.values()];
    const level = "fails";
    return [
      ...(this.tables.length === 0
        ? []
        : [
            {
              kind: "objects",
              level,
              wrong: "a table isn't there",
              sql: missing.tables(this.tables),
            } as const,
          ]),
      ...(columns.length === 0
        ? []
        : [
            { kind: "objects", level, wrong: "a column isn't there", sql: missing.columns(columns) } as const,
          ]),
      ...made.map(
        (one) =>
          ({
            kind: "objects",
            level,
            wrong: `${one.what} ${one.table === undefined || one.what === "index" ? "" : `${one.table.name}.`}${one.name} is there already`,
            sql: existing(one),
          }) as const,
      ),
      ...(needs.length === 0 ? [] : denied(needs)),
      ...(this.tables.length === 0 ? [] : invalid(this.tables)),
    ];
  }
}

/** `ALTER COLUMN 1` has none. */
const isName = (column: unknown): column is Name =>
  typeof column === "object" && column !== null && "text" in column;

const isConditional = (operation: Operation): boolean =>
  ("columnIfExists" in operation && operation.columnIfExists === true) ||
  ("ifExists" in operation && operation.ifExists === true);

interface ObjectQueries {
  /** What the operation asks for on its table. */
  readonly privileges: (operation: Operation) => readonly string[];
  readonly missing: {
    readonly tables: (tables: readonly OldTable[]) => string;
    readonly columns: (columns: readonly { readonly table: OldTable; readonly column: string }[]) => string;
  };
  readonly existing: (one: {
    readonly table: OldTable | undefined;
    readonly name: string;
    readonly what: string;
  }) => string;
  readonly denied: (needs: readonly Need[]) => readonly Check[];
  readonly invalid: (tables: readonly OldTable[]) => readonly Check[];
}

const rowPrivileges = (operation: Operation): readonly string[] | undefined => {
  switch (operation.kind) {
    case "insertRows":
      return ["INSERT"];
    case "updateRows":
      return ["UPDATE"];
    case "deleteRows":
      return ["DELETE"];
    case "mergeRows":
      return ["INSERT", "UPDATE", "DELETE"];
    case "copyRows":
      return [operation.direction === "from" ? "INSERT" : "SELECT"];
    default:
      return undefined;
  }
};

const text = (value: string): string => literal(value, "\\");
const list = (values: readonly string[]): string => values.map(text).join(", ");
const values = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `(${list(row)})`).join(", ");

const postgres: ObjectQueries = {
  privileges: (operation) => {
    const rows = rowPrivileges(operation);
    if (rows !== undefined) return rows;
    if (operation.kind === "truncateTable") return ["TRUNCATE"];
    if (operation.kind === "createTrigger") return ["TRIGGER"];
    return changed(operation) === "schema" ? ["OWNER"] : [];
  },
  missing: {
    tables: (tables) =>
      `SELECT name AS missing\nFROM (VALUES ${values(tables.map(({ name }) => [name]))}) AS needed (name)\nWHERE to_regclass(name) IS NULL`,
    columns: (columns) =>
      `SELECT relation, name AS missing\nFROM (VALUES ${values(columns.map(({ table, column }) => [table.name, column]))}) AS needed (relation, name)` +
      "\nWHERE to_regclass(relation) IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(relation) AND attname = name AND NOT attisdropped)",
  },
  existing: ({ table, name, what }) => {
    if (what === "column" && table !== undefined)
      return `SELECT attname AS existing\nFROM pg_attribute WHERE attrelid = to_regclass(${text(table.name)}) AND attname = ${text(name)} AND NOT attisdropped`;
    const schema = table === undefined ? "ANY (current_schemas(false))" : text(splitKey(table.key)[0]);
    return `SELECT relname AS existing\nFROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE relname = ${text(name)} AND nspname = ${schema}`;
  },
  denied: (needs) => {
    const owned = needs.flatMap(({ table, privilege }) =>
      table !== undefined && privilege === "OWNER" ? table.name : [],
    );
    const others = needs.flatMap(({ table, privilege }) =>
      table !== undefined && privilege !== "OWNER" && !owned.includes(table.name)
        ? [[table.name, privilege]]
        : [],
    );
    const queries = [
      ...(owned.length === 0
        ? []
        : [
            `SELECT relname::text AS object, 'owner' AS missing\nFROM pg_class WHERE oid IN (${owned.map((name) => `to_regclass(${text(name)})`).join(", ")}) AND NOT pg_has_role(relowner, 'USAGE')`,
          ]),
      ...(others.length === 0
        ? []
        : [
            `SELECT relation AS object, privilege AS missing\nFROM (VALUES ${values(others)}) AS needed (relation, privilege)\nWHERE NOT has_table_privilege(to_regclass(relation), privilege)`,
          ]),
      ...(needs.some(({ table }) => table === undefined)
        ? [
            `SELECT current_schema()::text AS object, 'CREATE' AS missing WHERE NOT has_schema_privilege(current_schema(), 'CREATE')`,
          ]
        : []),
    ];
    if (queries.length === 0) return [];
    return [
      {
        kind: "privileges",
        level: "fails",
        wrong: "this role lacks a privilege",
        sql: queries.join("\nUNION ALL "),
      },
    ];
  },
  invalid: (tables) => [
    {
      kind: "invalid index",
      level: "waits",
      wrong: "a table has an invalid index, left by a build that failed",
      sql: `SELECT indexrelid::regclass::text AS index, indrelid::regclass::text AS relation\nFROM pg_index\nWHERE NOT indisvalid AND indrelid IN (${tables.map(({ name }) => `to_regclass(${text(name)})`).join(", ")})`,
    },
  ],
};

const mysqlText = (value: string): string => literal(value, "\\\\");

/** The database of a table, and its name there: the default schema of a history is the one that is connected to. */
const place = ({ key, relation }: OldTable): readonly [string, string] => {
  const [schema, name] = splitKey(key);
  return [schema === "public" ? "DATABASE()" : mysqlText(schema), mysqlText(relation?.name ?? name)];
};

/** Rows of constants: before MySQL 8.0.19 there is no VALUES. */
const rowsOf = (rows: readonly Readonly<Record<string, string>>[]): string =>
  rows
    .map(
      (row) =>
        `SELECT ${Object.entries(row)
          .map(([name, value]) => `${value} AS ${name}`)
          .join(", ")}`,
    )
    .join(" UNION ALL ");

const mysql: ObjectQueries = {
  privileges: (operation) => {
    const rows = rowPrivileges(operation);
    if (rows !== undefined) return rows;
    switch (operation.kind) {
      case "createIndex":
      case "dropIndex":
        return [operation.clauseOf === undefined ? "INDEX" : "ALTER"];
      case "dropTable":
      case "truncateTable":
        return ["DROP"];
      case "createTrigger":
        return ["TRIGGER"];
      default:
        return changed(operation) === "schema" || changed(operation) === "storage" ? ["ALTER"] : [];
    }
  },
  missing: {
    tables: (tables) => {
      const rows = rowsOf(tables.map((table) => ({ place: place(table)[0], name: place(table)[1] })));
      return `SELECT needed.name AS missing\nFROM (${rows}) AS needed\nWHERE NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = needed.place AND TABLE_NAME = needed.name)`;
    },
    columns: (columns) => {
      const rows = rowsOf(
        columns.map(({ table, column }) => ({
          place: place(table)[0],
          relation: place(table)[1],
          name: mysqlText(column),
        })),
      );
      return `SELECT needed.relation, needed.name AS missing\nFROM (${rows}) AS needed\nWHERE NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = needed.place AND TABLE_NAME = needed.relation AND COLUMN_NAME = needed.name)`;
    },
  },
  existing: ({ table, name, what }) => {
    if (table === undefined)
      return `SELECT TABLE_NAME AS existing\nFROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${mysqlText(name)}`;
    const [schema, relation] = place(table);
    const of = `TABLE_SCHEMA = ${schema} AND TABLE_NAME = ${relation}`;
    return what === "column"
      ? `SELECT COLUMN_NAME AS existing\nFROM information_schema.COLUMNS WHERE ${of} AND COLUMN_NAME = ${mysqlText(name)}`
      : `SELECT DISTINCT INDEX_NAME AS existing\nFROM information_schema.STATISTICS WHERE ${of} AND INDEX_NAME = ${mysqlText(name)}`;
  },
  denied: (needs) => {
    const wanted = new Map(
      needs.map(({ table, privilege }) => [`${table?.key ?? ""} ${privilege}`, { table, privilege }]),
    );
    const rows = rowsOf(
      [...wanted.values()].map(({ table, privilege }) => ({
        place: table === undefined ? "DATABASE()" : place(table)[0],
        relation: table === undefined ? "''" : place(table)[1],
        privilege: mysqlText(privilege),
      })),
    );
    const who =
      "GRANTEE = CONCAT(QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', 1)), '@', QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', -1))) AND PRIVILEGE_TYPE = needed.privilege";
    const lacks = [
      `NOT EXISTS (SELECT 1 FROM information_schema.USER_PRIVILEGES WHERE ${who})`,
      `NOT EXISTS (SELECT 1 FROM information_schema.SCHEMA_PRIVILEGES WHERE ${who} AND needed.place LIKE TABLE_SCHEMA)`,
      `NOT EXISTS (SELECT 1 FROM information_schema.TABLE_PRIVILEGES WHERE ${who} AND TABLE_SCHEMA = needed.place AND TABLE_NAME = needed.relation)`,
    ];
    return [
      {
        kind: "privileges",
        // Those of its roles aren't listed there.
        level: "waits",
        wrong: "the account's own grants lack a privilege",
        sql: `SELECT needed.relation AS object, needed.privilege AS missing\nFROM (${rows}) AS needed\nWHERE ${lacks.join(" AND ")}`,
      },
    ];
  },
  // A build that fails leaves nothing.
  invalid: () => [],
};

const familyOf: PerFamily<ObjectQueries> = {
  postgres,
  mysql,
  // Refused before: it has no SQL.
  mongodb: mysql,
};
