/** Findings that are weaker than their rule where nothing is sure to fail. */
import { describe, expect, test } from "vitest";
import { lintProject, type Facts } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

async function severities(
  files: Readonly<Record<string, string>>,
  rule: string,
  facts: Facts = {},
): Promise<readonly string[]> {
  const { findings } = await lintProject({ fs: memoryFileSystem(files), facts });
  return findings.flatMap(({ ruleId, severity }) => (ruleId === rule ? [severity] : []));
}

describe("foreign-key-type-mismatch", () => {
  const parent = (type: string): string => `CREATE TABLE shops (id ${type} PRIMARY KEY);\n`;
  const child = (type: string): string =>
    `CREATE TABLE orders (id bigint PRIMARY KEY, shop_id ${type} REFERENCES shops);\n`;
  test.each([
    ["integer", "bigint", "warning"],
    ["bigint", "integer", "note"],
    ["uuid", "bigint", "error"],
  ])("%s that refers to %s: %s", async (own, other, severity) => {
    const files = { "migrations/001_a.sql": parent(other) + child(own) };
    expect(await severities(files, "foreign-key-type-mismatch")).toEqual([severity]);
  });
});

test.each([
  ["SET NULL", "note"],
  ["CASCADE", "warning"],
])("a unique key with a column that a foreign key ON DELETE %s may empty: %s", async (action, severity) => {
  const files = {
    "migrations/001_a.sql": `CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE links (url text CONSTRAINT by_url UNIQUE, user_id bigint REFERENCES users ON DELETE ${action});`,
    "migrations/002_b.sql":
      "ALTER TABLE links DROP CONSTRAINT by_url, ADD CONSTRAINT by_user UNIQUE (url, user_id);",
  };
  expect(await severities(files, "drop-unique-key")).toEqual([severity]);
});

test.each([
  ["LOCK TABLE users, orders IN ACCESS EXCLUSIVE MODE NOWAIT;", "note"],
  ["LOCK TABLE orders IN ACCESS EXCLUSIVE MODE NOWAIT;", "error"],
  ["ALTER TABLE orders ADD COLUMN note text;", "error"],
])("a foreign key behind %s: %s", async (before, severity) => {
  const files = {
    "migrations/001_a.sql": `CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);`,
    "migrations/002_b.sql": `BEGIN;
${before}
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;
COMMIT;`,
  };
  expect(await severities(files, "foreign-key-without-not-valid")).toEqual([severity]);
});

test.each([
  ["CREATE TABLE orders", "note"],
  ["CREATE TABLE IF NOT EXISTS orders", "warning"],
])("INSERT without columns behind %s: %s", async (create, severity) => {
  const files = {
    "migrations/001_a.sql": `${create} (id bigint PRIMARY KEY, note text);`,
    "migrations/002_b.sql": "INSERT INTO orders VALUES (1, 'x');",
  };
  expect(await severities(files, "insert-without-columns")).toEqual([severity]);
});

test("a foreign key on a new column, while the table is locked: notes only", async () => {
  const files = {
    "migrations/001_a.sql": `CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY);`,
    "migrations/002_b.sql": `BEGIN;
ALTER TABLE orders ADD COLUMN user_id bigint;
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;
COMMIT;`,
  };
  const { findings } = await lintProject({ fs: memoryFileSystem(files), everyFinding: true });
  const ofKey = findings.filter(({ line }) => line === 3);
  expect(ofKey.map(({ ruleId }) => ruleId)).toContain("slow-statement-under-lock");
  expect(new Set(ofKey.map(({ severity }) => severity))).toEqual(new Set(["note"]));
});

test.each([
  ["-- duplicates: SELECT id FROM quests WHERE kind = 'hub'", "note"],
  ["-- duplicates: SELECT id FROM users", "warning"],
  ["-- SELECT id FROM quests", "warning"],
])("a unique index behind %s: %s", async (comment, severity) => {
  const files = {
    "migrations/001_a.sql": "CREATE TABLE quests (id bigint PRIMARY KEY, kind text);",
    "migrations/002_b.sql": `${comment}\nCREATE UNIQUE INDEX CONCURRENTLY hub ON quests (kind);`,
  };
  expect(await severities(files, "unique-on-existing-rows")).toEqual([severity]);
});

