/** Files beside a list of their tool that names other files alone. */
import { expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const journal = (...tags: readonly string[]): string =>
  JSON.stringify({ dialect: "postgresql", entries: tags.map((tag, idx) => ({ idx, when: idx + 1, tag })) });
const left = {
  "package.json": JSON.stringify({ devDependencies: { "drizzle-kit": "^0.31.0" } }),
  "src/db/migrations/0000_thin.sql": "CREATE TABLE a (id bigint PRIMARY KEY);\n",
  "src/db/migrations/0001_wide.sql": "ALTER TABLE a ADD COLUMN b int;\n",
  "src/db/migrations/meta/_journal.json": journal("0000_odd"),
};

test("are left out, unless they are named, their tool is stated, or something may run them", () => {
  const found = (files: Readonly<Record<string, string>>, roots: readonly string[] = [], facts = {}) =>
    discover(memoryFileSystem({ ...left, ...files }), roots, facts).map(({ idle, unrun }) => ({
      idle,
      isUnrun: unrun !== undefined,
    }));
  const idle = "the list of drizzle names others, and none of them";
  expect(found({})).toEqual([{ idle, isUnrun: false }]);
  expect(found({}, ["src/db/migrations"])).toEqual([{ idle: undefined, isUnrun: true }]);
  expect(found({}, [], { tool: "drizzle" })).toEqual([{ idle: undefined, isUnrun: false }]);
  const empty = { "src/db/migrations/meta/_journal.json": journal() };
  expect(found(empty)).toEqual([{ idle: undefined, isUnrun: true }]);
  const script = { "scripts/up.sh": "for one in 0000_thin.sql 0001_wide.sql; do run $one; done\n" };
  expect(found(script)).toEqual([{ idle: undefined, isUnrun: true }]);
  const psql = { Makefile: "up:\n\tfor f in src/db/migrations/*.sql; do psql -f $$f; done\n" };
  expect(found(psql)).toEqual([{ idle: undefined, isUnrun: false }]);
});
