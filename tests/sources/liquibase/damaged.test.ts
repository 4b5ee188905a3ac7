/** Damaged changelogs, and hostile ones: nothing throws, nothing is looked up, and time stays linear. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { loadCodeReader } from "../../../src/engine/code-migrations.ts";
import { discover } from "../../../src/project/discover.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";
import type { History } from "../../../src/project/migration.ts";
import { readChangelogTree } from "../../../src/project/changelog/tree.ts";

const home = join(import.meta.dirname, "../../../fixtures/frameworks/liquibase");
const xml = readFileSync(join(home, "data.xml"), "utf8");
const yaml = [
  "databaseChangeLog:",
  "- property: { name: type, value: int }",
  "- changeSet:",
  "    id: 1",
  "    author: ann",
  "    preConditions:",
  "    - onFail: MARK_RAN",
  "    - not: [{ tableExists: { tableName: t } }]",
  "    changes:",
  "    # a comment",
  "    - createTable:",
  "        tableName: t",
  "        columns:",
  "        - column: { name: id, type: '${type}', constraints: { primaryKey: true } }",
  "    - sql:",
  "        sql: |",
  "          SELECT 1;",
  "          SELECT 2;",
  "    rollback:",
  "    - dropTable: { tableName: t }",
  "- include: { file: other.yaml }",
].join("\n");
const json = JSON.stringify({
  databaseChangeLog: [
    { property: { name: "type", value: "int" } },
    {
      changeSet: {
        id: "1",
        author: "ann",
        changes: [
          {
            addColumn: {
              tableName: "t",
              columns: [{ column: { name: "c", type: "${type}", valueNumeric: 1 } }],
            },
          },
          { sql: { sql: "SELECT 1;\nSELECT 2", endDelimiter: ";" } },
        ],
        rollback: "SELECT 'x'",
      },
    },
  ],
});

/** How many of each language; `DAMAGED` asks for more. */
const count = Number(process.env["DAMAGED"] ?? 150);

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

function damaged(text: string, next: (below: number) => number): string {
  let out = text;
  for (let left = 1 + next(4); left > 0; left--) {
    const at = next(out.length);
    const to = Math.min(out.length, at + next(40));
    const marks = ["<", ">", '"', "'", "&", "\0", "${", "}", "- ", ":", "\n", "]]>", "<!--", "*a", "\uD800"];
    const what = next(4);
    if (what === 0) out = out.slice(0, at) + out.slice(to);
    else if (what === 1) out = out.slice(0, at) + (marks[next(marks.length)] ?? "") + out.slice(at);
    else if (what === 2) out = out.slice(0, at) + out.slice(at, to).repeat(2) + out.slice(to);
    else out = out.slice(0, at);
  }
  return out;
}

test.each([
  ["xml", xml],
  ["yaml", yaml],
  ["json", json],
])("damaged %s", { timeout: 3_600_000 }, async (ending, text) => {
  const reader = await loadCodeReader();
  const next = random(7);
  const thrown: unknown[] = [];
  let read = 0;
  for (let i = 0; i < count; i++) {
    const fs = memoryFileSystem({ [`changelog.${ending}`]: i === 0 ? text : damaged(text, next) });
    const dialect = (["postgres", "mysql", "mariadb"] as const)[i % 3] ?? "postgres";
    const histories = discover(fs, ["."], { dialect }) as readonly History[];
    const found = reader.histories(fs, histories, (error) => thrown.push(error));
    read += found.flatMap(({ migrations }) => migrations.filter(({ up }) => up.code !== undefined)).length;
  }
  expect(thrown).toEqual([]);
  expect(read).toBeGreaterThan(0);
});

test.each([
  [
    "an entity of the file itself",
    '<!DOCTYPE a [<!ENTITY b "SELECT 1">]><databaseChangeLog>&b;</databaseChangeLog>',
  ],
  [
    "a billion laughs",
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><databaseChangeLog>&b;</databaseChangeLog>',
  ],
  [
    "a file",
    '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><databaseChangeLog>&b;</databaseChangeLog>',
  ],
])("%s makes a changelog unread", (_name, text) => {
  expect(readChangelogTree("changelog.xml", text)).toBeUndefined();
});

test("an entity that nobody defines stays as it is written", () => {
  const tree = readChangelogTree(
    "changelog.xml",
    "<databaseChangeLog><changeSet><sql>SELECT &gone; &lt; &#65;</sql></changeSet></databaseChangeLog>",
  );
  expect(tree?.root.children[0]?.children[0]?.text?.value).toBe("SELECT &gone; < A");
});

test("aliases that repeat aliases end at a limit", () => {
  const lines = ["databaseChangeLog:", "- a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 12; i++)
    lines.push(`- a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(", ")}]`);
  const started = performance.now();
  expect(readChangelogTree("changelog.yaml", lines.join("\n"))).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(3000);
});

test("a root changelog in which nothing is yet isn't a history that isn't read", async () => {
  const read = async (text: string) =>
    await lintProject({ fs: memoryFileSystem({ "db/changelog/db.changelog-master.yaml": text }) });
  for (const text of ["databaseChangeLog:\n", "databaseChangeLog:\n  -\n", "databaseChangeLog: []\n"])
    expect((await read(text)).coverage.histories.notRead).toEqual([]);
});