test.each([
  ["INT DEFAULT 0 COMMENT 'so many'", "note"],
  ["INT NOT NULL DEFAULT 0", "warning"],
])("a second change on MySQL, MODIFY to %s: %s", async (definition, severity) => {
  const files = {
    "migrations/001_a.sql": "CREATE TABLE items (id BIGINT PRIMARY KEY, lives INT DEFAULT 0, code TEXT);",
    "migrations/002_b.sql": `ALTER TABLE items DROP COLUMN code;
ALTER TABLE items MODIFY lives ${definition};`,
  };
  expect(await severities(files, "not-atomic", { dialect: "mysql" })).toEqual([severity]);
});

describe("integer-primary-key", () => {
  test.each([
    ["serial", {}, "note"],
    ["smallserial", {}, "warning"],
    ["serial", { tables: { orders: "large" } }, "warning"],
  ] as const)("%s %o", async (type, facts, severity) => {
    const files = { "migrations/001_a.sql": `CREATE TABLE orders (id ${type} PRIMARY KEY);\n` };
    expect(await severities(files, "integer-primary-key", facts)).toEqual([severity]);
  });

  test.each([
    ["hosts", "note"],
    ["users", "warning"],
  ])("a small one of %s, which nothing else shows to grow: %s", async (name, severity) => {
    const files = { "migrations/001_a.sql": `CREATE TABLE ${name} (id smallserial PRIMARY KEY, at text);\n` };
    expect(await severities(files, "integer-primary-key")).toEqual([severity]);
  });

  test.each([
    ["role ENUM('ADMIN', 'GUEST') NOT NULL", "note"],
    ["wording VARCHAR(40) NOT NULL UNIQUE", "note"],
    ["wording VARCHAR(40) NOT NULL", "warning"],
    ["token VARCHAR(40) NOT NULL UNIQUE", "warning"],
    ["role ENUM('ADMIN', 'GUEST'), since DATE", "warning"],
  ])("a small one with %s: %s", async (others, severity) => {
    const files = {
      "migrations/001_a.sql": `CREATE TABLE t (id TINYINT AUTO_INCREMENT PRIMARY KEY, ${others});\n`,
    };
    expect(await severities(files, "integer-primary-key", { dialect: "mysql" })).toEqual([severity]);
  });
});

