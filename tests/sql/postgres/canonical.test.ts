/** Expressions as people write them, beside those that PostgreSQL prints of them. */
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalText } from "../../../src/sql/postgres/canonical.ts";
import { postgres } from "../../../src/sql/postgres/parse.ts";

const written = [
  "a in (1, 2)",
  "a in (7)",
  "a not in (1, 2)",
  "not (a in (1, 2))",
  "a between 1 and 3 or a not between 5 and 9",
  "t like 'x%' and t not ilike 'y' and t ~ '^a'",
  "CAST(j ->> 'deleted' AS bool)",
  "j #>> '{a, b}' = 'x'",
  "k = 'cancelled' or k in ('open', 'done')",
  "k = 'open'::public.\"Kind\"",
  "t.a = 1 and (t.t is not null and b is true)",
  "b = true or b = 't'",
  "((a > 0)) and a < 10 and not b",
  "a > -1 and n > -1.5",
  "t is distinct from 'x' or coalesce(t, '') = ''",
  "a = any (array[1, 2]) and a <> all (array[3])",
  "created > timestamp '2020-01-01 00:00:00' and created < now() at time zone 'UTC'",
  "length(t) > 3 and char_length(t) < 9 and substring(t from 1 for 2) = 'ab'",
  "case when a > 1 then b else false end",
  "extract(year from created) > 2000",
  'j @> \'{"a": 1, "b": [1, 2]}\'',
  "created > current_timestamp - interval '1 day'",
  "l = '{a,b}' and l <> '{}'::text[]",
] as const;

const others = [
  ["a = 1", "a = 2"],
  ["a in (1, 2)", "a in (1, 3)"],
  ["a in (1, 2)", "a not in (1, 2)"],
  ["a > 1 and b or c", "a > 1 and (b or c)"],
  ["t = 'x'", "t = 'X'"],
  ["a between 1 and 3", "a between 1 and 4"],
  ["a is null", "a is not null"],
  ["lower(t) = 'x'", "upper(t) = 'x'"],
  ["a > 1", "a > -1"],
] as const;

describe("what PostgreSQL prints", () => {
  let db: PGlite;
  beforeAll(async () => {
    await postgres.load();
    db = await PGlite.create();
    await db.exec(`
      CREATE TYPE "Kind" AS ENUM ('open', 'done', 'cancelled');
      CREATE TABLE t (a int, b boolean, t text, j jsonb, k "Kind", n numeric, created timestamp, l text[]);`);
  });
  afterAll(() => db.close());

  it.each(written)("%s", async (text) => {
    await db.exec(`ALTER TABLE t ADD CONSTRAINT c CHECK (${text})`);
    const { rows } = await db.query<{ def: string }>(
      "SELECT pg_get_constraintdef(oid) AS def FROM pg_constraint WHERE conname = 'c'",
    );
    await db.exec("ALTER TABLE t DROP CONSTRAINT c");
    const printed = /^CHECK ([^]*)$/.exec(rows[0]?.def ?? "")?.[1] ?? "";
    expect(canonicalText(printed), printed).toBe(canonicalText(text));
    expect(canonicalText(text)).toBeDefined();
  });

  it("a view's query", async () => {
    const query =
      "select t.a, t as name, count(*), a + 1 as next from t where a in (1, 2) group by a, t order by a desc";
    await db.exec(`CREATE VIEW v AS ${query}`);
    const { rows } = await db.query<{ def: string }>("SELECT pg_get_viewdef('v'::regclass) AS def");
    expect(canonicalText((rows[0]?.def ?? "").replace(/;$/, ""))).toBe(canonicalText(query));
  });

  it.each(others)("%s isn't %s", (a, b) => {
    expect(canonicalText(a)).not.toBe(canonicalText(b));
  });

  it("what isn't an expression has none", () => {
    expect(canonicalText("a >")).toBeUndefined();
    expect(canonicalText("1); DROP TABLE t; SELECT (1")).toBeUndefined();
  });
});
