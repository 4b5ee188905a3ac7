/** MariaDB and MySQL. */
import type { Case } from "../case.ts";
import { column, my } from "./tables.ts";

const without = { customer_id: "1 + {k} % 1000", total: "10" };
const whole = { ...without, code: "'c{k}'" };
const twoKeys: Partial<Case> = {
  setup: `CREATE TABLE memberships (
  group_id int NOT NULL,
  customer_id int NOT NULL,
  role varchar(40) NOT NULL,
  points int NOT NULL DEFAULT 1,
  note varchar(200),
  n int,
  ref bigint,
  touched int NOT NULL DEFAULT 0,
  PRIMARY KEY (group_id, customer_id),
  KEY memberships_n_idx (n),
  KEY memberships_ref_idx (ref)
);`,
  seed: "INSERT INTO memberships (group_id, customer_id, role, points, note, n) SELECT id DIV 100, id % 100, CONCAT('role ', id % 5), id % 9, note, id FROM orders;",
  old: { table: "memberships", row: "n", columns: { group_id: "{k}", customer_id: "1", role: "'r'" } },
};
const uuids: Partial<Case> = {
  setup: `CREATE TABLE visits (
  id char(36) NOT NULL PRIMARY KEY,
  page varchar(40) NOT NULL,
  note varchar(200),
  n int,
  ref bigint,
  touched int NOT NULL DEFAULT 0,
  KEY visits_n_idx (n),
  KEY visits_ref_idx (ref)
);`,
  seed: "INSERT INTO visits (id, page, note, n) SELECT LEFT(SHA2(id, 256), 36), CONCAT('page ', id % 5), note, id FROM orders;",
  old: { table: "visits", row: "n", columns: { id: "UUID()", page: "'p'" } },
};
const noKey: Partial<Case> = {
  setup: `CREATE TABLE trails (
  line varchar(100),
  note varchar(200),
  n int,
  ref bigint,
  touched int NOT NULL DEFAULT 0,
  KEY trails_n_idx (n),
  KEY trails_ref_idx (ref)
);`,
  seed: "INSERT INTO trails (line, note, n) SELECT IF(id % 2 = 0, NULL, code), note, id FROM orders;",
  old: { table: "trails", row: "n", columns: { line: "'l'" } },
};
const quoted: Partial<Case> = {
  setup: `CREATE TABLE \`Line Items\` (
  \`Id\` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
  \`Unit Price\` int NOT NULL DEFAULT 1,
  \`Note\` varchar(200),
  ref bigint,
  touched int NOT NULL DEFAULT 0,
  KEY \`by ref\` (ref)
);`,
  seed: "INSERT INTO `Line Items` (`Unit Price`, `Note`) SELECT qty, note FROM orders ORDER BY id;",
  old: { table: "`Line Items`", value: "`Note`", row: "`Id`", columns: {} },
};
const toCustomer = "FOREIGN KEY (customer_id) REFERENCES customers (id)";
const qty = column("qty", { values: "number" });

