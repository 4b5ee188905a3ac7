/** What `atlas migrate diff` compares the migrations with, by `atlas.hcl`. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const env = (source: string): string => `env "dev" {\n  src = ${source}\n}\n`;
const key = `CREATE TABLE "users" ("id" bigint PRIMARY KEY);
CREATE TABLE "tokens" ("id" bigint PRIMARY KEY, "user_id" bigint NOT NULL REFERENCES "users" ("id"));
`;

async function advice(settings: string): Promise<string> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "atlas.hcl": settings,
      "migrations/atlas.sum": "",
      "migrations/20240101000000_tokens.sql": key,
    }),
    opinions: { only: ["foreign-key-without-index"] },
  });
  return findings.map(({ instead }) => instead).join("\n");
}

test.each([
  [
    env('"ent://ent/schema"'),
    'and in the ent schema, where tokens is declared: index.Fields("user_id").StorageKey("tokens_user_id_idx")',
  ],
  [
    env("data.external_schema.gorm.url"),
    'and in the model of GORM, where tokens is declared: the tag `gorm:"index:tokens_user_id_idx"` at the field of user_id',
  ],
])("%s", async (settings, expected) => {
  expect(await advice(settings)).toContain(expected);
});

test.each([
  env('"file://schema.hcl"'),
  env("data.external_schema.sqlalchemy.url"),
  env('"ent://ent/schema"') + env("data.external_schema.gorm.url"),
])("nothing is known of what this declares: %s", async (settings) => {
  const found = await advice(settings);
  expect(found).toContain("CREATE INDEX");
  expect(found).not.toContain("declared");
});
