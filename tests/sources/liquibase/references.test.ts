/** Foreign keys that a column states in its constraints, as Liquibase 4.20 and 5.0.1 made them of these changelogs. */
import { describe, expect, test } from "vitest";
import { loadCodeReader } from "../../../src/engine/code-migrations.ts";
import { lintProject } from "../../../src/index.ts";
import { discover } from "../../../src/project/discover.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";
import type { History } from "../../../src/project/migration.ts";

type Files = Readonly<Record<string, string>>;

const create = (constraints: string): string =>
  `<createTable tableName="event"><column name="x" type="int"><constraints ${constraints}/></column></createTable>`;
const add = (constraints: string): string =>
  `<addColumn tableName="event"><column name="x" type="int"><constraints ${constraints}/></column></addColumn>`;

const changelog = (change: string): Files => ({
  "db/changelog.xml": `<databaseChangeLog><changeSet id="1" author="a">${change}</changeSet></databaseChangeLog>`,
});

async function sent(files: Files): Promise<readonly string[]> {
  const fs = memoryFileSystem(files);
  const found = discover(fs, [], { dialect: "postgres" }) as readonly History[];
  return (await loadCodeReader())
    .histories(fs, found)
    .flatMap(({ migrations }) => migrations)
    .flatMap(({ up: { text, code } }) =>
      (code?.pieces ?? [])
        .filter(({ dynamic }) => dynamic === undefined)
        .map(({ part }) => text.slice(part.start, part.end)),
    )
    .filter((one) => !/ DROP /.test(one) && !one.startsWith("DROP "));
}

async function refusals(files: Files): Promise<readonly string[]> {
  const { findings } = await lintProject({ fs: memoryFileSystem(files), facts: { dialect: "postgres" } });
  return findings.filter(({ severity }) => severity === "error").map(({ message }) => message);
}

describe("in a new table", () => {
  test.each([
    ['references="team" foreignKeyName="f"', ", CONSTRAINT f FOREIGN KEY (x) REFERENCES team"],
    ['references="public.team" foreignKeyName="f"', ", CONSTRAINT f FOREIGN KEY (x) REFERENCES public.team"],
    [
      'references="team(id) ON DELETE SET NULL" foreignKeyName="f"',
      ", CONSTRAINT f FOREIGN KEY (x) REFERENCES team(id) ON DELETE SET NULL",
    ],
    // It makes no foreign key of these.
    ['referencedTableName="team" foreignKeyName="f"', ""],
    ['referencedColumnNames="id" foreignKeyName="f"', ""],
    ['foreignKeyName="f"', ""],
  ])("%s", async (constraints, key) => {
    expect(await sent(changelog(create(constraints)))).toEqual([`CREATE TABLE event (x INTEGER${key})`]);
  });

  test("in YAML and JSON", async () => {
    const columns = [
      { column: { name: "x", type: "int", constraints: { references: "team", foreignKeyName: "f" } } },
    ];
    const changes = [{ createTable: { tableName: "event", columns } }];
    const text = JSON.stringify({ databaseChangeLog: [{ changeSet: { id: "1", author: "a", changes } }] });
    const expected = ["CREATE TABLE event (x INTEGER, CONSTRAINT f FOREIGN KEY (x) REFERENCES team)"];
    expect(await sent({ "db/changelog.json": text })).toEqual(expected);
    // JSON is YAML.
    expect(await sent({ "db/changelog.yaml": text })).toEqual(expected);
  });

  test("a key is deferred", async () => {
    expect(
      await sent(changelog(create('primaryKey="true" deferrable="true" initiallyDeferred="true"'))),
    ).toEqual([
      "CREATE TABLE event (x INTEGER NOT NULL, CONSTRAINT event_pkey PRIMARY KEY (x) INITIALLY DEFERRED DEFERRABLE)",
    ]);
  });

  test.each(['references="team(id)"', 'referencedTableName="team" referencedColumnNames="id"'])(
    "without a name, it runs nothing: %s",
    async (constraints) => {
      expect(await refusals(changelog(create(constraints)))).toEqual([
        "fails: Liquibase refuses a reference without foreignKeyName, and runs no changeset",
      ]);
    },
  );
});

describe("of an added column", () => {
  test.each([
    ['references="team(id)" foreignKeyName="f"', ""],
    ['references="team(id)" foreignKeyName="f" deferrable="true" initiallyDeferred="true"', ""],
    ['references="team(id)" foreignKeyName="f" validateForeignKey="false"', " NOT VALID"],
  ])("%s", async (constraints, more) => {
    expect(await sent(changelog(add(constraints)))).toEqual([
      "ALTER TABLE event ADD x INTEGER",
      `ALTER TABLE event ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES team (id)${more}`,
    ]);
  });

  test.each([
    'referencedTableName="team" foreignKeyName="f"',
    'referencedColumnNames="id" foreignKeyName="f"',
    'foreignKeyName="f"',
  ])("no foreign key of %s", async (constraints) => {
    expect(await sent(changelog(add(constraints)))).toEqual(["ALTER TABLE event ADD x INTEGER"]);
  });

  test.each(["team", "public.team", "team(id) ON DELETE SET NULL"])("it fails on %s", async (whole) => {
    expect(await refusals(changelog(add(`references="${whole}" foreignKeyName="f"`)))).toEqual([
      `fails: Liquibase finds no table and column in references="${whole}"`,
    ]);
  });

  test("it fails without a name", async () => {
    expect(await refusals(changelog(add('references="team(id)"')))).toEqual([
      "fails: a reference has no foreignKeyName, for which Liquibase writes the name null, a syntax error",
    ]);
  });
});
