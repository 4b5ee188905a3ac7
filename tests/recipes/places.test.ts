/** Advice stands where it can run: in which file, in which transaction, before or after the migration. */
import { describe, expect, it, test } from "vitest";
import { lintProject, lintText, memoryFileSystem, type Finding } from "../../src/index.ts";

const all = (list: readonly Finding[]): readonly Finding[] =>
  list.flatMap((finding) => [finding, ...all(finding.also ?? [])]);

const schema = `
CREATE TYPE state AS ENUM ('open', 'closed');
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, code text, state state, user_id bigint,
  CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id));
CREATE INDEX orders_user_id ON orders (user_id);
`;
const fs = memoryFileSystem({ "schema.sql": schema });

async function advice(rule: string, sql: string, tool?: string): Promise<readonly string[]> {
  const { findings } = await lintText(sql, { facts: { tool, schema: "schema.sql" }, fs });
  const found = all(findings).find(({ ruleId }) => ruleId === rule);
  if (found?.instead === undefined)
    throw new Error(`no ${rule}: ${findings.map(({ ruleId }) => ruleId).join()}`);
  return found.instead.split("\n");
}

describe("LOCK TABLE and SET LOCAL are in a transaction", () => {
  const exchange = `ALTER TABLE orders DROP CONSTRAINT orders_user;
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;`;
  const first = "SELECT 1;\n";

  // A pipeline begins its transaction with the second statement; another file may begin with this one.
  it.each([
    ["supabase", exchange, true],
    ["supabase", first + exchange, true],
    ["golang-migrate", first + exchange, true],
    ["flyway", exchange, false],
    ["flyway", `COMMIT;\n${exchange}`, false],
    ["drizzle", exchange, false],
  ])("%s: %s", async (tool, sql, isWritten) => {
    const lines = await advice("drop-locks-referenced-table", sql, tool);
    const at = lines.findIndex((line) => line.startsWith("SET LOCAL lock_timeout = '500ms';"));
    expect(at).toBeGreaterThan(0);
    expect(lines[at - 1] === "BEGIN;").toBe(isWritten);
    expect(lines.includes("COMMIT;")).toBe(isWritten);
  });

  describe("a pipeline is a transaction without a block, which LOCK TABLE needs", () => {
    const both = "ALTER TABLE users ADD COLUMN a int;\nALTER TABLE orders ADD COLUMN b int;\n";

    it.each([
      [
        "supabase",
        "",
        "at the start with `DO $$ BEGIN LOCK TABLE users, orders IN ACCESS EXCLUSIVE MODE; END $$;`",
      ],
      // Somebody may run the file in another way.
      [
        "supabase",
        "",
        "Sent as a pipeline, as the Supabase CLI does, the file isn't a transaction block: a plain",
      ],
      ["supabase", "BEGIN;\n", "with one `LOCK TABLE` at the start"],
      // One message.
      ["golang-migrate", "", "with one `LOCK TABLE` at the start"],
      ["flyway", "", "with one `LOCK TABLE` at the start"],
    ])("%s: %s", async (tool, begin, words) => {
      expect((await advice("several-tables-locked", begin + both, tool)).join(" ")).toContain(words);
    });

    it.each([
      ["supabase", "DO $$ BEGIN LOCK TABLE events IN ACCESS EXCLUSIVE MODE; END $$;"],
      ["flyway", "LOCK TABLE events IN ACCESS EXCLUSIVE MODE;"],
    ])("%s: a trigger of a partitioned table goes", async (tool, line) => {
      const partitioned = "CREATE TABLE events (id bigint, note text) PARTITION BY RANGE (id);";
      const { findings } = await lintText("ALTER TABLE events RENAME COLUMN note TO text;", {
        facts: { tool, schema: "schema.sql" },
        fs: memoryFileSystem({ "schema.sql": partitioned }),
      });
      const [found] = all(findings).filter(({ ruleId }) => ruleId === "rename-column");
      expect(found?.instead?.split("\n")).toContain(line);
    });
  });

  it("goose, whose file is opted out", async () => {
    const lines = await advice(
      "drop-locks-referenced-table",
      `-- +goose NO TRANSACTION\n-- +goose Up\n${exchange}`,
      "goose",
    );
    expect(lines).toContain("-- in a migration that isn't opted out:");
    expect(lines).not.toContain("BEGIN;");
  });
});

