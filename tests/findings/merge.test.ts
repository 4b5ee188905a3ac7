/** Findings of one operation with the same cause are one finding. */
import { describe, expect, it } from "vitest";
import {
  createReport,
  fixProject,
  inEachPlace,
  formats,
  lintProject,
  memoryFileSystem,
  plainColors,
  rules,
  unmerged,
  wholeMessage,
} from "../../src/index.ts";
import type { Finding, LintOptions } from "../../src/index.ts";

const tables =
  "CREATE TABLE users (id bigint PRIMARY KEY, b bigint);\nCREATE TABLE orders (id bigint PRIMARY KEY, a bigint, b bigint);\n";
const foreignKey =
  "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES users (id) ON DELETE CASCADE;\n";
const facts = { dialect: "postgres", tool: "raw" } as const;

const project = (text: string) =>
  memoryFileSystem({ "migrations/20260101_tables.sql": tables, "migrations/20260102_key.sql": text });

const lint = (text: string, more: LintOptions = {}) => lintProject({ fs: project(text), facts, ...more });

/** `a + b`: a, which stands for b. */
const said = (findings: readonly Finding[]): readonly string[] =>
  findings
    .map(({ ruleId, also = [] }) => [ruleId, ...also.map((other) => other.ruleId)].join(" + "))
    .filter((ids) => ids.includes("foreign-key"));

