/**
 * A real MariaDB, if one is here, holds what the replayed schema says: after each statement of hand-written histories,
 * after each migration and each rollback of fixtures/mysql-shop, and after each of thousands of made-up statements.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { statsQueries, readStats } from "../../src/project/stats.ts";
import { findMariaDb } from "./binaries.ts";
import { Lab, type Step, type World } from "./replay.ts";
import { Author } from "./statements.ts";

const written = new URL("../../fixtures/schema/mysql/", import.meta.url);
const shop = new URL("../../fixtures/mysql-shop/db/migrations/", import.meta.url);
const texts = readdirSync(written).filter((name) => name.endsWith(".sql"));
const migrations = readdirSync(shop)
  .filter((name) => name.endsWith(".up.sql"))
  .sort();

/** More of them: `DDLINT_FUZZ=2000 DDLINT_SEED=7`. */
const runs = Number(process.env["DDLINT_FUZZ"] ?? 60);
const seed = Number(process.env["DDLINT_SEED"] ?? 1);

const isThere = findMariaDb() !== undefined;
const skipped = `${texts.length} histories, ${migrations.length} migrations and ${runs} made-up histories`;
if (!isThere)
  console.warn(`No MariaDB here: ${skipped} aren't compared (apt-get install mariadb-server-core)`);

it.runIf(process.env["DDLINT_MARIADB_WANTED"] === "1")("is there", () => {
  expect(isThere).toBe(true);
});

/**
 * Refusals that ddlint foresees, by the server's number: it must name a failure, too. Not among them are what rules and
 * effects know (a column that a key or a generated column needs), and triggers that nothing is known of.
 */
const foreseen = /^(?:1050|1068|1146|1359) /;

const falseAlarms = (steps: readonly Step[]): string[] =>
  steps
    .filter((step) => step.error === undefined && step.failures.length > 0)
    .map((step) => `${step.sql}: ${step.failures.map((f) => `${f.kind} ${f.name}`).join()}`);
const unnoticed = (steps: readonly Step[]): string[] =>
  steps
    .filter(({ error = "", failures }) => foreseen.test(error) && failures.length === 0)
    .map(({ sql, error }) => `${sql}: ${error ?? ""}`);

describe.runIf(isThere)("a MariaDB holds the same objects", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.start();
  });
  afterAll(() => lab.stop());

  /** The server's lines, after they are found to be ours as well. */
  async function agreed(world: World, after: string): Promise<readonly string[]> {
    const { ours, servers } = await world.held();
    expect(ours, after).toEqual(servers);
    return servers;
  }

  it.each(texts)("%s", async (name) => {
    const world = await lab.world();
    for (const sql of world.statements(readFileSync(new URL(name, written), "utf8"))) {
      const steps = await world.run(sql);
      await agreed(world, sql);
      expect(falseAlarms(steps)).toEqual([]);
      expect(unnoticed(steps)).toEqual([]);
    }
  });

  it("fixtures/mysql-shop, where each rollback takes its migration back", async () => {
    const world = await lab.world();
    const runs = async (name: string): Promise<readonly string[]> => {
      for (const { sql, error, failures } of await world.run(readFileSync(new URL(name, shop), "utf8")))
        expect({ sql, error, failures }, name).toEqual({ sql, error: undefined, failures: [] });
      return agreed(world, name);
    };
    let before = await agreed(world, "nothing");
    for (const up of migrations) {
      const after = await runs(up);
      const down = up.replace(".up.", ".down.");
      if (existsSync(new URL(down, shop))) {
        expect(await runs(down), down).toEqual(before);
        expect(await runs(up), up).toEqual(after);
      }
      before = after;
    }
    for (const up of migrations.toReversed()) {
      const down = up.replace(".up.", ".down.");
      if (existsSync(new URL(down, shop))) await runs(down);
    }
    expect(await agreed(world, "all rollbacks")).toEqual([]);
  });

  it("and tells their sizes", async () => {
    const session = lab.server.session();
    for (const sql of ["CREATE DATABASE sizes", "USE sizes", "CREATE TABLE Orders (id INT PRIMARY KEY)"])
      await session.query(sql);
    await session.query("INSERT INTO Orders SELECT seq FROM seq_1_to_500");
    await session.query("ANALYZE TABLE Orders");
    const { lines } = await session.query(statsQueries.mariadb.replace(/;\s*$/, ""));
    const stats = readStats(lines[1] ?? "");
    expect([...(stats?.keys() ?? [])]).toEqual(["public.Orders"]);
    expect(stats?.get("public.Orders")).toEqual({ rows: 500, bytes: expect.any(Number) as number });
    await session.query("DROP DATABASE sizes");
    session.close();
  });

  it("made-up histories", async () => {
    const numbers = fc.array(fc.nat(9999), { minLength: 40, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(numbers, { minLength: 10, maxLength: 30, size: "max" }),
        async (statements) => {
          const world = await lab.world();
          for (const each of statements) {
            const steps = await world.run(new Author(world.schema, each).statement());
            if (steps.every(({ error }) => error !== undefined)) continue;
            await agreed(world, accepted(world));
          }
          expect(falseAlarms(world.steps), accepted(world)).toEqual([]);
          expect(unnoticed(world.steps), accepted(world)).toEqual([]);
        },
      ),
      { numRuns: runs, seed },
    );
  });
});

const accepted = ({ steps }: World): string =>
  steps
    .filter(({ error }) => error === undefined)
    .map(({ sql }) => sql)
    .join(";\n");
