/** What stops the migration where a table has rows, as a DO block that asks for them: what it drops then holds none. */
import type { MigrationScope, Step } from "../../step.ts";
import { withoutSqlComments } from "../../../text/sql-comments.ts";
import type { Place } from "./copied.ts";

const check =
  /\bIF\s+EXISTS\s*\(\s*SELECT\s+[^()]{1,60}?\sFROM\s+([\w."]{1,130})(?:\s+WHERE\s+([\w"]{1,65})\s+IS\s+NOT\s+NULL)?(?:\s+LIMIT\s+\d+)?\s*\)\s*THEN\s+RAISE\s+(?:EXCEPTION\b|')/gi;

/** A check that no row of a table is there, or none with a value in the column `notNull`. */
interface Check {
  readonly at: Place;
  readonly notNull: string | undefined;
}

/** See `DependentQuestions.checkedEmpty`. */
export const checkedEmpty = (step: Step): Place | undefined => checkedBefore(step) ?? requiredEmpty(step);

/** The migration succeeds only where the table has no row, and doesn't add the column again. */
function requiredEmpty({ operation, before, neighbours, rows }: Step): Place | undefined {
  if (operation.kind !== "dropColumn") return undefined;
  const table = before.resolve(operation.table);
  const { are, at } = rows(operation.table);
  const isAgain = neighbours("later", "addColumn").some(
    (one) =>
      one.operation.column.name.text === operation.column.text &&
      one.before.resolve(one.operation.table) === table,
  );
  return are === "none or fails" && !isAgain ? at : undefined;
}

function checkedBefore({ operation, script, statement, scope, spell }: Step): Place | undefined {
  if (operation.kind !== "dropTable" && operation.kind !== "dropColumn") return undefined;
  const known = checks.get(scope) ?? checksIn(scope);
  // Its steps are all there when its rules run.
  checks.set(scope, known);
  const column = operation.kind === "dropColumn" ? bare(spell(operation.column)) : undefined;
  return known
    .get(bare(operation.table.text))
    ?.find(
      ({ at, notNull }) =>
        at.path === script.path &&
        at.span.start < statement.span.start &&
        (notNull === undefined || notNull === column),
    )?.at;
}

/** By the table; a DO block is read once for all statements of its migration. */
const checks = new WeakMap<MigrationScope, ReadonlyMap<string, readonly Check[]>>();

function checksIn({ steps }: MigrationScope): ReadonlyMap<string, readonly Check[]> {
  const found = new Map<string, Check[]>();
  const seen = new Set<Step["statement"]>();
  for (const { statement, script, operation } of steps) {
    if (seen.has(statement)) continue;
    seen.add(statement);
    const { span } = statement;
    const text = script.text.slice(span.start, span.end);
    if (!/^DO\b/i.test(text) || operation.caught === true) continue;
    for (const [, table = "", notNull] of withoutSqlComments(text).matchAll(check)) {
      const ofTable = found.get(bare(table)) ?? [];
      ofTable.push({
        at: { path: script.path, span },
        notNull: notNull === undefined ? undefined : bare(notNull),
      });
      found.set(bare(table), ofTable);
    }
  }
  return found;
}

/** As it is written, without the schema that is searched anyway. */
const bare = (name: string): string => {
  const plain = name.replace(/^"?public"?\./i, "");
  return /^"[a-z_][a-z0-9_]*"$/.test(plain)
    ? plain.slice(1, -1)
    : plain.includes('"')
      ? plain
      : plain.toLowerCase();
};
