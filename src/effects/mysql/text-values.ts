/** What a text has to look like to be a value of a type in strict mode; what isn't sure is one. Measured on MySQL 9.7 and MariaDB 11.8. */
import type { ColumnType } from "../../model/types.ts";
import { isNoDay } from "../../text/days.ts";
import { dictionary } from "../../text/dictionary.ts";

const numbers: ReadonlySet<string> = new Set(
  "tinyint smallint mediumint int bigint decimal float double".split(" "),
);

/** The type is one of numbers, and has no room for this one. */
export const isOutOfRange = (text: string, type: ColumnType): boolean =>
  numbers.has(type.name) && !isValue(text, type);

export const isNoValue = (text: string, type: ColumnType): boolean => !isValue(text, type);

function isValue(given: string, { name, values = [], modifiers, unsigned }: ColumnType): boolean {
  const members = new Set(values.map((value) => value.toLowerCase()));
  // A number is the place of a member.
  const isPlace = /^\s*\d+\s*$/.test(given);
  switch (name) {
    case "enum":
      return isPlace || members.has(given.toLowerCase());
    case "set":
      return isPlace || given === "" || given.split(",").every((one) => members.has(one.toLowerCase()));
    case "char":
    case "varchar":
      return Array.from(given).length <= (modifiers[0] ?? Infinity);
    case "date":
    case "datetime":
    case "time":
    case "timestamp":
    case "year":
      // Zeros are a matter of `sql_mode`.
      return /^\s*[-\d]/.test(given) && (/-0?0(?!\d)/.test(given) || !isNoDay(given));
    case "bit": {
      // Its bytes are taken as they are: '1' is 0x31.
      const bytes = new TextEncoder().encode(given);
      const number = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
      return number < 2n ** BigInt(modifiers[0] ?? 1);
    }
    default: {
      if (!numbers.has(name)) return true;
      if (!/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i.test(given)) return false;
      const [precision = 10, scale = 0] = modifiers;
      const [, digits = ""] = /^\s*[-+]?0*(\d*)(?:\.\d*)?\s*$/.exec(given) ?? [];
      if (name === "decimal") return digits.length <= precision - scale;
      const bits = bitsOf[name];
      const whole = /^-?\d{1,30}$/.test(given) ? BigInt(given) : 0n;
      if (bits === undefined) return true;
      const most = 2n ** (unsigned === true ? bits : bits - 1n);
      return whole < most && whole >= (unsigned === true ? 0n : -most);
    }
  }
}

const bitsOf: Readonly<Record<string, bigint>> = dictionary({
  tinyint: 8n,
  smallint: 16n,
  mediumint: 24n,
  int: 32n,
  bigint: 64n,
});
