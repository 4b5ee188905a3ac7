/** Advice for formatted SQL, and for a file of SQL that a changeset loads. */
import { describe, expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

async function advised(files: Readonly<Record<string, string>>, rule: string): Promise<string> {
  const { findings } = await lintProject({ fs: memoryFileSystem(files), facts: { dialect: "postgres" } });
  return (
    findings.flatMap((one) => [one, ...(one.also ?? [])]).find(({ ruleId }) => ruleId === rule)?.instead ?? ""
  );
}

const master = (file: string): string => `databaseChangeLog:\n  - include:\n      file: ${file}\n`;
const formatted = (own: string): Readonly<Record<string, string>> => ({
  "changelog.yaml": master("orders.sql"),
  "orders.sql": `--liquibase formatted sql\n\n--changeset ann:orders context:prod\nCREATE TABLE orders (id bigint PRIMARY KEY, placed text);\n--rollback DROP TABLE orders;\n\n${own}`,
});

test("each part of advice that is a changeset has the line that opens it", async () => {
  const own = "--changeset kim:names context:prod\nALTER TABLE orders RENAME COLUMN placed TO placed_in;\n";
  const text = await advised(formatted(own), "rename-column");
  expect([...text.matchAll(/^--changeset .*$/gm)].flat()).toEqual([
    "--changeset kim:names-2 context:prod runInTransaction:false splitStatements:false",
    "--changeset kim:names-3 context:prod",
    "--changeset kim:names-4 context:prod",
  ]);
  expect(text).not.toContain("--rollback");
});

test("it says what takes it back where the changeset does", async () => {
  const own =
    "--changeset kim:index\nCREATE INDEX orders_placed ON orders (placed);\n--rollback DROP INDEX orders_placed;\n";
  const text = await advised(formatted(own), "index-without-concurrently");
  expect(text).toContain("\n--changeset kim:index-1 runInTransaction:false\n");
  expect(text).toContain("\n--rollback DROP INDEX CONCURRENTLY IF EXISTS orders_placed;");
});

test("a part that leaves nothing to take back says so where the changeset has a rollback", async () => {
  const own =
    "--changeset kim:check\nALTER TABLE orders ADD CONSTRAINT placed_text CHECK (placed <> '');\n--rollback ALTER TABLE orders DROP CONSTRAINT placed_text;\n";
  const text = await advised(formatted(own), "check-without-not-valid");
  expect(text).toContain(
    "--changeset kim:check-2\nALTER TABLE orders VALIDATE CONSTRAINT placed_text;\n--rollback not required",
  );
});

test("batches of what a changeset alone does have its rollback", async () => {
  const update = "UPDATE orders SET placed = 'here';\n";
  const back = "--rollback UPDATE orders SET placed = NULL;\n";
  const alone = await advised(formatted(`--changeset kim:rows\n${update}${back}`), "update-without-where");
  expect(alone).toContain("\n--rollback UPDATE orders SET placed = NULL;");
  const stated = `--changeset kim:rows\n${update}--rollback not required\n`;
  expect(await advised(formatted(stated), "update-without-where")).not.toContain("--rollback UPDATE");
  const beside = `--changeset kim:rows\n${update}ALTER TABLE orders ADD COLUMN a int;\n--rollback ALTER TABLE orders DROP COLUMN a;\n`;
  expect(await advised(formatted(beside), "update-without-where")).toContain("\n--rollback not required");
});

test("a part whose way back isn't known says that, not that none is needed", async () => {
  const own =
    "--changeset kim:amount\nALTER TABLE orders ALTER COLUMN size TYPE bigint;\n--rollback ALTER TABLE orders ALTER COLUMN size TYPE int;\n";
  const files = formatted(own);
  const text = await advised(
    { ...files, "orders.sql": (files["orders.sql"] ?? "").replace("placed text", "size int") },
    "change-column-type",
  );
  expect(text).toMatch(
    /\n--changeset kim:amount-4\n-- it isn't known what takes this back: [^\n]*\nDROP TRIGGER [^]*DROP COLUMN size_old;$/,
  );
  // Filling rows leaves nothing that the other parts don't take back.
  expect(text).toContain("END $$;\n--rollback not required\n");
});

describe("preconditions", () => {
  const check = "ALTER TABLE orders ADD CONSTRAINT placed_text CHECK (placed <> '');\n";
  const index = "CREATE INDEX orders_placed ON orders (placed);\n";
  const asked = (...lines: readonly string[]): string =>
    ["onFail:MARK_RAN", ...lines]
      .map((line, at) => `--precondition${at === 0 ? "s" : ""}${at === 0 ? " " : "-"}${line}\n`)
      .join("");
  const count = "sql-check expectedResult:0 SELECT count(*) FROM pg_class WHERE relname = 'orders_placed'";

  test("of a table that is there hold for all parts", async () => {
    const lines = asked("table-exists table:orders");
    const text = await advised(formatted(`--changeset kim:1\n${lines}${check}`), "check-without-not-valid");
    expect(text).toContain(
      `--changeset kim:1-2\n${lines}ALTER TABLE orders VALIDATE CONSTRAINT placed_text;`,
    );
  });

  test("of an index don't find what a failed build leaves", async () => {
    const text = await advised(
      formatted(`--changeset kim:1\n${asked(count)}${index}`),
      "index-without-concurrently",
    );
    expect(text).toContain(
      "--changeset kim:1-1 runInTransaction:false\n--preconditions onFail:MARK_RAN\n--precondition-sql-check expectedResult:0 SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('orders_placed') AND indisvalid\n",
    );
  });

  test("that an earlier part makes false give way to a question whether it has run", async () => {
    const lines = asked(
      "sql-check expectedResult:0 SELECT count(*) FROM pg_constraint WHERE conname = 'placed_text'",
    );
    const text = await advised(formatted(`--changeset kim:1\n${lines}${check}`), "check-without-not-valid");
    expect(text).toContain(
      "--changeset kim:1-2\n--preconditions onFail:MARK_RAN\n--precondition-sql-check expectedResult:1 SELECT count(*) FROM pg_constraint WHERE conrelid = to_regclass('orders') AND conname = 'placed_text'\nALTER TABLE orders VALIDATE",
    );
    // Where Liquibase stops at the first, it doesn't come to the second.
    const halting = lines.replace("MARK_RAN", "HALT");
    const own = await advised(formatted(`--changeset kim:1\n${halting}${check}`), "check-without-not-valid");
    expect(own).toContain("--changeset kim:1-2\nALTER TABLE orders VALIDATE");
  });
});

test("what nothing takes back says so where the changeset does", async () => {
  const own = "--changeset kim:gone\nDROP TABLE orders;\n--rollback empty\n";
  expect(await advised(formatted(own), "drop-table")).toContain(
    "\nDROP TABLE orders;\n--rollback not required",
  );
});

test("what stays in a file that a changeset loads is SQL", async () => {
  const set = (id: string, file: string): string =>
    `<changeSet id="${id}" author="kim"><sqlFile path="${file}"/><rollback><sql>SELECT 1</sql></rollback></changeSet>`;
  const files = {
    "changelog.xml": `<databaseChangeLog>${set("1", "tables.sql")}</databaseChangeLog>`,
    "tables.sql":
      "CREATE TABLE shops (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, shop_id bigint REFERENCES shops);\n",
  };
  expect(await advised(files, "foreign-key-without-index")).toBe(
    "CREATE INDEX orders_shop_id_idx ON orders (shop_id);",
  );
});

test("a new file beside one that a changeset loads has its own line for what must not be split", async () => {
  const set = (id: string, file: string): string =>
    `<changeSet id="${id}" author="kim"><sqlFile path="${file}"/></changeSet>`;
  const files = {
    "changelog.xml": `<databaseChangeLog>${set("1", "tables.sql")}${set("2", "rows.sql")}</databaseChangeLog>`,
    "tables.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, placed text);\n",
    "rows.sql": "UPDATE orders SET placed = 'yes' WHERE placed IS NULL;\n",
  };
  const text = await advised(files, "backfill-without-batches");
  expect(text).toContain("--changeset NEW:NEW-1 runInTransaction:false splitStatements:false\nDO $$");
  expect(text).not.toContain("sqlFile");
});

test("a file of SQL that is one changeset gets no parts: they are files with the line that Liquibase asks for first", async () => {
  const files = {
    "changelog.yaml": `databaseChangeLog:\n${["1.sql", "2.sql"].map((file) => `  - include:\n      file: ${file}\n`).join("")}`,
    "1.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, placed text);\n",
    "2.sql": "CREATE INDEX orders_placed ON orders (placed);\n",
  };
  const text = await advised(files, "index-without-concurrently");
  expect(text).toMatch(
    /^-- in a separate migration, [^\n]*\n-- in a new file, from the next line on:\n--liquibase formatted sql\n--changeset NEW:NEW-1 runInTransaction:false\n/,
  );
});

const ofTwo = (own: string): Readonly<Record<string, string>> => ({
  "src/main/resources/application.properties":
    "spring.datasource.url=jdbc:postgresql://localhost/shop\nspring.liquibase.change-log=classpath:db/changelog.yaml\n",
  "src/test/resources/application.properties": "spring.datasource.url=jdbc:h2:mem:shop\n",
  ...Object.fromEntries(
    Object.entries(formatted(own)).map(([name, text]) => [
      `src/main/resources/db/${name}`,
      text.replace("file: orders.sql", "file: db/orders.sql"),
    ]),
  ),
});

test("what another database of the settings doesn't know is for this one alone", async () => {
  const index = "CREATE INDEX orders_placed ON orders (placed);\n--rollback DROP INDEX orders_placed;\n";
  const text = await advised(ofTwo(`--changeset kim:index\n${index}`), "index-without-concurrently");
  expect(text).toContain("give it dbms:!postgresql\n");
  expect(text).toContain("\n--changeset kim:index-1 dbms:postgresql runInTransaction:false\n");
  const listed = ofTwo(`--changeset kim:index dbms:postgresql,h2\n${index}`);
  const own = await advised(listed, "index-without-concurrently");
  expect(own).toContain("give it dbms:h2\n");
  expect(own).toContain("\n--changeset kim:index-1 dbms:postgresql runInTransaction:false\n");
  const alone = ofTwo(`--changeset kim:index dbms:postgresql\n${index}`);
  expect(await advised(alone, "index-without-concurrently")).not.toContain("give it");
});

test("so is what another database of the changelogs doesn't know", async () => {
  const own = "--changeset kim:index\nCREATE INDEX orders_placed ON orders (placed);\n";
  const files = formatted(own);
  const named = "  - property: { name: now, value: now(), dbms: h2 }\n";
  const text = await advised(
    {
      ...files,
      "changelog.yaml": (files["changelog.yaml"] ?? "").replace("  - include", `${named}  - include`),
    },
    "index-without-concurrently",
  );
  expect(text).toContain("give it dbms:!postgresql\n");
  expect(text).toContain("\n--changeset kim:index-1 dbms:postgresql runInTransaction:false\n");
  const others = formatted(`--changeset kim:now dbms:h2\nSELECT 1;\n${own}`);
  expect(await advised(others, "index-without-concurrently")).toContain("give it dbms:!postgresql\n");
});

test("a check that is added without looking at the rows leaves the changeset of other databases alone", async () => {
  const own =
    "--changeset kim:check\nALTER TABLE orders ADD CONSTRAINT placed_text CHECK (placed <> '');\n--rollback ALTER TABLE orders DROP CONSTRAINT placed_text;\n";
  const text = await advised(ofTwo(own), "check-without-not-valid");
  expect(text).toContain("\n--changeset kim:check-1 dbms:postgresql\n");
  expect(text).toContain("\n--changeset kim:check-2 dbms:postgresql\n");
  expect(await advised(ofTwo(own), "lock-without-timeout")).toContain("give this changeset dbms:postgresql");
});

test("what else a changeset of several databases does isn't lost on this one", async () => {
  const own = [
    "ALTER TABLE orders ADD COLUMN state text",
    "UPDATE orders SET state = 'new' WHERE state IS NULL",
    "ALTER TABLE orders ALTER COLUMN state SET NOT NULL",
    "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'draft'",
  ].map((sql) => `${sql};\n`);
  const alone = `--changeset kim:state\n${own.join("")}`;
  const text = await advised(ofTwo(alone), "backfill-without-batches");
  expect(text).toContain(
    [
      "-- for other databases, the changeset stays as it is: give it dbms:!postgresql",
      "--changeset kim:state-21 dbms:postgresql",
      "ALTER TABLE orders ADD COLUMN state text DEFAULT 'new';",
      "ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;",
      "-- as in the changeset:",
      `${own[2] ?? ""}${own[3] ?? ""}`.trimEnd(),
    ].join("\n"),
  );
  // What runs in a later deploy leaves the rest where it is.
  const later = await advised(ofTwo(alone), "set-not-null");
  expect(later).toContain(
    "-- take the statement out of the changeset; for other databases, move it to a changeset with dbms:!postgresql\n--changeset kim:state-31 dbms:postgresql\n",
  );
  const back = "--rollback ALTER TABLE orders DROP COLUMN state;\n";
  expect(await advised(ofTwo(`${alone}${back}`), "backfill-without-batches")).toContain(
    `\n${back.trimEnd()}`,
  );
});

test("of many statements that a changeset has besides, the advice says where they stand", async () => {
  const columns = Array.from({ length: 9 }, (_, i) => `ALTER TABLE orders ADD COLUMN a${i} int;\n`).join("");
  const check = "ALTER TABLE orders ADD CONSTRAINT placed_text CHECK (placed <> '');\n";
  const text = await advised(
    ofTwo(`--changeset kim:check\n${columns}${check}ALTER TABLE orders ADD COLUMN b int;\n`),
    "check-without-not-valid",
  );
  expect(text).toContain(
    [
      "--changeset kim:check-101 dbms:postgresql",
      "-- as in the changeset:",
      "-- (copy its 9 statements, lines 8 to 16, here)",
      "-- changed:",
      "ALTER TABLE orders ADD CONSTRAINT placed_text CHECK (placed <> '') NOT VALID;",
      "-- as in the changeset:",
      "-- (copy its 1 statement, line 18, here)",
    ].join("\n"),
  );
});
