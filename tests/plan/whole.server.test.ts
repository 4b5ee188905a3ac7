/** The printed schema of random histories gives the catalogue that the histories give, or says what it doesn't know. */
import { PGlite } from "@electric-sql/pglite";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { planSchema } from "../../src/engine/schema.ts";
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

const { attempt, accepted } = acceptedBy(() => db);

async function catalogue(): Promise<readonly string[]> {
  await db.exec("SET LOCAL search_path = pg_catalog");
  const { rows } = await db.query<{ line: string }>(definitions);
  const lines = rows.map(({ line }) => line).sort();
  // A child made with a constraint that wasn't validated above it has a valid one, or not, as it came to it.
  return lines.some((line) => / below /.test(line))
    ? lines.map((line) => line.replace(" NOT VALID", ""))
    : lines;
}

const number = fc.nat(1000);
const choice = fc.record({ form: number, a: number, b: number, c: number, d: fc.nat(20) });
const maker =
  (one: Choice) =>
  (schema: Schema): string =>
    statementFor(schema, one);

it("the printed schema gives the same catalogue, or names what isn't known", async () => {
  const known = { whole: 0, total: 0 };
  const why = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(choice, { minLength: 5, maxLength: 30, size: "max" }), async (choices) => {
      await db.exec("BEGIN");
      try {
        const start = emptySchema(dialect).withClosed(true);
        const { texts } = await accepted([...preamble.map((sql) => () => sql), ...choices.map(maker)], start);
        const expected = await catalogue();
        const history = texts.map((sql) => `${sql};\n`).join("");
        const { text, statements, gaps } = await planSchema({
          fs: memoryFileSystem({ "migrations/001_all.sql": history }),
          facts: { dialect: "postgres" },
        });
        known.total++;
        for (const { what } of gaps)
          why.set(what.replace(/ \S+$/, ""), (why.get(what.replace(/ \S+$/, "")) ?? 0) + 1);
        if (gaps.length > 0) return;
        known.whole++;
        await db.exec("ROLLBACK; BEGIN");
        for (const sql of statements)
          expect(await attempt(sql), `${sql}\n${history}--\n${text}`).toBeUndefined();
        expect(await catalogue(), `${history}--\n${text}`).toEqual(expected);
      } finally {
        await db.exec("ROLLBACK");
      }
    }),
    { numRuns: runs, seed, endOnFailure: true },
  );
  if (process.env["DDLINT_FUZZ"] !== undefined) console.log(known, why);
  // Else the property says nothing.
  expect(known.whole / known.total).toBeGreaterThan(0.6);
}, 3_600_000);
