/** Rollbacks of random migrations on a real MariaDB, if one is here. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planRollback } from "../../src/engine/rollback.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { findMariaDb } from "../mariadb/binaries.ts";
import { Lab, type World } from "../mariadb/replay.ts";
import { Author } from "../mariadb/statements.ts";

/** More of both: `DDLINT_FUZZ=1000 DDLINT_SEED=7`. */
const runs = Number(process.env["DDLINT_FUZZ"] ?? 60);
const seed = Number(process.env["DDLINT_SEED"] ?? 1);

const isThere = findMariaDb() !== undefined;
if (!isThere)
  console.warn(`No MariaDB here: ${runs} rollbacks aren't run (apt-get install mariadb-server-core)`);

const accepted = ({ steps }: World): readonly string[] =>
  steps.flatMap(({ sql, error }) => (error === undefined ? [sql] : []));
const joined = (list: readonly string[]): string => list.map((sql) => `${sql};\n`).join("");

describe.runIf(isThere)("on MariaDB", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.start();
  });
  afterAll(() => lab.stop());

  it("a rollback leads back to the catalogue, or isn't written", async () => {
    const numbers = fc.array(fc.nat(9999), { minLength: 40, maxLength: 40 });
    let whole = 0;
    let total = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(numbers, { minLength: 5, maxLength: 20, size: "max" }),
        fc.array(numbers, { minLength: 1, maxLength: 4, size: "max" }),
        async (before, changes) => {
          const world = await lab.world();
          for (const each of before) await world.run(new Author(world.schema, each).statement());
          const old = accepted(world);
          const expected = (await world.held()).servers;
          for (const each of changes) await world.run(new Author(world.schema, each).statement());
          const texts = accepted(world).slice(old.length);
          if (texts.length === 0) return;
          total++;
          const plan = await planRollback({
            facts: { dialect: "mariadb" },
            fs: memoryFileSystem({
              "migrations/001_old.up.sql": joined(["SELECT 1", ...old]),
              "migrations/001_old.down.sql": "SELECT 1;",
              "migrations/002_new.up.sql": joined(texts),
            }),
            migration: "002",
          });
          // With either the command refuses to write anything.
          if (plan.gaps.length + plan.differences.length > 0) return;
          const nullable = plan.stays.some((one) => one.includes("takes NULL"));
          const story = `${joined(old)}--\n${joined(texts)}-- back:\n${plan.text}`;
          for (const sql of plan.statements)
            for (const { error } of await world.run(sql)) expect(error, `${sql}\n${story}`).toBeUndefined();
          whole++;
          if (!nullable) expect((await world.held()).servers, story).toEqual(expected);
        },
      ),
      { numRuns: runs, seed, endOnFailure: true },
    );
    if (process.env["DDLINT_FUZZ"] !== undefined) console.log(`${whole} of ${total} whole`);
    // Else the property says nothing.
    expect(whole / total).toBeGreaterThan(0.6);
  }, 3_600_000);
});