export const mysqlCases: readonly Case[] = [
  my("mysql-index", "CREATE INDEX orders_code_idx ON orders (code);"),
  my("mysql-unique-index", "CREATE UNIQUE INDEX orders_note_key ON orders (note);"),
  my("mysql-unique-constraint", "ALTER TABLE orders ADD CONSTRAINT orders_note_key UNIQUE (note);"),
  my("mysql-fulltext-index", "CREATE FULLTEXT INDEX orders_note_words ON orders (note);"),
  my("mysql-index-with-quoted-names", "CREATE INDEX `by price` ON `Line Items` (`Unit Price`);", quoted),
  my("mysql-drop-index", "DROP INDEX orders_code_idx ON orders;", {
    setup: "CREATE INDEX orders_code_idx ON orders (code);",
  }),
  my("mysql-add-column", "ALTER TABLE orders ADD COLUMN channel varchar(20);", {
    new: { columns: { ...whole, channel: "'web'" } },
  }),
  my(
    "mysql-add-required-column",
    "ALTER TABLE orders ADD COLUMN channel varchar(20) NOT NULL DEFAULT 'web';",
    { new: { columns: { ...whole, channel: "'web'" } } },
  ),
  my("mysql-add-column-after-another", "ALTER TABLE orders ADD COLUMN channel varchar(20) AFTER code;", {
    new: { columns: { ...whole, channel: "'web'" } },
  }),
  my(
    "mysql-add-virtual-column",
    "ALTER TABLE orders ADD COLUMN gross decimal(12,2) GENERATED ALWAYS AS (total * 1.2) VIRTUAL;",
  ),
  my(
    "mysql-add-stored-column",
    "ALTER TABLE orders ADD COLUMN gross decimal(12,2) GENERATED ALWAYS AS (total * 1.2) STORED;",
  ),
  my(
    "mysql-add-auto-increment",
    "ALTER TABLE logs ADD COLUMN id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY;",
    {
      setup:
        "CREATE TABLE logs (line varchar(100) NOT NULL, note varchar(200), n int, ref bigint, touched int NOT NULL DEFAULT 0, KEY logs_n_idx (n), KEY logs_ref_idx (ref));",
      seed: "INSERT INTO logs (line, note, n) SELECT code, note, id FROM orders;",
      old: { table: "logs", row: "n", columns: { line: "'l'" } },
      volatile: ["logs.id"],
    },
  ),
  my("mysql-drop-column", "ALTER TABLE orders DROP COLUMN opt;", {
    old: { columns: { ...whole, opt: "'o'" } },
    new: {},
  }),
  my("mysql-drop-required-column", "ALTER TABLE orders DROP COLUMN code;", { new: { columns: without } }),
  my("mysql-rename-column", "ALTER TABLE orders RENAME COLUMN code TO sku;", {
    old: column("code"),
    new: { value: "sku", columns: without },
  }),
  my("mysql-rename-indexed-column", "ALTER TABLE orders RENAME COLUMN code TO sku;", {
    setup: "CREATE INDEX orders_code_idx ON orders (code, status);",
    old: column("code"),
    new: { value: "sku", columns: without },
  }),
  my("mysql-rename-nullable-column", "ALTER TABLE orders RENAME COLUMN opt TO choice;", {
    old: { value: "opt", columns: whole },
    new: { value: "choice", columns: whole },
  }),
  my("mysql-rename-table", "RENAME TABLE orders TO purchases;", {
    new: { table: "purchases", columns: { ...without, code: "'c{k}'" } },
  }),
  my("mysql-int-to-bigint", "ALTER TABLE orders MODIFY COLUMN qty bigint NOT NULL DEFAULT 1;", { old: qty }),
  my(
    "mysql-int-to-bigint-with-two-keys",
    "ALTER TABLE memberships MODIFY COLUMN points bigint NOT NULL DEFAULT 1;",
    twoKeys,
  ),
  my("mysql-varchar-wider", "ALTER TABLE orders MODIFY COLUMN short varchar(60) NOT NULL DEFAULT 'short';", {
    old: column("short"),
  }),
  my(
    "mysql-varchar-much-wider",
    "ALTER TABLE orders MODIFY COLUMN short varchar(300) NOT NULL DEFAULT 'short';",
    { old: column("short") },
  ),
  my(
    "mysql-varchar-narrower",
    "ALTER TABLE orders MODIFY COLUMN short varchar(20) NOT NULL DEFAULT 'short';",
    { old: column("short") },
  ),
  my("mysql-set-not-null", "ALTER TABLE orders MODIFY COLUMN note varchar(200) NOT NULL;"),
  my(
    "mysql-enum-add-value",
    "ALTER TABLE orders MODIFY COLUMN state enum('new', 'paid', 'shipped', 'lost') NOT NULL DEFAULT 'new';",
    {
      setup: "ALTER TABLE orders ADD COLUMN state enum('new', 'paid', 'shipped') NOT NULL DEFAULT 'new';",
      old: column("state", { values: "status" }),
    },
  ),
  my(
    "mysql-enum-add-value-before",
    "ALTER TABLE orders MODIFY COLUMN state enum('draft', 'new', 'paid', 'shipped') NOT NULL DEFAULT 'new';",
    {
      setup: "ALTER TABLE orders ADD COLUMN state enum('new', 'paid', 'shipped') NOT NULL DEFAULT 'new';",
      old: column("state", { values: "status" }),
    },
  ),
  my("mysql-charset", "ALTER TABLE old_texts CONVERT TO CHARACTER SET utf8mb4;", {
    setup:
      "CREATE TABLE old_texts (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, note varchar(200), ref bigint, touched int NOT NULL DEFAULT 0, KEY old_texts_ref_idx (ref)) CHARACTER SET latin1;",
    seed: "INSERT INTO old_texts (id, note) SELECT id, note FROM orders;",
    old: { table: "old_texts", columns: {} },
  }),
  my("mysql-foreign-key", `ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey ${toCustomer};`, {
    setup: "CREATE INDEX orders_customer_id_idx ON orders (customer_id);",
  }),
  my("mysql-drop-foreign-key", "ALTER TABLE order_items DROP FOREIGN KEY order_items_order_id_fkey;"),
  my("mysql-check", "ALTER TABLE orders ADD CONSTRAINT orders_qty_check CHECK (qty >= 0);"),
  my(
    "mysql-exchange-the-primary-key",
    "ALTER TABLE memberships DROP PRIMARY KEY, ADD PRIMARY KEY (customer_id, group_id);",
    twoKeys,
  ),
  my("mysql-drop-table", "DROP TABLE order_items;"),
  my("mysql-fill-a-column", "UPDATE orders SET opt = 'none';"),
  my("mysql-fill-a-column-where-it-is-null", "UPDATE orders SET opt = 'none' WHERE opt IS NULL;", {
    seed: "UPDATE orders SET opt = NULL WHERE id % 3 = 0;",
  }),
  my("mysql-fill-a-column-with-two-keys", "UPDATE memberships SET role = 'none' WHERE points = 3;", twoKeys),
  my("mysql-fill-a-column-with-uuids", "UPDATE visits SET page = 'none' WHERE page <> 'page 3';", uuids),
  my("mysql-fill-a-column-without-key", "UPDATE trails SET line = 'none' WHERE line IS NULL;", noKey),
  my("mysql-delete-many-rows", "DELETE FROM order_items WHERE id % 2 = 0;"),
  my("mysql-row-format", "ALTER TABLE orders ROW_FORMAT=COMPRESSED;"),
  my("mysql-rebuild", "OPTIMIZE TABLE orders;"),
  my(
    "mysql-several-clauses",
    "ALTER TABLE orders ADD COLUMN channel varchar(20), ADD INDEX orders_code_idx (code);",
    { new: { columns: { ...whole, channel: "'web'" } } },
  ),
];
