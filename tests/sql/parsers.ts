/** What the two PostgreSQL front ends make of the same text. */
import { createPostgresFrontEnd } from "../../src/sql/postgres/parse.ts";
import { createSecondFrontEnd } from "../../src/sql/postgres-without-wasm/parse.ts";
import type { Statement } from "../../src/sql/front-end.ts";
import type { Span } from "../../src/text/span.ts";

const bug = (error: unknown): void => {
  throw error;
};
export const first = createPostgresFrontEnd({ bug });
export const second = createSecondFrontEnd({ bug });

/** One statement that both parse. */
export interface Pair {
  readonly kind: string;
  readonly sql: string;
  readonly first: string;
  readonly second: string;
}

/** Statements that both front ends read, with their operations as text; and kinds of those that only the first reads. */
export function pairs(
  text: string,
  part?: Span,
): { readonly both: readonly Pair[]; readonly onlyFirst: readonly string[] } {
  const others = new Map(second.read(text, part).statements.map((one) => [one.span.start, one]));
  const both: Pair[] = [];
  const onlyFirst: string[] = [];
  for (const statement of first.read(text, part).statements) {
    // The second front end doesn't correct what the grammar rejects.
    if (statement.rejected === true) continue;
    const other = others.get(statement.span.start);
    if (statement.kind === "unparsable" || other === undefined) continue;
    if (isUnread(other)) onlyFirst.push(statement.kind);
    else if (!contains(statement, "executeDynamic") && !holdsUnread(other)) {
      both.push({
        kind: statement.kind,
        sql: text.slice(statement.span.start, statement.span.end),
        first: compact(statement.operations, text),
        second: compact(other.operations, text),
      });
    }
  }
  return { both, onlyFirst };
}

export const isUnread = (statement: Statement): boolean => statement.kind.endsWith("(not read)");

/** A statement of a body that the second one can't read. */
const holdsUnread = (statement: Statement): boolean => contains(statement, "unknown");
const contains = ({ operations }: Statement, kind: string): boolean =>
  JSON.stringify(operations).includes(`"kind":"${kind}"`);

/** One line per property; spans as the text they cover, lists of names in the order of their places. */
function compact(value: unknown, text: string): string {
  const lines: string[] = [];
  const visit = (at: string, part: unknown): void => {
    if (part === undefined) return;
    if (Array.isArray(part)) {
      const list = /(?:relations|columns|functions|stars)$/.test(at) ? inOrder(part) : part;
      list.forEach((element, i) => {
        visit(`${at}[${i}]`, element);
      });
      if (part.length === 0) lines.push(`${at}: []`);
    } else if (isSpan(part))
      lines.push(`${at}: ${part.start}-${part.end} «${text.slice(part.start, part.end)}»`);
    else if (typeof part === "object" && part !== null) {
      for (const [key, child] of Object.entries(part)
        .filter(isOfBoth(part))
        .sort(([a], [b]) => (a < b ? -1 : 1))) {
        visit(`${at}.${key}`, child);
      }
    } else lines.push(`${at}: ${JSON.stringify(part)}`);
  };
  visit("", value);
  return lines.join("\n");
}

/** Facts for the effects of servers alone, and how many rows a query writes, which the second front end doesn't gather. */
const isOfBoth =
  (owner: object) =>
  ([key]: [string, unknown]): boolean =>
    !["sequences", "since", "held"].includes(key) &&
    !(key === "rows" && "source" in owner && owner.source === "query") &&
    !("kind" in owner && (ofFirst[String(owner.kind)]?.includes(key) ?? false));

const ofFirst: Readonly<Record<string, readonly string[]>> = {
  selectRows: ["where", "locked"],
  utility: ["query", "roles"],
};

function inOrder(list: readonly unknown[]): readonly unknown[] {
  const start = (value: unknown): number =>
    typeof value === "object" && value !== null && "span" in value && isSpan(value.span)
      ? value.span.start
      : 0;
  return list.toSorted((a, b) => start(a) - start(b));
}

const isSpan = (value: unknown): value is Span =>
  typeof value === "object" &&
  value !== null &&
  "start" in value &&
  typeof value.start === "number" &&
  "end" in value &&
  Object.keys(value).length === 2;
