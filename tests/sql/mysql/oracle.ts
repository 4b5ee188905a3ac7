/** The same few facts of a statement by two readers: ours, and node-sql-parser. Undefined: it can't read the statement. */
import { createRequire } from "node:module";
import type { ColumnDefinition, Operation } from "../../../src/model/operation.ts";
import type { QualifiedName } from "../../../src/model/names.ts";
import { typeText } from "../../../src/model/types.ts";
import { mysql } from "../../../src/sql/mysql/parse.ts";

type Json = Readonly<Record<string, unknown>>;

interface Library {
  readonly Parser: new () => {
    astify(sql: string): unknown;
    tableList(sql: string): string[];
  };
}
const require = createRequire(import.meta.url);
const build = (name: "mysql" | "mariadb"): Library => require(`node-sql-parser/build/${name}.js`) as Library;
const parsers = { mysql: new (build("mysql").Parser)(), mariadb: new (build("mariadb").Parser)() };
export type Product = keyof typeof parsers;

const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const lower = (value: unknown): string => text(value).toLowerCase();
const tableOf = (value: unknown): string => {
  const { db, table } = object(value);
  return `${text(db) === "" ? "" : `${text(db)}.`}${text(table)}`;
};
const columnOf = (value: unknown): string => lower(object(value).column);

/** `c(10)` is a call there. */
function prefixed({ name, args }: Json): string {
  const isLength = list(object(args).value).every((value) => value.type === "number");
  return isLength ? lower(list(object(name).name)[0]?.value) : "";
}

/** A type as our reader normalises it. */
const normalised = (type: string): string => {
  const [op] = mysql.read(`create table t (c ${type})`).statements[0]?.operations ?? [];
  const column = op?.kind === "createTable" ? op.columns[0] : undefined;
  return column === undefined ? type : typeText(column.type);
};

function theirType(definition: unknown): string {
  const { dataType, length, scale, suffix, expr } = object(definition);
  const members = list(object(expr).value).map(({ value }) => `'${text(value)}'`);
  const size = [length, scale].filter((n) => typeof n === "number");
  const modifiers = members.length > 0 ? members : size;
  const words = Array.isArray(suffix) ? suffix.filter((word) => typeof word === "string") : [];
  return normalised(
    `${text(dataType)}${modifiers.length > 0 ? `(${modifiers.join()})` : ""} ${words.join(" ")}`,
  );
}

function theirColumn(column: Json): string[] {
  const name = columnOf(column.column);
  const facts = [
    theirType(column.definition),
    lower(object(column.nullable).type) === "not null" ? "not null" : "",
    column.auto_increment === undefined || column.auto_increment === null ? "" : "auto_increment",
    column.default_val === undefined || column.default_val === null ? "" : "default",
    column.comment === undefined || column.comment === null ? "" : "comment",
    column.generated === undefined || column.generated === null ? "" : "generated",
  ];
  const keys = [
    ...(text(column.unique) === "" ? [] : [`unique : ${name}`]),
    ...(text(column.primary_key) === "" ? [] : [`primary key: ${name}`]),
  ];
  return [`${name} ${facts.filter((fact) => fact !== "").join(" ")}`, ...keys];
}

function theirKey(key: Json): string[] {
  const columns = list(key.definition).map(columnOf).join();
  const kind = lower(key.constraint_type);
  if (key.resource === "index") {
    const word = lower(key.keyword);
    return [`index ${lower(key.index)}: ${columns}${word.startsWith("fulltext") ? " fulltext" : ""}`];
  }
  if (kind === "primary key") return [`primary key: ${columns}`];
  if (kind.startsWith("unique")) return [`unique ${lower(key.index) || lower(key.constraint)}: ${columns}`];
  if (kind === "foreign key") {
    const reference = object(key.reference_definition);
    const target = tableOf(list(reference.table)[0]);
    return [
      `foreign key ${lower(key.constraint)}: ${columns} to ${target} ${list(reference.definition).map(columnOf).join()}`,
    ];
  }
  return kind === "check" ? ["check"] : [];
}

