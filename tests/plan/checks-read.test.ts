/** Pre-flight queries only read: MySQL and MariaDB commit a change of the schema even in a READ ONLY transaction. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { memoryFileSystem, planPreflight } from "../../src/index.ts";
import type { Facts } from "../../src/index.ts";
import { cases } from "./checks-cases.ts";

const read = (name: string): string =>
  readFileSync(new URL(`../../fixtures/effects/mysql/${name}`, import.meta.url), "utf8");

const writes =
  /\b(?:insert|update|delete|replace|merge|alter|create|drop|truncate|rename|grant|revoke|lock|set|call|do|load|copy|into|analyze|optimize|for\s+(?:no\s+key\s+)?(?:update|share)|get_lock|nextval|setval|set_config|pg_advisory\w*|lo_\w+)\b/i;

const textOf = (sql: string): string =>
  sql.replaceAll(/'(?:[^']|'')*'|`(?:[^`]|``)*`|"(?:[^"]|"")*"|--[^\n]*/g, "''");

async function queriesOf(facts: Facts, before: string, migration: string): Promise<readonly string[]> {
  const fs = memoryFileSystem({
    "migrations/001_base.up.sql": before,
    "migrations/002_change.up.sql": `${migration};\n`,
  });
  return (await planPreflight({ fs, facts })).checks.map(({ sql }) => sql);
}

/** Statements of `npm run measure` that the server accepts; one of five. */
const measured = read("cases.jsonl")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as { sql: string; setup?: string })
  .filter((_, at) => at % 5 === 0)
  .map(({ setup = "", sql }): readonly [string, string] => [`${read("schema.sql")}\n${setup};`, sql]);

const tools = { tool: "golang-migrate" } as const;
const histories: readonly (readonly [Facts, readonly (readonly [string, string])[]])[] = [
  [{ ...tools, dialect: "mysql" }, measured],
  [{ ...tools, dialect: "mariadb" }, measured],
  [
    { ...tools, dialect: "postgres" },
    Object.values(cases).map(({ before, migration }) => [before, migration] as const),
  ],
];

describe.each(histories)("$dialect", (facts, migrations) => {
  it("only reads", async () => {
    const kinds = new Set<string>();
    for (const [before, migration] of migrations)
      for (const sql of await queriesOf(facts, before, migration)) {
        const text = textOf(sql);
        expect(text, sql).toMatch(/^(?:SELECT|SHOW)\b/);
        expect(text, sql).not.toMatch(/;\s*\S/);
        expect(writes.exec(text)?.[0], sql).toBe(undefined);
        kinds.add(text);
      }
    expect(kinds.size).toBeGreaterThan(20);
  });
});
