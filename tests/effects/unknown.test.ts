import { postgres as dialect } from "../../src/dialects/postgres.ts";
import { beforeAll, describe, expect, it } from "vitest";
import type { Effects } from "../../src/effects/index.ts";
import { emptySchema } from "../../src/schema/schema.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";
import { cases, versions } from "./measured.ts";

beforeAll(() => postgres.load());

const effectsOf = (sql: string, version = 16): readonly Effects[] =>
  postgres
    .read(sql)
    .statements.flatMap((statement) =>
      statement.operations.map((operation) =>
        dialect.effects.of(
          operation,
          emptySchema(dialect),
          { version, setting: () => undefined },
          statement.operations,
        ),
      ),
    );

/** What the statement alone, or its version, makes wrong. */
const wrongByItself = new RegExp(
  `^(?:${[
    "syntax error",
    "number of referencing and referenced columns",
    "DROP INDEX CONCURRENTLY does not",
    "unrecognized (?:parameter|VACUUM option|privilege type)",
    "VACUUM FULL cannot be performed in parallel",
    "ANALYZE option must be specified",
    "cannot use (?:subquery|column reference) in",
    "functions in index (?:expression|predicate) must be marked IMMUTABLE",
    "generation expression is not immutable",
    "invalid (?:compression method|value for integer option)",
    "value .* out of bounds",
    '"invoice_seq" is not a table',
    "unlogged sequences are not supported",
    "access method .* does not support unique indexes",
    "extended statistics require",
    "enum labels must be unique",
    "column .* specified more than once",
    'column "nope" (?:named in partition key )?does not exist',
  ].join("|")})`,
);

describe("effects without a known schema", () => {
  it.each(cases)(
    "$id: whatever is done to unknown objects, only what is wrong by itself is refused",
    ({ sql }) => {
      for (const version of versions)
        for (const { fails } of effectsOf(sql, version))
          expect(fails ?? "syntax error").toMatch(wrongByItself);
    },
  );

  it.each([
    ["ALTER TABLE t ADD COLUMN c int", ["public.t ACCESS EXCLUSIVE"], []],
    ["ALTER TABLE t ALTER COLUMN c TYPE text", ["public.t ACCESS EXCLUSIVE"], ["public.t"]],
    ["ALTER TABLE t ALTER COLUMN c SET NOT NULL", ["public.t ACCESS EXCLUSIVE"], ["public.t"]],
    ["ALTER TABLE a.t VALIDATE CONSTRAINT k", ["a.t SHARE UPDATE EXCLUSIVE"], ["a.t"]],
    ["CREATE INDEX ON t (c)", ["public.t SHARE"], ["public.t"]],
    ["DROP TABLE IF EXISTS t", ["public.t ACCESS EXCLUSIVE"], []],
    ["UPDATE t SET c = 1", ["public.t ROW EXCLUSIVE"], ["public.t"]],
    ["REFRESH MATERIALIZED VIEW CONCURRENTLY m", ["public.m EXCLUSIVE"], ["public.m"]],
    [
      "ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES u",
      ["public.t SHARE ROW EXCLUSIVE", "public.u SHARE ROW EXCLUSIVE"],
      ["public.t", "public.u"],
    ],
  ])("%s takes the table as existing and filled", (sql, locks, scans) => {
    const [effects] = effectsOf(sql);
    expect(effects?.locks.map((lock) => `${lock.relation} ${lock.mode}`)).toEqual(locks);
    expect(effects?.scans).toEqual(scans);
  });

  it.each(["DROP INDEX i", "DROP INDEX CONCURRENTLY i", "REINDEX INDEX i"])(
    "%s locks a table that nobody can name",
    (sql) => {
      expect(effectsOf(sql)[0]?.locks).toEqual([]);
    },
  );
});
