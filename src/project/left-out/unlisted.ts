/** Folders of which the list of their tool names no file: of an earlier run of the generator, and nothing runs them. */
import { isNamedByScript } from "../found-runner.ts";
import type { AnyHistory, FileSystem } from "../migration.ts";

/** Only where the list names others, and no script names the folder or a file of it. */
export function judgeUnlisted(
  fs: FileSystem,
  histories: Map<string, AnyHistory>,
  isStated: (history: AnyHistory) => boolean,
): void {
  for (const [key, history] of histories) {
    const idle = history.unrun?.idle;
    if (idle === undefined || history.idle !== undefined) continue;
    if (history.migrations.length === 0 || isStated(history) || isNamedByScript(fs, history)) continue;
    histories.set(key, { ...history, unrun: undefined, idle });
  }
}
