/** Facts as conditions on PostgreSQL's catalogues. */
import type { ColumnType } from "../../model/types.ts";
import type { Column, Relation } from "../../schema/model.ts";
import { dictionary } from "../../text/dictionary.ts";
import { literal } from "../checks/check.ts";
import type { Names } from "../definitions.ts";
import type { Fact } from "./facts.ts";

const text = (value: string): string => literal(value, "\\");

const relation = ({ key }: Pick<Relation, "key">, { show }: Names): string =>
  `to_regclass(${text(show(key))})`;

const exists = (there: boolean, from: string): string => `${there ? "" : "NOT "}EXISTS (SELECT FROM ${from})`;

const kinds: Readonly<Record<Relation["kind"], string>> = {
  table: "'r', 'p'",
  view: "'v'",
  "materialized view": "'m'",
  "foreign table": "'f'",
  sequence: "'S'",
};

export function postgresProof(fact: Fact, names: Names): string | undefined {
  const column = (table: Relation, { name }: Pick<Column, "name">, condition: string): string =>
    `EXISTS (SELECT FROM pg_attribute WHERE attrelid = ${relation(table, names)} AND attname = ${text(name)} AND NOT attisdropped AND ${condition})`;
  switch (fact.is) {
    case "relation":
      return exists(
        fact.there,
        `pg_class WHERE oid = ${relation(fact.relation, names)} AND relkind IN (${kinds[fact.relation.kind]})`,
      );
    case "column":
      return exists(
        fact.there,
        `pg_attribute WHERE attrelid = ${relation(fact.table, names)} AND attname = ${text(fact.column.name)} AND NOT attisdropped`,
      );
    case "type": {
      const { type } = fact.column;
      const condition = type && typeCondition(type, names);
      return condition && column(fact.table, fact.column, condition);
    }
    case "not null":
      return column(fact.table, fact.column, fact.there ? "attnotnull" : "NOT attnotnull");
    case "default":
      return column(fact.table, fact.column, fact.there ? "atthasdef" : "NOT atthasdef");
    case "default value": {
      const printed = printedConstant(fact.column);
      if (printed === undefined) return undefined;
      const from = `pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum WHERE adrelid = ${relation(fact.table, names)} AND attname = ${text(fact.column.name)}`;
      const own = "pg_get_expr(adbin, adrelid)";
      return exists(
        true,
        `${from} AND (${own} = ${text(printed)} OR starts_with(${own}, ${text(`${printed}::`)}))`,
      );
    }
    case "constraint": {
      const { name, validated } = fact.constraint;
      const state = fact.there ? ` AND ${validated ? "" : "NOT "}convalidated` : "";
      return exists(
        fact.there,
        `pg_constraint WHERE conrelid = ${relation(fact.table, names)} AND conname = ${text(name)}${state}`,
      );
    }
    case "index": {
      const at = `to_regclass(${text(names.show(`${fact.index.schema}.${fact.index.name}`))})`;
      return exists(
        fact.there,
        fact.there
          ? `pg_index WHERE indexrelid = ${at} AND ${fact.index.valid ? "" : "NOT "}indisvalid`
          : `pg_index WHERE indexrelid = ${at} AND indisvalid`,
      );
    }
    case "trigger":
      return exists(
        fact.there,
        `pg_trigger WHERE tgrelid = ${relation(fact.table, names)} AND tgname = ${text(fact.name)}`,
      );
    case "policy":
      return exists(
        fact.there,
        `pg_policy WHERE polrelid = ${relation(fact.table, names)} AND polname = ${text(fact.name)}`,
      );
    case "row security":
      return exists(
        true,
        `pg_class WHERE oid = ${relation(fact.table, names)} AND ${fact.there ? "" : "NOT "}relrowsecurity`,
      );
    case "type object":
      return `to_regtype(${text(names.show(`${fact.type.schema}.${fact.type.name}`))}) IS ${fact.there ? "NOT " : ""}NULL`;
    case "label":
      return exists(
        fact.there,
        `pg_enum WHERE enumtypid = to_regtype(${text(names.show(`${fact.type.schema}.${fact.type.name}`))}) AND enumlabel = ${text(fact.label)}`,
      );
    case "routine":
      return exists(
        fact.there,
        `pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE nspname = ${text(fact.schema)} AND proname = ${text(fact.name)}`,
      );
    case "schema":
      return exists(fact.there, `pg_namespace WHERE nspname = ${text(fact.name)}`);
    case "extension":
      return exists(fact.there, `pg_extension WHERE extname = ${text(fact.name)}`);
  }
}

/** What format_type() calls them. */
const printedNames: Readonly<Record<string, readonly [string, string]>> = dictionary({
  varchar: ["character varying", ""],
  char: ["character", ""],
  varbit: ["bit varying", ""],
  timestamp: ["timestamp", " without time zone"],
  timestamptz: ["timestamp", " with time zone"],
  time: ["time", " without time zone"],
  timetz: ["time", " with time zone"],
});

const builtIn = new Set([
  ...Object.keys(printedNames),
  ...[
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "real",
    "double precision",
    "boolean",
    "text",
    "date",
    "uuid",
  ],
  ...["json", "jsonb", "bytea", "inet", "cidr", "macaddr", "xml", "tsvector", "interval", "bit", "money"],
]);

function typeCondition(type: ColumnType, { show, spell }: Names): string | undefined {
  const array = "[]".repeat(Math.min(type.dimensions, 1));
  if (type.fields !== undefined) return undefined;
  if (!builtIn.has(type.name) || type.schema !== undefined) {
    if (type.modifiers.length > 0) return undefined;
    const name = type.schema === undefined ? spell(type.name) : show(`${type.schema}.${type.name}`);
    return `atttypid = to_regtype(${text(`${name}${array}`)})`;
  }
  const [head, tail] = printedNames[type.name] ?? [type.name, ""];
  const modifiers = type.name === "char" && type.modifiers.length === 0 ? [1] : type.modifiers;
  const [precision, scale = 0] = modifiers;
  const list = type.name === "numeric" && precision !== undefined ? [precision, scale] : modifiers;
  const inBrackets = list.length === 0 ? "" : `(${list.join(",")})`;
  return `format_type(atttypid, atttypmod) = ${text(`${head}${inBrackets}${tail}${array}`)}`;
}

const texts = new Set(["text", "varchar", "char"]);
const numbers = new Set(["smallint", "integer", "bigint"]);

/** A default as the server prints it, up to its cast; it prints values of other types in its own way. */
function printedConstant({ type, default: expression }: Column): string | undefined {
  const plain = (expression?.text ?? "").trim().replace(/::[\w ]+(?:\([\d, ]+\))?$/, "");
  if (/^(?:now|gen_random_uuid)\(\)$/i.test(plain)) return plain.toLowerCase();
  if (type === undefined || type.dimensions > 0) return undefined;
  const isText = texts.has(type.name) && /^'(?:[^'\\]|'')*'$/.test(plain);
  const isNumber = numbers.has(type.name) && /^(?:0|[1-9]\d*)$/.test(plain);
  if (isText || isNumber) return plain;
  return type.name === "boolean" && /^(?:true|false)$/i.test(plain) ? plain.toLowerCase() : undefined;
}
