/** A table of MySQL or MariaDB that goes: it is marked as deprecated first. */
import type { Step } from "../replay/step.ts";
import { instead, unusedTable, type Advice } from "./advice.ts";
import { leftOut, noLongerUsed, stillDeclared } from "./declared.ts";
import { refusingKeys, withoutKeys } from "./refusing-keys.ts";
import { droppedTogether, isDrop } from "./tables.ts";
import { tablesBackLater } from "./ways-back.ts";
import { literal } from "./words.ts";

/** Drops it a release later; with the tables that the same call of code drops. */
export function deprecateTable(step: Step): Advice | undefined {
  if (!isDrop(step)) return undefined;
  const isOfOthers = leftOut(step, step.operation.table);
  if (isOfOthers !== undefined) return instead(isOfOthers);
  const all = droppedTogether(step);
  const keys = all.map((one) => refusingKeys(one, one.operation.table, all));
  const texts = all.map(({ operation }) => operation.table.text);
  const drops = texts.map((table) => `DROP TABLE ${table};`);
  const again = keys.flatMap((one) => one.again);
  return instead(
    {
      heading: [],
      undo: [...all.map(unmark), ...again],
      ...(all.length > 1 ? { replaces: all.map(({ statement }) => statement.span) } : {}),
    },
    ...texts.flatMap((table, at) => [
      `ALTER TABLE ${table} COMMENT = '${noLongerUsed}';`,
      ...(keys[at]?.drops ?? []),
    ]),
    stillDeclared(step, "table", { comment: noLongerUsed }),
    { ...unusedTable(step, step.operation.table.text), ...withoutKeys(step, drops, again) },
    ...drops,
    ...all.map(tablesBackLater),
  );
}

/** The comment that the table has by the history, or none. */
function unmark({ operation: { table }, before }: Step<"dropTable">): string {
  const found = before.relation(table);
  const said = found.is === "present" ? found.value.tableOptions?.["comment"] : undefined;
  return `ALTER TABLE ${table.text} COMMENT = ${literal((said ?? "").replaceAll("\\", "\\\\"))};`;
}
