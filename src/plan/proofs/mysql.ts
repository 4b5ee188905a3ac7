/** Facts as conditions on the information schema of MySQL and MariaDB. */
import { typeText, type ColumnType } from "../../model/types.ts";
import { splitKey } from "../../schema/dependents.ts";
import type { Column } from "../../schema/model.ts";
import { literal } from "../checks/check.ts";
import type { Fact } from "./facts.ts";

const text = (value: string): string => literal(value, "\\\\");

/** The database that is connected to stands for the usual schema. */
function place(key: string, schemaColumn = "TABLE_SCHEMA", nameColumn = "TABLE_NAME"): string {
  const [schema, name] = splitKey(key);
  return `${schemaColumn} = ${schema === "public" ? "DATABASE()" : text(schema)} AND ${nameColumn} = ${text(name)}`;
}

const exists = (there: boolean, from: string): string =>
  `${there ? "" : "NOT "}EXISTS (SELECT 1 FROM information_schema.${from})`;

export function mysqlProof(fact: Fact): string | undefined {
  switch (fact.is) {
    case "relation":
      return exists(fact.there, `TABLES WHERE ${place(fact.relation.key)}`);
    case "column":
      return exists(fact.there, `COLUMNS WHERE ${column(fact)}`);
    case "type": {
      const { type } = fact.column;
      const condition = type && typeCondition(type, fact.from);
      return condition && exists(true, `COLUMNS WHERE ${column(fact)} AND ${condition}`);
    }
    case "not null":
      return exists(true, `COLUMNS WHERE ${column(fact)} AND IS_NULLABLE = '${fact.there ? "NO" : "YES"}'`);
    case "default":
      // The server makes one up.
      if (fact.column.mysql?.onUpdate !== undefined) return undefined;
      // MariaDB writes NULL where a column has none and takes NULL.
      return exists(
        true,
        `COLUMNS WHERE ${column(fact)} AND COALESCE(COLUMN_DEFAULT, 'NULL') ${fact.there ? "<>" : "="} 'NULL'`,
      );
    case "default value": {
      const plain = constantOf(fact.column);
      if (plain === undefined) return undefined;
      return exists(
        true,
        `COLUMNS WHERE ${column(fact)} AND COLUMN_DEFAULT IN (${text(plain)}, ${text(text(plain))})`,
      );
    }
    case "constraint": {
      const { kind, name } = fact.constraint;
      if (kind === "check" && fact.constraint.ofColumn !== undefined) return undefined;
      const own = kind === "primary key" ? "PRIMARY" : name;
      return exists(
        fact.there,
        `TABLE_CONSTRAINTS WHERE ${place(fact.table.key)} AND CONSTRAINT_NAME = ${text(own)} AND CONSTRAINT_TYPE = '${kind.toUpperCase()}'`,
      );
    }
    case "index":
      // The server makes and drops it by itself.
      return fact.index.implicit === true
        ? undefined
        : exists(
            fact.there,
            `STATISTICS WHERE ${place(fact.table.key)} AND INDEX_NAME = ${text(fact.index.name)}`,
          );
    case "trigger":
      return exists(
        fact.there,
        `TRIGGERS WHERE ${place(fact.table.key, "EVENT_OBJECT_SCHEMA", "EVENT_OBJECT_TABLE")} AND TRIGGER_NAME = ${text(fact.name)}`,
      );
    case "routine":
      return exists(
        fact.there,
        `ROUTINES WHERE ${place(`${fact.schema}.${fact.name}`, "ROUTINE_SCHEMA", "ROUTINE_NAME")}`,
      );
    case "schema":
      return exists(fact.there, `SCHEMATA WHERE SCHEMA_NAME = ${text(fact.name)}`);
    default:
      return undefined;
  }
}

const column = (fact: Extract<Fact, { readonly column: unknown }>): string =>
  `${place(fact.table.key)} AND COLUMN_NAME = ${text(fact.column.name)}`;

/**
 * A type without length or members by its name: what the server writes of it differs between releases (`int(11)`, `year(4)`).
 * Undefined: nothing there tells them apart.
 */
function typeCondition(type: ColumnType, from: ColumnType): string | undefined {
  const isExact = type.modifiers.length > 0 || type.values !== undefined;
  if (isExact) return `COLUMN_TYPE = ${text(typeText(type))}`;
  const isSame = type.name === from.name && type.unsigned === from.unsigned && from.modifiers.length === 0;
  // MariaDB stores it as a text.
  if (isSame || type.name === "json") return undefined;
  const sign = `COLUMN_TYPE ${type.unsigned === true ? "" : "NOT "}LIKE '%unsigned%'`;
  return `DATA_TYPE = ${text(type.name)} AND ${sign}`;
}

const strings = new Set(["char", "varchar", "enum", "set"]);
const integers = new Set(["tinyint", "smallint", "mediumint", "int", "bigint"]);

/** A default that the server writes as it is; those of other types it writes as values of the type. */
function constantOf({ type, default: written }: Column): string | undefined {
  const value = written?.text.trim() ?? "";
  if (type === undefined) return undefined;
  if (strings.has(type.name)) return /^'((?:[^'\\]|'')*)'$/.exec(value)?.[1]?.replaceAll("''", "'");
  const isPlain = integers.has(type.name) && type.zerofill !== true;
  return isPlain && /^(?:0|[1-9]\d*)$/.test(value) ? value : undefined;
}
