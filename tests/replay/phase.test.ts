/** When a migration may run, beside the old and the new version of an application. */
import { describe, expect, it } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const given = `
CREATE TYPE mood AS ENUM ('calm');
CREATE TABLE shops (id bigint PRIMARY KEY, name varchar(40));
CREATE TABLE orders (id bigint PRIMARY KEY, code text NOT NULL DEFAULT '', shop_id bigint, qty int,
  CONSTRAINT orders_code_key UNIQUE (code), CONSTRAINT orders_qty_check CHECK (qty > 0));
CREATE INDEX orders_shop_id_idx ON orders (shop_id);
CREATE VIEW open_orders AS SELECT id, code FROM orders;
CREATE FUNCTION note_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.code := upper(NEW.code); RETURN NEW; END $$;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
`;

/** `phase, run` of the last migration. */
async function phaseOf(sql: string, dialect: "postgres" | "mysql" = "postgres"): Promise<string> {
  const first =
    dialect === "postgres" ? given : "CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(40));";
  const { release } = await lintProject({
    facts: { dialect, startAfter: "001_first" },
    fs: memoryFileSystem({ "migrations/001_first.sql": first, "migrations/002_next.sql": sql }),
  });
  return release.map(({ phase, run }) => `${phase}, ${run}`).join("; ");
}

const cases: Readonly<Record<string, readonly string[]>> = {
  "none, either": [
    "SELECT 1;",
    "COMMENT ON TABLE orders IS 'all of them';",
    "ANALYZE orders;",
    "CREATE TABLE IF NOT EXISTS orders (id bigint);",
    "ALTER TABLE orders SET (fillfactor = 80);",
  ],
  "expand, before": [
    "CREATE TABLE carts (id bigint PRIMARY KEY, note text NOT NULL);",
    "CREATE TABLE carts (id bigint PRIMARY KEY); ALTER TABLE carts ADD COLUMN note text NOT NULL; CREATE UNIQUE INDEX ON carts (note);",
    "CREATE TABLE carts (id bigint); DROP TABLE carts;",
    "ALTER TABLE orders ADD COLUMN note text;",
    "ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';",
    "ALTER TABLE orders ADD COLUMN state text; ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'new', ALTER COLUMN state SET NOT NULL;",
    "ALTER TABLE orders ADD COLUMN seller_id bigint REFERENCES shops;",
    "ALTER TABLE orders ADD COLUMN qty_new bigint CHECK (qty_new > 0);",
    "CREATE INDEX ON orders (code);",
    "ALTER TYPE mood ADD VALUE 'glad';",
    "ALTER TABLE orders ALTER COLUMN code DROP NOT NULL;",
    "ALTER TABLE orders DROP CONSTRAINT orders_qty_check;",
    "ALTER TABLE shops ALTER COLUMN name TYPE varchar(80);",
    "CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note_it();",
    "INSERT INTO shops (id, name) VALUES (1, 'one');",
    "GRANT SELECT ON orders TO reader;",
    "ALTER TABLE orders RENAME TO purchases; CREATE VIEW orders AS SELECT * FROM purchases;",
  ],
  "mixed, before": ["ALTER TABLE orders ADD COLUMN note text; UPDATE orders SET note = code;"],
  "contract, after": [
    "DROP TABLE shops;",
    "ALTER TABLE orders DROP COLUMN qty;",
    "ALTER TABLE orders ALTER COLUMN shop_id SET NOT NULL;",
    "ALTER TABLE orders ALTER COLUMN code DROP DEFAULT;",
    "ALTER TABLE orders ADD CONSTRAINT c CHECK (qty < 9) NOT VALID;",
    "ALTER TABLE orders ADD FOREIGN KEY (shop_id) REFERENCES shops NOT VALID;",
    "CREATE UNIQUE INDEX ON orders (qty);",
    "ALTER TABLE orders DROP CONSTRAINT orders_code_key;",
    "DROP INDEX orders_shop_id_idx;",
    "DROP VIEW open_orders;",
    "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;",
    "REVOKE SELECT ON orders FROM reader;",
    "CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION refuse();",
  ],
  "mixed, neither": [
    "ALTER TABLE orders RENAME COLUMN code TO sku;",
    "ALTER TABLE orders RENAME TO purchases;",
    "ALTER TABLE orders ADD COLUMN state text NOT NULL;",
    "ALTER TABLE orders ADD COLUMN state text; UPDATE orders SET state = 'new'; ALTER TABLE orders ALTER COLUMN state SET NOT NULL;",
    "ALTER TABLE orders ALTER COLUMN qty TYPE bigint;",
    "ALTER TABLE orders ADD COLUMN sku text; ALTER TABLE orders DROP COLUMN qty;",
    "ALTER TYPE mood RENAME VALUE 'calm' TO 'quiet';",
  ],
  "data, unknown": [
    "UPDATE orders SET code = lower(code);",
    "DELETE FROM orders WHERE qty = 0;",
    "TRUNCATE orders;",
  ],
  "unknown, unknown": [
    "DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'or' || 'ders'); END $$;",
    "CREATE OR REPLACE VIEW open_orders AS SELECT id, code FROM orders WHERE qty > 0;",
    "SELECT cleaned_up();",
    "CREATE TABEL x (id int);",
  ],
};

describe.each(Object.keys(cases))("%s", (expected) => {
  it.each(cases[expected] ?? [])("%s", async (sql) => {
    expect(await phaseOf(sql)).toBe(expected);
  });
});

describe("MySQL", () => {
  it.each([
    ["ALTER TABLE orders MODIFY code varchar(80);", "expand, before"],
    ["ALTER TABLE orders MODIFY code varchar(40) NOT NULL;", "contract, after"],
    ["ALTER TABLE orders CHANGE code sku varchar(40);", "mixed, neither"],
    ["ALTER TABLE orders MODIFY code int;", "mixed, neither"],
    ["ALTER TABLE orders ADD KEY (code);", "expand, before"],
  ])("%s", async (sql, expected) => {
    expect(await phaseOf(sql, "mysql")).toBe(expected);
  });
});
