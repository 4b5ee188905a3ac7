import { typeText, type ColumnType } from "../../../src/model/types.ts";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSpan = (value: unknown): value is { start: number; end: number } =>
  isObject(value) && typeof value.start === "number" && typeof value.end === "number";

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === false || (Array.isArray(value) && value.length === 0);

/** An operation for reading: spans as their text, names and types as one string, nothing empty or false. */
export function compact(text: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => compact(text, element));
  if (isSpan(value)) return text.slice(value.start, value.end).replace(/\s+/g, " ");
  if (!isObject(value)) return value;
  if ("modifiers" in value) return typeText(value as unknown as ColumnType);
  if (isSpan(value.span) && typeof value.text === "string") {
    const rest = Object.keys(value).filter((key) => key !== "text" && key !== "span");
    if (rest.every((key) => key === "name" || key === "schema")) return value.text;
  }
  if (isSpan(value.span) && typeof value.column === "string") {
    const table = isObject(value.table) ? String(value.table.text) : undefined;
    const candidates = Array.isArray(value.candidates)
      ? value.candidates.map((candidate: Json) => String(candidate.text)).join("|")
      : "?";
    return `${table ?? `(${candidates})`}.${value.column}`;
  }
  const result: Record<string, unknown> = {};
  for (const key in value) {
    const child = value[key];
    if (isEmpty(child)) continue;
    if (key === "span" && typeof value.text === "string") continue;
    if (key === "afterKeyword" && typeof child === "number") result[key] = `…${text.slice(child - 5, child)}`;
    else result[key] = compact(text, child);
  }
  return result;
}