describe("an index on what the migration itself makes", () => {
  it.each([
    ["ALTER TABLE orders ADD COLUMN a int;\nCREATE INDEX i ON orders (a);", "adds a"],
    ["ALTER TABLE orders ADD COLUMN a int;\nCREATE INDEX i ON orders (id) WHERE a > 0;", "adds a"],
    ["ALTER TABLE orders ADD COLUMN a int;\nCREATE INDEX i ON orders (abs(a));", "adds a"],
    ["ALTER TABLE orders RENAME COLUMN code TO a;\nCREATE INDEX i ON orders (a);", "renames code to a"],
    ["ALTER TABLE orders RENAME TO o;\nCREATE INDEX i ON o (code);", "renames orders to o"],
  ])("%s", async (sql, what) => {
    expect((await advice("index-without-concurrently", sql, "drizzle")).slice(0, 2)).toEqual([
      `-- by hand, once the migration, which ${what}, is deployed: drizzle runs all pending migrations in one transaction`,
      "-- for other databases, a later migration has it with IF NOT EXISTS in place of CONCURRENTLY",
    ]);
    expect((await advice("index-without-concurrently", sql, "supabase"))[0]).toBe(
      `-- alone in a later migration than this, which ${what}`,
    );
  });

  it("is built before where all of it is there", async () => {
    const sql = "ALTER TABLE orders ADD COLUMN a int;\nCREATE INDEX i ON orders (code);";
    expect((await advice("index-without-concurrently", sql, "drizzle"))[0]).toBe(
      "-- by hand, before the migration is deployed: drizzle runs all pending migrations in one transaction",
    );
  });
});

describe("separate transactions of a tool that runs all pending migrations in one", () => {
  const check = "ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0);";

  it("are separate deployments", async () => {
    expect(await advice("check-without-not-valid", check, "drizzle")).toEqual([
      "-- first correct the rows that break it, as NOT VALID refuses each UPDATE of one: SELECT * FROM orders WHERE NOT (id > 0);",
      "ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0) NOT VALID;",
      "-- then, in a separate transaction:",
      "-- here and below, deploy first: drizzle runs all pending migrations in one transaction",
      "ALTER TABLE orders VALIDATE CONSTRAINT c;",
    ]);
  });

  const mixed = "ALTER TABLE orders ADD COLUMN a int;\nUPDATE orders SET a = 1 WHERE id > 5;";

  it.each([
    ["drizzle", true],
    ["flyway", false],
  ])("are separate deployments of several migrations: %s", async (tool, isSaid) => {
    const words = (await advice("mixed-schema-and-data", mixed, tool)).join("\n");
    expect(words).toContain("Write two migrations");
    expect(words.includes("a deployment of its own")).toBe(isSaid);
  });

  const both = "ALTER TABLE users ADD COLUMN a int;\nALTER TABLE orders ADD COLUMN a int;";

  it("are separate deployments in words, too", async () => {
    expect((await advice("several-tables-locked", both, "drizzle")).join("\n")).toMatch(
      / A transaction of its own needs a deployment of its own: drizzle runs all pending migrations in one\.$/,
    );
  });

  it("are migrations of other tools", async () => {
    expect((await advice("check-without-not-valid", check, "flyway")).join("\n")).not.toContain("deploy");
    expect((await advice("several-tables-locked", both, "flyway")).join("\n")).not.toContain("deploy");
  });
});

