/** Knex's column types as it spells them for MySQL and MariaDB (its lib/dialects/mysql/schema/mysql-columncompiler.js). */
import { booleanOf, fieldOf, itemsOf, numberOf, textOf, type Value } from "../value.ts";
import { quoteLiteral } from "../sql.ts";
import { size, type Spelling } from "./knex-types.ts";
import { dictionary } from "../../../text/dictionary.ts";

/** `datetime(precision)`, `datetime({ precision })`; what else is given says something of PostgreSQL. */
const timed =
  (word: string): Spelling =>
  ([, given]) => {
    const digits = numberOf(fieldOf(given, "precision") ?? given);
    return digits === undefined ? word : `${word}(${digits})`;
  };

/** `int`, or `int(10)`. */
const sized =
  (word: string, standard?: number): Spelling =>
  ([, length]) => {
    const given = textOf(length) ?? numberOf(length) ?? standard;
    return given === undefined ? word : `${word}(${given})`;
  };

const scaled =
  (word: string): Spelling =>
  ([, precision, scale]) =>
    `${word}(${size(precision, 8)}, ${size(scale, 2)})`;

const counter =
  (word: string): Spelling =>
  ([first, second]) => {
    const options = first?.is === "record" ? first : second;
    const isKey = booleanOf(fieldOf(options, "primaryKey")) !== false;
    return `${word} unsigned not null${isKey ? " auto_increment primary key" : ""}`;
  };

const members: Spelling = ([, values]) => {
  const words = itemsOf(values).map((value) => textOf(value) ?? numberOf(value)?.toString());
  if (words.length === 0 || words.includes(undefined) || values?.is !== "list") return "${type}";
  return `enum(${words.map((one) => quoteLiteral(one ?? "")).join(", ")})`;
};

const text: Spelling = ([, kind]) =>
  /^(?:medium|long)/.exec(textOf(kind) ?? "")?.[0].concat("text") ?? "text";

const uuid: Spelling = ([, options]: readonly Value[]) =>
  booleanOf(fieldOf(options, "useBinaryUuid")) === true ? "binary(16)" : "char(36)";

const binary: Spelling = ([, length]) => {
  const given = textOf(length) ?? numberOf(length);
  return given === undefined ? "blob" : `varbinary(${given})`;
};

/** Knex has methods for more of them, whose SQL the server refuses: `int`, `char`, `tinytext`, … */
export const knexMysqlTypes: Readonly<Record<string, Spelling>> = dictionary({
  increments: counter("int"),
  bigIncrements: counter("bigint"),
  bigincrements: counter("bigint"),
  integer: sized("int"),
  tinyint: sized("tinyint"),
  smallint: "smallint",
  mediumint: "mediumint",
  bigint: "bigint",
  bigInteger: "bigint",
  biginteger: "bigint",
  text,
  mediumtext: "mediumtext",
  longtext: "longtext",
  string: sized("varchar", 255),
  varchar: sized("varchar", 255),
  float: scaled("float"),
  double: ([, precision, scale]) =>
    numberOf(precision) === undefined ? "double" : `double(${size(precision, 8)}, ${size(scale, 2)})`,
  decimal: scaled("decimal"),
  boolean: "boolean",
  bool: "boolean",
  bit: sized("bit"),
  date: "date",
  datetime: timed("datetime"),
  dateTime: timed("datetime"),
  timestamp: timed("timestamp"),
  time: timed("time"),
  binary,
  json: "json",
  jsonb: "json",
  uuid,
  enum: members,
  enu: members,
  geometry: "geometry",
  geography: "geography",
  point: "point",
  specificType: ([, type]) => textOf(type) ?? "${type}",
});
