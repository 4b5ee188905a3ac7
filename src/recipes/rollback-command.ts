import { addressOf } from "../replay/pending.ts";
import type { MigrationScope } from "../replay/step.ts";

/** How to write the rollback of a changeset that shares its file with others. Undefined: its file or its name says which. */
export function writesRollback({ history, migration }: MigrationScope): string | undefined {
  const { up, author } = migration;
  const isShared = history.migrations.some((other) => other !== migration && other.up.path === up.path);
  if (!isShared || author === undefined) return undefined;
  const address = addressOf(migration);
  const word = /^[\w./:@%+=,-]+$/.test(address) ? address : `"${address.replaceAll('"', '\\"')}"`;
  return `Write the rollback (\`ddlint rollback ${word}\` writes what can be undone), or state in the migration why there is none: \`-- ddlint-irreversible: reason\`.`;
}