describe("findings with one cause", () => {
  it("are the most severe one, which lists the others", async () => {
    const { findings } = await lint(foreignKey);
    expect(said(findings)).toEqual(["foreign-key-without-not-valid + foreign-key-without-index"]);
    const [first] = findings.filter(({ also }) => also !== undefined);
    expect(first).toMatchObject({ severity: "error", also: [{ severity: "warning", line: 1 }] });
    expect(first?.also?.[0]?.instead).toContain("CREATE INDEX");
  });

  it("stay apart where each is wanted", async () => {
    const { findings } = await lint(foreignKey, { everyFinding: true });
    expect(said(findings)).toEqual(["foreign-key-without-index", "foreign-key-without-not-valid"]);
    expect(unmerged((await lint(foreignKey)).findings)).toHaveLength(findings.length);
  });

  it("are those of one operation, or of one rule in one script", async () => {
    const { findings } = await lint(
      "ALTER TABLE orders ADD FOREIGN KEY (a) REFERENCES users (id), ADD FOREIGN KEY (b) REFERENCES users (id);",
    );
    expect(said(findings)).toEqual(["foreign-key-without-not-valid + foreign-key-without-index"]);
    expect(said(inEachPlace(findings))).toEqual([
      "foreign-key-without-not-valid + foreign-key-without-index",
      "foreign-key-without-not-valid + foreign-key-without-index",
    ]);
    expect(said(unmerged(findings).map((one) => ({ ...one, also: undefined })))).toHaveLength(4);
  });

  it("are the missing key and the index where changesets of one changelog make the table and its foreign keys", async () => {
    const changelog = (...changes: readonly string[]): string =>
      `databaseChangeLog:\n${changes.map((one, i) => `- changeSet:\n    id: "1649-${i}"\n    author: a\n    changes:\n    - ${one}\n`).join("")}`;
    const column = (name: string, more = ""): string => `{ column: { name: ${name}, type: BIGINT${more} } }`;
    const key = (name: string, table: string): string =>
      `addForeignKeyConstraint: { baseTableName: pairs, baseColumnNames: ${name}, constraintName: fk_${name}, referencedTableName: ${table}, referencedColumnNames: id }`;
    const made = ["users", "orders"].map(
      (table) =>
        `createTable: { tableName: ${table}, columns: [${column("id", ", constraints: { primaryKey: true }")}] }`,
    );
    const pairs = `createTable: { tableName: pairs, columns: [${column("user_id")}, ${column("order_id")}] }`;
    const fs = memoryFileSystem({
      "db/changelog.yaml": changelog(...made, pairs, key("order_id", "orders"), key("user_id", "users")),
      "liquibase.properties": "changeLogFile=db/changelog.yaml\nurl=jdbc:postgresql://h/d\n",
    });
    const { findings } = await lintProject({ fs });
    expect(said(findings)).toEqual([
      "table-without-primary-key + foreign-key-without-index",
      "foreign-key-without-index",
    ]);
  });

  it("are the column that is dropped and the one that takes its name, whose advice is one", async () => {
    const { findings } = await lint(
      "ALTER TABLE orders DROP COLUMN a;\nALTER TABLE orders ADD COLUMN a text NOT NULL;",
    );
    const all = findings.map(({ ruleId, also = [] }) =>
      [ruleId, ...also.map((other) => other.ruleId)].join(" + "),
    );
    expect(all).toContain("drop-column + add-column-not-null");
  });

  it("are the volatile default of a new column and its key, which what is advised for the default builds behind it", async () => {
    const shown = async (column: string) =>
      (await lint(`ALTER TABLE orders ADD COLUMN ${column};`)).findings.map(({ ruleId, also = [] }) =>
        [ruleId, ...also.map((other) => other.ruleId)].join(" + "),
      );
    expect(await shown("code text UNIQUE DEFAULT md5(random()::text)")).toContain(
      "add-column-volatile-default + add-column-with-constraint",
    );
    expect(await shown("code text UNIQUE DEFAULT random()::text, ADD COLUMN note text UNIQUE")).toContain(
      "add-column-with-constraint",
    );
    expect((await shown("code text UNIQUE DEFAULT 'a'")).join(" ")).not.toContain("volatile");
  });

  it("are what MySQL commits and the rows changed beside it, or the changes that a failure leaves", async () => {
    const shown = async (text: string) => {
      const { findings } = await lintProject({
        fs: memoryFileSystem({ "sql/V1__tables.sql": tables, "sql/V2__key.sql": text }),
        facts: { dialect: "mysql", tool: "flyway" },
      });
      return findings
        .filter(({ file }) => file.includes("key"))
        .map(({ ruleId, also = [] }) => [ruleId, ...also.map((other) => other.ruleId)].join(" + "));
    };
    const column = "ALTER TABLE orders ADD COLUMN c date;\n";
    const row = "UPDATE orders SET a = 1 WHERE id = 7;\n";
    expect(await shown(`UPDATE orders SET a = 1 WHERE b = 7;\n${column}`)).toContain(
      "backfill-without-batches + mixed-schema-and-data + implicit-commit-in-transaction",
    );
    expect(await shown(`${row}${column}CREATE UNIQUE INDEX u ON orders (a);`)).toContain(
      "not-atomic + implicit-commit-in-transaction",
    );
    expect(await shown(`${row}${column}`)).toContain("implicit-commit-in-transaction");
  });

  it("isn't the key that rows of an existing table break beside the index that it lacks", async () => {
    const { findings } = await lint(
      "CREATE TABLE agents (id bigint PRIMARY KEY);\nALTER TABLE orders ADD FOREIGN KEY (a) REFERENCES agents (id);",
    );
    expect(said(findings)).toEqual(["foreign-key-to-empty-table", "foreign-key-without-index"]);
  });

  it("are the column that belongs into a later migration, and its lock behind that of another table", async () => {
    const shown = async (change: string) =>
      (
        await lint(
          `BEGIN;\nALTER TABLE orders ADD FOREIGN KEY (a) REFERENCES users (id) NOT VALID, ADD d int;\nALTER TABLE users ${change};\nCOMMIT;`,
        )
      ).findings.map(({ ruleId, also = [] }) => [ruleId, ...also.map((other) => other.ruleId)].join(" + "));
    expect(await shown("DROP COLUMN b")).toContain("drop-column + several-tables-locked");
    // NOT VALID waits for the same lock.
    expect(await shown("ADD CHECK (id > 0)")).toContain("several-tables-locked");
  });

  it("are the new name and type of a Django field that becomes a foreign key", async () => {
    const migration = (dependencies: string, operations: string): string =>
      `from django.db import migrations, models\n\nclass Migration(migrations.Migration):\n    dependencies = [${dependencies}]\n    operations = [${operations}]\n`;
    const field = (name: string, type: string): string => `("${name}", models.${type})`;
    const id = field("id", "BigAutoField(primary_key=True)");
    const item = `[${id}, ${field("kind", "CharField(max_length=90)")}]`;
    const fs = memoryFileSystem({
      "manage.py": "",
      "site/settings.py": 'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}\n',
      "shop/migrations/__init__.py": "",
      "shop/migrations/0001_initial.py": migration(
        "",
        `migrations.CreateModel("Kind", [${id}]), migrations.CreateModel("Item", ${item})`,
      ),
      "shop/migrations/0002_kind.py": migration(
        '("shop", "0001_initial")',
        'migrations.AlterField("item", "kind", models.ForeignKey("shop.kind", models.PROTECT))',
      ),
    });
    const found = (await lintProject({ fs })).findings.filter(({ file }) => file.includes("0002"));
    const [renamed] = found.filter(({ ruleId }) => ruleId === "rename-column");
    const listed = renamed?.also?.map(({ ruleId }) => ruleId);
    expect(listed).toContain("change-column-type");
    expect(listed).toContain("foreign-key-without-not-valid");
    expect(found.filter(({ severity }) => severity === "error")).toEqual([renamed]);
  });

  it("are two statements of a script in whose place the same steps stand", async () => {
    const fs = memoryFileSystem({
      "migrations/20260101_tables.sql": `${tables}${foreignKey}CREATE INDEX ON orders (a);`,
      "migrations/20260202_cascade.sql":
        "ALTER TABLE orders DROP CONSTRAINT fk;\nALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES users (id) ON DELETE CASCADE;",
    });
    const { findings } = await lintProject({ fs, facts });
    const [both] = findings.filter(({ ruleId }) => ruleId === "foreign-key-without-not-valid");
    expect(both?.also?.map(({ ruleId, line }) => `${ruleId} ${line}`)).toContain(
      "drop-locks-referenced-table 1",
    );
    expect(findings.map(({ ruleId }) => ruleId)).not.toContain("drop-locks-referenced-table");
    expect(both && wholeMessage(both)).toContain("also warning drop-locks-referenced-table at 1:");
  });

  it("are the missing key of a table of pairs, and the index that this key has", async () => {
    const pairs = "CREATE TABLE pairs (user_id bigint REFERENCES users, order_id bigint REFERENCES orders);";
    const { findings } = await lint(pairs);
    expect(said(findings)).toEqual([
      "table-without-primary-key + foreign-key-without-index",
      "foreign-key-without-index",
    ]);
    expect(findings.find(({ ruleId }) => ruleId === "foreign-key-without-index")?.instead).toContain(
      "(order_id)",
    );
    // Where the key isn't reported, nothing advises it.
    const alone = await lint(pairs, {
      opinions: { overrides: [], rules: { "table-without-primary-key": "off" } },
    });
    expect(said(inEachPlace(alone.findings))).toEqual([
      "foreign-key-without-index",
      "foreign-key-without-index",
    ]);
  });

  it("are those of one place whose rules say the same", async () => {
    const { findings } = await lint(
      "ALTER TABLE orders ADD COLUMN email text NOT NULL DEFAULT '';\nCREATE UNIQUE INDEX email ON orders (email);\n",
    );
    const found = findings.filter(({ line }) => line === 2);
    expect(found.map(({ ruleId }) => ruleId)).toEqual(["unique-on-existing-rows"]);
    expect(found[0]?.also?.map(({ ruleId }) => ruleId)).toContain("index-without-concurrently");
  });

  it("of several tables are led by the one that grows", async () => {
    const text = [
      "CREATE TABLE countries (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));",
      "CREATE TABLE shop_events (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));",
      "CREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id), created_at date);",
    ].join("\n");
    const found = (await lint(text)).findings.find(({ ruleId }) => ruleId === "foreign-key-without-index");
    expect(found?.message).toContain("shop_events");
    expect(found?.repeats?.map(({ line }) => line)).toEqual([1, 3]);
  });

  it("of several changesets of a file are one where their rule says so, led by the newest", async () => {
    const changeset = (id: string) =>
      `--changeset ann:${id} failOnError:false\nCREATE TABLE t${id} (id bigint PRIMARY KEY);\n`;
    const fs = memoryFileSystem({
      "db/changelog.sql": `--liquibase formatted sql\n${["1", "2", "3"].map(changeset).join("\n")}`,
      "liquibase.properties": "changeLogFile=db/changelog.sql\nurl=jdbc:postgresql://localhost/shop\n",
    });
    const found = (await lintProject({ fs })).findings.filter(({ ruleId }) => ruleId === "failure-ignored");
    expect(found.map(({ line, repeats }) => [line, repeats?.map((one) => one.line)])).toEqual([[8, [2, 5]]]);
  });

  it("are merged after suppression: what stays speaks for itself", async () => {
    const silenced = `-- ddlint-disable-next-line foreign-key-without-not-valid -- small table\n${foreignKey}`;
    expect(said((await lint(silenced)).findings)).toEqual(["foreign-key-without-index"]);
  });

  it("follow the severity that is configured", async () => {
    const opinions = {
      presets: ["recommended"] as const,
      rules: { "foreign-key-without-index": "error", "foreign-key-without-not-valid": "note" } as const,
    };
    expect(said((await lint(foreignKey, { opinions })).findings)).toEqual([
      "foreign-key-without-index + foreign-key-without-not-valid",
    ]);
  });

  it("are fixed as if each stood for itself", async () => {
    const opinions = {
      presets: ["recommended"] as const,
      rules: { "redundant-index": "error", "index-without-concurrently": "warning" } as const,
    };
    const fs = project("CREATE INDEX orders_id ON orders (id);\n");
    const { findings, counts } = await lintProject({ fs, facts, opinions });
    expect(findings.flatMap(({ also = [] }) => also.map(({ ruleId }) => ruleId))).toContain(
      "index-without-concurrently",
    );
    expect(counts.fixableUnsafely).toBe(1);
    const { files } = await fixProject({ fs, facts, opinions, unsafe: true });
    expect(files.map(({ after }) => after)).toEqual([
      "CREATE INDEX CONCURRENTLY orders_id ON orders (id);\n",
    ]);
  });

  it("are no repeats if each is a mistake of its own", async () => {
    const { findings } = await lint("CREAT TABLE a (b int);\nCREAT TABLE c (d int);\n");
    expect(findings.map(({ ruleId, line }) => `${line} ${ruleId}`)).toEqual([
      "1 syntax-error",
      "2 syntax-error",
    ]);
  });

  it("are repeats if many mistakes have the same words", async () => {
    const { findings } = await lint("CREAT TABLE a (b int);\n".repeat(5));
    expect(findings.map(({ ruleId, repeats = [] }) => [ruleId, repeats.length])).toEqual([
      ["syntax-error", 4],
    ]);
  });

  it("are repeats if all are what the database doesn't have", async () => {
    const sql = "CREATE INDEX IF NOT EXISTS a ON t (b);\nCREATE INDEX IF NOT EXISTS c ON t (d);\n";
    const { findings } = await lint(sql, { facts: { dialect: "mysql" } });
    const failing = findings.filter(({ ruleId }) => ruleId === "unsupported-by-product");
    expect(failing.map(({ line, repeats = [] }) => [line, ...repeats.map((one) => one.line)])).toEqual([
      [1, 2],
    ]);
  });

  it("are repeats if one statement before them is the cause", async () => {
    const created = "CREATE INDEX orders_a ON orders (a);\nCREATE INDEX orders_b ON orders (b);\n";
    const dropped = "DROP TABLE orders;\nDROP INDEX orders_a;\nDROP INDEX orders_b;\n";
    const { findings } = await lint(`${created}${dropped}`);
    const failing = findings.filter(({ ruleId }) => ruleId === "unknown-object");
    expect(failing.map(({ line, repeats = [] }) => [line, ...repeats.map((one) => one.line)])).toEqual([
      [4, 5],
    ]);
  });

  it("are repeats if other migrations have made what one makes again", async () => {
    const again = "ALTER TABLE orders ADD COLUMN a bigint, ADD COLUMN b text;\n";
    const { findings } = await lint(again);
    const failing = findings.filter(({ ruleId }) => ruleId === "duplicate-object");
    expect(failing.map(({ line, repeats = [] }) => [line, ...repeats.map((one) => one.message)])).toEqual([
      [1, "fails: column orders.b exists already"],
    ]);
  });

  it("are one finding if a migration makes two of its own tables twice", async () => {
    const twice = "CREATE TABLE x (a int);\nCREATE TABLE y (a int);\n";
    const { findings } = await lint(`${twice}${twice}`);
    const failing = findings.filter(({ ruleId }) => ruleId === "duplicate-object");
    expect(failing.map(({ line, message }) => [line, message])).toEqual([
      [3, "fails: x and y exist already"],
    ]);
  });

  it("are repeats if a tool refuses the same call several times", async () => {
    const fs = memoryFileSystem({
      "alembic.ini": "[alembic]\nscript_location = m\nsqlalchemy.url = postgresql://localhost/shop\n",
      "m/versions/a1_keys.py": [
        'from alembic import op\nrevision = "a1"\ndown_revision = None\n\n',
        'def upgrade():\n    op.create_unique_constraint(None, "t", ["a"])\n    op.create_unique_constraint(None, "t", ["b"])\n\n',
        'def downgrade():\n    op.drop_constraint(None, "t", type_="unique")\n    op.drop_constraint(None, "t", type_="unique")\n',
      ].join(""),
    });
    const failing = (await lintProject({ fs })).findings.filter(
      ({ ruleId }) => ruleId === "refused-statement",
    );
    expect(failing.map(({ line, repeats = [] }) => [line, ...repeats.map((one) => one.line)])).toEqual([
      [10, 11],
    ]);
  });

  it("are no repeats in another script", async () => {
    const fs = memoryFileSystem({
      "migrations/20260101_tables.sql": tables,
      "migrations/20260102_a.sql": "CREATE INDEX i ON orders (a);\n",
      "migrations/20260103_b.sql": "CREATE INDEX j ON orders (b);\nCREATE INDEX k ON orders (b, a);\n",
    });
    const { findings } = await lintProject({ fs, facts });
    const built = findings.filter(({ ruleId }) => ruleId === "index-without-concurrently");
    expect(
      built.map(({ file, line, repeats = [] }) => [file, line, ...repeats.map((one) => one.line)]),
    ).toEqual([
      ["migrations/20260102_a.sql", 1],
      ["migrations/20260103_b.sql", 1, 2],
    ]);
  });

  it("count once, and lose their warnings with --quiet", async () => {
    const result = await lint(foreignKey);
    const report = createReport(result, { rules });
    expect(report.summary.errors + report.summary.warnings + report.summary.notes).toBe(
      result.findings.length,
    );
    const quiet = createReport(result, { rules, quiet: true });
    expect(said(quiet.findings)).toEqual(["foreign-key-without-not-valid"]);
  });

  // A release has no findings.
  const withFindings = Object.entries(formats).filter(([name]) => name !== "release");
  it.each(withFindings)("are in the format %s", async (name, format) => {
    const result = await lint(foreignKey);
    const text = (await format())(createReport(result, { rules, time: "2026-01-31T12:00:00" }), {
      colors: plainColors,
    });
    expect(text, name).toContain("foreign-key-without-index");
  });
});
