/** One SQL statement as a call of Alembic. */
import type { CodeUnit } from "../../model/tool.ts";
import { pythonString } from "../../text/python.ts";
import { importsFor } from "./python-code.ts";

/** The project says that it has this release or a later one. */
export function hasRelease({ releases }: CodeUnit, name: string, ...wanted: readonly number[]): boolean {
  const found = releases?.get(name)?.split(".").map(Number) ?? [];
  const at = wanted.findIndex((part, place) => part !== (found[place] ?? 0));
  return found.length > 0 && (at < 0 || (found[at] ?? 0) > (wanted[at] ?? 0));
}

/** `if_exists` of `drop_index`, which Alembic refuses with older releases of SQLAlchemy. */
export const hasIfExists = (own: CodeUnit): boolean =>
  hasRelease(own, "alembic", 1, 12) &&
  (own.releases?.has("sqlalchemy") !== true || hasRelease(own, "sqlalchemy", 1, 4));

/** A name with its schema or without, as SQL writes it without quotes. */
const place = String.raw`(?:(\w{1,63})\.)?(\w{1,63})`;
const defaultDropped = new RegExp(`^ALTER TABLE ${place} ALTER COLUMN (\\w{1,63}) DROP DEFAULT;$`);
const nullability = new RegExp(`^ALTER TABLE ${place} ALTER COLUMN (\\w{1,63}) (SET|DROP) NOT NULL;$`);
const columnDropped = new RegExp(`^ALTER TABLE ${place} DROP COLUMN (\\w{1,63});$`);
const tableDropped = new RegExp(`^DROP TABLE ${place};$`);
const tableRenamed = new RegExp(`^ALTER TABLE ${place} RENAME TO (\\w{1,63});$`);
const columnRenamed = new RegExp(`^ALTER TABLE ${place} RENAME COLUMN (\\w{1,63}) TO (\\w{1,63});$`);
const indexMade = new RegExp(
  String.raw`^CREATE (UNIQUE )?INDEX (CONCURRENTLY )?(\w{1,63}) ON ${place} \((\w+(?:, \w+){0,31})\);?$`,
);
const indexDropped = new RegExp(String.raw`^DROP INDEX CONCURRENTLY (IF EXISTS )?${place};?$`);

/** A statement as Alembic's own operation, where it has the words for it. */
export function plainCall(statement: string, own: CodeUnit): string {
  const schemaOf = (schema: string | undefined): string =>
    schema === undefined ? "" : `, schema="${schema}"`;
  const altered = defaultDropped.exec(statement);
  if (altered !== null)
    return `op.alter_column("${altered[2] ?? ""}", "${altered[3] ?? ""}", server_default=None${schemaOf(altered[1])})`;
  const nulls = nullability.exec(statement);
  if (nulls !== null)
    return `op.alter_column("${nulls[2] ?? ""}", "${nulls[3] ?? ""}", nullable=${nulls[4] === "SET" ? "False" : "True"}${schemaOf(nulls[1])})`;
  const column = columnDropped.exec(statement);
  if (column !== null)
    return `op.drop_column("${column[2] ?? ""}", "${column[3] ?? ""}"${schemaOf(column[1])})`;
  const table = tableDropped.exec(statement);
  if (table !== null) return `op.drop_table("${table[2] ?? ""}"${schemaOf(table[1])})`;
  const renamed = tableRenamed.exec(statement);
  if (renamed !== null)
    return `op.rename_table("${renamed[2] ?? ""}", "${renamed[3] ?? ""}"${schemaOf(renamed[1])})`;
  const moved = columnRenamed.exec(statement);
  if (moved !== null)
    return `op.alter_column("${moved[2] ?? ""}", "${moved[3] ?? ""}", new_column_name="${moved[4] ?? ""}"${schemaOf(moved[1])})`;
  const made = indexMade.exec(statement);
  if (made !== null) {
    const [, unique, concurrent, name = "", schema, of = "", columns = ""] = made;
    const list = columns.split(", ").map((one) => `"${one}"`);
    const options = [
      unique === undefined ? "" : ", unique=True",
      schemaOf(schema),
      concurrent === undefined ? "" : ", postgresql_concurrently=True",
    ];
    return `op.create_index("${name}", "${of}", [${list.join(", ")}]${options.join("")})`;
  }
  const other = changedCall(statement, own);
  if (other !== undefined) return other;
  const dropped = indexDropped.exec(statement);
  if (dropped === null || (dropped[1] !== undefined && !hasIfExists(own)))
    return `op.execute(${pythonString(statement)})`;
  const [, exists, schema, name = ""] = dropped;
  return `op.drop_index("${name}"${schemaOf(schema)}${exists === undefined ? "" : ", if_exists=True"}, postgresql_concurrently=True)`;
}

