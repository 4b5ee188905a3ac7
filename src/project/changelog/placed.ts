/** Values of YAML and JSON with their places, and the elements that they are. */
import type { ChangelogNode, WrittenPart, WrittenText } from "../../model/changelog.ts";
import type { Span } from "../../text/span.ts";

export type PlacedValue =
  | { readonly is: "text" | "nothing"; readonly value: string; readonly at: Span }
  | { readonly is: "list"; readonly items: readonly PlacedValue[]; readonly at: Span }
  | { readonly is: "record"; readonly entries: readonly PlacedEntry[]; readonly at: Span };

interface PlacedEntry {
  readonly key: string;
  readonly keyAt: Span;
  readonly value: PlacedValue;
}

/** Liquibase takes the last one of a key that is written twice, as in `- sql:` with its `sql:` no further to the right. */
const lastOfEach = (entries: readonly PlacedEntry[]): readonly PlacedEntry[] => [
  ...new Map(entries.map((entry) => [entry.key, entry])).values(),
];

/** The list of a key at the top as an element, or nothing in place of it; undefined: there is none. */
export function elementAt(text: string, tree: PlacedValue, key: string): ChangelogNode | undefined {
  if (tree.is !== "record") return undefined;
  const entry = tree.entries.findLast((one) => one.key === key);
  // Liquibase 4.27 and 5.0: "databaseChangeLog does not contain a list of entries".
  const isList = entry?.value.is === "list" || entry?.value.is === "nothing";
  return isList ? elementOf(text, entry) : undefined;
}

/** Records in a list are parts of the element, as are those of a record: single values are its attributes. */
function elementOf(source: string, { key, keyAt, value }: PlacedEntry): ChangelogNode {
  const attributes = new Map<string, WrittenText>();
  const children: ChangelogNode[] = [];
  // `- sql: SELECT 1` in a list of changes is a change, and no attribute.
  const isChange = value.is === "list" && (key === "changes" || key === "rollback");
  const add = (one: PlacedValue): void => {
    if (one.is !== "record") return;
    for (const entry of lastOfEach(one.entries)) {
      const { value: own } = entry;
      if (own.is === "text" && !isChange) attributes.set(entry.key, written(source, own.value, own.at));
      else if (own.is !== "nothing" || isChangeset(entry)) children.push(elementOf(source, entry));
    }
  };
  if (value.is === "list") value.items.forEach(add);
  else add(value);
  return {
    name: key,
    at: { start: keyAt.start, end: Math.max(keyAt.end, value.at.end) },
    head: keyAt,
    attributes,
    children,
    text: value.is === "text" ? written(source, value.value, value.at) : undefined,
  };
}

/** `- changeSet:` alone is one all the same, which Liquibase refuses: what belongs to it stands beside it. */
const isChangeset = ({ key }: PlacedEntry): boolean => key === "changeSet";

/** Finds a value's lines in the file; a line that is written otherwise stands for the whole place. */
export function written(source: string, value: string, at: Span): WrittenText {
  const parts: WrittenPart[] = [];
  const own = source.slice(at.start, at.end);
  let from = 0;
  const lines = value.split("\n");
  for (const [i, line] of lines.entries()) {
    const start = line === "" ? -1 : own.indexOf(line, from);
    const isThere = start >= 0;
    const span = isThere ? { start: at.start + start, end: at.start + start + line.length } : at;
    if (line !== "") parts.push({ text: line, at: span, exact: isThere });
    if (isThere) from = start + line.length;
    if (i < lines.length - 1) parts.push({ text: "\n", at: isThere ? span : at, exact: false });
  }
  return { value, parts };
}
