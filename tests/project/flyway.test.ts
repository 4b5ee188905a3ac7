import { expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/file-system.ts";

const sql = "CREATE TABLE t (id bigint PRIMARY KEY);\n";
const resources = "src/main/resources";
const two = {
  [`${resources}/db/migration/V1__a.sql`]: sql,
  [`${resources}/db/migration/V3__c.sql`]: sql,
  [`${resources}/specific/V2__b.sql`]: sql,
};
const found = (files: Readonly<Record<string, string>>, ...paths: readonly string[]): readonly string[] =>
  discover(memoryFileSystem({ ...two, ...files }), paths).map(
    ({ root, migrations }) => `${root}: ${migrations.map(({ name }) => name).join(" ")}`,
  );
const apart = [`${resources}/db/migration: V1__a V3__c`, `${resources}/specific: V2__b`];
const joined = [`${resources}/db/migration: V1__a V2__b V3__c`];

test("folders of one package are histories of their own", () => {
  expect(found({ "flyway.conf": "" })).toEqual(apart);
});

test.each([
  ["flyway.conf", "# said\nflyway.locations=classpath:db/migration,classpath:specific\n"],
  ["flyway.toml", `[flyway]\nlocations = ["filesystem:${resources}/db/migration", "classpath:specific"]\n`],
  [
    "flyway.toml",
    `flyway.locations = [ # both\n  'filesystem:${resources}/db/migration',\n  "classpath:specific",\n]\n`,
  ],
  [
    `${resources}/application.properties`,
    "spring.flyway.locations = classpath:db/migration,classpath:/specific",
  ],
  [
    `${resources}/application.yml`,
    "spring:\n  flyway:\n    locations: classpath:db/migration,classpath:specific\n---\nspring:\n  flyway:\n    locations: x\n",
  ],
  [
    `${resources}/application.yaml`,
    'spring:\n  flyway:\n    locations:\n      - "classpath:db/migration"\n      - classpath:specific\n',
  ],
])("those that %s names are one", (path, text) => {
  expect(found({ [path]: text })).toEqual(joined);
  expect(found({ [path]: text }, `${resources}/specific`)).toEqual(joined);
  expect(found({ [path]: text }, `${resources}/specific/V2__b.sql`)).toEqual(joined);
});

test.each([
  "flyway.locations=classpath:db/migration,classpath:gone",
  "flyway.locations=classpath:db/*,classpath:specific",
  "flyway.locations=classpath:db/{vendor},classpath:specific",
])("%s joins nothing", (text) => {
  expect(found({ "flyway.conf": text })).toEqual(apart);
});

test("a prefix is a text, not a pattern", () => {
  const files = { "flyway.conf": "flyway.sqlMigrationPrefix=(a+)+\n", "db/migration/(a+)+1__x.sql": sql };
  expect(found(files, "db/migration")).toEqual(["db/migration: (a+)+1__x"]);
});

test("callbacks are neither migrations nor bad names", () => {
  const events = ["beforeMigrate", "afterEachMigrate__say", "afterMigrateApplied__000_views", "createSchema"];
  const files = Object.fromEntries(events.map((event) => [`db/migration/${event}.sql`, sql]));
  const [history] = discover(memoryFileSystem({ "db/migration/V1__a.sql": sql, ...files }), []);
  expect(history?.migrations.map(({ name }) => name)).toEqual(["V1__a"]);
  expect(history?.problems).toEqual([]);
});

test.each([
  ["flyway.conf", "flyway.postgresql.transactional.lock=false"],
  ["flyway.toml", "[flyway]\npostgresql.transactional.lock = false"],
  ["flyway.toml", "[flyway.postgresql.transactional]\nlock = false"],
  [`${resources}/application.properties`, "spring.flyway.postgresql.transactional-lock=false"],
  [`${resources}/application.yml`, "spring:\n  flyway:\n    postgresql:\n      transactional-lock: false\n"],
])("%s: %s ends the transaction beside the migrations", (path, text) => {
  const besides = (files: Readonly<Record<string, string>>) =>
    discover(memoryFileSystem({ ...two, ...files }), []).map((one) => one.besideTransaction !== undefined);
  expect(besides({ [path]: text })).toEqual([false, false]);
  expect(besides({ [path]: text.replace("false", "true") })).toEqual([true, true]);
});