describe("foreign-key-without-index", () => {
  const column = (written: string, made: string): string =>
    `CREATE TABLE users (id bigint PRIMARY KEY);\n${made}CREATE TABLE orders (id bigint PRIMARY KEY, ${written});\n`;
  test.each([
    ["status_id int REFERENCES order_statuses ON DELETE CASCADE", "order_statuses", "note"],
    ["tipo_id int REFERENCES orden_tipo ON DELETE CASCADE", "orden_tipo", "note"],
    ["plan_id int REFERENCES plans ON DELETE CASCADE", "plans", "note"],
    ["city_id int REFERENCES cities ON DELETE CASCADE", "cities", "note"],
    ["make_id int REFERENCES car_makes ON DELETE CASCADE", "car_makes", "note"],
    ["shop_id int REFERENCES shops ON DELETE CASCADE", "shops", "warning"],
  ])("%s: a list of words by its name", async (written, name, severity) => {
    const made = `CREATE TABLE ${name} (id int PRIMARY KEY, name text, rate numeric, user_id bigint, at timestamptz);\n`;
    const files = { "migrations/001_a.sql": column(written, made) };
    expect(await severities(files, "foreign-key-without-index")).toEqual([severity]);
  });

  test.each([
    ["course_code text PRIMARY KEY, course_name text", "note"],
    ["course_code text PRIMARY KEY, starts_on date", "warning"],
    ["token text PRIMARY KEY, course_name text", "warning"],
  ])("courses (%s), whose key is a word: %s", async (columns, severity) => {
    const [key = ""] = columns.split(" ");
    const made = `CREATE TABLE courses (${columns});\n`;
    const files = {
      "migrations/001_a.sql": column(`course text REFERENCES courses (${key}) ON DELETE CASCADE`, made),
    };
    expect(await severities(files, "foreign-key-without-index")).toEqual([severity]);
  });

  test.each([
    ["meal_plans", "user_id uuid NOT NULL, name text", "warning"],
    ["meal_plans", "person uuid, date date, UNIQUE (person, date)", "warning"],
    ["meal_plans", "created_by bigint NOT NULL, name text", "note"],
    ["order_status", "customer_id bigint NOT NULL, rate numeric", "warning"],
    ["categories", "user_id bigint NOT NULL, name text", "note"],
    ["sexes", "name text", "note"],
    ["shops", "status text CHECK (status IN ('open', 'archived'))", "note"],
    ["shops", "status text CHECK (status IN ('open', 'closed'))", "warning"],
  ])("%s (%s), where the columns say whether use adds rows: %s", async (name, columns, severity) => {
    const made = `CREATE TABLE ${name} (id int PRIMARY KEY, ${columns}, at timestamptz);\n`;
    const files = { "migrations/001_a.sql": column(`one_id int REFERENCES ${name} ON DELETE CASCADE`, made) };
    expect(await severities(files, "foreign-key-without-index")).toEqual([severity]);
  });

  test.each([
    ["logo_public_id text", "note"],
    ["shop_id text", "warning"],
  ])("one row of settings with %s: %s", async (other, severity) => {
    const made = `CREATE TABLE admin_settings (id bigint PRIMARY KEY, ${other});\nINSERT INTO admin_settings (id) VALUES (1);\n`;
    const files = {
      "migrations/001_a.sql": column("settings_id bigint REFERENCES admin_settings ON DELETE CASCADE", made),
    };
    expect(await severities(files, "foreign-key-without-index")).toEqual([severity]);
  });

  test.each([
    ["user_id bigint REFERENCES users", "note"],
    ["user_id bigint REFERENCES users ON DELETE RESTRICT", "note"],
    ["user_id bigint REFERENCES users ON DELETE CASCADE", "warning"],
    ["payer_id bigint REFERENCES users ON DELETE SET NULL", "note"],
  ])("an action says that rows are deleted: %s", async (written, severity) => {
    const files = { "migrations/001_a.sql": column(written, "") };
    expect(await severities(files, "foreign-key-without-index")).toEqual([severity]);
  });
});

describe("secret-in-migration", () => {
  const hash = "'$2b$10$3euPcmQFCiblsZeEu5s7p.9OVHgeHWFDk9nhMqZ0m/3pd/lhwZgES'";
  test.each([
    ["seed data for local development and testing", "note"],
    ["Development only", "note"],
    ["demo users, never to be run in production", "note"],
    ["the first account", "warning"],
    ["data for the tests of production", "warning"],
  ])("a file that begins with %s: %s", async (comment, severity) => {
    const files = {
      "migrations/001_a.sql": "CREATE TABLE users (id bigint PRIMARY KEY, password_hash text);\n",
      "migrations/002_b.sql": `-- ${comment}\nINSERT INTO users VALUES (1, ${hash});\n`,
    };
    expect(await severities(files, "secret-in-migration")).toEqual([severity]);
  });
});

describe("backfill-without-batches", () => {
  const copy = "INSERT INTO archive SELECT * FROM orders";
  test.each([
    [copy, "postgres", "note"],
    [`${copy} ON CONFLICT DO NOTHING`, "postgres", "note"],
    [`${copy} ON CONFLICT (id) DO UPDATE SET code = EXCLUDED.code`, "postgres", "warning"],
    [copy, "mysql", "warning"],
  ] as const)("%s on %s: %s", async (text, dialect, severity) => {
    const tables = ["orders", "archive"].map(
      (name) => `CREATE TABLE ${name} (id bigint PRIMARY KEY, code text);\n`,
    );
    const fs = memoryFileSystem({
      "migrations/001_a.sql": tables.join(""),
      "migrations/002_b.sql": `${text};\n`,
    });
    const { findings } = await lintProject({ fs, facts: { dialect } });
    const own = findings.filter(({ ruleId }) => ruleId === "backfill-without-batches");
    expect(own.map((one) => one.severity)).toEqual([severity]);
  });
});

