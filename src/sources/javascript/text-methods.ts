/** What methods make of texts that are known. */
import type { Segment } from "../../text/source-map.ts";
import type { Span } from "../../text/span.ts";
import { spanOf, type Tree } from "./tree.ts";
import { textOf, type Link, type PlainValue, type Value } from "./value.ts";

const caseChanges: ReadonlyMap<string, (text: string) => string> = new Map([
  ["toLowerCase", (text) => text.toLowerCase()],
  ["toUpperCase", (text) => text.toUpperCase()],
]);

/** Undefined: another method, or some of the text isn't known. */
export function inOtherCase(value: Value, name: string): Value | undefined {
  const change = caseChanges.get(name);
  if (change === undefined || value.is !== "text" || value.holes) return undefined;
  const segments = value.segments.map((one) => {
    const text = change(one.text);
    return text === one.text ? one : { ...one, text, exact: false };
  });
  return { ...value, segments };
}

/** `["a", "b"].join(", ")` */
export function joined(items: readonly Value[], separator: Value | undefined, tree: Tree): Value | undefined {
  const between = separator === undefined ? "," : textOf(separator);
  if (between === undefined || items.some(({ is }) => is !== "text")) return undefined;
  const segments: Segment[] = [];
  let holes = false;
  for (const [i, item] of items.entries()) {
    if (item.is !== "text") continue;
    const first = item.segments[0];
    const at = { start: item.at.start, end: item.at.start };
    if (i > 0) segments.push({ text: between, path: first?.path ?? "", at, exact: false });
    segments.push(...item.segments);
    holes ||= item.holes;
  }
  return { is: "text", segments, holes, at: spanOf(tree) };
}

const questions: ReadonlyMap<string, (text: string, asked: string) => boolean> = new Map([
  ["includes", (text, asked) => text.includes(asked)],
  ["startsWith", (text, asked) => text.startsWith(asked)],
  ["endsWith", (text, asked) => text.endsWith(asked)],
]);

/** `"postgresql".includes("pg")`, `["pg", "mysql"].includes("pg")`; undefined: something isn't known. */
export function answered(value: Value, { name, values }: Link, at: Span): PlainValue | undefined {
  const asked = values?.length === 1 ? textOf(values[0]) : undefined;
  if (asked === undefined) return undefined;
  if (value.is === "list" && name === "includes") {
    const items = value.items.map(textOf);
    return items.includes(undefined) ? undefined : { is: "plain", value: items.includes(asked), at };
  }
  const own = textOf(value);
  const answer = own === undefined ? undefined : questions.get(name)?.(own, asked);
  return answer === undefined ? undefined : { is: "plain", value: answer, at };
}
