/** Column types, by the names that SHOW CREATE TABLE gives. */
import type { ColumnType } from "../../../model/types.ts";
import type { Cursor } from "../cursor.ts";
import { dictionary } from "../../../text/dictionary.ts";

/** MySQL manual, section 13.9 "Using Data Types from Other Database Engines", and synonyms of chapter 13. */
const synonyms: Readonly<Record<string, string>> = dictionary({
  integer: "int",
  int1: "tinyint",
  int2: "smallint",
  int3: "mediumint",
  middleint: "mediumint",
  int4: "int",
  int8: "bigint",
  dec: "decimal",
  numeric: "decimal",
  fixed: "decimal",
  number: "decimal",
  float4: "float",
  float8: "double",
  real: "double",
  "double precision": "double",
  character: "char",
  nchar: "char",
  nvarchar: "varchar",
  varcharacter: "varchar",
  varchar2: "varchar",
  "char varying": "varchar",
  raw: "varbinary",
  long: "mediumtext",
  "long varbinary": "mediumblob",
  clob: "longtext",
  geometrycollection: "geomcollection",
});

export interface TypeRead {
  readonly type: ColumnType;
  /** Of NCHAR and its kin, ASCII, UNICODE, BYTE. */
  readonly charset?: string | undefined;
  /** SERIAL is BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE. */
  readonly serial: boolean;
}

const lengths = new Set(["enum", "set"]);
/** Their display width says nothing of what they hold. */
const digits: Readonly<Record<string, number | undefined>> = {
  tinyint: 3,
  smallint: 5,
  mediumint: 8,
  int: 10,
  bigint: 20,
};
const integers = new Set(Object.keys(digits));

/** `CHAR(3) BYTE` */
const bytes: Readonly<Record<string, string>> = dictionary({
  char: "binary",
  varchar: "varbinary",
  tinytext: "tinyblob",
  text: "blob",
  mediumtext: "mediumblob",
  longtext: "longblob",
});

/** What is left out is filled in, and a size that only chooses the type does so (MySQL manual, chapter 13). */
function sized(
  name: string,
  modifiers: readonly number[],
): { readonly name: string; readonly modifiers: readonly number[] } {
  const [first] = modifiers;
  switch (name) {
    case "decimal":
      return { name, modifiers: [first ?? 10, modifiers[1] ?? 0] };
    case "bit":
    case "char":
    case "binary":
      return { name, modifiers: [first ?? 1] };
    case "year":
      return { name, modifiers: [] };
    case "float":
      if (modifiers.length !== 1) return { name, modifiers };
      return { name: (first ?? 0) > 24 ? "double" : "float", modifiers: [] };
    case "text":
    case "blob": {
      if (first === undefined) return { name, modifiers };
      // Of a character set with four bytes a character, which is the default.
      const size = name === "text" ? first * 4 : first;
      const prefix = size < 256 ? "tiny" : size < 65536 ? "" : size < 16777216 ? "medium" : "long";
      return { name: `${prefix}${name}`, modifiers: [] };
    }
  }
  return { name, modifiers };
}

/** The type that begins here; undefined if no word does. */
export function readType(c: Cursor): TypeRead | undefined {
  const first = c.at;
  const token = c.peek();
  if (token?.kind !== "word") return undefined;
  let name = c.word();
  c.at++;
  let charset: string | undefined;
  if (name === "national") {
    charset = "utf8mb3";
    name = c.word();
    c.at = Math.min(c.at + 1, c.end);
  } else if (name === "nchar" || name === "nvarchar") charset = "utf8mb3";
  if (name === "double") c.take("precision");
  else if (
    /^(?:char|character|nchar)$/.test(name) &&
    c.takeOne("varying", "varchar", "varcharacter") !== undefined
  )
    name = "varchar";
  else if (name === "long") {
    const kind = c.takeOne("varchar", "varbinary", "varcharacter");
    if (kind === "varbinary") name = "long varbinary";
    else if (c.take("char", "varying")) name = "long";
  }
  let written = synonyms[name] ?? name;
  const boolean = written === "bool" || written === "boolean";
  let modifiers: readonly number[] = [];
  let values: string[] | undefined;
  const inner = c.parenthesised();
  if (inner !== undefined) {
    if (lengths.has(written)) {
      values = inner.list().flatMap((part) => {
        const last = part.tokens[part.end - 1];
        // Trailing blanks are cut when the table is made.
        return last?.kind === "string" ? last.value.replace(/ +$/, "") : [];
      });
    } else
      modifiers = inner
        .list()
        .flatMap((part) => (part.peek()?.kind === "number" ? Number(part.peek()?.value) : []));
  }
  if (boolean) {
    written = "tinyint";
    modifiers = [1];
  }
  if (c.is("byte") && bytes[written] !== undefined) {
    c.at++;
    written = bytes[written] ?? written;
  }
  ({ name: written, modifiers } = sized(written, modifiers));
  let unsigned = false;
  let zerofill = false;
  for (
    let word = c.takeOne("unsigned", "signed", "zerofill");
    word !== undefined;
    word = c.takeOne("unsigned", "signed", "zerofill")
  ) {
    if (word === "unsigned") unsigned = true;
    if (word === "zerofill") zerofill = true;
  }
  let displayWidth: number | undefined;
  if (integers.has(written) && !zerofill && !(written === "tinyint" && modifiers[0] === 1))
    [displayWidth, modifiers] = [modifiers[0], []];
  // As many digits as its largest value has.
  else if (zerofill && modifiers.length === 0) modifiers = [digits[written] ?? []].flat();
  const serial = name === "serial";
  if (serial) {
    written = "bigint";
    unsigned = true;
  }
  const span = c.span(first);
  return {
    type: {
      name: written,
      modifiers,
      dimensions: 0,
      unsigned: unsigned || zerofill ? true : undefined,
      zerofill: zerofill ? true : undefined,
      displayWidth,
      values,
      text: c.textOf(span),
      span,
    },
    charset,
    serial,
  };
}