describe("rollback-does-not-reverse", () => {
  const body = "touched() RETURNS int LANGUAGE sql AS 'SELECT 1';\n";
  test.each([
    ["CREATE OR REPLACE FUNCTION", "warning"],
    ["CREATE FUNCTION", "error"],
  ])("a function that %s leaves: %s", async (create, severity) => {
    const files = {
      "migrations/001_a.up.sql": "CREATE TABLE t (id bigint PRIMARY KEY);\n",
      "migrations/001_a.down.sql": "DROP TABLE t;\n",
      "migrations/002_b.up.sql": `${create} ${body}CREATE TABLE u (id bigint PRIMARY KEY);\n`,
      "migrations/002_b.down.sql": "DROP TABLE u;\n",
    };
    expect(await severities(files, "rollback-does-not-reverse")).toEqual([severity]);
  });

  test("of a changelog that is included under two names: what changes nothing is left out", async () => {
    const changesets =
      "databaseChangeLog:\n  - changeSet: { id: 1, author: a, changes: [{ createSequence: { sequenceName: s } }] }\n";
    const folder = "src/main/resources/db/changelog";
    const fs = memoryFileSystem({
      [`${folder}/db.changelog-master.yaml`]:
        "databaseChangeLog:\n  - include: { file: db/changelog/a.yaml }\n  - include: { file: db/changelog/b.yaml }\n",
      [`${folder}/a.yaml`]: changesets,
      [`${folder}/b.yaml`]: changesets,
    });
    const { findings } = await lintProject({ fs, facts: { dialect: "postgres" } });
    const [one, ...others] = findings.filter(({ ruleId }) => ruleId === "rollback-does-not-reverse");
    expect(others).toEqual([]);
    expect(one).toMatchObject({ severity: "warning", file: `${folder}/b.yaml` });
    expect(one?.instead).toContain("leave it out");
  });
});

