/**
 * How each repository's migrations are recognised: `npx tsx scripts/corpus-layouts.ts <folder>…`, one line a history.
 * `--verbose` adds the evidence, the problems, and the folders with SQL files that no history holds.
 */
import { basename } from "node:path";
import { discover } from "../src/project/discover.ts";
import { nodeFileSystem } from "../src/project/files/file-system.ts";
import type { FileSystem, AnyHistory } from "../src/project/migration.ts";
import { isWithin, join, parentOf } from "../src/project/files/paths.ts";

const skipped = new Set(["node_modules/", ".git/", "vendor/", "dist/", "target/"]);

function sqlFiles(fs: FileSystem, folder: string): string[] {
  return fs.list(folder).flatMap((name) => {
    if (skipped.has(name)) return [];
    if (name.endsWith("/")) return sqlFiles(fs, join(folder, name));
    return name.toLowerCase().endsWith(".sql") ? [join(folder, name)] : [];
  });
}

/** `12 migrations (1 repeatable, 2 in code)`. */
function size({ migrations }: AnyHistory): string {
  const notes = ["repeatable", "baseline"].flatMap((kind) => {
    const count = migrations.filter((migration) => migration.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  const inCode = migrations.filter((migration) => migration.unread === true).length;
  if (inCode > 0) notes.push(`${inCode} in code`);
  return `${migrations.length}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
}

function counts(texts: readonly string[]): string {
  const found = new Map<string, number>();
  for (const text of texts) found.set(text, (found.get(text) ?? 0) + 1);
  return [...found].map(([text, count]) => `${count} ${text}`).join(", ");
}

const verbose = process.argv.includes("--verbose");
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
console.log(
  ["repository", "root", "tool", "layout", "dialect", "server", "migrations", "pairs", "problems"].join("\t"),
);
for (const folder of folders) {
  const fs = nodeFileSystem(folder);
  const started = performance.now();
  const histories = discover(fs, []);
  const time = performance.now() - started;
  const known = new Set<string>();
  for (const history of histories) {
    const { root, tool, layout, dialect, migrations, problems } = history;
    for (const { up, down } of migrations) {
      known.add(up.path);
      if (down !== undefined) known.add(down.path);
    }
    for (const { path } of problems) known.add(path);
    const pairs = migrations.filter((migration) => migration.down !== undefined).length;
    const what = counts(problems.map((problem) => problem.rule));
    const row = [
      basename(folder),
      root,
      tool,
      layout,
      dialect,
      history.serverVersion ?? "-",
      size(history),
      pairs,
      what,
    ];
    console.log(row.join("\t"));
    if (!verbose) continue;
    console.log(`  why: ${[...history.evidence, ...(history.dialectEvidence ?? [])].join("; ")}`);
    for (const { path, message } of problems.slice(0, 5)) console.log(`  ${path}: ${message}`);
  }
  if (!verbose) continue;
  const left = sqlFiles(fs, ".").filter((file) => !known.has(file));
  const inside = left.filter((file) => histories.some(({ root }) => isWithin(root, file)));
  const outside = left.filter((file) => !inside.includes(file)).map((file) => parentOf(file) ?? ".");
  console.log(`  ${time.toFixed(0)} ms; not read: ${inside.length} inside`, inside.slice(0, 5));
  for (const line of counts(outside).split(", ").slice(0, 15)) if (line !== "") console.log(`    ${line}`);
}