describe("what stays of the statement", () => {
  it("says why IF NOT EXISTS doesn't", async () => {
    expect(
      await advice(
        "index-without-concurrently",
        "CREATE INDEX IF NOT EXISTS i ON orders (code);",
        "supabase",
      ),
    ).toEqual([
      "-- alone in a separate migration",
      "-- without IF NOT EXISTS, which would keep the INVALID index of a failed build",
      "CREATE INDEX CONCURRENTLY i ON orders (code);",
    ]);
  });

  it("the type of a table waits with it", async () => {
    const lines = await advice("drop-table", "DROP TABLE orders;\nDROP TYPE state;");
    expect(lines.slice(-2)).toEqual(["DROP TABLE orders;", "DROP TYPE state;"]);
  });

  it("a CHECK in place of two statements", async () => {
    const sql =
      "ALTER TABLE orders ADD COLUMN a int DEFAULT 1 CHECK (a > 0);\nALTER TABLE orders ALTER COLUMN a SET NOT NULL;";
    expect(await advice("set-not-null", sql)).toEqual([
      "-- in place of the ADD COLUMN and of this:",
      "ALTER TABLE orders ADD COLUMN a int DEFAULT 1 CHECK (a > 0) NOT NULL;",
    ]);
  });

  it("constraints of a column that takes another's name", async () => {
    const sql =
      "ALTER TABLE orders DROP COLUMN code;\nALTER TABLE orders ADD COLUMN code bigint REFERENCES users (id) CHECK (code > 0);";
    expect(await advice("drop-column", sql)).toContain(
      "-- then add to code_new, each as a constraint by itself: REFERENCES, CHECK",
    );
  });
});

describe("batches where the migration goes on with what the change reads", () => {
  const lost =
    "With batches in a migration of their own alone, what is written before this one drops it is lost.";
  const update = "UPDATE orders SET user_id = length(code) WHERE code <> '';\n";
  const copy = "INSERT INTO users (id, name) SELECT id, code FROM orders WHERE code <> '';\n";
  const trigger = "First copy each write by a trigger, and change the old rows in batches";
  const gone = (by: string): string =>
    `Leave it out: the ${by} behind it deletes the rows that it changes, and nothing reads them in between.`;
  const later = "Change the rows in batches in a later migration, under the new name: this one renames";

  it.each([
    [
      `${update}ALTER TABLE orders DROP COLUMN code;`,
      `${trigger}; drop orders.code in a later migration. ${lost}`,
    ],
    [`${copy}DROP TABLE orders;`, `${trigger}; drop orders in a later migration. ${lost}`],
    [
      "DELETE FROM orders WHERE code <> '';\nALTER TABLE orders DROP COLUMN code;",
      `First deploy the version that writes no such rows, and delete those in batches; drop orders.code in a later migration. ${lost}`,
    ],
    [`${update}TRUNCATE orders;`, gone("TRUNCATE")],
    [`${update}DELETE FROM orders WHERE code  <> '';`, gone("DELETE")],
    [`${update}ALTER TABLE orders RENAME TO purchases;`, `${later} orders to purchases.`],
    [`${update}ALTER TABLE orders RENAME COLUMN user_id TO owner;`, `${later} orders.user_id to owner.`],
  ])("%s", async (sql, words) => {
    expect(await advice("backfill-without-batches", sql)).toEqual([words]);
  });

  it("advises another name where the new column takes that of the old one", async () => {
    const sql = `ALTER TABLE orders RENAME COLUMN code TO code_old;
ALTER TABLE orders ADD COLUMN code bigint;
UPDATE orders SET code = users.id FROM users WHERE users.name = orders.code_old;
ALTER TABLE orders DROP COLUMN code_old;`;
    expect(await advice("backfill-without-batches", sql)).toEqual([
      "Add the new column under another name: the running application writes old values to orders.code, and no trigger can fill both under one name. Deploy the version that writes both, change the old rows in batches, and exchange the names in a later migration, which also does what this one does to orders.code later.",
    ]);
  });

  it("MySQL", async () => {
    const { findings } = await lintText(`${update}ALTER TABLE orders DROP COLUMN code;`, {
      facts: { dialect: "mysql", schema: "schema.sql" },
      fs: memoryFileSystem({
        "schema.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(9), user_id bigint);",
      }),
    });
    const found = all(findings).find(({ ruleId }) => ruleId === "backfill-without-batches");
    expect(found?.instead).toBe(`${trigger}; drop orders.code in a later migration. ${lost}`);
  });

  it.each([
    "ALTER TABLE orders DROP COLUMN state;",
    "ALTER TABLE users RENAME TO people;",
    "DROP INDEX orders_user_id;",
  ])("stay where it doesn't: %s", async (sql) => {
    expect((await advice("backfill-without-batches", update + sql)).join("\n")).toContain(
      "WHILE batch_from < batch_last LOOP",
    );
  });
});

