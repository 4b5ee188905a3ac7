/** What moves behind a change in batches, moves what needs it along, and what would take away what it reads. */
import { expect, test } from "vitest";
import { rules } from "../../src/index.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";

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
  const only = { only: ["backfill-without-batches"] };
  const { findings } = lintFixture("migrations/x.sql", text, rules, undefined, only);
  const [, list = ""] = (findings[0]?.instead ?? "").split("-- what needs it moves behind it, too:\n");
  expect(list.trim().split("\n")).toEqual([
    "-- ALTER TABLE items ALTER COLUMN record SET NOT NULL",
    "-- UPDATE links l SET record = i.record FROM items i WHERE i.id = l.item_id",
    "-- ALTER TABLE links ALTER COLUMN record SET NOT NULL",
    "-- ALTER TABLE links DROP COLUMN item_id",
  ]);
});
