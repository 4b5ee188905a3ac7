/** The queries that verify migrations, on PGlite: false before, true after, false again after the rollback. */
import { PGlite } from "@electric-sql/pglite";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { memoryFileSystem, planRollback, planRunbook } from "../../src/index.ts";
import { emptySchema, type Schema } from "../../src/schema/schema.ts";
import { postgres as dialect } from "../../src/dialects/postgres.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";
import { preamble, statementFor, type Choice } from "../schema/statements.ts";
import { acceptedBy } from "./accepted.ts";

/** More of both: `DDLINT_FUZZ=2000 DDLINT_SEED=7`. */
const runs = Number(process.env["DDLINT_FUZZ"] ?? 60);
const seed = Number(process.env["DDLINT_SEED"] ?? 1);

let db: PGlite;
beforeAll(async () => {
  await postgres.load();
  db = await PGlite.create();
});
afterAll(() => db.close());

const { accepted } = acceptedBy(() => db);

interface Answer {
  readonly what: string;
  readonly ok: boolean;
}

const asked = async (sql: string): Promise<readonly Answer[]> => (await db.query<Answer>(sql)).rows;
const those = (answers: readonly Answer[], ok: boolean): readonly string[] =>
  answers.filter((one) => one.ok === ok).map(({ what }) => what);

const number = fc.nat(1000);
const choice = fc.record({ form: number, a: number, b: number, c: number, d: fc.nat(20) });
const maker =
  (one: Choice) =>
  (schema: Schema): string =>
    statementFor(schema, one);
const joined = (list: readonly string[]): string => list.map((sql) => `${sql};\n`).join("");

it("a query to verify a migration is false before it and true after it", async () => {
  let proved = 0;
  let rows = 0;
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
          // A migration runs in a session of its own.
          await db.exec("SAVEPOINT changes; SET LOCAL search_path = public");
          const { texts } = await accepted(changes.map(maker), old.schema.withSearchPath(["public"]));
          if (texts.length === 0) return;
          const fs = memoryFileSystem({
            "migrations/001_old.up.sql": joined(old.texts),
            "migrations/001_old.down.sql": "SELECT 1;",
            "migrations/002_new.up.sql": joined(texts),
          });
          const { verify } = await planRunbook({ fs, migrations: ["002"] });
          total++;
          if (verify.sql === undefined) return;
          proved++;
          rows += verify.facts.length;
          const story = `${joined(old.texts)}--\n${joined(texts)}--\n${verify.sql}`;
          await db.exec("SET LOCAL search_path = public");
          expect(those(await asked(verify.sql), false), story).toEqual([]);
          const plan = await planRollback({ fs, migration: "002" });
          // What is validated stays so.
          const isBack = !texts.some((sql) => /\bvalidate\b/i.test(sql));
          if (isBack && plan.gaps.length + plan.differences.length + plan.stays.length === 0) {
            for (const sql of plan.statements) await db.exec(sql);
            expect(those(await asked(verify.sql), true), `${story}\n${plan.text}`).toEqual([]);
          }
          await db.exec("ROLLBACK TO changes");
          await db.exec("SET LOCAL search_path = public");
          expect(those(await asked(verify.sql), true), story).toEqual([]);
        } finally {
          await db.exec("ROLLBACK");
        }
      },
    ),
    { numRuns: runs, seed, endOnFailure: true },
  );
  if (process.env["DDLINT_FUZZ"] !== undefined) console.log(`${proved} of ${total}, ${rows} rows`);
  // Else the property says nothing.
  expect(proved / total).toBeGreaterThan(0.5);
}, 3_600_000);
