/** The driver that a project's settings name: `client: "postgresql"` of a knexfile, which migrations can ask for. */
import type { SourceHistory } from "../source.ts";
import { isOurs } from "./databases.ts";
import { settingsAbove } from "./mapped-names.ts";

const stated = /\bclient["']?\s{0,9}:\s{0,9}["'`]([\w-]{1,40})["'`]/g;

/** What it gives reads the settings. Undefined: they name none for the history's database, or several. */
export function clientOf(
  { root, tool, listFolder }: SourceHistory,
  isMysql: boolean,
): (readFile: (path: string) => string | undefined) => string | undefined {
  const path = tool === "knex" ? settingsAbove(/^knexfile\.[cm]?[jt]s$/, root, listFolder) : undefined;
  if (path === undefined) return () => undefined;
  return (readFile) => {
    const text = (readFile(path) ?? "").slice(0, 65_536);
    const names = new Set(Array.from(text.matchAll(stated), ([, name = ""]) => name));
    const [client, ...others] = [...names].filter((name) => isOurs({ isMysql }, name));
    return others.length === 0 ? client : undefined;
  };
}
