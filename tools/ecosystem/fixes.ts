/**
 * Plays the histories of real repositories with their safe fixes and without them, and compares what the servers then hold:
 *
 *     npx tsx tools/ecosystem/fixes.ts --repositories <folder> [--only <owner/name>]
 *
 * PostgreSQL's on PGlite, MySQL's and MariaDB's on Debian's MariaDB. What a server refuses is rolled back both times, and the
 * history goes on without it. Exit code 1: something differs.
 */
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { DialectFamily } from "../../src/model/dialect.ts";
import { findMariaDb } from "../../tests/mariadb/binaries.ts";
import type { Lab } from "../../tests/fixes/lab.ts";
import { mariadbLab } from "../../tests/fixes/mariadb.ts";
import { comparePair, projectPairs } from "../../tests/fixes/pairs.ts";
import { postgresLab } from "../../tests/fixes/postgres.ts";
import { repositories } from "./projects.ts";

const { values } = parseArgs({
  options: {
    repositories: { type: "string" },
    only: { type: "string" },
    cache: { type: "string", default: join(tmpdir(), "ddlint-ecosystem") },
  },
});
const cache = resolve(values.cache);
mkdirSync(cache, { recursive: true });
const list = join(import.meta.dirname, "repositories.tsv");
const { projects, skipped } = repositories(list, values.repositories && resolve(values.repositories), cache);

const labs: [DialectFamily, () => Promise<Lab>][] = [["postgres", postgresLab]];
if (findMariaDb() === undefined)
  console.log("No MariaDB here: histories of MySQL and MariaDB aren't compared");
else labs.push(["mysql", mariadbLab]);

let differ = 0;
for (const [family, open] of labs) {
  const lab = await open();
  const totals = { histories: 0, migrations: 0, ran: 0, fixes: 0 };
  for (const { name, job } of projects) {
    if (values.only !== undefined && name !== values.only) continue;
    for (const folder of Object.values(job.folders ?? {})) {
      for (const pair of await projectPairs(folder, name, family)) {
        const { ran, differences } = await comparePair(lab, pair);
        const fixes = count(pair.fixedBy);
        console.log(
          `${lab.name}: ${pair.name}: ${ran} of ${pair.before.length} migrations ran; fixes: ${fixes}`,
        );
        for (const line of differences.slice(0, 20)) console.log(`  ${line.slice(0, 300)}`);
        totals.histories++;
        totals.migrations += pair.before.length;
        totals.ran += ran;
        totals.fixes += pair.fixedBy.length;
        if (differences.length > 0) differ++;
      }
    }
  }
  const { histories, migrations, ran, fixes } = totals;
  console.log(
    `${lab.name}: ${histories} histories, ${fixes} safe fixes; ${ran} of ${migrations} migrations ran`,
  );
  await lab.stop();
}
console.log(`${differ} histories differ; ${skipped.length} repositories aren't there`);
process.exitCode = differ > 0 ? 1 : 0;

/** `3 split-alter-table, 1 nested-transaction`. */
function count(ids: readonly string[]): string {
  const found = new Map<string, number>();
  for (const id of ids) found.set(id, (found.get(id) ?? 0) + 1);
  return [...found].map(([id, times]) => `${times} ${id}`).join(", ");
}