/** A name in quotes, which SQLAlchemy writes again where it needs them, or one that needs none. */
const name = String.raw`(?:["\x60](\w{1,63})["\x60]|([a-z_][a-z0-9_]{0,62}))`;
const table = `(?:${name}\\.)?${name}`;
const text = String.raw`'((?:[^'\\]|'')*)'`;
const columnAdded = new RegExp(
  `^ALTER TABLE ${table} ADD COLUMN ${name} ([A-Za-z ]+?(?:\\(\\d+(?:, ?\\d+)?\\))?)( NOT NULL)?(?: DEFAULT ([^;]+))?;$`,
);
const typeChanged = new RegExp(
  `^ALTER TABLE ${table} ALTER COLUMN ${name} TYPE ([A-Za-z ]+(?:\\(\\d+(?:, ?\\d+)?\\))?);$`,
);
const columnComment = new RegExp(`^COMMENT ON COLUMN ${table}\\.${name} IS (?:(NULL)|${text});$`);
const constraintDropped = new RegExp(`^ALTER TABLE ${table} DROP CONSTRAINT ${name};$`);

/** Calls that say all of such a statement, with types where the migration has a name for SQLAlchemy. */
function changedCall(statement: string, own: CodeUnit): string | undefined {
  const added = columnAdded.exec(statement)?.slice(1);
  if (added !== undefined) {
    const [schema, of, column] = namesOf(added);
    const [written = "", required, value] = added.slice(6);
    const type = typeCall(written.trim(), own);
    // `text()` takes `:name` for a parameter.
    if (type === undefined || /(?<![:\w\\]):\w/.test(value ?? "")) return undefined;
    const options = [
      required === undefined ? "" : ", nullable=False",
      value === undefined ? "" : `, server_default=sa.text(${pythonString(value)})`,
    ].join("");
    return `op.add_column("${of}", sa.Column("${column}", ${type}${options})${inSchema(schema)})`;
  }
  const changed = typeChanged.exec(statement)?.slice(1);
  if (changed !== undefined) {
    const [schema, of, column] = namesOf(changed);
    const type = typeCall((changed[6] ?? "").trim(), own);
    return type && `op.alter_column("${of}", "${column}", type_=${type}${inSchema(schema)})`;
  }
  const comment = columnComment.exec(statement)?.slice(1);
  if (comment !== undefined) {
    // Older releases have no comments.
    if (own.releases?.has("alembic") === true && !hasRelease(own, "alembic", 1, 1)) return undefined;
    const [schema, of, column] = namesOf(comment);
    const said = comment[6] === undefined ? pythonString((comment[7] ?? "").replaceAll("''", "'")) : "None";
    return `op.alter_column("${of}", "${column}", comment=${said}${inSchema(schema)})`;
  }
  const constraint = constraintDropped.exec(statement)?.slice(1);
  if (constraint === undefined) return undefined;
  const [schema, of, called] = namesOf(constraint);
  // A naming convention would be applied to a plain text.
  return `op.drop_constraint(op.f("${called}"), "${of}"${inSchema(schema)})`;
}

const inSchema = (schema: string): string => (schema === "" ? "" : `, schema="${schema}"`);

/** The three names that a match begins with, of which each has two groups. */
const namesOf = (groups: readonly (string | undefined)[]): [string, string, string] => {
  const at = (i: number): string => groups[2 * i] ?? groups[2 * i + 1] ?? "";
  return [at(0), at(1), at(2)];
};

const types: Readonly<Record<string, string>> = {
  smallint: "SmallInteger()",
  integer: "Integer()",
  int: "Integer()",
  bigint: "BigInteger()",
  boolean: "Boolean()",
  text: "Text()",
  varchar: "String()",
  "character varying": "String()",
  float: "Float()",
  date: "Date()",
  time: "Time()",
  timestamp: "DateTime()",
  "timestamp without time zone": "DateTime()",
  "timestamp with time zone": "DateTime(timezone=True)",
  timestamptz: "DateTime(timezone=True)",
};

function typeCall(sql: string, own: CodeUnit): string | undefined {
  if (!/(?:^|\n)import sqlalchemy as sa\b/.test(importsFor(own, "sa.text").join("\n"))) return undefined;
  const [, word = "", size] = /^([a-z ]+?)(?: ?\(([\d, ]+)\))?$/.exec(sql.toLowerCase()) ?? [];
  if (word === "uuid") return hasRelease(own, "sqlalchemy", 2) ? "sa.UUID()" : undefined;
  if (size === undefined) return types[word] && `sa.${types[word]}`;
  if (word === "varchar" || word === "character varying")
    return size.includes(",") ? undefined : `sa.String(length=${size})`;
  return word === "numeric" && size.includes(",") ? `sa.Numeric(${size.replace(/, ?/, ", ")})` : undefined;
}
