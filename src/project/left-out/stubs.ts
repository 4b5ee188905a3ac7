/** Folders of plain SQL without a statement: a template or a generator has made them, and nothing has happened since. */
import { toolNamed } from "../known-tools.ts";
import type { AnyHistory } from "../migration.ts";

/** Only where no trace of what runs them was found. */
export function judgeStubs(
  histories: Map<string, AnyHistory>,
  isStated: (history: AnyHistory) => boolean,
): void {
  for (const [key, history] of histories) {
    const { tool, migrations, idle, evidence } = history;
    if (toolNamed(tool).handMade !== true || evidence.length > 1 || idle !== undefined) continue;
    if (migrations.length === 0 || isStated(history)) continue;
    const isEmpty = migrations.every(
      ({ up, down, unread }) => unread !== true && up.code === undefined && up.empty && down?.empty !== false,
    );
    if (isEmpty) histories.set(key, { ...history, idle: "no file has a statement" });
  }
}
