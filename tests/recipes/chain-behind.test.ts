/** What moves behind a change in batches, moves what needs it along, and what would take away what it reads. */
import { expect, test } from "vitest";
import { rules } from "../../src/index.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";

/** What the advice of the first finding lists. */
function movedBehind(rule: string, text: string): readonly string[] {
  const { findings } = lintFixture("migrations/x.sql", text, rules, undefined, { only: [rule] });
  const [, list = ""] = (findings[0]?.instead ?? "").split("-- what needs it moves behind it, too:\n");
  return list.trim().split("\n");
}

test("a chain of statements", () => {
  const text = `-- given: server postgres 16
CREATE TABLE items (id bigint PRIMARY KEY, code text);
CREATE TABLE records (id bigint PRIMARY KEY, code text);
CREATE TABLE links (id bigint PRIMARY KEY, item_id bigint, note text);
-- next migration
ALTER TABLE items ADD COLUMN record bigint;
UPDATE items SET record = r.id FROM records r WHERE r.code = items.code;
ALTER TABLE items ALTER COLUMN record SET NOT NULL;
ALTER TABLE links ADD COLUMN record bigint;
UPDATE links l SET record = i.record FROM items i WHERE i.id = l.item_id;
ALTER TABLE links ALTER COLUMN record SET NOT NULL;
ALTER TABLE links DROP COLUMN item_id;
ALTER TABLE links DROP COLUMN note;
`;
  expect(movedBehind("backfill-without-batches", text)).toEqual([
    "-- ALTER TABLE items ALTER COLUMN record SET NOT NULL",
    "-- UPDATE links l SET record = i.record FROM items i WHERE i.id = l.item_id",
    "-- ALTER TABLE links ALTER COLUMN record SET NOT NULL",
    "-- ALTER TABLE links DROP COLUMN item_id",
  ]);
});

test("the type of a column that the change reads, with its default and the old type", () => {
  const text = `-- given: server postgres 16
CREATE TYPE kind AS ENUM ('online', 'onsite');
CREATE TABLE events (id bigint PRIMARY KEY, kind kind DEFAULT 'onsite', label text, place text);
-- next migration
CREATE TYPE kind_new AS ENUM ('other', 'onsite');
ALTER TABLE events ADD COLUMN previous text;
UPDATE events SET previous = kind::text WHERE kind IS NOT NULL;
ALTER TABLE events ALTER COLUMN label TYPE varchar(200);
ALTER TABLE events ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE events ALTER COLUMN kind TYPE kind_new USING (CASE kind WHEN 'onsite' THEN 'onsite' ELSE 'other' END)::kind_new;
ALTER TABLE events ALTER COLUMN kind SET DEFAULT 'other';
UPDATE events SET label = place WHERE previous = 'online';
ALTER TABLE events RENAME COLUMN place TO venue;
ALTER TABLE events DROP COLUMN previous;
DROP TYPE kind;
ALTER TYPE kind_new RENAME TO kind;
`;
  expect(movedBehind("backfill-without-batches", text)).toEqual([
    "-- ALTER TABLE events ALTER COLUMN kind DROP DEFAULT",
    "-- ALTER TABLE events ALTER COLUMN kind TYPE kind_new USING (CASE kind WHEN 'onsite' THEN 'onsite' ELSE…",
    "-- ALTER TABLE events ALTER COLUMN kind SET DEFAULT 'other'",
    "-- UPDATE events SET label = place WHERE previous = 'online'",
    "-- ALTER TABLE events RENAME COLUMN place TO venue",
    "-- ALTER TABLE events DROP COLUMN previous",
    "-- DROP TYPE kind",
    "-- ALTER TYPE kind_new RENAME TO kind",
  ]);
});

test("what names or describes an index that is built in a migration of its own", () => {
  const text = `-- given: tool flyway; server postgres 16
CREATE TABLE orders (id bigint PRIMARY KEY, code text NOT NULL);
-- next migration
CREATE UNIQUE INDEX orders_code ON orders (code);
COMMENT ON INDEX orders_code IS 'one order for each code';
COMMENT ON TABLE orders IS 'orders of shops';
ALTER INDEX orders_code SET (fillfactor = 70);
ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_code;
ALTER TABLE orders CLUSTER ON orders_code;
CLUSTER orders USING orders_code;
INSERT INTO orders (id, code) VALUES (1, 'a') ON CONFLICT (code) DO NOTHING;
`;
  expect(movedBehind("index-without-concurrently", text)).toEqual([
    "-- COMMENT ON INDEX orders_code IS 'one order for each code'",
    "-- ALTER INDEX orders_code SET (fillfactor = 70)",
    "-- ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_code",
    "-- ALTER TABLE orders CLUSTER ON orders_code",
    "-- CLUSTER orders USING orders_code",
    "-- INSERT INTO orders (id, code) VALUES (1, 'a') ON CONFLICT (code) DO NOTHING",
  ]);
});

test("comments on a constraint that is made from a ready index", () => {
  const text = `-- given: tool flyway; server postgres 16
CREATE TABLE orders (id bigint PRIMARY KEY, code text NOT NULL);
-- next migration
ALTER TABLE orders ADD CONSTRAINT orders_code UNIQUE (code);
COMMENT ON CONSTRAINT orders_code ON orders IS 'one order for each code';
COMMENT ON INDEX orders_code IS 'serves the search by code';
COMMENT ON COLUMN orders.code IS 'the code of the shop';
`;
  expect(movedBehind("unique-constraint-without-index", text)).toEqual([
    "-- COMMENT ON CONSTRAINT orders_code ON orders IS 'one order for each code'",
    "-- COMMENT ON INDEX orders_code IS 'serves the search by code'",
  ]);
});

test("on MySQL, the MODIFY that NULL or another type would stop", () => {
  const text = `-- given: server mysql 8.4
CREATE TABLE orders (id bigint PRIMARY KEY, total int, code varchar(20), note varchar(20));
-- next migration
UPDATE orders SET total = 0, code = 1 WHERE total IS NULL;
ALTER TABLE orders MODIFY total int COMMENT 'in cents';
ALTER TABLE orders MODIFY total int NOT NULL;
ALTER TABLE orders CHANGE code number int;
ALTER TABLE orders MODIFY note varchar(20) NOT NULL;
`;
  expect(movedBehind("backfill-without-batches", text)).toEqual([
    "-- ALTER TABLE orders MODIFY total int NOT NULL",
    "-- ALTER TABLE orders CHANGE code number int",
  ]);
});
