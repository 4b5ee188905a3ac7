/** The queries that verify random migrations on a real MariaDB, if one is here. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planRunbook } from "../../src/engine/runbook.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { findMariaDb } from "../mariadb/binaries.ts";
import { Lab, type World } from "../mariadb/replay.ts";
import { Author } from "../mariadb/statements.ts";

/** More of both: `DDLINT_FUZZ=1000 DDLINT_SEED=7`. */
const runs = Number(process.env["DDLINT_FUZZ"] ?? 60);
const seed = Number(process.env["DDLINT_SEED"] ?? 1);

const isThere = findMariaDb() !== undefined;
if (!isThere)
  console.warn(`No MariaDB here: ${runs} queries aren't run (apt-get install mariadb-server-core)`);

const accepted = ({ steps }: World): readonly string[] =>
  steps.flatMap(({ sql, error }) => (error === undefined ? [sql] : []));
const joined = (list: readonly string[]): string => list.map((sql) => `${sql};\n`).join("");

describe.runIf(isThere)("on MariaDB", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.start();
  });
  afterAll(() => lab.stop());

  it("a query to verify a migration is false before it and true after it", async () => {
    const numbers = fc.array(fc.nat(9999), { minLength: 40, maxLength: 40 });
    let whole = 0;
    let total = 0;
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(numbers, { minLength: 5, maxLength: 20, size: "max" }),
        fc.array(numbers, { minLength: 1, maxLength: 4, size: "max" }),
        async (before, changes) => {
          const world = await lab.world();
          for (const each of before) await world.run(new Author(world.schema, each).statement());
          const old = accepted(world);
          for (const each of changes) await world.run(new Author(world.schema, each).statement());
          const texts = accepted(world).slice(old.length);
          if (texts.length === 0) return;
          total++;
          const { verify } = await planRunbook({
            facts: { dialect: "mariadb" },
            fs: memoryFileSystem({
              "migrations/001_old.up.sql": joined(["SELECT 1", ...old]),
              "migrations/001_old.down.sql": "SELECT 1;",
              "migrations/002_new.up.sql": joined(texts),
            }),
            migrations: ["002"],
          });
          if (verify.sql === undefined) return;
          whole++;
          rows += verify.facts.length;
          const story = `${joined(old)}--\n${joined(texts)}--\n${verify.sql}`;
          const those = async (at: World, ok: string): Promise<readonly string[]> =>
            (await at.ask(verify.sql ?? "")).filter((line) => line.endsWith(ok));
          expect(await those(world, "0"), story).toEqual([]);
          const again = await lab.world();
          for (const sql of old) await again.run(sql);
          expect(await those(again, "1"), story).toEqual([]);
        },
      ),
      { numRuns: runs, seed, endOnFailure: true },
    );
    if (process.env["DDLINT_FUZZ"] !== undefined) console.log(`${whole} of ${total}, ${rows} rows`);
    // Else the property says nothing.
    expect(whole / total).toBeGreaterThan(0.5);
  }, 3_600_000);
});
