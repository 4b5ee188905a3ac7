/** Advice for a new column, where a later migration makes it a key. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const instead = async (files: Readonly<Record<string, string>>): Promise<string | undefined> => {
  const { findings } = await lintProject({ fs: memoryFileSystem(files) });
  return findings.find(({ ruleId }) => ruleId === "add-column-not-null")?.instead;
};

const flyway = (second: string, ...others: readonly string[]) =>
  instead({
    "db/migration/V1__make.sql":
      "CREATE TABLE kinds (id bigint PRIMARY KEY); CREATE TABLE shops (id bigint PRIMARY KEY);",
    "db/migration/V2__code.sql": second,
    ...Object.fromEntries(others.map((text, at) => [`db/migration/V${at + 3}__next.sql`, text])),
  });

const add = "ALTER TABLE shops ADD COLUMN code text NOT NULL;";
const once = "ALTER TABLE shops ADD CONSTRAINT once UNIQUE (code);";

test.each([
  ["a unique constraint", once],
  ["a unique index", "CREATE UNIQUE INDEX once ON shops (code);"],
  ["a primary key", "ALTER TABLE shops DROP CONSTRAINT shops_pkey, ADD PRIMARY KEY (code);"],
])("%s: no constant default", async (_, next) => {
  expect(await flyway(add, next)).toBe(
    "db/migration/V3__next.sql makes shops.code unique, which a default that all rows share isn't. Add it as NULL, give each row a value of its own, and then add the key and NOT NULL in a later migration.",
  );
});

test("a foreign key", async () => {
  const next = "ALTER TABLE shops ADD FOREIGN KEY (kind) REFERENCES kinds (id);";
  expect(await flyway("ALTER TABLE shops ADD COLUMN kind bigint NOT NULL;", next)).toMatch(
    /makes shops\.kind a foreign key, .* Add it as NULL/,
  );
});

test.each([
  ["of several columns", [add, "CREATE UNIQUE INDEX once ON shops (id, code);"]],
  ["of some rows", [add, "CREATE UNIQUE INDEX once ON shops (code) WHERE code <> '';"]],
  ["of another column", [add, "CREATE UNIQUE INDEX once ON shops (id);"]],
  ["filled before", [add, "UPDATE shops SET code = gen_random_uuid();", once]],
  ["filled at once", [`${add} UPDATE shops SET code = gen_random_uuid();`, once]],
  ["another one of the name", [add, "ALTER TABLE shops DROP code; ALTER TABLE shops ADD code text;", once]],
])("not: %s", async (_, [second = "", ...others]) => {
  const found = await flyway(second, ...others);
  expect(found).toBeDefined();
  expect(found).not.toContain("all rows share");
});

test("changesets of one file", async () => {
  const found = await instead({
    "db/changelog.xml": `<databaseChangeLog>
<changeSet id="1" author="a"><sql>CREATE TABLE shops (id bigint PRIMARY KEY, at timestamptz)</sql></changeSet>
<changeSet id="2" author="a"><addColumn tableName="shops"><column name="code" type="text"><constraints nullable="false"/></column></addColumn></changeSet>
<changeSet id="3" author="a"><addUniqueConstraint tableName="shops" columnNames="code" constraintName="once"/></changeSet>
</databaseChangeLog>`,
  });
  expect(found).toMatch(/^A later migration of this file makes shops\.code unique/);
});

const revision = (name: string, follows: string, up: string): string =>
  `from alembic import op\nimport sqlalchemy as sa\nrevision = "${name}"\ndown_revision = ${follows}\n\ndef upgrade():\n    ${up}\n\ndef downgrade():\n    pass\n`;

test("a later revision of Alembic", async () => {
  const found = await instead({
    "alembic.ini": "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://db/x\n",
    "alembic/env.py": "",
    "alembic/versions/aa_make.py": revision(
      "aa",
      "None",
      'op.create_table("shops", sa.Column("id", sa.BigInteger(), primary_key=True))',
    ),
    "alembic/versions/bb_code.py": revision(
      "bb",
      '"aa"',
      'op.add_column("shops", sa.Column("code", sa.String(), nullable=False, default="x"))',
    ),
    "alembic/versions/cc_key.py": revision(
      "cc",
      '"bb"',
      'op.create_unique_constraint("once", "shops", ["code"])',
    ),
  });
  expect(found).toMatch(/^alembic\/versions\/cc_key\.py makes shops\.code unique/);
});
