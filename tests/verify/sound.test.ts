/** Sound migrations pass: those of the worked history, and random ones with the rollbacks that ddlint writes. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { planRollback } from "../../src/engine/rollback.ts";
import { verifyOn } from "../../src/engine/run-verify.ts";
import type { VerifyOptions, VerifyResult } from "../../src/engine/verify.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { emptySchema, type Schema } from "../../src/schema/schema.ts";
import { postgres as dialect } from "../../src/dialects/postgres.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";
import { startPglite } from "../../src/verify/connect.ts";
import type { Connection } from "../../src/verify/connection.ts";
import { embeddedLabs } from "../../src/verify/embedded.ts";
import type { Labs } from "../../src/verify/lab.ts";
import { acceptedBy } from "../plan/accepted.ts";
import { preamble, statementFor, type Choice } from "../schema/statements.ts";

/** More of both: `DDLINT_FUZZ=200 DDLINT_SEED=7`. */
const runs = Number(process.env["DDLINT_FUZZ"] ?? 15);
const seed = Number(process.env["DDLINT_SEED"] ?? 1);

let labs: Labs;
let scratch: Connection;
beforeAll(async () => {
  await postgres.load();
  labs = await embeddedLabs([]);
  scratch = await startPglite();
});
afterAll(async () => {
  await labs.stop();
  await scratch.close();
});

const verify = (options: VerifyOptions): Promise<VerifyResult> =>
  verifyOn(() => Promise.resolve({ labs, done: () => Promise.resolve() }), options);

/** Everything that says more than that rows are lost or are in the way. */
const faultsIn = ({ migrations }: VerifyResult): readonly string[] =>
  migrations.flatMap(({ problems }) =>
    problems
      .filter(({ kind, severity }) => severity === "error" || kind === "prediction-differs")
      .map(({ kind, file, line, message, details }) =>
        [`${file}:${line ?? 0} ${kind}: ${message}`, ...details].join("; "),
      ),
  );

it("passes the worked history", async () => {
  const cwd = new URL("../..", import.meta.url).pathname;
  const names = ["0001", "0002", "0003"];
  expect(names).toHaveLength(3);
  const result = await verify({ cwd, facts: { migrations: ["migrations"], startAfter: undefined } });
  expect(result.migrations.map(({ up }) => up)).toEqual(["ran"]);
  expect(faultsIn(result)).toEqual([]);
});

const { accepted } = acceptedBy(() => scratch);

const number = fc.nat(1000);
const choice = fc.record({ form: number, a: number, b: number, c: number, d: fc.nat(20) });
const maker =
  (one: Choice) =>
  (schema: Schema): string =>
    statementFor(schema, one);

it("passes random migrations with the rollbacks that ddlint writes", async () => {
  let verified = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(choice, { minLength: 3, maxLength: 15, size: "max" }),
      fc.array(choice, { minLength: 1, maxLength: 5, size: "max" }),
      async (before, changes) => {
        const joined = (list: readonly string[]): string => list.map((sql) => `${sql};\n`).join("");
        await scratch.exec("BEGIN");
        const start = emptySchema(dialect).withClosed(true);
        const old = await accepted([...preamble.map((sql) => () => sql), ...before.map(maker)], start);
        const { texts } = await accepted(changes.map(maker), old.schema.withSearchPath(["public"]));
        await scratch.exec("ROLLBACK");
        if (texts.length === 0) return;
        const files = {
          "migrations/001_old.up.sql": joined(old.texts),
          "migrations/001_old.down.sql": "SELECT 1;",
          "migrations/002_new.up.sql": joined(texts),
        };
        const plan = await planRollback({ fs: memoryFileSystem(files), migration: "002" });
        // What it says that it can't restore, verify finds.
        if (plan.gaps.length + plan.differences.length + plan.stays.length > 0) return;
        const down = joined(plan.statements.map((sql) => sql.replace(/;$/, "")));
        const fs = memoryFileSystem({ ...files, "migrations/002_new.down.sql": down });
        const result = await verify({ fs, facts: { runner: "transaction" } });
        verified++;
        expect(faultsIn(result), `${joined(old.texts)}--\n${joined(texts)}-- back:\n${down}`).toEqual([]);
      },
    ),
    { numRuns: runs, seed, endOnFailure: true },
  );
  if (process.env["DDLINT_FUZZ"] !== undefined) console.log(`${verified} of ${runs} verified`);
  expect(verified).toBeGreaterThan(runs / 2);
}, 3_600_000);
