/** A DO block that raises an exception where a table has a row: behind it, the table is empty. */
import { quoteIdentifier, type Key } from "../../../model/names.ts";
import { splitKey } from "../../../schema/dependents.ts";
import type { Origin } from "../../../schema/model.ts";
import { withoutSqlComments } from "../../../text/sql-comments.ts";
import type { MigrationScope } from "../../step.ts";

/** Empty from the check on. */
interface Checked {
  readonly at: Origin;
  /** The place of what fills the table behind it. */
  until: number;
}

const known = new WeakMap<MigrationScope, ReadonlyMap<string, Checked>>();

/** What has looked for rows of the table before this place of the migration. */
export function checkedBefore(scope: MigrationScope, key: Key, place: number): Origin | undefined {
  const found = checksOf(scope).get(nameOf(key));
  return found !== undefined && found.at.span.end <= place && place <= found.until ? found.at : undefined;
}

/** The tables among these that a check leaves empty at the end of the migration. */
export const checkedAtEnd = (scope: MigrationScope): ReadonlyMap<Key, Origin> => {
  const checks = checksOf(scope);
  if (checks.size === 0) return new Map();
  return new Map(
    [...scope.after.relations()].flatMap(({ key }) => {
      const found = checks.get(nameOf(key));
      return found?.until === Infinity ? [[key, found.at] as const] : [];
    }),
  );
};

function checksOf(scope: MigrationScope): ReadonlyMap<string, Checked> {
  const before = known.get(scope);
  if (before !== undefined) return before;
  const found = new Map<string, Checked>();
  let last: unknown;
  for (const { statement, script, operation, skipped, changes, before: then } of scope.steps) {
    const filled =
      changes === "rows" && operation.kind !== "deleteRows" && "table" in operation
        ? operation.table
        : undefined;
    const own = filled === undefined ? undefined : found.get(nameOf(then.resolve(filled)));
    if (own !== undefined) own.until = Math.min(own.until, operation.span.start);
    if (statement === last) continue;
    last = statement;
    const { span } = statement;
    const text = script.text.slice(span.start, span.end);
    if (skipped || operation.caught === true || !/^DO\b/i.test(text)) continue;
    const at = { migration: scope.migration.index, path: script.path, span };
    for (const table of checkedIn(withoutSqlComments(text)))
      if (!found.has(table)) found.set(table, { at, until: Infinity });
  }
  known.set(scope, found);
  return found;
}

const raise = /\bIF\s+([^;]{1,1500}?)\s+THEN\s+RAISE\s+(?:EXCEPTION\b|SQLSTATE\b|USING\b|')/gi;
const name = String.raw`((?:"[^"]{1,63}"|\w{1,63})(?:\.(?:"[^"]{1,63}"|\w{1,63}))?)`;
const limit = String.raw`(?:\s+LIMIT\s+\d+)?`;
const exists = new RegExp(
  String.raw`^EXISTS\s*\(\s*SELECT\s+[^()]{1,60}?\sFROM\s+${name}${limit}\s*\)$`,
  "i",
);
const counted = new RegExp(
  String.raw`^\(\s*SELECT\s+count\s*\(\s*[*1]\s*\)\s+FROM\s+${name}\s*\)\s*(?:>\s*0|<>\s*0|!=\s*0|>=\s*1)$`,
  "i",
);
const asksCount = /^(\w{1,63})\s*(?:>\s*0|<>\s*0|!=\s*0|>=\s*1)$/;
const performed = new RegExp(String.raw`\bPERFORM\s+[^();]{1,60}?\sFROM\s+${name}${limit}\s*;\s*$`, "i");
/** What may lead past the check, or catch what it raises. */
const leaves = /\b(?:CASE|LOOP|RETURN|EXCEPTION\s+WHEN|EXIT|CONTINUE)\b/i;

const mostChecks = 50;

/** The names of the tables for whose rows the block raises an exception, whatever else it finds. */
function checkedIn(block: string): readonly string[] {
  if (leaves.test(block)) return [];
  return [...block.matchAll(raise)].slice(0, mostChecks).flatMap(({ 1: condition = "", index }) => {
    const head = block.slice(0, index);
    if (depthOf(head) !== 0 || /\b(?:AND|THEN)\b/i.test(condition)) return [];
    return condition.split(/\bOR\b/i).flatMap((part) => tableOf(part.trim(), head) ?? []);
  });
}

/** How many IFs are open. */
function depthOf(head: string): number {
  const times = (words: RegExp): number => [...head.matchAll(words)].length;
  return times(/\bTHEN\b/gi) - times(/\bEND\s+IF\b/gi) - times(/\bELSE?IF\b/gi);
}

function tableOf(part: string, head: string): string | undefined {
  const found = exists.exec(part)?.[1] ?? counted.exec(part)?.[1];
  if (found !== undefined) return written(found);
  if (/^FOUND$/i.test(part)) return written(performed.exec(head)?.[1]);
  const variable = asksCount.exec(part)?.[1];
  if (variable === undefined) return undefined;
  const count = String.raw`SELECT\s+count\s*\(\s*[*1]\s*\)`;
  const given = head.matchAll(
    new RegExp(
      String.raw`\bINTO\s+(?:STRICT\s+)?${variable}\b|\b${variable}\s*:=|\b${variable}\s+\w+\s*:=`,
      "gi",
    ),
  );
  if ([...given].length !== 1) return undefined;
  const into = new RegExp(
    String.raw`\b${count}\s+INTO\s+(?:STRICT\s+)?${variable}\s+FROM\s+${name}\s*;|\b${count}\s+FROM\s+${name}\s+INTO\s+${variable}\s*;|\b${variable}\s*(?:\w+\s*)?:=\s*\(\s*${count}\s+FROM\s+${name}\s*\)\s*;`,
    "i",
  ).exec(head);
  return written(into?.slice(1).find((one: string | undefined) => one !== undefined));
}

/** A name as statements write it, and as `nameOf` does. */
const written = (text: string | undefined): string | undefined =>
  text
    ?.replace(/^"?public"?\./i, "")
    .split(".")
    .map((one) => quoteIdentifier(one.startsWith('"') ? one.slice(1, -1) : one.toLowerCase()))
    .join(".");

function nameOf(key: Key): string {
  const [schema, own] = splitKey(key);
  return schema === "public" ? quoteIdentifier(own) : `${quoteIdentifier(schema)}.${quoteIdentifier(own)}`;
}
