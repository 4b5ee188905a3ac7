/** What a list of the tool's own names and no migration holds makes a run incomplete. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const journal = (...tags: readonly string[]): string =>
  JSON.stringify({ dialect: "postgresql", entries: tags.map((tag, when) => ({ idx: when, tag, when })) });

test.each([
  [["0000_a"], true, undefined],
  [
    ["0000_a", "0001_gone"],
    false,
    ["drizzle/meta/_journal.json names 0001_gone.sql, which doesn't exist: it was not checked"],
  ],
])("%j", async (tags, complete, named) => {
  const fs = memoryFileSystem({
    "drizzle/meta/_journal.json": journal(...tags),
    "drizzle/0000_a.sql": "CREATE TABLE a (id bigint PRIMARY KEY);",
  });
  const { coverage } = await lintProject({ fs });
  expect({ complete: coverage.complete, named: coverage.named }).toEqual({ complete, named });
});

test("files whose names leave them out of the history are counted", async () => {
  const table = "CREATE TABLE a (id bigint PRIMARY KEY);";
  const files = { "db/V1__a.sql": table, "db/V1_2A__b.sql": table, "db/003_c.sql": table };
  const { coverage } = await lintProject({ fs: memoryFileSystem({ "flyway.toml": "", ...files }) });
  expect(coverage).toMatchObject({ complete: false, files: { read: 1, notRead: 2 } });
});

test("files without the marks of the tool that runs the others are counted", async () => {
  const table = "CREATE TABLE a (id bigint PRIMARY KEY);";
  const files = { "db/1_a.sql": `-- +goose Up\n${table}`, "db/2_b.sql": table.replace("a", "b") };
  const { coverage } = await lintProject({
    fs: memoryFileSystem({ Makefile: "up:\n\tgoose up\n", ...files }),
  });
  expect(coverage).toMatchObject({ complete: false, files: { read: 1, notRead: 1 } });
});
