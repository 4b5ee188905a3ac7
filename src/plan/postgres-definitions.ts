/** PostgreSQL's way to write what a schema holds (manual, part VI, "SQL Commands"). */
import { literal } from "../recipes/words.ts";
import type { Column, Constraint, Index, Relation, UserType } from "../schema/model.ts";
import { sameType, typeText, type ColumnType } from "../model/types.ts";
import { converted } from "../model/converted.ts";
import type { Definitions, Names } from "./definitions.ts";
import { inParentheses, isPlain } from "../schema/expressions.ts";
import { createIndex } from "../schema/index-definition.ts";
import { referencesClause } from "../schema/references.ts";

const serials: Readonly<Record<string, string>> = {
  smallint: "smallserial",
  integer: "serial",
  bigint: "bigserial",
};

function defaultText({ default: value, type }: Pick<Column, "default" | "type">): string | undefined {
  if (value === undefined) return undefined;
  const text = isPlain(value.text) ? value.text.trim() : inParentheses(value);
  // A literal that was written for another type stays one of that.
  const { valueType } = value;
  const isOther = valueType !== undefined && type !== undefined && !sameType(valueType, type);
  const [, inner] = /^'((?:[^']|'')*)'$/.exec(text) ?? [];
  if (!isOther || inner === undefined) return text;
  // A length that it fits doesn't show.
  const fits = valueType.name === type.name && inner.length <= (valueType.modifiers[0] ?? 0);
  return valueType.name === "varchar" && fits ? text : `${text}::${typeText(valueType)}`;
}

/** As it is written, but for the words that stand for an integer with a sequence. */
const typeOf = (type: ColumnType): string => (/^\w*serial\d?$/i.test(type.text) ? typeText(type) : type.text);

const isMadeUp = (name: string): boolean => /_not_null\d*$/.test(name);

function column(
  own: Column,
  table: Relation,
  { spell, show }: Names,
  sequence?: Relation,
): string | undefined {
  const { type, notNull, hasDefault, serial, identity, generated, collation } = own;
  if (type === undefined || notNull === "unknown" || hasDefault === "unknown") return undefined;
  const isSerial =
    serial && identity === undefined && serials[type.name] !== undefined && sequence === undefined;
  const parts = [spell(own.name), isSerial ? (serials[type.name] ?? "") : typeOf(type)];
  if (collation !== undefined) parts.push(`COLLATE ${spell(collation)}`);
  if (generated !== undefined)
    parts.push(
      `GENERATED ALWAYS AS ${inParentheses(generated.expression)} ${generated.stored ? "STORED" : "VIRTUAL"}`,
    );
  else if (identity !== undefined) {
    const named = sequence === undefined ? "" : ` (SEQUENCE NAME ${show(sequence.key)})`;
    parts.push(`GENERATED ${identity.toUpperCase()} AS IDENTITY${named}`);
  } else if (hasDefault === "yes" && !isSerial) {
    const value = sequence === undefined ? defaultText(own) : `nextval(${literal(show(sequence.key))})`;
    if (value === undefined) return undefined;
    parts.push(`DEFAULT ${value}`);
  }
  // 18 keeps its name; older servers take it and forget it.
  const named = table.constraints.find(
    (one) => one.kind === "not null" && one.column === own.name && !one.inherited && !isMadeUp(one.name),
  );
  if (notNull === "yes")
    parts.push(`${named === undefined ? "" : `CONSTRAINT ${spell(named.name)} `}NOT NULL`);
  return parts.join(" ");
}

function constraint(own: Constraint, index: Index | undefined, names: Names): string | undefined {
  const head = `CONSTRAINT ${names.spell(own.name)}`;
  const validity = own.enforced ? (own.validated ? "" : " NOT VALID") : " NOT ENFORCED";
  switch (own.kind) {
    case "primary key":
    case "unique": {
      if (index === undefined || own.columns.length === 0 || own.deferrable === true) return undefined;
      const include = index.include.length === 0 ? "" : ` INCLUDE ${names.list(index.include)}`;
      const nulls = index.nullsNotDistinct ? " NULLS NOT DISTINCT" : "";
      return `${head} ${own.kind.toUpperCase()}${nulls} ${names.list(own.columns)}${include}`;
    }
    case "check":
      return `${head} CHECK ${inParentheses(own.expression)}${own.noInherit ? " NO INHERIT" : ""}${validity}`;
    case "foreign key": {
      const deferrable = own.deferrable === true ? " DEFERRABLE" : "";
      const deferred = own.deferred === true ? " DEFERRABLE INITIALLY DEFERRED" : deferrable;
      return `${head} ${referencesClause(own, names)}${deferred}${validity}`;
    }
    default:
      return undefined;
  }
}

