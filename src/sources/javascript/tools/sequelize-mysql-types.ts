/** Sequelize's column types as its dialects mysql and mariadb spell them (its lib/dialects/mysql/data-types.js). */
import { plainText, type SqlWriter } from "../sql.ts";
import { fieldOf, itemsOf, numberOf, textOf, type Link, type Value } from "../value.ts";
import { dictionary } from "../../../text/dictionary.ts";

/** Of types that take a length and say what it is without one. */
const lengths: Readonly<Record<string, readonly [name: string, standard: string]>> = dictionary({
  STRING: ["VARCHAR", "(255)"],
  CHAR: ["CHAR", "(255)"],
  INTEGER: ["INTEGER", ""],
  BIGINT: ["BIGINT", ""],
  SMALLINT: ["SMALLINT", ""],
  TINYINT: ["TINYINT", ""],
  MEDIUMINT: ["MEDIUMINT", ""],
  DATE: ["DATETIME", ""],
  NOW: ["DATETIME", ""],
});

const plain: Readonly<Record<string, string>> = dictionary({
  BOOLEAN: "TINYINT(1)",
  DATEONLY: "DATE",
  TIME: "TIME",
  UUID: "CHAR(36) BINARY",
  UUIDV1: "CHAR(36) BINARY",
  UUIDV4: "CHAR(36) BINARY",
  JSON: "JSON",
});

const numbers: Readonly<Record<string, string>> = dictionary({
  FLOAT: "FLOAT",
  REAL: "REAL",
  DOUBLE: "DOUBLE PRECISION",
  DECIMAL: "DECIMAL",
  NUMERIC: "DECIMAL",
});

const words: Readonly<Record<string, string>> = dictionary({
  UNSIGNED: " UNSIGNED",
  ZEROFILL: " ZEROFILL",
  BINARY: " BINARY",
});

/** Undefined: it isn't constant, or there is none of that name. `labels`: those that stand beside the type. */
export function sequelizeMysqlType(
  sql: SqlWriter,
  value: Value | undefined,
  labels: Value | undefined,
): string | undefined {
  const written = textOf(value);
  if (written !== undefined) return written;
  if (value?.is !== "chain") return undefined;
  const at = value.links.findIndex(
    ({ name }) => typeOf(sql, { name, trees: [], at: value.at }, labels) !== undefined,
  );
  const link = value.links[at];
  const text = link && typeOf(sql, link, labels);
  if (text === undefined) return undefined;
  const after = value.links.slice(at + 1).map(({ name }) => words[name] ?? "");
  return text + after.join("");
}

function typeOf(sql: SqlWriter, { name, values = [] }: Link, labels: Value | undefined): string | undefined {
  const [first, second] = values;
  const length = numberOf(fieldOf(first, "length") ?? first);
  if (Object.hasOwn(lengths, name)) {
    const [word, standard] = lengths[name] ?? ["", ""];
    return word + (length === undefined ? standard : `(${length})`);
  }
  if (Object.hasOwn(numbers, name)) {
    const precision = numberOf(fieldOf(first, "precision") ?? fieldOf(first, "length") ?? first);
    const scale = numberOf(fieldOf(first, "scale") ?? fieldOf(first, "decimals") ?? second);
    const size = [precision, scale].filter((one) => one !== undefined).join(",");
    return (numbers[name] ?? "") + (size === "" ? "" : `(${size})`);
  }
  if (Object.hasOwn(plain, name)) return plain[name];
  switch (name) {
    case "TEXT":
    case "BLOB": {
      const size = textOf(fieldOf(first, "length") ?? first)?.toUpperCase();
      return `${size !== undefined && /^(?:TINY|MEDIUM|LONG)$/.test(size) ? size : ""}${name}`;
    }
    case "GEOMETRY":
      return textOf(first)?.toUpperCase() ?? name;
    case "ENUM": {
      const own = fieldOf(first, "values");
      const given =
        own !== undefined ? itemsOf(own) : values.length > 0 ? values.flatMap(itemsOf) : itemsOf(labels);
      return `ENUM(${given.map((one) => plainText(sql.literal(one))).join(", ")})`;
    }
    default:
      return undefined;
  }
}