describe("the view that keeps the old name of a table", () => {
  const of = async (history: string, version = "17"): Promise<readonly string[]> => {
    const { findings } = await lintText(`${history}\nALTER TABLE orders RENAME TO purchases;`, {
      facts: { schema: "schema.sql", serverVersion: version },
      fs,
    });
    return (all(findings).find(({ ruleId }) => ruleId === "rename-table")?.instead ?? "").split("\n");
  };
  const secured = "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n";

  it("keeps row security", async () => {
    expect(await of("")).toContain("CREATE VIEW orders AS SELECT * FROM purchases;");
    expect(await of(secured, "15")).toContain(
      "CREATE VIEW orders WITH (security_invoker = true) AS SELECT * FROM purchases;",
    );
    expect(await of(secured, "14")).toContain(
      "-- the view reads as its owner, without the policies: before 15, put their conditions into its WHERE",
    );
  });

  it.each([
    ["GRANT SELECT, INSERT ON users, public.orders TO app;", "GRANT SELECT, INSERT ON orders TO app;"],
    ["GRANT SELECT\n  ON TABLE orders TO app, reader;", "GRANT SELECT ON orders TO app, reader;"],
    ["GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;", "GRANT SELECT ON orders TO reader;"],
  ])("has its grants: %s", async (sql, wanted) => {
    const lines = await of(sql);
    expect(lines).toContain(wanted);
    expect(lines.indexOf(wanted)).toBe(lines.findIndex((line) => line.startsWith("CREATE VIEW")) + 1);
  });

  it.each([
    "GRANT SELECT ON users TO app;",
    "-- GRANT SELECT ON orders TO app;",
    "GRANT SELECT ON other.orders TO app;",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app;",
  ])("has no others: %s", async (sql) => {
    expect((await of(sql)).join("\n")).not.toContain("GRANT");
  });

  it("has words for what was revoked", async () => {
    const lines = await of("GRANT ALL ON orders TO app;\nREVOKE DELETE ON orders FROM app;");
    expect(lines).toContain(
      "-- GRANT on the view orders what the table's roles have: its privileges stay with the table",
    );
  });
});

describe("what else is done with the name of a replaced column", () => {
  const replaced = "ALTER TABLE orders DROP COLUMN code;\nALTER TABLE orders ADD COLUMN code bigint;\n";
  const belongs =
    "-- what the migration does later with code belongs to code_new, in migrations behind this:";

  it.each([
    ["CREATE INDEX by_code ON orders (code);", "CREATE INDEX by_code"],
    ["CREATE INDEX by_user ON orders (user_id) WHERE code IS NOT NULL;", "CREATE INDEX by_user"],
    ["ALTER TABLE orders ADD CONSTRAINT some_code CHECK (code > 0);", "ADD CONSTRAINT some_code"],
    ["ALTER TABLE orders ALTER COLUMN code SET NOT NULL;", "ALTER COLUMN code SET NOT NULL"],
    ["UPDATE orders SET code = 1 WHERE id > 0;", "UPDATE orders"],
  ])("%s", async (sql, what) => {
    const lines = await advice("drop-column", replaced + sql);
    const at = lines.findIndex((line) => line.startsWith(belongs));
    expect(lines[at]).toContain(what);
    expect(at).toBeLessThan(lines.findIndex((line) => line.includes("DROP COLUMN code")));
  });

  it.each([
    "CREATE INDEX by_user ON orders (user_id);",
    "CREATE INDEX by_name ON users (name);",
    "ALTER TABLE users ADD COLUMN code text;",
  ])("nothing: %s", async (sql) => {
    expect((await advice("drop-column", replaced + sql)).join("\n")).not.toContain(belongs);
  });
});