/** Values of the one type are taken for the other by an assignment (manual, section 10.4). */
function isAssigned(from: ColumnType, to: ColumnType): boolean {
  if (from.dimensions !== to.dimensions) return false;
  const groups = [
    ["smallint", "integer", "bigint", "numeric", "real", "double precision"],
    ["varchar", "char", "text"],
    ["date", "timestamp", "timestamptz"],
  ];
  return (
    from.name === to.name ||
    groups.some((one) => one.includes(from.name) && one.includes(to.name)) ||
    (to.schema === undefined && /^(?:varchar|text)$/.test(to.name))
  );
}

function alterColumn(from: Column, to: Column, _: Relation, names: Names): readonly string[] | undefined {
  const name = names.spell(to.name);
  const clauses: string[] = [];
  if (from.type === undefined || to.type === undefined) return undefined;
  if ([from, to].some((one) => one.notNull === "unknown" || one.hasDefault === "unknown")) return undefined;
  const isOtherType = !sameType(from.type, to.type) || from.collation !== to.collation;
  const [old, now] = [defaultText(from), defaultText(to)];
  const isOtherDefault = from.hasDefault !== to.hasDefault || old !== now;
  if (from.generated?.expression.text !== to.generated?.expression.text)
    return generatedChange(from, to, name);
  if (from.identity !== to.identity && from.identity !== undefined)
    clauses.push(`ALTER COLUMN ${name} DROP IDENTITY`);
  // A default is converted with its column, and may not follow.
  const dropsFirst = from.hasDefault === "yes" && !from.serial && isOtherType;
  if (dropsFirst || (isOtherDefault && to.hasDefault === "no" && from.identity === undefined))
    clauses.push(`ALTER COLUMN ${name} DROP DEFAULT`);
  if (isOtherType) {
    const collation =
      to.collation === undefined || to.collation === from.collation
        ? ""
        : ` COLLATE ${names.spell(to.collation)}`;
    const isFree = to.generated !== undefined || isAssigned(from.type, to.type);
    const using = isFree ? undefined : converted(name, from.type, to.type, typeOf(to.type));
    if (!isFree && using === undefined) return undefined;
    clauses.push(
      `ALTER COLUMN ${name} TYPE ${typeOf(to.type)}${collation}${using === undefined ? "" : ` USING ${using}`}`,
    );
  }
  if (to.hasDefault === "yes" && (isOtherDefault || dropsFirst) && !to.serial && to.identity === undefined) {
    if (now === undefined) return undefined;
    clauses.push(`ALTER COLUMN ${name} SET DEFAULT ${now}`);
  }
  if (to.serial && !from.serial) return undefined;
  if (from.notNull !== to.notNull)
    clauses.push(`ALTER COLUMN ${name} ${to.notNull === "yes" ? "SET" : "DROP"} NOT NULL`);
  if (from.identity !== to.identity && to.identity !== undefined)
    clauses.push(
      from.identity === undefined
        ? `ALTER COLUMN ${name} ADD GENERATED ${to.identity.toUpperCase()} AS IDENTITY`
        : `ALTER COLUMN ${name} SET GENERATED ${to.identity.toUpperCase()}`,
    );
  return clauses;
}

/** Only DROP EXPRESSION is a change that every release has; its way back is the column anew. */
const generatedChange = (from: Column, to: Column, name: string): readonly string[] | undefined =>
  to.generated === undefined && from.generated?.stored === true
    ? [`ALTER COLUMN ${name} DROP EXPRESSION`]
    : undefined;

function table(own: Relation, names: Names): { readonly head: string; readonly options: string } | undefined {
  if (own.ofType !== undefined || own.kind !== "table" || !own.complete) return undefined;
  const { partitionBy: key } = own;
  // In which order they stand isn't held.
  if (key !== undefined && key.columns.length > 0 && key.expressions.length > 0) return undefined;
  const parts = [
    ...(key?.columns ?? []).map(names.spell),
    ...(key?.expressions ?? []).map((one) => inParentheses(one)),
  ];
  const options = [
    ...(own.parents.length === 0 ? [] : [` INHERITS (${own.parents.map(names.show).join(", ")})`]),
    ...(key === undefined ? [] : [` PARTITION BY ${key.strategy.toUpperCase()} (${parts.join(", ")})`]),
    ...(own.accessMethod === undefined ? [] : [` USING ${own.accessMethod}`]),
  ];
  return { head: `CREATE ${own.unlogged ? "UNLOGGED " : ""}TABLE`, options: options.join("") };
}

