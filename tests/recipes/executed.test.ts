/**
 * What findings advise, executed by PostgreSQL in place of their statement: it runs, leads to the same schema and rows, and
 * is silent. The first line of a fixture names the rule of its last migration, and what its advice is: `runs`, `values`
 * (it has placeholders) or `words`.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryFileSystem } from "../../src/index.ts";
import { tried } from "../../tools/truth/advice.ts";
import { copyOn } from "../../tools/truth/advice-on-postgres.ts";
import { openReplays } from "../../tools/truth/histories.ts";

const folder = join(import.meta.dirname, "../../fixtures/advice");
let server: PGlite;
beforeAll(async () => {
  server = await PGlite.create();
}, 60_000);
afterAll(() => server.close());

/** As `pg` answers: the result of the last statement of a text. */
const client = {
  query: async <R>(text: string, values?: readonly unknown[]): Promise<R> =>
    (values === undefined
      ? ((await server.exec(text)).at(-1) ?? { rows: [] })
      : await server.query(text, [...values])) as R,
};

async function emptyDatabase(): Promise<void> {
  await server.exec("RESET ALL; DROP SCHEMA IF EXISTS public, app CASCADE; CREATE SCHEMA public");
}

describe("advice is code that runs", () => {
  it.each(readdirSync(folder))("%s", async (name) => {
    const [first = "", ...rest] = readFileSync(join(folder, name), "utf8").split("\n");
    const [, rule = "", is = ""] = /^-- (\S+): (\w+)$/.exec(first) ?? [];
    const texts = rest.join("\n").split("-- next migration\n");
    const files = texts.map((text, at) => [`migrations/00${at + 1}_step.sql`, text] as const);
    const fs = memoryFileSystem(Object.fromEntries(files));
    const [replay] = (await openReplays({ fs }, "postgres", "17")).replays;
    if (replay === undefined) throw new Error("no history");
    await emptyDatabase();
    let state = replay.start;
    const { migrations } = replay.history;
    for (const migration of migrations.slice(0, -1)) {
      await client.query(migration.up.text);
      ({ state } = replay.step(migration, state));
    }
    const migration = migrations.at(-1);
    if (migration === undefined) throw new Error("no migration");
    const { scope } = replay.step(migration, state);
    const finding = replay.lint(scope).find(({ ruleId }) => ruleId === rule);
    if (finding === undefined) throw new Error(`no finding of ${rule}`);
    if (is === "words") {
      expect(finding.instead).not.toBeUndefined();
      expect(finding.advice).toBeUndefined();
      return;
    }
    const place = { migration, state, scope, parsed: replay.parse(migration.up) };
    const trial = await tried(copyOn(client), replay, place, finding);
    expect({ is: trial?.is, cause: trial?.cause, detail: trial?.detail }, finding.instead).toEqual({
      is: is === "runs" ? "ran" : is,
      cause: undefined,
      detail: undefined,
    });
  });
});
