import { postgres as dialect } from "../../src/dialects/postgres.ts";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { applyStatement } from "../../src/schema/apply.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { emptySchema } from "../../src/schema/schema.ts";
import { withoutOrder } from "../../src/effects/postgres/cast-table.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";

const grid = readFileSync(
  new URL("../../fixtures/effects/postgres/type-changes.txt", import.meta.url),
  "utf8",
)
  .trim()
  .split("\n")
  .filter((line) => !line.startsWith("#"))
  .map((line) => {
    const [, type = "", results = ""] = /^(.*\S)\s+(\S+)$/.exec(line) ?? [];
    return { type, results };
  });

const types = `CREATE TYPE order_status AS ENUM ('new', 'paid'); CREATE TYPE unused_enum AS ENUM ('a');
CREATE TYPE address AS (street text, zip varchar(10)); CREATE DOMAIN plain_text AS text;
CREATE DOMAIN plain_vc50 AS varchar(50); CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN positive_int AS integer CHECK (VALUE > 0); CREATE DOMAIN notnull_text AS text NOT NULL;
CREATE DOMAIN unused_domain AS integer;`;

beforeAll(() => postgres.load());

function schemaAfter(sql: string): Schema {
  let schema = emptySchema(dialect);
  for (const { operations, span } of postgres.read(sql).statements)
    schema = applyStatement(schema, operations, { migration: 0, path: "", span }).at(-1)?.after ?? schema;
  return schema;
}

const server = { version: 15, setting: (): undefined => undefined };

describe("type changes agree with PostgreSQL 15", () => {
  it.each(grid)("from $type", ({ type, results }) => {
    const schema = schemaAfter(
      `${types} CREATE TABLE t (c ${type}); ${withoutOrder.includes(type) ? "" : "CREATE INDEX ON t (c)"}`,
    );
    const found = grid.map(({ type: to }, i) => {
      const operation = postgres.read(`ALTER TABLE t ALTER COLUMN c TYPE ${to}`).statements[0]?.operations[0];
      if (operation === undefined) return `${to}: unreadable`;
      const effects = dialect.effects.of(operation, schema, server);
      const ours =
        effects.fails !== undefined
          ? "."
          : effects.rewrites.length > 0
            ? "R"
            : effects.rebuilds.length > 0
              ? "I"
              : "=";
      const measured = results.charAt(i);
      return ours === measured ? "" : `${to}: ${ours}, measured ${measured}`;
    });
    expect(found.filter((text) => text !== "")).toEqual([]);
  });
});
