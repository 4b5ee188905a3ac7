import { fromUrl, url } from "../commands.ts";
import { stem } from "../tracking.ts";
/** Yoyo's migrations name the ones before them: an order of their own, which the names only fill up. */
import type { Migration } from "../migration.ts";
import { linesOf } from "../scan.ts";
import type { Tool } from "../tool.ts";

/** Each as early as its name lets it stand, after all that it depends on; names that nobody has, and rings, are let be. */
function inDependencyOrder(migrations: readonly Migration[]): readonly Migration[] {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  const needs = new Map(migrations.map((migration) => [migration, dependenciesOf(migration)]));
  if ([...needs.values()].every((names) => names.length === 0)) return migrations;
  const ordered: Migration[] = [];
  const done = new Set<Migration>();
  for (const start of migrations) {
    const open = [start];
    while (open.length > 0) {
      const migration = open.at(-1) ?? start;
      const missing = done.has(migration)
        ? undefined
        : (needs.get(migration) ?? [])
            .flatMap((name) => byName.get(name) ?? [])
            .find((other) => !done.has(other) && !open.includes(other));
      if (missing !== undefined) open.push(missing);
      else {
        open.pop();
        if (!done.has(migration)) ordered.push(migration);
        done.add(migration);
      }
    }
  }
  return ordered.map((migration, index) => ({ ...migration, index }));
}

/** Names after `-- depends:` among the comments at the top. */
function dependenciesOf({ up }: Migration): readonly string[] {
  const names: string[] = [];
  for (const { text } of linesOf(up.text.slice(0, 4000))) {
    const line = text.trim();
    if (line !== "" && !line.startsWith("--")) break;
    const listed = /^--[ \t]{0,9}depends[ \t]{0,9}:(.*)$/.exec(line)?.[1];
    if (listed !== undefined) names.push(...listed.split(/[\s,]+/).filter(Boolean));
  }
  return names;
}

/** The comments and empty lines before the first statement. */
const commentsAbove = (text: string): string => /^(?:\s*--[^\n]*(?:\n|$))*/.exec(text)?.[0] ?? "";

export const yoyo: Tool = {
  name: "yoyo",
  rank: 7,
  signs: [{ files: ["yoyo.ini"], dependencies: { pypi: ["yoyo-migrations"] } }],
  shapes: ["timestamps", "numbered", "plain"],
  order: "text",
  inOrder: inDependencyOrder,
  wraps: "each",
  sends: "statement",
  optOut: "-- transactional: false in the comments at the top of the file",
  optOutText: "-- transactional: false",
  optedOut: ({ text }) => /^\s*--\s*transactional\s*:\s*(?:false|False|FALSE)\s*$/m.test(commentsAbove(text)),
  resets: "all",
  duplicates: "fine",
  late: { what: "yoyo runs it after the newer ones", runs: true },
  trackingTables: ["_yoyo_migration", "_yoyo_log", "_yoyo_version", "yoyo_lock"],
  tracking: {
    table: "_yoyo_migration",
    key: "migration_id",
    keyOf: stem,
    order: "applied_at_utc",
  },
  commands: {
    server: fromUrl,
    apply: ({ folder }) => `yoyo apply --batch --database ${url} ${folder}`,
    applyTo: ({ folder, migration }) =>
      `yoyo apply --batch --database ${url} --revision ${stem(migration)} ${folder}`,
    undo: ({ folder, migration }) =>
      `yoyo rollback --batch --database ${url} --revision ${stem(migration)} ${folder}`,
    status: ({ folder }) => `yoyo list --database ${url} ${folder}`,
    mark: ({ folder, migration }) =>
      `yoyo mark --batch --database ${url} --revision ${stem(migration)} ${folder}`,
  },
};
