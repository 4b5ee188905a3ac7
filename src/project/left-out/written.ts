/** Changelogs that Liquibase writes, for people to copy from: its settings name them as output, and nothing runs them. */
import { liquibase } from "../layouts/liquibase.ts";
import { writtenChangelogs } from "../layouts/liquibase-settings.ts";
import { isOneOf } from "../layouts/liquibase-plan.ts";
import type { AnyHistory, FileSystem } from "../migration.ts";
import { relative } from "../files/paths.ts";

/** A history of nothing else is named, and left out. */
export function judgeWritten(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  for (const [key, history] of histories) {
    const { root, layout, migrations, alsoRead = [], idle } = history;
    if (layout !== liquibase.name || migrations.length === 0 || idle !== undefined) continue;
    const written = writtenChangelogs(fs, root);
    if (written.length === 0) continue;
    const files = new Set([...alsoRead, ...migrations.map(({ up }) => up.path)]);
    const [first = root] = files;
    if (![...files].every((file) => isOneOf(root, relative(root, file), written))) continue;
    const because = `the settings of Liquibase name ${relative(root, first)} as a file that it writes`;
    histories.set(key, { ...history, idle: because });
  }
}