describe("no empty text for old rows", () => {
  it.each(["password_hash", "apiToken", "email", "secret"])("%s", async (column) => {
    const lines = await advice(
      "add-column-not-null",
      `ALTER TABLE users ADD COLUMN "${column}" text NOT NULL;`,
    );
    expect(lines.join("\n")).not.toContain("''");
    expect(lines[0]).toMatch(/ text;$/);
  });

  it("but of a name", async () => {
    const lines = await advice("add-column-not-null", "ALTER TABLE users ADD COLUMN title text NOT NULL;");
    expect(lines).toContain("ALTER TABLE users ADD COLUMN title text NOT NULL DEFAULT '';");
  });

  it("mysql", async () => {
    const { findings } = await lintText("ALTER TABLE users ADD COLUMN password varchar(60) NOT NULL;", {
      facts: { dialect: "mysql" },
    });
    const [first, ...rest] =
      findings.find(({ ruleId }) => ruleId === "add-column-not-null")?.instead?.split("\n") ?? [];
    expect(first).toBe("ALTER TABLE users ADD COLUMN password varchar(60) NULL;");
    expect(rest.at(-1)).toBe("ALTER TABLE users MODIFY COLUMN password varchar(60) NOT NULL;");
  });
});

describe("an index that the migration drops, and builds under another name", () => {
  const renamed = [
    "-- this takes the place of both statements, the DROP INDEX and the CREATE INDEX:",
    "ALTER INDEX orders_user_id RENAME TO orders_user;",
  ];

  it.each(["index-without-concurrently", "drop-index-without-concurrently"])("%s", async (rule) => {
    const drop = "DROP INDEX orders_user_id;";
    const build = "CREATE INDEX orders_user ON orders (user_id);";
    expect(await advice(rule, `${drop}\n${build}\n`, "supabase")).toEqual(renamed);
    expect(await advice(rule, `${build}\n${drop}\n`, "supabase")).toEqual(renamed);
  });

  it("that may be missing is built where it is", async () => {
    const sql =
      "DROP INDEX IF EXISTS orders_user_id;\nCREATE INDEX IF NOT EXISTS orders_user ON orders (user_id);\n";
    expect(await advice("index-without-concurrently", sql, "supabase")).toEqual([
      renamed[0],
      "ALTER INDEX IF EXISTS orders_user_id RENAME TO orders_user;",
      "CREATE INDEX IF NOT EXISTS orders_user ON orders (user_id);",
    ]);
  });

  it.each([
    "CREATE INDEX orders_user ON orders (user_id, id);",
    "CREATE UNIQUE INDEX orders_user ON orders (user_id);",
    "CREATE INDEX orders_user ON orders (user_id) WITH (fillfactor = 70);",
  ])("not if it is another one: %s", async (build) => {
    const text = await advice(
      "index-without-concurrently",
      `DROP INDEX orders_user_id;\n${build}\n`,
      "supabase",
    );
    expect(text.join("\n")).not.toContain("RENAME");
  });
});

test("an index whose column the migration drops and adds again is another one", async () => {
  const sql =
    "DROP INDEX orders_user_id;\nALTER TABLE orders DROP COLUMN user_id;\nALTER TABLE orders ADD COLUMN user_id bigint;\nCREATE INDEX orders_user_id ON orders (user_id);\n";
  const lines = await advice("index-without-concurrently", sql, "supabase");
  expect(lines.join("\n")).not.toContain("takes the place of both");
});

describe("an index that takes the name of one that the migration drops", () => {
  const sql =
    "DROP INDEX orders_user_id;\nCREATE UNIQUE INDEX orders_user_id ON orders USING btree (user_id, id);\n";
  const expected = [
    "-- this takes the place of both statements, the DROP INDEX and the CREATE INDEX:",
    "-- alone in a separate migration",
    "CREATE UNIQUE INDEX CONCURRENTLY orders_user_id_new ON orders USING btree (user_id, id);",
    "-- alone in a separate migration",
    "DROP INDEX CONCURRENTLY IF EXISTS orders_user_id;",
    "-- then, in a separate transaction:",
    "ALTER INDEX orders_user_id_new RENAME TO orders_user_id;",
  ];

  it.each(["index-without-concurrently", "drop-index-without-concurrently"])("%s", async (rule) => {
    expect(await advice(rule, sql, "supabase")).toEqual(expected);
  });

  it("on another table is another one", async () => {
    const other = "DROP INDEX orders_user_id;\nCREATE INDEX orders_user_id ON users (name);\n";
    expect((await advice("index-without-concurrently", other, "supabase")).join("\n")).not.toContain("_new");
  });
});

