/** Databases that the pre-flight finds nothing wrong with, and the violation that it has to find in each. */
export interface Case {
  /** The schema before the migration. */
  readonly before: string;
  readonly migration: string;
  /** Rows that nothing is wrong with. */
  readonly rows: string;
  /** What makes it wrong. */
  readonly violation: string;
  /** The check that finds it. */
  readonly kind: string;
  /** The server accepts the migration all the same. */
  readonly harmless?: true;
  /** As the project states it. */
  readonly serverVersion?: string;
}

const users = "CREATE TABLE users (id int PRIMARY KEY, email varchar(40), age int, note text, parent int);";
const sound = "INSERT INTO users VALUES (1, 'a@x', 10, 'one', NULL), (2, 'b@x', 20, 'two', 1);";

const shop = { before: users, rows: sound };

const deployer =
  "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'deployer') THEN CREATE ROLE deployer; END IF; END $$;";

export const cases: Readonly<Record<string, Case>> = {
  "NULL before SET NOT NULL": {
    ...shop,
    migration: "ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
    violation: "INSERT INTO users VALUES (3, NULL, 1, 'x', NULL);",
    kind: "null",
  },
  "NULL before a validated NOT NULL check": {
    ...shop,
    before: `${users} ALTER TABLE users ADD CONSTRAINT has_email CHECK (email IS NOT NULL) NOT VALID;`,
    migration: "ALTER TABLE users VALIDATE CONSTRAINT has_email;",
    violation:
      "ALTER TABLE users DROP CONSTRAINT has_email; INSERT INTO users VALUES (3, NULL, 1, 'x', NULL); ALTER TABLE users ADD CONSTRAINT has_email CHECK (email IS NOT NULL) NOT VALID;",
    kind: "check",
  },
  "NULL before a primary key": {
    before: "CREATE TABLE tags (name text, color text);",
    rows: "INSERT INTO tags VALUES ('a', 'b');",
    migration: "ALTER TABLE tags ADD PRIMARY KEY (name);",
    violation: "INSERT INTO tags VALUES (NULL, 'c');",
    kind: "null",
  },
  "NULL in a column with a quoted name": {
    before: 'CREATE TABLE "Order Lines" (id int PRIMARY KEY, "Total" int);',
    rows: 'INSERT INTO "Order Lines" VALUES (1, 2);',
    migration: 'ALTER TABLE "Order Lines" ALTER COLUMN "Total" SET NOT NULL;',
    violation: 'INSERT INTO "Order Lines" VALUES (2, NULL);',
    kind: "null",
  },
  "NULL in a column that the migration renames first": {
    ...shop,
    migration:
      "ALTER TABLE users RENAME COLUMN email TO mail; ALTER TABLE users ALTER COLUMN mail SET NOT NULL;",
    violation: "INSERT INTO users VALUES (3, NULL, 1, 'x', NULL);",
    kind: "null",
  },
  "NULL in a table that the migration renames first": {
    ...shop,
    migration: "ALTER TABLE users RENAME TO people; ALTER TABLE people ALTER COLUMN email SET NOT NULL;",
    violation: "INSERT INTO users VALUES (3, NULL, 1, 'x', NULL);",
    kind: "null",
  },
  "duplicates before a unique constraint": {
    ...shop,
    migration: "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);",
    violation: "INSERT INTO users VALUES (3, 'a@x', 1, 'x', NULL);",
    kind: "duplicate",
  },
  "duplicates before a unique index": {
    ...shop,
    migration: "CREATE UNIQUE INDEX CONCURRENTLY users_email_idx ON users (lower(email)) WHERE age > 5;",
    violation: "INSERT INTO users VALUES (3, 'A@x', 9, 'x', NULL);",
    kind: "duplicate",
  },
  "duplicates before a key of several columns": {
    before: "CREATE TABLE parts (a int NOT NULL, b int NOT NULL);",
    rows: "INSERT INTO parts VALUES (1, 1), (1, 2);",
    migration: "ALTER TABLE parts ADD PRIMARY KEY (a, b);",
    violation: "INSERT INTO parts VALUES (1, 2);",
    kind: "duplicate",
  },
  "NULLs before NULLS NOT DISTINCT": {
    before: "CREATE TABLE parts (a int, b int);",
    rows: "INSERT INTO parts VALUES (1, NULL), (2, NULL);",
    migration: "ALTER TABLE parts ADD UNIQUE NULLS NOT DISTINCT (a, b);",
    violation: "INSERT INTO parts VALUES (1, NULL);",
    kind: "duplicate",
  },
  "orphans before a foreign key": {
    ...shop,
    migration: "ALTER TABLE users ADD CONSTRAINT parent_fk FOREIGN KEY (parent) REFERENCES users (id);",
    violation: "INSERT INTO users VALUES (3, 'c', 1, 'x', 99);",
    kind: "orphan",
  },
  "orphans before VALIDATE": {
    before: `${users} CREATE TABLE orders (id int PRIMARY KEY, user_id int); ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;`,
    rows: `${sound} INSERT INTO orders VALUES (1, 1), (2, NULL);`,
    migration: "ALTER TABLE orders VALIDATE CONSTRAINT orders_user;",
    violation:
      "ALTER TABLE orders DROP CONSTRAINT orders_user; INSERT INTO orders VALUES (3, 77); ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;",
    kind: "orphan",
  },
  "rows that violate a check": {
    ...shop,
    migration: "ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 5 -- years\n AND email LIKE '%@%');",
    violation: "INSERT INTO users VALUES (3, 'c', 1, 'x', NULL);",
    kind: "check",
  },
  "texts that are too long": {
    ...shop,
    migration: "ALTER TABLE users ALTER COLUMN email TYPE varchar(5);",
    violation: "INSERT INTO users VALUES (3, 'too long', 1, 'x', NULL);",
    kind: "value",
  },
  "numbers that are too large": {
    ...shop,
    migration: "ALTER TABLE users ALTER COLUMN age TYPE smallint;",
    violation: "INSERT INTO users VALUES (3, 'c', 40000, 'x', NULL);",
    kind: "value",
  },
  "numbers with too many digits": {
    before: "CREATE TABLE prices (id int PRIMARY KEY, price numeric(12, 4));",
    rows: "INSERT INTO prices VALUES (1, 99.9949);",
    migration: "ALTER TABLE prices ALTER COLUMN price TYPE numeric(4, 2);",
    violation: "INSERT INTO prices VALUES (2, 99.9951);",
    kind: "value",
  },
  "texts that are no numbers": {
    ...shop,
    rows: "INSERT INTO users VALUES (1, 'a', 1, ' 42 ', NULL);",
    migration: "ALTER TABLE users ALTER COLUMN note TYPE integer USING note::integer;",
    violation: "INSERT INTO users VALUES (3, 'c', 1, '12a', NULL);",
    kind: "value",
  },
  "texts that are no UUIDs": {
    ...shop,
    rows: "INSERT INTO users VALUES (1, 'a', 1, 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', NULL);",
    migration: "ALTER TABLE users ALTER COLUMN note TYPE uuid USING note::uuid;",
    violation: "INSERT INTO users VALUES (3, 'c', 1, 'a0eebc99', NULL);",
    kind: "value",
  },
  "texts that are no labels": {
    before: "CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE days (id int PRIMARY KEY, mood text);",
    rows: "INSERT INTO days VALUES (1, 'good'), (2, NULL);",
    migration: "ALTER TABLE days ALTER COLUMN mood TYPE mood USING mood::mood;",
    violation: "INSERT INTO days VALUES (3, 'so-so');",
    kind: "value",
  },
  "rows, and a new column without a value for them": {
    before: users,
    rows: "",
    migration: "ALTER TABLE users ADD COLUMN country text NOT NULL;",
    violation: "INSERT INTO users VALUES (1, 'a', 1, 'x', NULL);",
    kind: "rows",
  },
  "a table that isn't there": {
    ...shop,
    migration: "ALTER TABLE users ADD COLUMN country text;",
    violation: "DROP TABLE users;",
    kind: "objects",
  },
  "a column that isn't there": {
    ...shop,
    migration: "ALTER TABLE users DROP COLUMN note;",
    violation: "ALTER TABLE users DROP COLUMN note;",
    kind: "objects",
  },
  "a table that is there already": {
    ...shop,
    migration: "CREATE TABLE orders (id int PRIMARY KEY);",
    violation: "CREATE TABLE orders (id int);",
    kind: "objects",
  },
  "a column that is there already": {
    ...shop,
    migration: "ALTER TABLE users ADD COLUMN country text;",
    violation: "ALTER TABLE users ADD COLUMN country int;",
    kind: "objects",
  },
  "an index that is there already": {
    ...shop,
    migration: "CREATE INDEX CONCURRENTLY users_age_idx ON users (age);",
    violation: "CREATE INDEX users_age_idx ON users (note);",
    kind: "objects",
  },
  "an invalid index": {
    ...shop,
    migration: "ALTER TABLE users ADD COLUMN country text;",
    violation:
      "CREATE INDEX left_over ON users (age); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'left_over'::regclass;",
    kind: "invalid index",
    harmless: true,
  },
  "a migration that is applied already": {
    ...shop,
    migration: "CREATE INDEX CONCURRENTLY users_age_idx ON users (age);",
    violation: "CREATE TABLE schema_migrations (version text); INSERT INTO schema_migrations VALUES ('002');",
    kind: "version number",
    harmless: true,
  },
  "a server that the project doesn't state": {
    ...shop,
    migration: "ALTER TABLE users ADD COLUMN country text;",
    violation: "",
    kind: "server",
    serverVersion: "13",
    harmless: true,
  },
  "a role that may not write rows": {
    before: `${users} ${deployer}`,
    rows: "GRANT INSERT ON users TO deployer; SET ROLE deployer;",
    migration: "INSERT INTO users (id) VALUES (7);",
    violation: "RESET ROLE; REVOKE INSERT ON users FROM deployer; SET ROLE deployer;",
    kind: "privileges",
  },
  "a role that may not make tables": {
    before: `${users} ${deployer} GRANT CREATE ON SCHEMA public TO deployer;`,
    rows: "SET ROLE deployer;",
    migration: "CREATE TABLE orders (id int PRIMARY KEY);",
    violation: "RESET ROLE; REVOKE CREATE ON SCHEMA public FROM PUBLIC, deployer; SET ROLE deployer;",
    kind: "privileges",
  },
  "a role that doesn't own the table": {
    before: `${users} ${deployer} ALTER TABLE users OWNER TO deployer;`,
    rows: "SET ROLE deployer;",
    migration: "ALTER TABLE users ADD COLUMN country text;",
    violation:
      "RESET ROLE; ALTER TABLE users OWNER TO postgres; GRANT SELECT ON users TO deployer; SET ROLE deployer;",
    kind: "privileges",
  },
};
