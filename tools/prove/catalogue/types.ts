/** Changes of types, of enum types, and of defaults. */
import type { Case, Version } from "../case.ts";
import { column, inSchema, noKey, partitioned, pg, quoted, twoKeys, uuidKey } from "./tables.ts";

const number = (value: string, version: Version = {}): Version => ({ ...version, value, values: "number" });
const qty = number("qty");
const others = { customer_id: "1 + {k} % 1000", total: "10", code: "'c{k}'" };
const toBigint = "ALTER TABLE orders ALTER COLUMN qty TYPE bigint;";
const status = column("status", { values: "status" });
const moment = column("placed_at", { values: "moment", read: "to_char(placed_at, 'YYYY-MM-DD HH24:MI:SS')" });
const orderStatus = "CREATE TYPE order_status AS ENUM ('new', 'paid', 'shipped');";
const withStatus = `${orderStatus}\nALTER TABLE orders ADD COLUMN state order_status NOT NULL DEFAULT 'new';`;
const state = column("state", { values: "status" });

const types: readonly Case[] = [
  pg("int-to-bigint", toBigint, { old: qty }),
  pg("int-to-bigint-indexed", toBigint, { setup: "CREATE INDEX orders_qty_idx ON orders (qty);", old: qty }),
  pg("int-to-bigint-nullable", "ALTER TABLE orders ALTER COLUMN score TYPE bigint;", {
    setup: "ALTER TABLE orders ADD COLUMN score int;",
    seed: "UPDATE orders SET score = id;",
    old: number("score"),
  }),
  pg("int-to-bigint-with-a-check", toBigint, {
    setup: "ALTER TABLE orders ADD CONSTRAINT orders_qty_check CHECK (qty >= 0);",
    old: qty,
  }),
  pg("int-to-bigint-with-a-check-of-two-columns", toBigint, {
    setup: "ALTER TABLE orders ADD CONSTRAINT orders_counts_check CHECK (qty >= 0 OR touched >= qty);",
    old: qty,
  }),
  pg("int-to-bigint-of-a-unique-column", "ALTER TABLE orders ALTER COLUMN number TYPE bigint;", {
    setup:
      "CREATE SEQUENCE numbers START 10000000;\nALTER TABLE orders ADD COLUMN number int, ADD CONSTRAINT orders_number_key UNIQUE (number);",
    seed: "UPDATE orders SET number = id;",
    old: number("qty", { columns: { ...others, number: "nextval('numbers')" } }),
  }),
  pg("int-to-bigint-of-a-unique-pair", toBigint, {
    setup: "ALTER TABLE orders ADD CONSTRAINT orders_pair_key UNIQUE (qty, ref);",
    old: qty,
  }),
  pg(
    "int-to-bigint-of-a-cascading-foreign-key",
    "ALTER TABLE order_items ALTER COLUMN order_id TYPE bigint;",
    {
      setup:
        "ALTER TABLE order_items ADD COLUMN note text, ADD COLUMN ref bigint, ADD COLUMN touched int NOT NULL DEFAULT 0;\nCREATE INDEX order_items_ref_idx ON order_items (ref);",
      seed: "INSERT INTO order_items (order_id, sku) SELECT g, 'more' FROM generate_series(1, {rows} - {rows} / 10) g;",
      old: { table: "order_items", columns: { order_id: "1 + {k} % 1000", sku: "'s'" } },
    },
  ),
  pg("int-to-bigint-with-a-trigger", toBigint, {
    volatile: ["orders.opt"],
    setup: `CREATE FUNCTION keep_opt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.opt := upper(NEW.opt); RETURN NEW; END $$;
CREATE TRIGGER a_keep_opt BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION keep_opt();`,
    old: qty,
  }),
  pg(
    "int-to-bigint-of-a-view",
    "DROP VIEW amounts;\nALTER TABLE orders ALTER COLUMN qty TYPE bigint;\nCREATE VIEW amounts AS SELECT id, qty FROM orders;",
    { setup: "CREATE VIEW amounts AS SELECT id, qty FROM orders;", old: qty },
  ),
  pg("int-to-bigint-of-a-publication", toBigint, {
    setup: "CREATE PUBLICATION shop_out FOR TABLE orders;",
    old: qty,
  }),
  pg("int-to-bigint-in-another-schema", "ALTER TABLE shop.invoices ALTER COLUMN amount TYPE bigint;", {
    ...inSchema,
    old: number("amount", inSchema.old),
  }),
  pg("int-to-bigint-with-quoted-names", 'ALTER TABLE "Line Items" ALTER COLUMN "Unit Price" TYPE bigint;', {
    ...quoted,
    old: number('"Unit Price"', quoted.old),
  }),
  pg("int-to-bigint-with-uuids", "ALTER TABLE sessions ALTER COLUMN hits TYPE bigint;", {
    ...uuidKey,
    old: number("hits", uuidKey.old),
  }),
  pg("int-to-bigint-with-two-keys", "ALTER TABLE memberships ALTER COLUMN points TYPE bigint;", {
    ...twoKeys,
    old: number("points", twoKeys.old),
  }),
  pg("int-to-bigint-without-key", "ALTER TABLE logs ALTER COLUMN level TYPE bigint;", {
    ...noKey,
    old: number("level", noKey.old),
  }),
  pg("int-to-bigint-of-a-partitioned-table", "ALTER TABLE events ALTER COLUMN size TYPE bigint;", {
    ...partitioned,
    old: number("size", partitioned.old),
  }),
  pg("int-to-bigint-of-the-primary-key", "ALTER TABLE orders ALTER COLUMN id TYPE bigint;"),
  pg("int-to-bigint-of-a-serial-key", "ALTER TABLE visits ALTER COLUMN id TYPE bigint;", {
    setup: `CREATE TABLE visits (
  id serial PRIMARY KEY,
  parent_id int REFERENCES visits (id) ON DELETE SET NULL,
  note text,
  ref bigint,
  touched int NOT NULL DEFAULT 0
);
CREATE INDEX visits_parent_id_idx ON visits (parent_id);
CREATE INDEX visits_note_idx ON visits (note, id);
CREATE INDEX visits_ref_idx ON visits (ref);`,
    seed: "INSERT INTO visits (parent_id, note) SELECT CASE WHEN g % 3 = 0 THEN g / 3 END, 'n' || g FROM generate_series(1, {rows}) g;",
    old: { table: "visits", row: "id", columns: {} },
  }),
  pg("int-to-bigint-of-a-foreign-key", "ALTER TABLE orders ALTER COLUMN customer_id TYPE bigint;", {
    setup:
      "ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id);\nCREATE INDEX orders_customer_id_idx ON orders (customer_id);",
  }),
  pg("int-to-numeric", "ALTER TABLE orders ALTER COLUMN qty TYPE numeric;", { old: qty }),
  pg("int-to-text", "ALTER TABLE orders ALTER COLUMN qty TYPE text USING qty::text;", {
    old: qty,
  }),
  pg("text-to-int", "ALTER TABLE orders ALTER COLUMN opt TYPE int USING opt::int;", {
    seed: "UPDATE orders SET opt = id;",
    old: column("opt", { values: "number" }),
  }),
  pg("varchar-narrower", "ALTER TABLE orders ALTER COLUMN short TYPE varchar(20);", { old: column("short") }),
  pg("varchar-wider", "ALTER TABLE orders ALTER COLUMN short TYPE varchar(80);", { old: column("short") }),
  pg("varchar-to-text", "ALTER TABLE orders ALTER COLUMN short TYPE text;", { old: column("short") }),
  pg("varchar-narrower-of-a-unique-column", "ALTER TABLE orders ALTER COLUMN slug TYPE varchar(20);", {
    setup: "ALTER TABLE orders ADD COLUMN slug varchar(40), ADD CONSTRAINT orders_slug_key UNIQUE (slug);",
    seed: "UPDATE orders SET slug = 's' || id;",
    old: column("slug"),
  }),
  pg("text-to-varchar", "ALTER TABLE orders ALTER COLUMN code TYPE varchar(60);", { old: column("code") }),
  pg("numeric-with-more-places", "ALTER TABLE orders ALTER COLUMN total TYPE numeric(14,4);", {}),
  pg(
    "text-to-enum",
    "ALTER TABLE orders ALTER COLUMN status DROP DEFAULT, ALTER COLUMN status TYPE order_status USING status::order_status, ALTER COLUMN status SET DEFAULT 'new';",
    { setup: orderStatus, old: status },
  ),
  pg(
    "timestamp-to-timestamptz",
    "ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz USING placed_at AT TIME ZONE 'UTC';",
    { old: moment },
  ),
  pg(
    "timestamp-to-timestamptz-indexed",
    "ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz USING placed_at AT TIME ZONE 'UTC';",
    { setup: "CREATE INDEX orders_placed_at_idx ON orders (placed_at);", old: moment },
  ),
  pg("json-to-jsonb", "ALTER TABLE orders ALTER COLUMN data TYPE jsonb;", {
    setup: "ALTER TABLE orders ADD COLUMN data json;",
    seed: `UPDATE orders SET data = '{"a":1}';`,
  }),
];

const enums: readonly Case[] = [
  pg("enum-add-value", "ALTER TYPE order_status ADD VALUE 'returned';", { setup: withStatus, old: state }),
  pg("enum-add-value-before", "ALTER TYPE order_status ADD VALUE 'draft' BEFORE 'new';", {
    setup: withStatus,
    old: state,
  }),
  pg("enum-rename-value", "ALTER TYPE order_status RENAME VALUE 'paid' TO 'settled';", { setup: withStatus }),
  pg(
    "enum-remove-value",
    `CREATE TYPE order_status_new AS ENUM ('new', 'paid', 'shipped');
ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;
ALTER TABLE orders ALTER COLUMN state TYPE order_status_new USING state::text::order_status_new;
ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'new';
DROP TYPE order_status;
ALTER TYPE order_status_new RENAME TO order_status;`,
    {
      setup: withStatus.replace("'shipped'", "'shipped', 'lost'"),
      old: state,
    },
  ),
];

export const changedTypes: readonly Case[] = [...types, ...enums];
