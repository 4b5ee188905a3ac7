/** Statements as Liquibase's own changes, where it sends the same for them. */
import type { CodeFile } from "../../model/tool.ts";
import { indexChange, nameInYaml, withoutQuotes } from "./written.ts";

type Language = CodeFile["language"];

export interface OwnChange {
  readonly text: string;
  /** What Liquibase takes it back with, by itself; undefined: it can't. */
  readonly back: string | undefined;
}

/** Attributes that have a value. */
type Attributes = Readonly<Record<string, string | undefined>>;

interface Element {
  readonly name: string;
  readonly attributes: Attributes;
  readonly column?: { readonly name: string; readonly type: string; readonly isRequired: boolean };
}

const name = "(\\w{1,63})";
const table = `(?:${name}\\.)?${name}`;

/** Types that Liquibase sends on as they are, whatever the database. */
const plainType = "bigint|int|integer|smallint|date|varchar\\(\\d+\\)|character varying\\(\\d+\\)";
/** And those that it makes something else of on MySQL. */
const postgresType = `${plainType}|boolean|text|uuid|numeric\\(\\d+, ?\\d+\\)`;

/** Undefined: it has no such change, or that says something else. */
export function ownChange(sql: string, language: Language, isMysql: boolean): OwnChange | undefined {
  const plain = withoutQuotes(sql.trim()).replace(/;$/, "");
  const index = indexChange(sql, language);
  if (index !== undefined) {
    const [, own = "", schema] = /INDEX (\w+) ON (?:(\w+)\.)?/i.exec(plain) ?? [];
    return { text: index, back: `DROP INDEX ${pathOf(schema, own)}` };
  }
  const match = (pattern: string): readonly (string | undefined)[] | null => {
    const found = new RegExp(`^${pattern}$`, "i").exec(plain);
    return found && found.slice(1);
  };
  const made = (element: Element, back?: string): OwnChange => ({ text: written(element, language), back });
  const added = match(
    `ALTER TABLE ${table} ADD (?:COLUMN )?${name} (${isMysql ? plainType : postgresType})( NOT NULL)?`,
  );
  if (added !== null) {
    const [schema, to = "", column = "", type = "", required] = added;
    return made(
      {
        name: "addColumn",
        attributes: { schemaName: schema, tableName: to },
        column: { name: column, type, isRequired: required !== undefined },
      },
      `ALTER TABLE ${pathOf(schema, to)} DROP COLUMN ${column}`,
    );
  }
  const dropped = match(`ALTER TABLE ${table} DROP COLUMN ${name}`);
  if (dropped !== null) {
    const [schema, from, columnName] = dropped;
    return made({ name: "dropColumn", attributes: { schemaName: schema, tableName: from, columnName } });
  }
  const gone = match(`DROP TABLE ${table}`);
  if (gone !== null)
    return made({ name: "dropTable", attributes: { schemaName: gone[0], tableName: gone[1] } });
  // On MySQL, they state the whole column.
  if (isMysql) return undefined;
  const needed = match(`ALTER TABLE ${table} ALTER COLUMN ${name} (SET|DROP) NOT NULL`);
  if (needed !== null) {
    const [schema, of = "", columnName = "", way = ""] = needed;
    const isSet = way.toUpperCase() === "SET";
    return made(
      {
        name: isSet ? "addNotNullConstraint" : "dropNotNullConstraint",
        attributes: { schemaName: schema, tableName: of, columnName },
      },
      `ALTER TABLE ${pathOf(schema, of)} ALTER COLUMN ${columnName} ${isSet ? "DROP" : "SET"} NOT NULL`,
    );
  }
  const said = match(`COMMENT ON COLUMN ${table}\\.${name} IS '([^'\\\\]+)'`);
  if (said !== null) {
    const [schema, of, columnName, remarks] = said;
    return made({
      name: "setColumnRemarks",
      attributes: { schemaName: schema, tableName: of, columnName, remarks },
    });
  }
  const told = match(`COMMENT ON TABLE ${table} IS '([^'\\\\]+)'`);
  if (told === null) return undefined;
  const [schema, of, remarks] = told;
  return made({ name: "setTableRemarks", attributes: { schemaName: schema, tableName: of, remarks } });
}

const pathOf = (schema: string | undefined, tableName: string): string =>
  schema === undefined ? tableName : `${schema}.${tableName}`;

/** Liquibase takes all of it back by itself, and as the statements do. */
export function takesBack(up: readonly (OwnChange | undefined)[], down: readonly string[]): boolean {
  const backs = up.map((one) => one?.back).toReversed();
  return (
    backs.length === down.length &&
    backs.every((back, at) => back !== undefined && same(back) === same(down[at] ?? ""))
  );
}

const same = (sql: string): string =>
  withoutQuotes(sql.trim())
    .replace(/;$/, "")
    .replace(/ ADD COLUMN /, " ADD ");

function written({ name: element, attributes, column }: Element, language: Language): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  if (language === "xml") {
    const own = given.map(([key, value]) => ` ${key}="${inAttribute(value)}"`).join("");
    if (column === undefined) return `<${element}${own}/>`;
    const inner = column.isRequired ? '><constraints nullable="false"/></column>' : "/>";
    return `<${element}${own}><column name="${column.name}" type="${column.type}"${inner}</${element}>`;
  }
  if (language === "json") {
    const own = given.map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
    const inner =
      column &&
      `"columns": [{ "column": { "name": "${column.name}", "type": "${column.type}"${column.isRequired ? ', "constraints": { "nullable": false }' : ""} } }]`;
    return `{ "${element}": { ${[...own, ...(inner === undefined ? [] : [inner])].join(", ")} } }`;
  }
  const own = given.map(
    ([key, value]) => `${key}: ${key === "remarks" ? JSON.stringify(value) : nameInYaml(value)}`,
  );
  const inner =
    column &&
    `columns: [{ column: { name: ${nameInYaml(column.name)}, type: "${column.type}"${column.isRequired ? ", constraints: { nullable: false }" : ""} } }]`;
  return `- ${element}: { ${[...own, ...(inner === undefined ? [] : [inner])].join(", ")} }`;
}

const inAttribute = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
