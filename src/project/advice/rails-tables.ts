/** Columns and tables of SQL as Rails' own calls, where these say the same. */
import { rubyString } from "../../text/ruby.ts";
import { compareComponents } from "../version.ts";

/** What decides how Rails writes it. */
export interface RailsFacts {
  /** The version that the migration is written for. */
  readonly follows: string;
  readonly isMysql: boolean;
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly options: readonly string[];
}

const since = ({ follows }: RailsFacts, version: string): boolean => compareComponents(follows, version) >= 0;

const definition =
  /^["`]?(\w{1,63})["`]? ([a-z][a-z ]*?(?:\(\d+(?:, ?\d+)?\))?(?: without time zone)?)(\[\])?( NOT NULL)?(?: DEFAULT (-?\d+(?:\.\d+)?|true|false|'[^'\\]*'|CURRENT_TIMESTAMP|now\(\)))?( NOT NULL)?$/i;

/** Undefined: it has more than a type, a default and NOT NULL, or Rails may write its type in another way. */
function columnOf(text: string, facts: RailsFacts): Column | undefined {
  const [, name, sql = "", array, first, value, last] = definition.exec(text) ?? [];
  const [type, ...sizes] = (name === undefined ? undefined : typeOf(sql.toLowerCase(), facts)) ?? [];
  if (name === undefined || type === undefined) return undefined;
  const given = value === undefined ? [] : defaultOf(value, type, array !== undefined, facts);
  if (given === undefined) return undefined;
  return {
    name,
    type,
    options: [
      ...sizes,
      ...(array === undefined ? [] : ["array: true"]),
      ...given,
      ...(first === undefined && last === undefined ? [] : ["null: false"]),
    ],
  };
}

/** Types with one spelling, whatever the project's settings are. */
const plain: Readonly<Record<string, string>> = {
  bigint: "bigint",
  int: "integer",
  integer: "integer",
  boolean: "boolean",
  "tinyint(1)": "boolean",
  text: "text",
  uuid: "uuid",
  json: "json",
  jsonb: "jsonb",
  date: "date",
  time: "time",
  inet: "inet",
  citext: "citext",
  bytea: "binary",
};

/** The type, and the options that go with it. */
function typeOf(sql: string, facts: RailsFacts): readonly string[] | undefined {
  const known = plain[sql];
  if (known !== undefined) return [known];
  const [, name = "", size, scale] =
    /^([a-z]+(?: [a-z]+){0,3}?)(?:\((\d+)(?:, ?(\d+))?\))?(?: without time zone)?$/.exec(sql) ?? [];
  switch (name) {
    case "varchar":
    case "character varying":
      if (size === undefined) return !facts.isMysql && since(facts, "4.2") ? ["string"] : undefined;
      return facts.isMysql && size === "255" ? ["string"] : ["string", `limit: ${size}`];
    case "decimal":
    case "numeric":
      if (size === undefined) return facts.isMysql ? undefined : ["decimal"];
      return ["decimal", `precision: ${size}`, ...(scale === undefined ? [] : [`scale: ${scale}`])];
    case "timestamp":
    case "datetime":
      // The type itself, which isn't `datetime`, keeps moments of another kind on MySQL.
      if (facts.isMysql !== (name === "datetime")) return undefined;
      if (size === undefined) return ["datetime", ...(since(facts, "7.0") ? ["precision: nil"] : [])];
      return ["datetime", ...(since(facts, "7.0") && size === "6" ? [] : [`precision: ${size}`])];
    case "double precision":
    case "float":
      return facts.isMysql ? undefined : ["float"];
    default:
      return undefined;
  }
}

/** The option; undefined: Rails would send something else. */
function defaultOf(
  value: string,
  type: string,
  isArray: boolean,
  facts: RailsFacts,
): readonly string[] | undefined {
  if (isArray) return value === "'{}'" ? ["default: []"] : undefined;
  if (/^(?:CURRENT_TIMESTAMP|now\(\))$/i.test(value))
    return since(facts, "5.0") ? [`default: -> { "${value}" }`] : undefined;
  if (/^jsonb?$/.test(type))
    return /^'(?:\{\}|\[\])'$/.test(value) ? [`default: ${value.slice(1, -1)}`] : undefined;
  if (value.startsWith("'"))
    return /^(?:string|text|citext|date|uuid|inet)$/.test(type)
      ? [`default: ${rubyString(value.slice(1, -1))}`]
      : undefined;
  return [`default: ${value.toLowerCase()}`];
}

/** `ALTER TABLE … ADD COLUMN …` */
export function addedPlainly(sql: string, facts: RailsFacts): string | undefined {
  const [, table, text = ""] = /^ALTER TABLE ["`]?(\w{1,63})["`]? ADD (?:COLUMN )?([^;]+);?$/.exec(sql) ?? [];
  const column = table === undefined ? undefined : columnOf(text.trim(), facts);
  if (table === undefined || column === undefined) return undefined;
  return [`add_column :${table}, :${column.name}, :${column.type}`, ...column.options].join(", ");
}

