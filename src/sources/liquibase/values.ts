/** Values of columns: what `value…` and `defaultValue…` say. */
import { literal, nameOf, type Target } from "./database.ts";
import { instead, sql, type Sql, type Value } from "./sql.ts";
import type { Form } from "./types.ts";

/** An attribute of a column by its name. */
export type Get = (name: string) => Value | undefined;

/** The words of the database are `undefined`: it has none for this. */
export type Found =
  { readonly is: "sql"; readonly sql: Sql } | { readonly is: "refused"; readonly why: string };

const known = (own: Sql): Found => ({ is: "sql", sql: own });

/** `NOW()` for the words that Liquibase takes for it. */
export function computed({ isMysql }: Target, value: Value): Sql {
  const [, precision = "", more = ""] =
    /^(?:current_timestamp|current_datetime|now)(?:\((\d*)\))?(.*)$/is.exec(value.text.trim()) ?? [undefined];
  if (!/^(?:current_timestamp|current_datetime|now\()/i.test(value.text.trim())) return [value];
  return isMysql && more.trim() !== "" ? [value] : [instead(value, `NOW(${isMysql ? precision : ""})`)];
}

const isNumber = (text: string): boolean => /^[-+]?(?:\d|\.\d)/.test(text);

function truth(target: Target, value: Value): Sql | undefined {
  const word = value.text.trim().toLowerCase();
  const isTrue =
    ["true", "1", "t", "y", "yes", "b'1'"].includes(word) || (isNumber(word) && Number(word) === 1);
  if (!isTrue && !["false", "0", "f", "n", "no", "b'0'"].includes(word) && !isNumber(word)) return undefined;
  return [instead(value, target.isMysql ? (isTrue ? "1" : "0") : isTrue ? "TRUE" : "FALSE")];
}

/** `2020-01-02T03:04:05` as the database reads it; undefined: a function. */
function dateOf(value: Value): Value | undefined {
  const text = value.text.trim();
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?)(?:Z|[+-]\d{2}:?\d{2})?)?$/.exec(text);
  const isTime = /^\d{2}:\d{2}:\d{2}/.test(text);
  if (match === null) return isTime ? value : undefined;
  const shown = match[2] === undefined ? (match[1] ?? "") : `${match[1] ?? ""} ${match[2]}`;
  return shown === value.text ? value : instead(value, shown);
}

function next(target: Target, sequence: Value): Found {
  if (target.isMariadb) return known(sql`NEXT VALUE FOR ${nameOf(target, sequence)}`);
  if (target.isMysql) return { is: "refused", why: "MySQL has no sequences" };
  return known(sql`nextval('${nameOf(target, sequence)}')`);
}

const isQuoted = (form: Form | undefined): boolean =>
  form === "quoted" || form === "moment" || form === "day";

/** Undefined: there is no default. `form`: of the column's type, if that is known. */
export function defaultOf(target: Target, get: Get, form: Form | undefined): Found | undefined {
  const text = get("defaultValue");
  if (form === "asText") {
    const own = text ?? get("defaultValueNumeric") ?? get("defaultValueBoolean");
    if (own !== undefined) return known(sql`'${[own]}'`);
  }
  if (text !== undefined) {
    if (/^null$/i.test(text.text.trim())) return known([instead(text, "null")]);
    if (form === "boolean") {
      const own = truth(target, text);
      if (own === undefined) return { is: "refused", why: `${text.text.slice(0, 20)} isn't a boolean` };
      return known(own);
    }
    // Recorded from Liquibase 4.27.
    if (form === "day" && text.text === "CURRENT_TIMESTAMP()") return known([instead(text, "NOW()")]);
    const isCall = form === "moment" && text.text.endsWith("()");
    return known(form === "bare" || isCall ? [text] : literal(target, text));
  }
  const number = get("defaultValueNumeric");
  if (number !== undefined) {
    if (/^null$/i.test(number.text.trim())) return undefined;
    if (form === "boolean" && isNumber(number.text.trim()))
      return known([instead(number, boolean(target, Number(number.text) === 1))]);
    return known(isQuoted(form) && isNumber(number.text) ? literal(target, number) : [number]);
  }
  const bool = get("defaultValueBoolean");
  if (bool !== undefined) {
    if (isQuoted(form)) return known(literal(target, bool));
    return known(form === "bare" ? [bool] : (truth(target, bool) ?? [bool]));
  }
  const date = get("defaultValueDate");
  if (date !== undefined) {
    const own = dateOf(date);
    return known(own === undefined ? computed(target, date) : form === "bare" ? [own] : literal(target, own));
  }
  const expression = get("defaultValueComputed");
  if (expression !== undefined) return known(computed(target, expression));
  const sequence = get("defaultValueSequenceNext");
  return sequence === undefined ? undefined : next(target, sequence);
}

const boolean = ({ isMysql }: Target, isTrue: boolean): string =>
  isMysql ? (isTrue ? "1" : "0") : isTrue ? "TRUE" : "FALSE";

/** Of texts, Liquibase takes these alone for calls: `now(6)` and `TO_DATE(…)` are quoted (3.8 to 5.0, run). */
const call = /^(?:[Nn][Oo][Ww]\(\)$|to_date\()/;

/** What a column of rows gets; undefined: nothing is given. */
export function rowValue(target: Target, get: Get): Found | undefined {
  const text = get("value");
  return text !== undefined && call.test(text.text) ? known([text]) : paramValue(target, get);
}

/** What a parameter of a condition stands for: a text is none but itself. */
export function paramValue(target: Target, get: Get): Found | undefined {
  const text = get("value");
  if (text !== undefined) return known(/^null$/i.test(text.text) ? ["NULL"] : literal(target, text));
  const number = get("valueNumeric");
  if (number !== undefined) return known([number]);
  const bool = get("valueBoolean");
  if (bool !== undefined) return known(truth(target, bool) ?? [bool]);
  const date = get("valueDate");
  if (date !== undefined) {
    const own = dateOf(date);
    return known(own === undefined ? computed(target, date) : literal(target, own));
  }
  const expression = get("valueComputed");
  if (expression !== undefined) return known(computed(target, expression));
  const sequence = get("valueSequenceNext");
  if (sequence !== undefined) return next(target, sequence);
  const file = get("valueClobFile") ?? get("valueBlobFile");
  return file === undefined ? undefined : known(literal(target, instead(file, "…")));
}
