/** Knex's column types as it spells them for PostgreSQL (its schema builder documentation, "Column types"). */
import { quoteIdentifier } from "../../../model/names.ts";
import { quoteLiteral } from "../sql.ts";
import { booleanOf, fieldOf, itemsOf, numberOf, textOf, type Value } from "../value.ts";
import { dictionary } from "../../../text/dictionary.ts";

export type Spelling = string | ((given: readonly Value[], name: string) => string);

export const size = (value: Value | undefined, standard: number): string => {
  const text = textOf(value);
  return text ?? String(numberOf(value) ?? standard);
};

const stamp =
  (word: string): Spelling =>
  (given) => {
    const options = given[1];
    const withoutZone = booleanOf(options) === true || booleanOf(fieldOf(options, "useTz")) === false;
    const digits = numberOf(fieldOf(options, "precision")) ?? numberOf(given[2]);
    const zone = withoutZone ? "" : "tz";
    return `${word}${zone}${digits === undefined ? "" : `(${digits})`}`;
  };

const decimal: Spelling = ([, precision, scale]) =>
  precision?.is === "plain" && precision.value === null
    ? "decimal"
    : `decimal(${size(precision, 8)}, ${size(scale, 2)})`;

const enumeration: Spelling = ([, values, options], name) => {
  const native = textOf(fieldOf(options, "enumName"));
  if (native !== undefined) return quoteIdentifier(native);
  const words = itemsOf(values).map((value) => textOf(value) ?? String(numberOf(value) ?? ""));
  if (words.length === 0 || values?.is !== "list") return "text";
  return `text check (${name} in (${words.map(quoteLiteral).join(", ")}))`;
};

const serial =
  (word: string): Spelling =>
  ([first, second]) => {
    const options = first?.is === "record" ? first : second;
    return booleanOf(fieldOf(options, "primaryKey")) === false ? word : `${word} primary key`;
  };

export const knexTypes: Readonly<Record<string, Spelling>> = dictionary({
  increments: serial("serial"),
  bigIncrements: serial("bigserial"),
  bigincrements: serial("bigserial"),
  smallIncrements: serial("smallserial"),
  integer: "integer",
  int: "integer",
  tinyint: "smallint",
  smallint: "smallint",
  mediumint: "integer",
  bigint: "bigint",
  bigInteger: "bigint",
  text: "text",
  mediumtext: "text",
  longtext: "text",
  string: ([, length]) => `varchar(${size(length, 255)})`,
  varchar: ([, length]) => `varchar(${size(length, 255)})`,
  float: "real",
  double: "double precision",
  decimal,
  numeric: decimal,
  boolean: "boolean",
  bool: "boolean",
  date: "date",
  datetime: stamp("timestamp"),
  dateTime: stamp("timestamp"),
  timestamp: stamp("timestamp"),
  time: "time",
  binary: "bytea",
  json: "json",
  jsonb: "jsonb",
  uuid: "uuid",
  enum: enumeration,
  enu: enumeration,
  geometry: "geometry",
  geography: "geography",
  point: "point",
  specificType: ([, type]) => textOf(type) ?? "${type}",
});

/** Types with a name of their own if none is given. */
export const standardName = (type: string): string | undefined =>
  /^(?:bigI|bigi|smallI|i)ncrements$/.test(type) ? "id" : undefined;