/** A table without more than columns, its key, plain indexes and foreign keys to keys. Undefined: it has more. */
export function createdTable(sql: string, facts: RailsFacts): string | undefined {
  const [, table, body, engine] =
    /^CREATE TABLE ["`]?(\w{1,63})["`]? \(([^]*)\)( ENGINE=InnoDB)?;?$/.exec(sql) ?? [];
  // Before Rails 5.2, every table states it.
  if (engine !== undefined && since(facts, "5.2")) return undefined;
  const [first = "", ...rest] = itemsOf(body ?? "") ?? [];
  if (table === undefined || first === "") return undefined;
  const key = keyOf(first, facts);
  const lines = (key === undefined ? [first, ...rest] : rest).map((item) => lineOf(item, facts));
  if (!lines.every((line) => line !== undefined)) return undefined;
  const head = `create_table :${table}${key ?? ", id: false"}`;
  if (lines.length === 0) return head;
  return [`${head} do |t|`, ...withTimestamps(lines, facts).map((line) => `  ${line}`), "end"].join("\n");
}

/** What Rails makes of `create_table` without more, as an option for the others. */
function keyOf(item: string, facts: RailsFacts): string | undefined {
  const [, name = "", type] =
    /^["`]?(\w{1,63})["`]? (bigserial primary key|serial (?:NOT NULL )?primary key|uuid DEFAULT gen_random_uuid\(\) NOT NULL PRIMARY KEY|(?:big)?int NOT NULL AUTO_INCREMENT PRIMARY KEY)$/i.exec(
      item,
    ) ?? [];
  if (type === undefined) return undefined;
  const own = name === "id" ? "" : `, primary_key: :${name}`;
  if (type.startsWith("uuid")) return since(facts, "5.1") ? `, id: :uuid${own}` : undefined;
  const isLarge = /^big/i.test(type);
  return isLarge === since(facts, "5.1")
    ? own
    : isLarge
      ? undefined
      : `, id: :${facts.isMysql ? "integer" : "serial"}${own}`;
}

const list = '["`]?\\w{1,63}["`]?(?:, ["`]?\\w{1,63}["`]?){0,31}';

function lineOf(item: string, facts: RailsFacts): string | undefined {
  const [, index, columns = ""] =
    new RegExp(`^INDEX ["\`]?(\\w{1,63})["\`]? \\((${list})\\)$`).exec(item) ?? [];
  if (index !== undefined) {
    const names = columns.replaceAll(/["`]/g, "").split(", ");
    const [only = ""] = names;
    return `t.index ${names.length === 1 ? `:${only}` : `%i[${names.join(" ")}]`}, name: ${rubyString(index)}`;
  }
  const [, column, to] =
    /^CONSTRAINT ["`]?fk_rails_[0-9a-f]{10}["`]?\s+FOREIGN KEY \(["`]?(\w{1,63})["`]?\)\s+REFERENCES ["`]?(\w{1,63})["`]? \(["`]?id["`]?\)$/.exec(
      item,
    ) ?? [];
  if (column !== undefined && to !== undefined)
    return since(facts, "5.0") ? `t.foreign_key :${to}, column: :${column}` : undefined;
  const found = columnOf(item, facts);
  return found && [`t.${found.type} :${found.name}`, ...found.options].join(", ");
}

/** The two columns of `t.timestamps`, where they are as Rails makes them. */
function withTimestamps(lines: readonly string[], facts: RailsFacts): readonly string[] {
  if (!since(facts, "5.0")) return lines;
  const options = since(facts, "7.0") || !since(facts, "6.0") ? "null: false" : "precision: 6, null: false";
  const [created, updated] = ["created_at", "updated_at"].map((name) => `t.datetime :${name}, ${options}`);
  const at = lines.findIndex((line, i) => line === created && lines[i + 1] === updated);
  return at < 0 ? lines : [...lines.slice(0, at), "t.timestamps", ...lines.slice(at + 2)];
}

/** What stands between commas; undefined: an expression or a text that isn't plain. */
function itemsOf(body: string): readonly string[] | undefined {
  const found = [""];
  let depth = 0;
  for (const part of body.match(/'[^']*'|[^]/g) ?? []) {
    if (part === "(") depth++;
    else if (part === ")") depth--;
    if (depth < 0) return undefined;
    if (part === "," && depth === 0) found.push("");
    else found.push((found.pop() ?? "") + part);
  }
  return depth === 0 ? found.map((one) => one.trim()) : undefined;
}