describe("tables with few rows", () => {
  const orders = "CREATE TABLE orders (id bigint PRIMARY KEY, code text);\n";
  const index = "CREATE INDEX orders_code ON orders (code);\n";
  const required = "ALTER TABLE orders ADD COLUMN shop bigint NOT NULL;\n";
  /** Severity and reason of the index, `orders` being there for a year. */
  const reported = async (text: string, first = orders): Promise<readonly string[]> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "migrations/20240105101530_orders.sql": first,
        "migrations/20250206112233_change.sql": text,
      }),
    });
    return findings.flatMap(({ ruleId, severity, related }) =>
      ruleId === "index-without-concurrently"
        ? [severity, ...related.map(({ file, line, message }) => `${file.slice(-10)}:${line} ${message}`)]
        : [],
    );
  };

  test("one that exists and isn't known to be small: an error", async () => {
    expect(await reported(index)).toEqual(["error"]);
    expect(await reported(`${index}TRUNCATE orders;\n`)).toEqual(["error"]);
    expect(await reported(`DELETE FROM orders WHERE code IS NULL;\n${index}`)).toEqual(["error"]);
    const filled = "TRUNCATE orders;\nINSERT INTO orders SELECT id, code FROM shops;\nCOMMIT;\n";
    expect(await reported(filled + index)).toEqual(["error"]);
    expect(await reported(required.replace(" NOT NULL", " NOT NULL DEFAULT 0") + index)).toEqual(["error"]);
    expect(await reported(required.replace("COLUMN", "COLUMN IF NOT EXISTS") + index)).toEqual(["error"]);
  });

  test("one that the migration empties: a note", async () => {
    const emptied = ["note", "change.sql:1 leaves no row in orders"];
    expect(await reported(`DELETE FROM orders;\n${index}`)).toEqual(emptied);
    expect(await reported(`TRUNCATE orders;\nCOMMIT;\n${index}`)).toEqual(emptied);
  });

  test("one that has to be empty for the migration to succeed: nothing, as what fails is reported", async () => {
    expect(await reported(required + index)).toEqual([]);
    expect(await reported(index + required)).toEqual([]);
  });

  test("look-up tables and settings: a note", async () => {
    const seeds = "INSERT INTO states VALUES (1, 'new'), (2, 'paid');\n";
    const states = orders.replace("orders", "states") + seeds;
    expect(await reported(index.replace("ON orders", "ON states"), states)).toEqual([
      "note",
      "orders.sql:1 states is a look-up table: the migrations write its rows",
    ]);
    const categories =
      "CREATE TABLE categories (id bigint PRIMARY KEY, code text, icon text, position integer);\n";
    expect(await reported(index.replace("ON orders", "ON categories"), categories)).toEqual([
      "note",
      "orders.sql:1 categories is a look-up table by its name, and says nothing but words",
    ]);
    expect(await reported(index, orders.replace("KEY", "KEY CHECK (id = 1)"))).toEqual([
      "note",
      "orders.sql:1 orders has a key that leaves room for few rows",
    ]);
  });

  test("ten rows and more that say what something scores: a note", async () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((id) => `(${id}, 'a${id}')`);
    const table = "CREATE TABLE rewards (id bigint PRIMARY KEY, code text, score int);\n";
    const seeds = (rows: readonly string[]): string =>
      `${table}INSERT INTO rewards (id, code) VALUES ${rows.join(", ")};\n`;
    const change = index.replace("ON orders", "ON rewards");
    expect(await reported(change, seeds(values))).toEqual([
      "note",
      "orders.sql:1 rewards is a look-up table: the migrations write its rows",
    ]);
    expect(await reported(change, seeds(values.slice(1)))).toEqual(["warning"]);
  });

  describe("a row for each of the words that the migrations write", () => {
    const filled = async (columns: string, rows = 3): Promise<readonly string[]> =>
      reported(
        "CREATE INDEX packs_price ON packs (price);\n",
        `CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE packs (id bigint PRIMARY KEY, ${columns}, price int, credits int);\n` +
          `INSERT INTO packs (id, code) VALUES ${["(1, 'a')", "(2, 'b')", "(3, 'c')"].slice(0, rows).join(", ")};\n`,
      );

    test.each(["code text UNIQUE", "shop text, code text, product_id text, UNIQUE (shop, product_id)"])(
      "%s: a note",
      async (columns) => {
        expect(await filled(columns)).toEqual([
          "note",
          "orders.sql:2 packs is filled by the migrations, a row for each of their words, and belongs to nobody",
        ]);
      },
    );

    test.each([
      ["code text", 3],
      ["code text UNIQUE", 2],
      ["code text, email text UNIQUE", 3],
      ["code text, product_id text", 3],
      ["code text UNIQUE, sold_at timestamptz", 3],
      ["code text UNIQUE, seller bigint REFERENCES users", 3],
    ])("%s, %d rows: a warning", async (columns, rows) => {
      expect(await filled(columns, rows)).toEqual(["warning"]);
    });
  });

  describe("rows that somebody defines by hand", () => {
    const of = async (table: string, columns: string): Promise<readonly string[]> =>
      reported(
        `CREATE INDEX by_code ON ${table} (code);\n`,
        `CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE ${table} (id bigint PRIMARY KEY, code text, ${columns});\n`,
      );
    const byName = (table: string): readonly string[] => [
      "note",
      `orders.sql:2 ${table} has few rows by its name: they are defined by hand, and belong to nobody`,
    ];

    test.each([
      ["rooms", "name text NOT NULL UNIQUE, capacity int, active boolean"],
      ["meal_categories", "title text, calories int, created_at timestamptz NOT NULL"],
      ["rooms", "name text UNIQUE, created_by bigint REFERENCES users"],
      ["plans", "name text, price numeric, stripe_price_id text"],
      ["faculty", "name text, color text"],
      ["tools", "name text UNIQUE, description text"],
    ])("%s (%s): a note", async (table, columns) => {
      expect(await of(table, columns)).toEqual(byName(table));
    });

    test("each has a place of its own: a note", async () => {
      expect(await of("dishes", "title text, position int UNIQUE, user_id bigint")).toEqual([
        "note",
        "orders.sql:2 dishes ranks its rows by hand: position is another in each",
      ]);
    });

    test.each([
      ["rooms", "name text, capacity int"],
      ["chat_rooms", "name text UNIQUE"],
      ["plans", "name text, user_id bigint REFERENCES users"],
      ["categories", "name text, tenant_id uuid NOT NULL"],
      ["entries", "position int UNIQUE"],
      ["dishes", "position serial UNIQUE"],
    ])("%s (%s): a warning", async (table, columns) => {
      expect(await of(table, columns)).toEqual(["warning"]);
    });

    test.each([
      ["orders", "total int"],
      ["customers", "name text"],
      ["products", "name text UNIQUE, position int UNIQUE"],
      ["water_levels", "value int, measured_at timestamptz NOT NULL"],
    ])("%s (%s), to which time or use adds rows: an error", async (table, columns) => {
      expect(await of(table, columns)).toEqual(["error"]);
    });
  });
});

