/** Indexes, and materialized views. */
import type { Case } from "../case.ts";
import { inSchema, noKey, partitioned, pg, quoted, uuidKey } from "./tables.ts";

const codeIndex = "CREATE INDEX orders_code_idx ON orders (code);";
const totals = `CREATE MATERIALIZED VIEW customer_totals AS
  SELECT customer_id, count(*) AS orders FROM orders WHERE ref IS NULL GROUP BY customer_id;`;

export const indexes: readonly Case[] = [
  pg("index", codeIndex),
  pg("index-named-by-the-server", "CREATE INDEX ON orders (code);"),
  pg("index-if-not-exists", "CREATE INDEX IF NOT EXISTS orders_code_idx ON orders (code);"),
  pg(
    "index-of-two-columns",
    "CREATE INDEX orders_customer_id_status_idx ON orders (customer_id, status DESC NULLS LAST);",
  ),
  pg("index-with-a-condition", "CREATE INDEX orders_new_idx ON orders (placed_at) WHERE status = 'new';"),
  pg("index-on-an-expression", "CREATE INDEX orders_lower_code_idx ON orders (lower(code));"),
  pg(
    "index-with-included-columns",
    "CREATE INDEX orders_code_incl_idx ON orders (code) INCLUDE (status, total);",
  ),
  pg(
    "index-brin",
    "CREATE INDEX orders_placed_at_idx ON orders USING brin (placed_at) WITH (pages_per_range = 32);",
  ),
  pg("index-gin", "CREATE INDEX orders_note_words_idx ON orders USING gin (to_tsvector('simple', note));"),
  pg("index-in-another-schema", "CREATE INDEX invoices_order_id_idx ON shop.invoices (order_id);", inSchema),
  pg("index-with-quoted-names", 'CREATE INDEX "Line Items by Order" ON "Line Items" ("Order Id");', quoted),
  pg(
    "index-on-a-table-with-uuids",
    "CREATE INDEX sessions_customer_id_idx ON sessions (customer_id);",
    uuidKey,
  ),
  pg("index-on-a-table-without-key", "CREATE INDEX logs_at_idx ON logs (at);", noKey),
  pg("two-indexes", `${codeIndex}\nCREATE INDEX orders_customer_id_idx ON orders (customer_id);`),
  pg("unique-index", "CREATE UNIQUE INDEX orders_note_key ON orders (note);"),
  pg(
    "unique-index-with-a-condition",
    "CREATE UNIQUE INDEX orders_note_new_key ON orders (note) WHERE status <> 'lost';",
  ),
  pg(
    "index-on-a-partitioned-table",
    "CREATE INDEX events_customer_id_idx ON events (customer_id);",
    partitioned,
  ),
  pg(
    "unique-index-on-a-partitioned-table",
    "CREATE UNIQUE INDEX events_note_key ON events (note, taken_on);",
    partitioned,
  ),
  pg("drop-index", "DROP INDEX orders_code_idx;", { setup: codeIndex }),
  pg("drop-index-in-another-schema", "DROP INDEX shop.invoices_order_id_idx;", {
    ...inSchema,
    setup: `${inSchema.setup}\nCREATE INDEX invoices_order_id_idx ON shop.invoices (order_id);`,
  }),
  pg(
    "exchange-an-index",
    `DROP INDEX orders_code_idx;\nCREATE INDEX orders_code_idx ON orders (code, status);`,
    {
      setup: codeIndex,
    },
  ),
  pg("reindex-an-index", "REINDEX INDEX orders_code_idx;", { setup: codeIndex }),
  pg("reindex-a-table", "REINDEX TABLE orders;", { setup: codeIndex }),
  pg("refresh-a-materialized-view", "REFRESH MATERIALIZED VIEW customer_totals;", {
    setup: `${totals}\nCREATE UNIQUE INDEX customer_totals_key ON customer_totals (customer_id);`,
  }),
];
