/**
 * Plays the histories of fixtures/truth, and compares the figures with those that are written down there:
 *
 *     npx tsx tools/truth/check.ts [--versions 15] [--mysql <client>] [--write]
 *
 * MariaDB is left out where there is none. Exit code 1: a figure is another one, which the report above it explains.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { findMariaDb } from "../../tests/mariadb/binaries.ts";
import type { Played } from "./history.ts";
import { markdownOf, type Repository } from "./report.ts";
import { playFolder, servers } from "./servers.ts";

const { values } = parseArgs({
  options: {
    versions: { type: "string", default: "15" },
    mysql: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const root = join(import.meta.dirname, "../../fixtures/truth");
const file = join(root, "figures.json");
const written = (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {}) as Figures;

/** By database and history. */
type Figures = Record<string, Record<string, unknown>>;

const names = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();
const isForWaysBack = (name: string): boolean => name.startsWith("way-back-");
const found: Figures = {};
const isThere = findMariaDb() !== undefined;
if (!isThere) console.warn("No MariaDB here: the histories of MySQL aren't played");
const asked = [
  { versions: values.versions },
  ...(isThere ? [{ versions: "", mariadb: true }] : []),
  ...(values.mysql === undefined ? [] : [{ versions: "", mysql: values.mysql }]),
];
for (const each of asked)
  for await (const labs of servers(each)) {
    const played: Repository[] = [];
    try {
      for (const name of names)
        played.push(
          await playFolder(name, join(root, name), labs, {
            advice: 0,
            waysBack: isForWaysBack(name) ? 10 : 0,
            only: false,
          }),
        );
    } finally {
      await labs.stop();
    }
    console.log(markdownOf(played, { server: labs.title, skipped: 0, examples: 10 }));
    const own = (found[labs.database] ??= {});
    for (const { name, played: histories, bugs } of played) {
      for (const one of histories) own[name] = figuresOf(one, isForWaysBack(name));
      for (const bug of bugs) own[name] = bug;
    }
  }

/** Without single pieces of advice, which its own tests execute; ways back are there where their history is for them. */
function figuresOf(played: Played, isForWaysBack: boolean): Readonly<Record<string, unknown>> {
  const ways = played.waysBack.map(({ rule, is, cause }) =>
    [rule, is, ...(cause === undefined ? [] : [cause])].join(": "),
  );
  const waysBack = isForWaysBack ? ways.sort() : undefined;
  const { differences, notRun, ...counts } = { ...played, trials: undefined, waysBack };
  const areas = differences.map(({ area, cause }) => `${area}: ${cause}`).sort();
  const figures = { ...counts, ...(areas.length > 0 ? { differences: areas } : {}), notRun };
  return JSON.parse(JSON.stringify(figures)) as Record<string, unknown>;
}

if (values.write) writeFileSync(file, `${JSON.stringify({ ...written, ...found }, undefined, 2)}\n`);
else
  for (const [database, histories] of Object.entries(found))
    for (const name of new Set([...Object.keys(written[database] ?? {}), ...Object.keys(histories)])) {
      const [is, was] = [histories[name], written[database]?.[name]];
      if (isDeepStrictEqual(is, was)) continue;
      console.error(`${database} ${name}: ${JSON.stringify(is)}, not ${JSON.stringify(was)}`);
      process.exitCode = 1;
    }