describe("a history whose versions are no times", () => {
  const begun = [
    "CREATE SCHEMA shop",
    "CREATE TABLE shop.users (id bigint PRIMARY KEY, name text)",
    "CREATE TABLE shop.orders (id bigint PRIMARY KEY)",
  ];
  test.each([
    [begun, "note"],
    [begun.slice(1), "error"],
    [[...begun, "ALTER TABLE shop.users ADD COLUMN code text"], "error"],
  ])("begins with %j: %s for the next index", async (before, severity) => {
    const all = [...before, "CREATE INDEX users_name ON shop.users (name)"];
    const files = Object.fromEntries(all.map((text, i) => [`migrations/00${i + 1}_x.sql`, `${text};\n`]));
    expect(await severities(files, "index-without-concurrently")).toEqual([severity]);
  });
});

test("row-level security and policies behind the first tables: nobody uses these yet", async () => {
  const tables = ["users", "orders"].map(
    (name) =>
      `CREATE TABLE ${name} (id bigint PRIMARY KEY${name === "users" ? "" : ", user_id bigint REFERENCES users"});\n`,
  );
  const secured = ["users", "orders"].map(
    (name) =>
      `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;\nDROP POLICY IF EXISTS own ON ${name};\nCREATE POLICY own ON ${name} USING (id = 1);\n`,
  );
  const files = {
    "migrations/001_a.sql": tables.join(""),
    "migrations/002_b.sql": `BEGIN;\n${secured.join("")}COMMIT;\n`,
  };
  expect(await severities(files, "several-tables-locked")).toEqual([]);
  const changed = { ...files, "migrations/003_c.sql": "ALTER TABLE users ADD COLUMN name text;\n" };
  expect(
    await severities(
      { ...changed, "migrations/002_b.sql": "", "migrations/004_b.sql": files["migrations/002_b.sql"] },
      "several-tables-locked",
    ),
  ).toEqual(["warning"]);
});

describe("tables of a young project", () => {
  const files = (more: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
    "migrations/20240105101530_first.sql": "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n",
    ...more,
  });
  const change =
    "CREATE INDEX users_name ON users (name);\nALTER TABLE users ADD COLUMN shop bigint NOT NULL;\n";

  test.each([
    ["half an hour", "20240105104530", []],
    ["a day and a half", "20240106221530", ["note"]],
    ["five days", "20240110101530", ["warning"]],
    ["a month", "20240205101530", ["error"]],
  ])("%s after the first migration, what fails on a row: %s", async (_, version, expected) => {
    const own = files({ [`migrations/${version}_change.sql`]: change });
    expect(await severities(own, "add-column-not-null")).toEqual(expected);
  });

  test.each([
    ["half an hour", "20240405104530", []],
    ["four hours", "20240405141530", []],
    ["three days", "20240408101530", ["note"]],
    ["a month", "20240505101530", ["error"]],
  ])("a table dropped %s after it was made: %s", async (_, version, expected) => {
    const own = files({
      "migrations/20240405101530_draft.sql": "CREATE TABLE drafts (id bigint PRIMARY KEY);\n",
      [`migrations/${version}_drop.sql`]: "DROP TABLE drafts;\n",
    });
    expect(await severities(own, "drop-table")).toEqual(expected);
  });

  test("a first migration that writes down what was there is no beginning", async () => {
    const own = {
      "migrations/20240105101530_baseline.sql": "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n",
      "migrations/20240106221530_change.sql": change,
    };
    expect(await severities(own, "add-column-not-null")).toEqual(["error"]);
  });

  test("pending migrations aren't taken for proof that they succeed", async () => {
    const fs = memoryFileSystem(files({ "migrations/20250206112233_change.sql": change }));
    const { findings } = await lintProject({ fs, facts: { startAfter: "20240105101530" } });
    const own = findings.filter(({ ruleId }) => ruleId === "index-without-concurrently");
    expect(own.map(({ severity }) => severity)).toEqual(["error"]);
  });
});

