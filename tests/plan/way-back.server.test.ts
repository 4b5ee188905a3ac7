/** Rollbacks of random migrations lead back to the catalogue before, or say what is missing. */
import { PGlite } from "@electric-sql/pglite";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { planRollback } from "../../src/engine/rollback.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { emptySchema, type Schema } from "../../src/schema/schema.ts";
import { postgres as dialect } from "../../src/dialects/postgres.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";
import { preamble, statementFor, type Choice } from "../schema/statements.ts";
import { acceptedBy } from "./accepted.ts";
import { definitions } from "./definitions.ts";

/** More of both: `DDLINT_FUZZ=2000 DDLINT_SEED=7`. */
const runs = Number(process.env["DDLINT_FUZZ"] ?? 60);
const seed = Number(process.env["DDLINT_SEED"] ?? 1);

let db: PGlite;
beforeAll(async () => {
  await postgres.load();
  db = await PGlite.create();
});
afterAll(() => db.close());

/** What was checked for old rows, and what wasn't, is the same constraint. */
const catalogue = async (): Promise<readonly string[]> => {
  await db.exec("SET LOCAL search_path = pg_catalog");
  const { rows } = await db.query<{ line: string }>(definitions);
  await db.exec("SET LOCAL search_path = public");
  return rows.map(({ line }) => line.replace(" NOT VALID", "")).sort();
};

const { attempt, accepted } = acceptedBy(() => db);

const number = fc.nat(1000);
const choice = fc.record({ form: number, a: number, b: number, c: number, d: fc.nat(20) });
const maker =
  (one: Choice) =>
  (schema: Schema): string =>
    statementFor(schema, one);

it("a rollback leads back to the catalogue, or isn't written", async () => {
  let whole = 0;
  let total = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(choice, { minLength: 3, maxLength: 15, size: "max" }),
      fc.array(choice, { minLength: 1, maxLength: 5, size: "max" }),
      async (before, changes) => {
        await db.exec("BEGIN");
        try {
          const start = emptySchema(dialect).withClosed(true);
          const old = await accepted([...preamble.map((sql) => () => sql), ...before.map(maker)], start);
          const expected = await catalogue();
          const { texts } = await accepted(changes.map(maker), old.schema.withSearchPath(["public"]));
          if (texts.length === 0) return;
          const joined = (list: readonly string[]): string => list.map((sql) => `${sql};\n`).join("");
          const plan = await planRollback({
            fs: memoryFileSystem({
              "migrations/001_old.up.sql": joined(old.texts),
              "migrations/001_old.down.sql": "SELECT 1;",
              "migrations/002_new.up.sql": joined(texts),
            }),
            migration: "002",
          });
          total++;
          const story = `${joined(old.texts)}--\n${joined(texts)}-- back:\n${plan.text}`;
          // With either the command refuses to write anything.
          if (plan.gaps.length + plan.differences.length > 0) return;
          whole++;
          // A rollback runs in a session of its own.
          await db.exec("SET LOCAL search_path = public");
          for (const sql of plan.statements) expect(await attempt(sql), `${sql}\n${story}`).toBeUndefined();
          const nullable = plan.stays.flatMap(
            (one) => /^(\S+) takes NULL/.exec(one)?.[1]?.replaceAll('"', "") ?? [],
          );
          expect(withoutNotNull(await catalogue(), nullable), story).toEqual(
            withoutNotNull(expected, nullable),
          );
        } finally {
          await db.exec("ROLLBACK");
        }
      },
    ),
    { numRuns: runs, seed, endOnFailure: true },
  );
  if (process.env["DDLINT_FUZZ"] !== undefined) console.log(`${whole} of ${total} whole`);
  // Else the property says nothing.
  expect(whole / total).toBeGreaterThan(0.75);
}, 3_600_000);

/** Columns that the plan announces as nullable. */
const withoutNotNull = (lines: readonly string[], columns: readonly string[]): readonly string[] =>
  lines.map((line) =>
    columns.some((one) => line.startsWith(`column ${one} `) || line.startsWith(`column public.${one} `))
      ? line.replace(" not null", "")
      : line,
  );