/** Forms whose definition is held as a whole. */
function type(own: UserType, names: Names): string | undefined {
  const shown = names.show(`${own.schema}.${own.name}`);
  if (!own.complete) return undefined;
  switch (own.form) {
    case "enum":
      return `CREATE TYPE ${shown} AS ENUM (${own.labels.map(({ label }) => literal(label)).join(", ")})`;
    case "composite":
      return `CREATE TYPE ${shown} AS (${own.attributes.map((one) => `${names.spell(one.name)} ${typeOf(one.type)}`).join(", ")})`;
    case "domain": {
      if (own.base === undefined || (own.hasDefault === true && own.default === undefined)) return undefined;
      const checks = own.checks.map(
        (one) => ` CONSTRAINT ${names.spell(one.name)} CHECK ${inParentheses(one.expression)}`,
      );
      const value = own.default === undefined ? "" : ` DEFAULT ${defaultText(own) ?? ""}`;
      return `CREATE DOMAIN ${shown} AS ${typeOf(own.base)}${value}${own.notNull ? " NOT NULL" : ""}${checks.join("")}`;
    }
    default:
      return undefined;
  }
}

function tableFacts(from: Relation | undefined, to: Relation, names: Names): readonly string[] {
  const head = `ALTER TABLE ${names.show(to.key)}`;
  const statements: string[] = [];
  if (from !== undefined && from.unlogged !== to.unlogged)
    statements.push(`${head} SET ${to.unlogged ? "UNLOGGED" : "LOGGED"}`);
  const [was, is] = [from?.rowSecurity ?? { enabled: false, forced: false }, to.rowSecurity];
  if (was.enabled !== is.enabled)
    statements.push(`${head} ${is.enabled ? "ENABLE" : "DISABLE"} ROW LEVEL SECURITY`);
  if (was.forced !== is.forced)
    statements.push(`${head} ${is.forced ? "FORCE" : "NO FORCE"} ROW LEVEL SECURITY`);
  const identity = (of: Relation["replicaIdentity"]): string =>
    of === undefined
      ? "DEFAULT"
      : typeof of === "string"
        ? of.toUpperCase()
        : `USING INDEX ${names.spell(of.index)}`;
  if (identity(from?.replicaIdentity) !== identity(to.replicaIdentity))
    statements.push(`${head} REPLICA IDENTITY ${identity(to.replicaIdentity)}`);
  if (from?.clusteredOn !== to.clusteredOn)
    statements.push(
      to.clusteredOn === undefined
        ? `${head} SET WITHOUT CLUSTER`
        : `${head} CLUSTER ON ${names.spell(to.clusteredOn)}`,
    );
  if (from?.owner !== to.owner && to.owner !== undefined)
    statements.push(`${head} OWNER TO ${names.spell(to.owner)}`);
  return [...statements, ...comments(from, to, names)];
}

function comments(from: Relation | undefined, to: Relation, names: Names): readonly string[] {
  const statements: string[] = [];
  const quoted = (text: string | undefined): string => (text === undefined ? "NULL" : literal(text));
  if (from?.comment?.text !== to.comment?.text)
    statements.push(
      `COMMENT ON ${to.kind.toUpperCase()} ${names.show(to.key)} IS ${quoted(to.comment?.text)}`,
    );
  for (const own of to.columns) {
    const old = from?.columns.find(({ name }) => name === own.name);
    if (old?.comment?.text !== own.comment?.text && (old !== undefined || own.comment !== undefined))
      statements.push(
        `COMMENT ON COLUMN ${names.show(to.key)}.${names.spell(own.name)} IS ${quoted(own.comment?.text)}`,
      );
  }
  return statements;
}

/** The sequence of a new table begins at 1 again. */
const advance = ({ columns, key }: Relation, { show, spell }: Names): readonly string[] =>
  columns
    .filter(({ serial, identity }) => serial || identity !== undefined)
    .map(({ name }) => {
      const sequence = `pg_get_serial_sequence(${literal(show(key))}, ${literal(name)})`;
      return `SELECT setval(${sequence}, (SELECT max(${spell(name)}) FROM ${show(key)}));`;
    });

export const postgresDefinitions: Definitions = {
  type,
  comments,
  column,
  place: () => "",
  constraint,
  dropConstraint: ({ name }, { spell }) => `DROP CONSTRAINT ${spell(name)}`,
  createIndex,
  dropIndex: (index, concurrently, { show }) =>
    `DROP INDEX ${concurrently ? "CONCURRENTLY IF EXISTS " : ""}${show(`${index.schema}.${index.name}`)}`,
  dropTrigger: (trigger, of) => `DROP TRIGGER ${trigger} ON ${of}`,
  renameIndex: ({ schema, from, to }) => `ALTER INDEX ${schema}${from} RENAME TO ${to}`,
  fillFrom: (table, backup, key, columns) =>
    `UPDATE ${table} SET ${columns.map((one) => `${one} = old.${one}`).join(", ")} FROM ${backup} old WHERE ${key.map((one) => `${table}.${one} = old.${one}`).join(" AND ")}`,
  advance,
  alterColumn,
  table,
  tableFacts,
};