function theirClause(clause: Json): string[] {
  const { action, resource, keyword } = clause;
  if (resource === "algorithm" || resource === "lock") return [];
  if (resource === "partition" || lower(keyword) === "partition") return ["?"];
  if (action === "add" && resource === "column") return [`add ${theirColumn(clause).join("; ")}`];
  if (action === "add")
    return theirKey(resource === "index" ? clause : object(clause.create_definitions)).map(
      (key) => `add ${key}`,
    );
  if (action === "drop" && resource === "column") return [`drop ${columnOf(clause.column)}`];
  if (action === "drop" && resource === "index") return [`drop index ${lower(clause.index)}`];
  if (action === "drop" && keyword === "partition") return ["?"];
  if (action === "drop")
    return [
      `drop ${lower(keyword).replace(/^key$/, "index")} ${lower(clause.key) || lower(clause.constraint)}`.trim(),
    ];
  if (action === "modify") return [`redefine ${columnOf(clause.column)}: ${theirColumn(clause).join("; ")}`];
  if (action === "change")
    return [`redefine ${columnOf(clause.old_column)}: ${theirColumn(clause).join("; ")}`];
  if (action === "rename" && resource === "table") return [`rename to ${text(clause.table)}`];
  if (action === "rename" && resource === "column")
    return [`rename ${columnOf(clause.old_column)} to ${columnOf(clause.column)}`];
  return ["?"];
}

/** Undefined: it can't read it, or it is none of the kinds that are compared. */
export function theirs(sql: string, dialect: Product): string[] | undefined {
  const facts = factsOf(sql, dialect);
  return facts?.some((fact) => fact === "?") === true ? undefined : facts;
}

function factsOf(sql: string, dialect: Product): string[] | undefined {
  let ast: Json;
  try {
    const read = parsers[dialect].astify(sql);
    ast = object(Array.isArray(read) ? read[0] : read);
  } catch {
    return undefined;
  }
  const keyword = text(ast.keyword);
  if (ast.type === "create" && keyword === "table") {
    const definitions = list(ast.create_definitions);
    if (definitions.length === 0) return undefined;
    const parts = definitions.flatMap((each) =>
      each.resource === "column" ? theirColumn(each) : theirKey(each),
    );
    return [`create table ${tableOf(list(ast.table)[0])}`, ...parts.sort()];
  }
  if (ast.type === "create" && keyword === "index") {
    const kind = lower(ast.index_type);
    const columns = list(ast.index_columns)
      .map((each) => columnOf(each) || prefixed(each))
      .join();
    const index = `${kind === "unique" ? "unique" : "index"} ${lower(ast.index)}: ${columns}${kind === "fulltext" ? " fulltext" : ""}`;
    return [`alter table ${tableOf(ast.table)}`, `add ${index}`];
  }
  if (ast.type === "alter")
    return [`alter table ${tableOf(list(ast.table)[0])}`, ...list(ast.expr).flatMap(theirClause)];
  if (ast.type === "drop" && keyword === "table")
    return list(ast.name).map((table) => `drop ${tableOf(table)}`);
  if (ast.type === "rename")
    return (ast.table as Json[][]).map((pair) => `rename ${tableOf(pair[0])} to ${tableOf(pair[1])}`);
  // The names that WITH makes count as tables there.
  if (/^(?:select|insert|replace|update|delete)$/.test(text(ast.type)) && !/^\s*with\b/i.test(sql))
    return [`uses ${usesOf(sql, dialect).join()}`];
  return undefined;
}

function usesOf(sql: string, dialect: Product): string[] {
  const tables = parsers[dialect].tableList(sql).map((each) => {
    const [, db, table] = each.split("::");
    return `${db === "null" || db === undefined ? "" : `${db}.`}${table ?? ""}`;
  });
  return [...new Set(tables)].sort();
}

function ourColumn({ name, type, notNull, mysql: more, generated }: ColumnDefinition): string {
  const facts = [
    typeText(type),
    notNull ? "not null" : "",
    more?.autoIncrement === true ? "auto_increment" : "",
    more?.defaultWritten === true ? "default" : "",
    more?.comment === undefined ? "" : "comment",
    generated === undefined ? "" : "generated",
  ];
  return `${name.text} ${facts.filter((fact) => fact !== "").join(" ")}`;
}