test("rows may have come until a migration is rolled back", async () => {
  const seeds = (version: string): Readonly<Record<string, string>> => ({
    "migrations/20240105101530_orders.up.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, code text);\n",
    "migrations/20240105101530_orders.down.sql": "DROP TABLE orders;\n",
    [`migrations/${version}_seed.up.sql`]: "INSERT INTO orders (id, code) VALUES (1, 'a');\n",
    [`migrations/${version}_seed.down.sql`]: "DELETE FROM orders;\n",
  });
  const late = await severities(seeds("20250105101530"), "delete-without-where");
  expect(late).toEqual(["error"]);
  expect(await severities(seeds("20240105111530"), "delete-without-where")).toEqual(late);
});

test.each([
  ["prices (code text PRIMARY KEY, amount int)", ["note"]],
  ["orders (id bigint PRIMARY KEY, amount int)", ["error"]],
])("a table that migrations have emptied and filled: %s", async (table, expected) => {
  const [name = ""] = table.split(" ");
  const files = {
    "migrations/001_a.sql": `CREATE TABLE ${table};\n`,
    "migrations/002_b.sql":
      "CREATE TABLE others (id bigint PRIMARY KEY);\nALTER TABLE others ADD COLUMN a int;\n",
    "migrations/003_c.sql": `TRUNCATE ${name};\nINSERT INTO ${name} VALUES ('1', 5);\n`,
    "migrations/004_d.sql": "ALTER TABLE others ADD COLUMN b int;\n",
    "migrations/005_e.sql": `ALTER TABLE ${name} ALTER COLUMN amount SET NOT NULL;\n`,
  };
  expect(await severities(files, "set-not-null")).toEqual(expected);
});

describe("what production doesn't run", () => {
  const old = `--liquibase formatted sql
--changeset a:1
CREATE TABLE buildings (id bigint PRIMARY KEY);
`;
  const later = `--liquibase formatted sql
--changeset b:2
CREATE TABLE movements (id bigint PRIMARY KEY, building_id bigint REFERENCES buildings ON DELETE CASCADE);
`;
  const included = (context: string, folder = "changes"): Readonly<Record<string, string>> => ({
    "liquibase.properties": "url=jdbc:postgresql://db/shop\nchangeLogFile=master.xml\n",
    "master.xml": `<databaseChangeLog>
  <include file="changes/one.sql"/>
  <include file="${folder}/two.sql"${context}/>
</databaseChangeLog>`,
    "changes/one.sql": old,
    [`${folder}/two.sql`]: later,
  });
  test.each([
    ["in no context", included(""), "warning"],
    ["for development and tests", included(' context="dev,test"'), "note"],
    ["for tests, in a newer spelling", included(' contextFilter="test"'), "note"],
    ["for tests and production", included(' context="test,prod"'), "warning"],
    ["in a folder for tests", included("", "test"), "note"],
  ])("a foreign key %s", async (_, files, severity) => {
    expect(await severities(files, "foreign-key-without-index")).toEqual([severity]);
  });

  test.each([
    ["another one", "prod", "note"],
    ["it, as all do", "dev", "error"],
  ])("an index in a folder for development, where the history begins in %s", async (_, first, severity) => {
    const files = {
      "flyway.conf": `flyway.url=jdbc:postgresql://db/shop\nflyway.locations=filesystem:sql/${first},filesystem:sql/dev\n`,
      [`sql/${first}/V1__a.sql`]: "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n",
      "sql/dev/V2__b.sql": "CREATE INDEX orders_note ON orders (note);\n",
    };
    expect(await severities(files, "index-without-concurrently")).toEqual([severity]);
  });
});
