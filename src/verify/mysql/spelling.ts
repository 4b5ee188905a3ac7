/** Types, defaults and expressions in one spelling, whoever wrote them: ddlint as the author, the server as it likes. */
import type { ColumnType } from "../../model/types.ts";

/** Of each character set, when only it is said (MariaDB 10.11, SHOW COLLATION). */
export const defaultCollation: Readonly<Record<string, string>> = {
  utf8mb4: "utf8mb4_general_ci",
  utf8mb3: "utf8mb3_general_ci",
  latin1: "latin1_swedish_ci",
  ascii: "ascii_general_ci",
  binary: "binary",
};

/** `int(10) unsigned` is `int unsigned`: the width of an integer says nothing but for `tinyint(1)`. */
export const typeSpelling = (text: string): string =>
  text
    .replace(/^((?:tiny|small|medium|big)?int)\((\d+)\)/, (all, name: string, width: string) =>
      name === "tinyint" && width === "1" ? all : name,
    )
    .replace(/^year\(4\)/, "year")
    .replace(/^json$/, "longtext")
    .replace(/^geomcollection$/, "geometrycollection");

const numeric = /^(?:(?:tiny|small|medium|big)?int|decimal|float|double|year|bit)/;

/** A default as its value: `'5'` of an integer is 5, `NOW()` is current_timestamp(). */
export function defaultSpelling(text: string, type: ColumnType["name"]): string {
  const plain = text.trim();
  const quoted =
    /^(?:_\w+\s*)?'((?:[^'\\]|''|\\.)*)'$/s.exec(plain)?.[1] ??
    /^(?:_\w+\s*)?"((?:[^"\\]|""|\\.)*)"$/s.exec(plain)?.[1]?.replaceAll('""', '"');
  const word = plain.toLowerCase();
  if (quoted === undefined) {
    const now = /^\(?(?:now|current_timestamp|localtime|localtimestamp)(?:\((\d*)\))?\)?$/.exec(word);
    if (now !== null) return `current_timestamp(${now[1] === "0" ? "" : (now[1] ?? "")})`;
    if (/^b'[01]*'$/.test(word)) return String(parseInt(`0${word.slice(2, -1)}`, 2));
    if (word === "true" || word === "false") return word === "true" ? "1" : "0";
    if (/^[-+]?[\d.]+(?:e[-+]?\d+)?$/.test(word)) return numeric.test(type) ? String(Number(word)) : plain;
    return expressionSpelling(plain);
  }
  const value = quoted.replace(/''/g, "'").replace(/\\(.)/gs, (_, one: string) => one);
  if (numeric.test(type) && value.trim() !== "" && !Number.isNaN(Number(value))) return String(Number(value));
  if (/^(?:datetime|timestamp)/.test(type)) return value.replace(/^(\d+-\d+-\d+)$/, "$1 00:00:00");
  return value;
}

/** Without parentheses, quotes of names, blanks and introducers. */
export const expressionSpelling = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\s+/g, "")
    .replace(/_utf8mb4(?=')/g, "")
    .replace(/[`()]/g, "")
    .replaceAll("!=", "<>");
