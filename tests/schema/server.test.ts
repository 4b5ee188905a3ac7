import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Server, type Replayed } from "./replay.ts";

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

let server: Server;
beforeAll(async () => {
  server = await Server.start();
});
afterAll(() => server.close());

/** SQLSTATEs of what look-ups are about: undefined and duplicate tables, columns, objects. */
const known = /^(?:42P01|42703|42704|42P07|42701|42710|42883)$/;

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

const missed = ({ steps }: Replayed): string[] =>
  steps
    .filter((step) => step.error !== undefined && known.test(step.error.code) && step.failures.length === 0)
    .map((step) => `${step.sql}: ${step.error?.message ?? ""}`);
