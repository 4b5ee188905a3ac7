/** `schema --diff` with what mariadb-dump writes, if both are here: a history's own dump, and a drift. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planDrift } from "../../src/engine/schema.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { findMariaDb } from "../mariadb/binaries.ts";
import { Lab, type World } from "../mariadb/replay.ts";
import { Author } from "../mariadb/statements.ts";

/** More of both: `DDLINT_FUZZ=200 DDLINT_SEED=7`. */
const runs = Number(process.env["DDLINT_FUZZ"] ?? 25);
const seed = Number(process.env["DDLINT_SEED"] ?? 1);

/**
 * A table's character set is the server's where the history states none, which nobody knows then, and neither that of its
 * columns.
 */
const withoutCharset =
  (tables: readonly string[]) =>
  (lines: readonly string[]): readonly string[] =>
    lines.map((line) =>
      tables.some((table) => line.startsWith(`${table.replace(/^table/, "column")}.`))
        ? line.replace(/ \w+ (?:utf8mb[34]|latin1|ascii)_\w+/, "")
        : line.replace(/^(table .+? (?:innodb|aria|myisam|memory)) \w+/, "$1"),
    );
const tableLines = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.startsWith("table "));

const shop = new URL("../../fixtures/mysql-shop/db/migrations/", import.meta.url);
const isThere = findMariaDb()?.dump !== undefined;
if (!isThere)
  console.warn("No mariadb-dump here: drifts on MariaDB aren't tried (apt-get install mariadb-client)");

describe.runIf(isThere)("on MariaDB", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.start();
  });
  afterAll(() => lab.stop());

  const names = readdirSync(shop)
    .filter((name) => name.endsWith(".up.sql"))
    .sort();
  const files = Object.fromEntries(
    names.map((name) => [`db/migrations/${name}`, readFileSync(new URL(name, shop), "utf8")] as const),
  );
  const drift = (history: Readonly<Record<string, string>> = files) =>
    planDrift({
      facts: { dialect: "mariadb" },
      fs: memoryFileSystem(history),
      dump: { path: "dump.sql", text: lab.server.dump("lab") ?? "" },
    });

  it("nothing differs from the own dump, and a drift is reconciled", async () => {
    const world = await lab.world();
    for (const text of Object.values(files)) await world.run(text);
    const expected = (await world.held()).servers;
    const own = await drift();
    expect({ statements: own.statements, differences: own.differences }).toEqual({
      statements: [],
      differences: [],
    });
    await world.run("ALTER TABLE orders ADD COLUMN extra int, ADD INDEX extra_idx (extra);");
    await world.run("CREATE TABLE others (id int PRIMARY KEY, total decimal(10,2) NOT NULL DEFAULT 0);");
    const plan = await drift();
    expect(plan.isSame).toBe(false);
    for (const sql of plan.statements)
      for (const { error } of await world.run(sql)) expect(error, `${sql}\n${plan.text}`).toBeUndefined();
    expect((await world.held()).servers, plan.text).toEqual(expected);
  });

  const ran = ({ steps }: World, from = 0): string =>
    steps
      .slice(from)
      .flatMap(({ sql, error }) => (error === undefined ? [`${sql};\n`] : []))
      .join("");

  function canDump(): boolean {
    try {
      return lab.server.dump("lab") !== undefined;
    } catch {
      return false;
    }
  }

  it("random drifts are reconciled, or named", async () => {
    const numbers = fc.array(fc.nat(9999), { minLength: 40, maxLength: 40 });
    const counts = { own: 0, known: 0, drifts: 0, whole: 0 };
    const why = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(numbers, { minLength: 5, maxLength: 20, size: "max" }),
        fc.array(numbers, { minLength: 1, maxLength: 5, size: "max" }),
        async (before, changes) => {
          const world = await lab.world();
          for (const each of before) await world.run(new Author(world.schema, each).statement());
          // Nothing dumps a database with a view that has become invalid.
          if (!canDump()) return;
          const history = { "migrations/001_all.sql": `SELECT 1;\n${ran(world)}` };
          const own = await drift(history);
          counts.own++;
          if (own.gaps.length === 0) counts.known++;
          expect(
            { differences: own.differences, statements: own.statements },
            `${ran(world)}--\n${own.text}`,
          ).toEqual({
            differences: [],
            statements: [],
          });
          const [expected, from] = [(await world.held()).servers, world.steps.length];
          for (const each of changes) await world.run(new Author(world.schema, each).statement());
          const drifted = (await world.held()).servers;
          const others = tableLines(drifted).filter((line) => !tableLines(expected).includes(line));
          const known = withoutCharset(
            others.map((line) => line.replace(/ (?:innodb|aria|myisam|memory) .*/, "")),
          );
          const isEqual = JSON.stringify(known(expected)) === JSON.stringify(known(drifted));
          if (isEqual || !canDump()) return;
          counts.drifts++;
          const plan = await drift(history);
          const story = `${history["migrations/001_all.sql"]}-- drift:\n${ran(world, from)}--\n${plan.text}`;
          expect(plan.isSame && plan.gaps.length === 0, story).toBe(false);
          for (const gap of plan.gaps) {
            const kind = gap.replace(/:.*| \S+$/, "");
            why.set(kind, (why.get(kind) ?? 0) + 1);
          }
          if (plan.gaps.length > 0) return;
          counts.whole++;
          for (const sql of plan.statements)
            for (const { error } of await world.run(sql)) expect(error, `${sql}\n${story}`).toBeUndefined();
          // The order of columns doesn't count, nor a default that no dump shows.
          const comparable = (lines: readonly string[]): readonly string[] =>
            known(lines)
              .map((line) => line.replace(/^(column .+?) \d+ /, "$1 "))
              .map((line) => line.replace(/ default \S+ (?=(?:stored|virtual) )/, " "))
              .map((line) => (plan.nullable.length === 0 ? line : line.replace(" not null", "")))
              .sort();
          expect(comparable((await world.held()).servers), story).toEqual(comparable(expected));
        },
      ),
      { numRuns: runs, seed, endOnFailure: true },
    );
    if (process.env["DDLINT_FUZZ"] !== undefined) console.log(counts, why);
    // Else the property says nothing.
    expect(counts.whole / counts.drifts).toBeGreaterThan(0.4);
  }, 3_600_000);
});