it("the index for a key has another name than the key that the migration drops", async () => {
  const sql =
    "ALTER TABLE orders DROP CONSTRAINT orders_key;\nALTER TABLE orders ADD CONSTRAINT orders_key UNIQUE (code, id);\n";
  const lines = await advice("unique-constraint-without-index", sql, "supabase");
  expect(lines).toEqual([
    "-- alone in a separate migration",
    "CREATE UNIQUE INDEX CONCURRENTLY orders_key_new ON orders (code, id);",
    "-- then, in the next migration (leave out the DROP CONSTRAINT before this statement: until then, the old key is the only one):",
    "ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_key, ADD CONSTRAINT orders_key UNIQUE USING INDEX orders_key_new;",
  ]);
});

it("the index for a deferrable key is there no longer than needed, as it checks each row", async () => {
  const sql = "ALTER TABLE orders ADD CONSTRAINT orders_key UNIQUE (code, id) DEFERRABLE;\n";
  const lines = await advice("unique-constraint-without-index", sql, "supabase");
  expect(lines).toEqual([
    "-- alone in a separate migration",
    "CREATE UNIQUE INDEX CONCURRENTLY orders_key ON orders (code, id);",
    "-- then, in the next migration (run both in one go: until then, an UPDATE that shifts or swaps values fails; on a small table, keep the original):",
    "ALTER TABLE orders ADD CONSTRAINT orders_key UNIQUE USING INDEX orders_key DEFERRABLE;",
  ]);
});

describe("on a platform whose web roles read the tables", () => {
  const table = (owner: string): string =>
    `CREATE TABLE messages (id bigint PRIMARY KEY, user_id uuid${owner}, text text);\nALTER TABLE messages ENABLE ROW LEVEL SECURITY;\n`;
  const policy = `CREATE POLICY "Anyone can write" ON messages FOR INSERT WITH CHECK (true);`;

  it.each([
    [" NOT NULL", "TO authenticated WITH CHECK ((SELECT auth.uid()) = user_id);"],
    // Of visitors without an account.
    ["", "TO anon, authenticated WITH CHECK (user_id IS NULL OR (SELECT auth.uid()) = user_id);"],
  ])("a policy for the row's user, who is %s", async (owner, wanted) => {
    const [line] = await advice("policy-always-true", table(owner) + policy, "supabase");
    expect(line).toBe(`CREATE POLICY "Anyone can write" ON messages FOR INSERT ${wanted}`);
  });

  it("the view of a table that isn't known keeps its row security", async () => {
    const sql = "ALTER TABLE letters RENAME TO mails;";
    const { findings } = await lintText(sql, { facts: { tool: "supabase" } });
    const renamed = findings.find(({ ruleId }) => ruleId === "rename-table");
    expect(renamed?.instead?.split("\n")).toContain(
      "CREATE VIEW letters WITH (security_invoker = true) AS SELECT * FROM mails;",
    );
  });
});

test("a lock_timeout that the next migration would find is set back", async () => {
  const files = {
    "prisma/migrations/20240101000000_init/migration.sql": "CREATE TABLE visits (id text PRIMARY KEY);\n",
    "prisma/migrations/20240601000000_note/migration.sql": "ALTER TABLE visits ADD COLUMN note text;\n",
    "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
  };
  const adviceOf = async (version: string): Promise<string> => {
    const manifest = `{ "devDependencies": { "prisma": "${version}" } }`;
    const { findings } = await lintProject({ fs: memoryFileSystem({ ...files, "package.json": manifest }) });
    return findings.find(({ ruleId }) => ruleId === "lock-without-timeout")?.instead ?? "";
  };
  // Statement by statement, in one session.
  expect(await adviceOf("7.4.1")).toMatch(
    /\nSET lock_timeout = '2s';\n-- at the end of the file:\nRESET lock_timeout;$/,
  );
  // One text is one transaction.
  expect(await adviceOf("5.22.0")).toMatch(/\nSET LOCAL lock_timeout = '2s';$/);
});
