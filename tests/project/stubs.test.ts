/** Files without a statement: nothing is skipped with them, and a folder of them is no history. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const stub = "-- SQL stub for this migration\n-- TODO: add migration / schema\n";
const stubs = { "db/migrations/001_initial.sql": stub, "db/migrations/002_users.sql": "" };

test("a folder in which no file has a statement is left out, unless it is named or its tool known", () => {
  const idle = (files: Readonly<Record<string, string>>, roots: readonly string[] = [], facts = {}) =>
    discover(memoryFileSystem({ ...stubs, ...files }), roots, facts).map((history) => history.idle);
  expect(idle({})).toEqual(["no file has a statement"]);
  expect(idle({}, ["db/migrations"])).toEqual([undefined]);
  expect(idle({}, [], { tool: "goose" })).toEqual([undefined]);
  expect(idle({ "db/migrations/003_orders.sql": "CREATE TABLE orders (id bigint);\n" })).toEqual([undefined]);
  expect(idle({ "db/migrations/001_initial.sql": `-- +goose Up\n${stub}` })).toEqual([undefined]);
});

test("a file with a bad name and no statement is a note", async () => {
  const found = async (text: string) => {
    const one = { "db/migrations/001_a.sql": "CREATE TABLE a (id bigint PRIMARY KEY);\n" };
    const fs = memoryFileSystem({ ...one, "db/migrations/add_api_url.sql": text });
    const { findings } = await lintProject({ fs });
    return findings.flatMap(({ ruleId, severity }) => (ruleId === "bad-file-name" ? [severity] : []));
  };
  expect(await found("")).toEqual(["note"]);
  expect(await found(stub)).toEqual(["note"]);
  expect(await found("ALTER TABLE a ADD COLUMN url text;\n")).not.toEqual(["note"]);
});
