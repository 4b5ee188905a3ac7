/** Plans, executed step by step: they lead to the catalogue of the migration itself, and each rollback back to the one before. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryFileSystem, planSteps, type Plan } from "../../src/index.ts";
import { definitions } from "./definitions.ts";

const folder = join(import.meta.dirname, "../../fixtures/plans");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const schema = read("postgres-schema.sql");

interface Case {
  readonly sql: string;
  readonly values: Readonly<Record<string, string>>;
}

const cases: readonly (readonly [string, Case])[] = read("postgres.sql")
  .split(/^-- plan: /m)
  .slice(1)
  .map((block) => {
    const [name = "", ...lines] = block.split("\n");
    const given = lines.flatMap((line) => {
      const [, column, value] = /^-- value: ([^=]+)=(.*)$/.exec(line) ?? [];
      return column === undefined || value === undefined ? [] : [[column, value] as const];
    });
    const sql = lines.filter((line) => !line.startsWith("-- value: ")).join("\n");
    return [name, { sql, values: Object.fromEntries(given) }];
  });

let db: PGlite;
beforeAll(async () => {
  db = await PGlite.create();
});
afterAll(() => db.close());

/** The tables as they are before the migration. */
async function begin(rows: string): Promise<void> {
  await db.exec("DROP SCHEMA IF EXISTS audit CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  await db.exec(schema);
  await db.exec(rows);
}

/** Comments tell people that something goes. */
const catalogueNow = async (): Promise<readonly string[]> => {
  await db.exec("SET search_path = pg_catalog");
  const { rows } = await db.query<{ line: string }>(definitions);
  await db.exec("RESET search_path");
  return rows.map(({ line }) => line.replace(" NOT VALID", "").replace(/ deprecated: .*$/, "")).sort();
};

const isAlone = /\bCONCURRENTLY\b|\bCOMMIT;/;

async function execute(statements: readonly string[], alone: boolean): Promise<void> {
  const isTogether = !alone && !statements.some((sql) => isAlone.test(sql));
  if (isTogether) await db.exec("BEGIN");
  for (const sql of statements) await db.exec(sql);
  if (isTogether) await db.exec("COMMIT");
}

const planOf = ({ sql, values }: Case): Promise<Plan> =>
  planSteps({
    fs: memoryFileSystem({ "migrations/001_shop.sql": schema, "migrations/002_change.sql": sql }),
    values,
  });

describe("a plan leads where its migration leads, and back", () => {
  it.each(cases)("%s", async (_, one) => {
    const plan = await planOf(one);
    expect({ gaps: plan.gaps, differences: plan.differences }).toEqual({ gaps: [], differences: [] });
    expect(plan.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    // What it does to rows isn't compared, and some of it fails on those that the plan fills.
    await begin("");
    await db.exec(one.sql);
    const direct = await catalogueNow();
    await begin(read("postgres-rows.sql"));
    for (const { kind, statements, transaction, rollback } of plan.steps) {
      if (kind === "by-hand") {
        for (const sql of statements) expect((await db.query(sql)).rows).toEqual([]);
        continue;
      }
      const before = await catalogueNow();
      await execute(statements, transaction === "none");
      if (rollback === undefined || rollback.gaps.length + rollback.lost.length + rollback.stays.length > 0)
        continue;
      await execute(rollback.statements, false);
      expect(await catalogueNow()).toEqual(before);
      await execute(statements, transaction === "none");
    }
    const isAddition = (line: string): boolean =>
      plan.additions.some((what) => line.includes(` INDEX ${what.replace(/^index /, "")} `));
    expect((await catalogueNow()).filter((line) => !isAddition(line))).toEqual(direct);
  });
});
