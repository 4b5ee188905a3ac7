/** SQL that other tools print, and how scripts run it. */
import { describe, expect, test } from "vitest";
import { lintText } from "../../src/index.ts";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { sqlOfRailsLog } from "../../src/project/rails-log.ts";

const rulesIn = async (text: string): Promise<readonly string[]> => {
  const { findings } = await lintText(text, { merge: false });
  return findings
    .filter(({ ruleId }) => ruleId !== "lock-without-timeout")
    .map(({ line, column, ruleId }) => `${line}:${column} ${ruleId}`);
};

describe("bookkeeping tables are the tool's own", () => {
  test.each([
    [
      "Alembic",
      "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);\nINSERT INTO alembic_version VALUES ('a1');\n",
    ],
    [
      "Liquibase",
      "CREATE TABLE databasechangelog (id varchar(255) NOT NULL);\nUPDATE databasechangeloglock SET locked = false WHERE id = 1;\n",
    ],
    ["Django", "CREATE TABLE django_migrations (id serial PRIMARY KEY, app text NOT NULL);\n"],
    ["Rails", "CREATE TABLE schema_migrations (version varchar NOT NULL);\n"],
  ])("%s", async (_name, text) => {
    expect(await rulesIn(text)).toEqual([]);
  });

  test("a table of the application isn't", async () => {
    expect(await rulesIn("CREATE TABLE versions_of_it (id bigint NOT NULL);\n")).toEqual([
      "1:1 table-without-primary-key",
    ]);
  });
});

