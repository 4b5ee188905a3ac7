/** The same as whole.server.test.ts on a real MariaDB, if one is here. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planSchema, type SchemaPlan } from "../../src/engine/schema.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { findMariaDb } from "../mariadb/binaries.ts";
import { Lab, type World } from "../mariadb/replay.ts";
import { Author } from "../mariadb/statements.ts";

/** More of both: `DDLINT_FUZZ=1000 DDLINT_SEED=7`. */
const runs = Number(process.env["DDLINT_FUZZ"] ?? 60);
const seed = Number(process.env["DDLINT_SEED"] ?? 1);
const shop = new URL("../../fixtures/mysql-shop/db/migrations/", import.meta.url);

const isThere = findMariaDb() !== undefined;
if (!isThere)
  console.warn(`No MariaDB here: ${runs} schemas aren't made (apt-get install mariadb-server-core)`);

const schemaOf = (files: Readonly<Record<string, string>>): Promise<SchemaPlan> =>
  planSchema({ facts: { dialect: "mariadb" }, fs: memoryFileSystem(files) });

const accepted = ({ steps }: World): string =>
  steps.flatMap(({ sql, error }) => (error === undefined ? [`${sql};\n`] : [])).join("");

describe.runIf(isThere)("on MariaDB", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.start();
  });
  afterAll(() => lab.stop());

  async function made({ statements, text }: SchemaPlan, story: string): Promise<readonly string[]> {
    const world = await lab.world();
    for (const sql of statements)
      for (const { error } of await world.run(sql))
        expect(error, `${sql}\n${story}--\n${text}`).toBeUndefined();
    return (await world.held()).servers;
  }

  it("the printed schema gives the same catalogue, or names what isn't known", async () => {
    const numbers = fc.array(fc.nat(9999), { minLength: 40, maxLength: 40 });
    const known = { whole: 0, total: 0 };
    const why = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(numbers, { minLength: 5, maxLength: 30, size: "max" }), async (choices) => {
        const world = await lab.world();
        for (const each of choices) await world.run(new Author(world.schema, each).statement());
        const story = accepted(world);
        const expected = (await world.held()).servers;
        const plan = await schemaOf({ "migrations/001_all.sql": `SELECT 1;\n${story}` });
        known.total++;
        for (const { what } of plan.gaps) {
          const kind = what.replace(/ \S+$/, "");
          why.set(kind, (why.get(kind) ?? 0) + 1);
        }
        if (plan.gaps.length > 0) return;
        known.whole++;
        expect(await made(plan, story), `${story}--\n${plan.text}`).toEqual(expected);
      }),
      { numRuns: runs, seed, endOnFailure: true },
    );
    if (process.env["DDLINT_FUZZ"] !== undefined) console.log(known, why);
    // Else the property says nothing.
    expect(known.whole / known.total).toBeGreaterThan(0.6);
  }, 3_600_000);

  it("that of fixtures/mysql-shop, too", async () => {
    const names = readdirSync(shop)
      .filter((name) => name.endsWith(".up.sql"))
      .sort();
    const texts = names.map(
      (name) => [`db/migrations/${name}`, readFileSync(new URL(name, shop), "utf8")] as const,
    );
    const world = await lab.world();
    for (const [, text] of texts) await world.run(text);
    const plan = await schemaOf(Object.fromEntries(texts));
    expect(plan.gaps).toEqual([]);
    expect(await made(plan, "")).toEqual((await world.held()).servers);
  });
});
