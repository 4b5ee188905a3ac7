import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import fc from "fast-check";
import type { Schema } from "../../src/schema/schema.ts";
import { Server, type Replayed } from "./replay.ts";
import { preamble, statementFor } from "./statements.ts";

const folder = new URL("../../fixtures/schema/", import.meta.url);
const migrations = new URL("../../migrations/", import.meta.url);

const texts: readonly (readonly [name: string, text: string])[] = [
  ...readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .map((name) => [name, readFileSync(new URL(name, folder), "utf8")] as const),
  ["migrations", ups(migrations)],
];

/** Every up file, in order. */
function ups(root: URL): string {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sql") && !/down|rollback/.test(name))
    .sort()
    .map((name) => readFileSync(new URL(name, root), "utf8"))
    .join("\n");
}

/** More of both: `DDLINT_FUZZ=2000 DDLINT_SEED=7`. */
const runs = Number(process.env["DDLINT_FUZZ"] ?? 40);
const seed = Number(process.env["DDLINT_SEED"] ?? 1);

let server: Server;
beforeAll(async () => {
  server = await Server.start();
});
afterAll(() => server.close());

describe("a server holds the same objects", () => {
  it.each(texts)("%s", async (_, text) => {
    const replayed = await server.replay(text);
    expect(replayed.ours).toEqual(replayed.servers);
    expect(falseAlarms(replayed)).toEqual([]);
  });
});

/** What the server accepts must give no failure. */
const falseAlarms = ({ steps }: Replayed): string[] =>
  steps
    .filter((step) => step.error === undefined && step.failures.length > 0)
    .map((step) => `${step.sql}: ${step.failures.map((f) => `${f.kind} ${f.name}`).join()}`);

it("a server holds the same objects after any history", async () => {
  const number = fc.nat(1000);
  const choice = fc.record({ form: number, a: number, b: number, c: number, d: fc.nat(20) });
  await fc.assert(
    fc.asyncProperty(fc.array(choice, { minLength: 5, maxLength: 30, size: "max" }), async (choices) => {
      const replayed = await server.replayAll([
        ...preamble.map((sql) => () => sql),
        ...choices.map((c) => (schema: Schema) => statementFor(schema, c)),
      ]);
      const accepted = replayed.steps.filter((step) => step.error === undefined).map((step) => step.sql);
      expect(replayed.ours, accepted.join(";\n")).toEqual(replayed.servers);
      expect(falseAlarms(replayed)).toEqual([]);
    }),
    { numRuns: runs, seed },
  );
});