describe("a log of Rails", () => {
  const log = [
    "== 20240101000000 AddNoteToOrders: migrating ====",
    "-- add_column(:orders, :note, :text)",
    "D, [2024-01-01T00:00:00.000001 #7] DEBUG -- :   TRANSACTION (0.2ms)  BEGIN",
    'D, [2024-01-01T00:00:00.000002 #7] DEBUG -- :    (0.9ms)  ALTER TABLE "orders" ADD "note" text NOT NULL',
    "   -> 0.0012s",
    '\u001b[1m\u001b[35m (1.1ms)\u001b[0m  \u001b[1m\u001b[35mCREATE INDEX "i" ON "users" ("note")\u001b[0m',
    '  ActiveRecord::SchemaMigration Create (0.5ms)  INSERT INTO "schema_migrations" ("version") VALUES ($1)  [["version", "1"]]',
    "   (0.6ms)  COMMIT",
    "",
  ].join("\n");

  test("its statements are linted at their places", async () => {
    expect(await rulesIn(log)).toEqual([
      "4:80 add-column-not-null",
      "6:33 index-without-concurrently",
      expect.stringMatching(/^6:\d+ slow-statement-under-lock$/),
    ]);
  });

  test("has the length of the text, line by line", () => {
    const sql = sqlOfRailsLog(log) ?? "";
    expect(sql.split("\n").map((line) => line.length)).toEqual(log.split("\n").map((line) => line.length));
    expect(sql).not.toMatch(/DEBUG|migrating|\[\[/);
  });

  test("SQL is none", () => {
    expect(sqlOfRailsLog("SELECT 1; -- (0.5ms)\nCREATE TABLE a (id int);\n")).toBeUndefined();
  });
});

describe("psql -1 in a script", () => {
  const wraps = (files: Readonly<Record<string, string>>): unknown =>
    discover(memoryFileSystem({ "db/migrations/001_a.sql": "SELECT 1;\n", ...files }), [])[0]?.migrations[0]
      ?.up.transaction.wraps;
  const sends = (files: Readonly<Record<string, string>>): unknown =>
    discover(memoryFileSystem({ "db/migrations/001_a.sql": "SELECT 1;\n", ...files }), [])[0]?.migrations[0]
      ?.up.transaction.sends;

  test.each([
    ["a Makefile", { Makefile: "up:\n\tfor f in db/migrations/*.sql; do psql -1 -f $$f; done\n" }],
    [
      "a script",
      {
        "scripts/up.sh":
          'for f in db/migrations/*.sql; do\n  psql "$URL" \\\n    --single-transaction < "$f"\ndone\n',
      },
    ],
    ["options that are joined", { Makefile: "up:\n\tpsql -X1f db/migrations/001_a.sql\n" }],
  ])("%s", (_name, files: Readonly<Record<string, string>>) => {
    expect(wraps(files)).toBe("each");
  });

  test.each([
    [
      "some with, and some without",
      { Makefile: "up:\n\tpsql -1f db/migrations/a.sql\n\tpsql -f db/migrations/b.sql\n" },
    ],
    ["another folder", { Makefile: "seed:\n\tpsql -1 -f seeds/a.sql\n" }],
    ["a query", { Makefile: "up:\n\tls db/migrations/ && psql -1 -c 'SELECT 1'\n" }],
    ["a query into a pipe", { "up.sh": "ls db/migrations/\necho 'SELECT 1' | psql -c 'SELECT 1'\n" }],
    ["a file of another folder", { Makefile: "up:\n\tls db/migrations/\n\tpsql -f seeds/a.sql\n" }],
  ])("not known: %s", (_name, files: Readonly<Record<string, string>>) => {
    expect(sends(files)).toBe("unknown");
  });

  test.each([
    ["no -1", { Makefile: "up:\n\tpsql -f db/migrations/001_a.sql\n" }],
    [
      "a loop",
      { "up.sh": 'for f in db/migrations/*.sql; do psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f "$f"; done\n' },
    ],
    [
      "a script of npm",
      {
        "package.json": JSON.stringify({
          scripts: { up: 'for f in db/migrations/*; do psql -f "$f"; done' },
        }),
      },
    ],
    ["a pipe", { "up.sh": 'for f in db/migrations/*.sql; do cat "$f" | psql "$URL"; done\n' }],
    [
      "the client of MySQL",
      { "up.sh": 'for f in db/migrations/*.sql; do mysql -u root shop < "$f"; done\n' },
    ],
  ])("statement by statement: %s", (_name, files: Readonly<Record<string, string>>) => {
    expect([wraps(files), sends(files)]).toEqual(["none", "statement"]);
  });
});

describe("docker-entrypoint-initdb.d", () => {
  const isNew = (files: Readonly<Record<string, string>>): boolean | undefined =>
    discover(memoryFileSystem({ "db/migrations/001_a.sql": "SELECT 1;\n", ...files }), [])[0]?.migrations[0]
      ?.beforeBaseline;
  const volume = (text: string): string =>
    `services:\n  db:\n    image: postgres:16\n    volumes:\n${text}\n`;

  test.each([
    ["a folder", { "compose.yml": volume("      - ./db/migrations:/docker-entrypoint-initdb.d:ro") }],
    [
      "a file",
      {
        "docker-compose.yml": volume('      - "./db/migrations/001_a.sql:/docker-entrypoint-initdb.d/1.sql"'),
      },
    ],
    [
      "the long form",
      {
        "compose.yaml": volume(
          "      - type: bind\n        source: ./db/migrations\n        target: /docker-entrypoint-initdb.d",
        ),
      },
    ],
    ["an image", { Dockerfile: "FROM postgres:16\nCOPY db/migrations/*.sql /docker-entrypoint-initdb.d/\n" }],
    [
      "a command",
      { Makefile: "up:\n\tdocker run -v $(PWD)/db/migrations:/docker-entrypoint-initdb.d postgres\n" },
    ],
  ])("runs it on a new database: %s", (_name, files: Readonly<Record<string, string>>) => {
    expect(isNew(files)).toBe(true);
  });

  test.each([
    ["another folder", { "compose.yml": volume("      - ./seeds:/docker-entrypoint-initdb.d") }],
    [
      "another file",
      { "compose.yml": volume("      - ./db/migrations/x.sql:/docker-entrypoint-initdb.d/1.sql") },
    ],
    [
      "a script runs it elsewhere",
      {
        "compose.yml": volume("      - ./db/migrations:/docker-entrypoint-initdb.d"),
        "up.sh": 'for f in db/migrations/*.sql; do psql -f "$f"; done\n',
      },
    ],
    [
      "a file alters what an earlier one creates",
      {
        "compose.yml": volume("      - ./db/migrations:/docker-entrypoint-initdb.d"),
        "db/migrations/001_a.sql": "CREATE TABLE orders (id bigint);\n",
        "db/migrations/002_b.sql": 'ALTER TABLE "orders" ADD COLUMN note text;\n',
      },
    ],
    [
      "a tool runs it elsewhere",
      {
        "compose.yml": volume("      - ./db/migrations:/docker-entrypoint-initdb.d"),
        "db/migrations/001_a.sql": "-- migrate:up\nSELECT 1;\n-- migrate:down\n",
      },
    ],
  ])("runs it, but isn't all: %s", (_name, files: Readonly<Record<string, string>>) => {
    expect(isNew(files)).toBeUndefined();
  });
});