const columnsOf = (op: { readonly columns: readonly { readonly text: string }[] }): string =>
  op.columns.map((c) => c.text).join();

/** As the other parser says it: without quotes. */
const plain = ({ schema, name }: QualifiedName): string =>
  schema === undefined ? name : `${schema}.${name}`;

function ourOperation(op: Operation): string[] {
  switch (op.kind) {
    case "createTable":
      return [`create table ${plain(op.table)}`, ...op.columns.map(ourColumn)];
    case "addColumn":
      return [`add ${ourColumn(op.column)}`];
    case "redefineColumn":
      return [`redefine ${op.column.text}: ${ourColumn(op.definition)}`];
    case "dropColumn":
      return [`drop ${op.column.text}`];
    case "renameColumn":
      return [`rename ${op.column.text} to ${op.to.text}`];
    case "addPrimaryKey":
      return [`primary key: ${columnsOf(op)}`];
    case "addUnique":
      return [`unique ${op.name?.text ?? ""}: ${columnsOf(op)}`];
    case "addForeignKey":
      return op.inlineColumn === undefined
        ? [
            `foreign key ${op.name?.text ?? ""}: ${columnsOf(op)} to ${plain(op.references)} ${op.referencedColumns.map((c) => c.text).join()}`,
          ]
        : [];
    case "addCheck":
      return op.inlineColumn === undefined ? ["check"] : [];
    case "createIndex": {
      const columns = op.elements.map(({ column }) => column ?? "").join();
      return [
        `${op.unique ? "unique" : "index"} ${op.name?.name ?? ""}: ${columns}${op.method === "fulltext" ? " fulltext" : ""}`,
      ];
    }
    case "dropIndex":
      return [`drop index ${op.index.name}`];
    case "dropConstraint":
      return [
        `drop ${op.object === "primary key" ? "primary key" : `${op.object ?? "constraint"} ${op.name.text}`}`,
      ];
    case "renameTable":
      return op.command === undefined
        ? [`rename to ${op.to.text}`]
        : [`rename ${plain(op.table)} to ${op.toSchema === undefined ? "" : `${op.toSchema}.`}${op.to.text}`];
    case "dropTable":
      return [`drop ${plain(op.table)}`];
  }
  return ["?"];
}

/** In the words of `theirs`. */
export function ours(sql: string): string[] {
  const operations = mysql.read(sql).statements.flatMap((statement) => statement.operations);
  const [first] = operations;
  if (first === undefined) return [];
  if (/^(?:selectRows|insertRows|updateRows|deleteRows)$/.test(first.kind)) {
    const tables = operations.flatMap((op) => [
      ...("table" in op && op.table !== undefined ? [plain(op.table)] : []),
      ...("query" in op ? (op.query?.relations ?? []).map(plain) : []),
    ]);
    return [`uses ${[...new Set(tables)].sort().join()}`];
  }
  if (first.kind === "createTable") {
    const [table = "", ...parts] = operations.flatMap(ourOperation);
    return [table, ...parts.sort()];
  }
  if (first.kind === "dropTable" || (first.kind === "renameTable" && first.command !== undefined))
    return operations.flatMap(ourOperation);
  const table = "table" in first ? first.table : "onTable" in first ? first.onTable : undefined;
  const clauses: string[] = [];
  for (const op of operations) {
    const own = ourOperation(op);
    // A key in a column's definition belongs to it.
    if ("inlineColumn" in op && op.inlineColumn !== undefined) {
      if (own.length > 0) clauses.push(`${clauses.pop() ?? ""}; ${own.join("; ")}`);
    } else
      clauses.push(
        ...own.map((line) =>
          /^(?:primary|unique|foreign|check|index)/.test(line) && op.kind !== "dropConstraint"
            ? `add ${line}`
            : line,
        ),
      );
  }
  return [`alter table ${table === undefined ? "" : plain(table)}`, ...clauses];
}
