/** `schema --diff`: nothing differs from a history's own dump, and what reconciles random drifts does, on a real PostgreSQL, if one is here. */
import { PGlite } from "@electric-sql/pglite";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postgres as dialect } from "../../src/dialects/postgres.ts";
import { planDrift } from "../../src/engine/schema.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { emptySchema, type Schema } from "../../src/schema/schema.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";
import { preamble, statementFor, type Choice } from "../schema/statements.ts";
import { acceptedBy } from "./accepted.ts";
import { definitions } from "./definitions.ts";
import { findPostgres, startPostgres, type PostgresServer } from "./postgres-server.ts";

/** More of both: `DDLINT_FUZZ=200 DDLINT_SEED=7`. */
const runs = Number(process.env["DDLINT_FUZZ"] ?? 25);
const seed = Number(process.env["DDLINT_SEED"] ?? 1);

const bin = findPostgres();
if (bin === undefined)
  console.warn(`No PostgreSQL here: ${runs} drifts aren't made (apt-get install postgresql)`);

const joined = (list: readonly string[]): string => list.map((sql) => `${sql};\n`).join("");

const number = fc.nat(1000);
const choice = fc.record({ form: number, a: number, b: number, c: number, d: fc.nat(20) });
const maker =
  (one: Choice) =>
  (schema: Schema): string =>
    statementFor(schema, one);

describe.runIf(bin !== undefined)("on PostgreSQL", () => {
  let db: PGlite;
  let server: PostgresServer;
  beforeAll(async () => {
    await postgres.load();
    db = await PGlite.create();
    server = await startPostgres(bin ?? "");
  });
  afterAll(async () => {
    await db.close();
    server.stop();
  });

  const { accepted } = acceptedBy(() => db, /search_path|drop expression/);

  let databases = 0;
  /** A database with what the scripts make; undefined: this release doesn't take them. */
  function made(...scripts: readonly string[]): string | undefined {
    const name = `drift_${++databases}`;
    server.psql("postgres", `CREATE DATABASE ${name};`);
    try {
      for (const script of scripts) server.psql(name, script);
      return name;
    } catch {
      return undefined;
    }
  }

  const catalogue = (database: string): readonly string[] =>
    server
      .psql(
        database,
        `SET search_path = pg_catalog;\nSELECT replace(line, E'\\n', ' ') FROM (${definitions}) d;`,
      )
      .split("\n")
      .map((line) => line.replace(" NOT VALID", ""))
      .filter((line) => line !== "")
      .sort();

  const drift = (history: string, dump: string, adopt = false) =>
    planDrift({
      fs: memoryFileSystem({ "migrations/001_all.sql": history }),
      facts: { dialect: "postgres" },
      dump: { path: "dump.sql", text: dump },
      adopt,
    });

  it("nothing differs from the own dump; random drifts are reconciled, or named", async () => {
    const counts = { own: 0, drifts: 0, whole: 0, equal: 0 };
    const why = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(choice, { minLength: 4, maxLength: 18, size: "max" }),
        fc.array(choice, { minLength: 1, maxLength: 5, size: "max" }),
        async (before, changes) => {
          await db.exec("BEGIN");
          const start = emptySchema(dialect).withClosed(true);
          const old = await accepted([...preamble.map((sql) => () => sql), ...before.map(maker)], start);
          const { texts } = await accepted(changes.map(maker), old.schema);
          await db.exec("ROLLBACK");
          const [history, other] = [joined(old.texts), joined(texts)];
          const [own, drifted] = [made(history), made(history, other)];
          if (own === undefined || drifted === undefined || texts.length === 0) return;
          const same = await drift(history, server.dump(own));
          expect(
            { text: same.text, statements: same.statements },
            `${history}--\n${server.dump(own)}`,
          ).toEqual({
            text: expect.stringContaining("-- No drift: ") as string,
            statements: [],
          });
          counts.own++;
          const dump = server.dump(drifted);
          const plan = await drift(history, dump);
          const story = `${history}-- drift:\n${other}--\n${plan.text}`;
          const expected = catalogue(own);
          const isEqual = JSON.stringify(expected) === JSON.stringify(catalogue(drifted));
          if (isEqual) counts.equal++;
          else counts.drifts++;
          // What differs in the catalogue is a difference, or it is named as unknown.
          if (!isEqual) expect(plan.isSame && plan.gaps.length === 0, story).toBe(false);
          for (const gap of plan.gaps) {
            const kind = gap.replace(/:.*| \S+$/, "");
            why.set(kind, (why.get(kind) ?? 0) + 1);
          }
          if (plan.gaps.length > 0 || isEqual) return;
          counts.whole++;
          try {
            server.psql(drifted, `SET search_path = public;\n${plan.statements.join("\n")}`);
          } catch (error) {
            throw new Error(`${String((error as { stderr?: unknown }).stderr)}\n${story}`);
          }
          const withoutNotNull = (lines: readonly string[]): readonly string[] =>
            lines.map((line) =>
              plan.nullable.some((one) => {
                const key = one.replaceAll('"', "");
                return line.startsWith(`column ${key} `) || line.startsWith(`column public.${key} `);
              })
                ? line.replace(" not null", "")
                : line,
            );
          expect(withoutNotNull(catalogue(drifted)), story).toEqual(withoutNotNull(expected));
        },
      ),
      { numRuns: runs, seed, endOnFailure: true },
    );
    if (process.env["DDLINT_FUZZ"] !== undefined) console.log(counts, why);
    // Else the property says nothing.
    expect(counts.whole / counts.drifts).toBeGreaterThan(0.6);
  }, 3_600_000);
});
