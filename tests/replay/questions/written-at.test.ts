import { expect, test } from "vitest";
import type { History, Migration } from "../../../src/project/migration.ts";
import { mostAge } from "../../../src/replay/questions/migration/written-at.ts";

const hour = 3_600_000;
const day = 24 * hour;

/** By the versions of two migrations, and those of others. */
function age(made: string, version: string, others: readonly string[] = []): number {
  const migrations = [made, version, ...others].map((one) => ({ version: one }) as Migration);
  const [first, second] = migrations;
  return mostAge({ migrations } as unknown as History, first, second as Migration);
}

test("a version that is a time says when its migration was written, also on the full hour", () => {
  expect(age("20240501110026", "20240501190026")).toBe(8 * hour);
  expect(age("20240501105926", "20240501110026")).toBe(60_000);
});

test("a version that Rails has counted up past the last second of its minute is a time, too", () => {
  expect(age("20240710155058", "20240710155060")).toBe(2000);
  expect(age("20240710155063", "20240710155118")).toBe(15_000);
  expect(age("20240710235958", "20240710235961")).toBe(3000);
});

test("of a version that counts from a round time, the date is meant", () => {
  expect(age("20240114000002", "20240114000004")).toBe(day - 1);
  expect(age("20240114000002", "20240115000004")).toBe(2 * day - 1);
  expect(age("20240114100510", "20240114120000")).toBe(day - 1 - 10 * hour - 310_000);
  expect(age("20240114120001", "20240114120002")).toBe(day - 1);
});

test("of a time that no clock or calendar shows, the day is meant", () => {
  expect(age("20260229100001", "20260229100002")).toBe(day - 1);
  expect(age("20260115256000", "20260115256100")).toBe(day - 1);
  expect(age("20260115256000", "20260117100500")).toBeGreaterThan(day);
  expect(age("20261315256000", "20261315256100")).toBe(Infinity);
});

test("a date that stands still while versions are counted says nothing", () => {
  const others = Array.from({ length: 30 }, (_, index) => `202401140000${index + 10}`);
  expect(age("20240114000002", "20240114000004", others)).toBe(Infinity);
  expect(age("20240101000002", "20240101000004")).toBe(Infinity);
});

test("numbers, round milliseconds and newer migrations have no age", () => {
  expect(age("1", "2")).toBe(Infinity);
  expect(age("1770000000001", "1770000000002")).toBe(Infinity);
  expect(age("20240501190026", "20240501110026")).toBe(Infinity);
  expect(age("1712345678901", "1712345679901")).toBe(1000);
});

test("a tool's own list says when a migration without a version was written", () => {
  const listed = (...times: readonly string[]): number => {
    const migrations = times.map((writtenAt) => ({ writtenAt }) as Migration);
    return mostAge({ migrations } as unknown as History, migrations[0], migrations[1] as Migration);
  };
  expect(listed("20260608130512", "20260608140512")).toBe(hour);
  expect(listed("20260608130000", "20260608140000")).toBe(day - 1);
  expect(listed("20260608130000", "20260608140000", ...Array<string>(30).fill("20260608150000"))).toBe(
    Infinity,
  );
  expect(listed("1712345678901", "1712345679901")).toBe(1000);
});

/** By the files of two changesets, and those of others. */
function ageOfFiles(made: string, file: string, others: readonly string[] = []): number {
  const migrations = [made, file, ...others].map(
    (path) => ({ changeset: {}, name: "1", up: { path: `changelog/${path}` } }) as unknown as Migration,
  );
  const [first, second] = migrations;
  return mostAge({ migrations } as unknown as History, first, second as Migration);
}

test("a date in the name of a changelog says when its changesets were written, where most files have one", () => {
  expect(ageOfFiles("20240714-users.xml", "20240714-users-2.xml")).toBe(day - 1);
  expect(ageOfFiles("changelog-2024-07-14.yaml", "changelog-2024-07-15.yaml")).toBe(2 * day - 1);
  expect(ageOfFiles("V202407141010_users.yaml", "V202407151010_avatar.yaml")).toBe(2 * day - 1);
  expect(ageOfFiles("07/202407141010_users.sql", "08/202408011200_users.sql")).toBe(19 * day - 1);
  expect(ageOfFiles("2024/07/14-01-users.sql", "2024/07/14-02-users.sql")).toBe(day - 1);
  expect(ageOfFiles("2024/07/14/users.sql", "2024/07/15/users.sql")).toBe(2 * day - 1);
  expect(ageOfFiles("20240714-users.xml", "20240714-users-2.xml", ["a.xml", "b.xml"])).toBe(Infinity);
  expect(ageOfFiles("20240101-users.xml", "20240101-users-2.xml")).toBe(Infinity);
  expect(ageOfFiles("20241314-users.xml", "20241314-users-2.xml")).toBe(Infinity);
  const grown = Array.from({ length: 30 }, () => "20240714-users.xml");
  expect(ageOfFiles("20240714-users.xml", "20240714-users-2.xml", grown)).toBe(Infinity);
});

test("the day stands first where the date stands at the end of a file's name", () => {
  expect(ageOfFiles("tables-26-05-2026-12-28.sql", "no-enum-26-05-2026-18-28.sql")).toBe(day - 1);
  expect(ageOfFiles("tables-24.05.2026.sql", "no-enum-26.05.2026.sql")).toBe(3 * day - 1);
  expect(ageOfFiles("tables-26-13-2026.sql", "no-enum-26-13-2026.sql")).toBe(Infinity);
});

test("files of SQL that a changelog includes are dated by their names, too", () => {
  const migrations = ["tables-26-05-2026-12-28", "20260527090000-no-enum"].map(
    (name) => ({ name, kind: "versioned", up: { path: `sql/${name}.sql` } }) as unknown as Migration,
  );
  const history = { migrations } as unknown as History;
  expect(mostAge(history, migrations[0], migrations[1] as Migration)).toBe(2 * day - 1);
});

/** By the ids of two changesets of one file, and those of others. */
function ageOfIds(made: string, id: string, others: readonly string[] = []): number {
  const migrations = [made, id, ...others].map(
    (one) => ({ author: "ann", name: `ann:${one}`, up: { path: "changelog.xml" } }) as unknown as Migration,
  );
  const [first, second] = migrations;
  return mostAge({ migrations } as unknown as History, first, second as Migration);
}

test("a date in the ids of changesets says when they were written", () => {
  expect(ageOfIds("2024-07-14-12-00", "2024-07-14-13-30")).toBe(day - 1);
  expect(ageOfIds("20240714-1", "20240716-1")).toBe(3 * day - 1);
  expect(ageOfIds("202407141200", "202407141201-users")).toBe(day - 1);
  expect(ageOfIds("V202407141200-1", "V202407151200-2")).toBe(2 * day - 1);
  expect(ageOfIds("20240714120000_users", "20240714120000_orders")).toBe(day - 1);
  expect(ageOfIds("2024-07-16", "2024-07-14")).toBe(Infinity);
});

test("where the year has two digits, ids of one file with the same date are of one day", () => {
  expect(ageOfIds("26-08-20-1447", "26-08-20-1452")).toBe(day - 1);
  expect(ageOfIds("26-08-20-1447", "27-08-20-1452")).toBe(Infinity);
  expect(ageOfIds("1-2-3", "1-2-3a")).toBe(Infinity);
});

test("milliseconds in the ids of changesets say when a generator wrote them", () => {
  // The number may have been continued by hand.
  expect(ageOfIds("1742121268823-2", "1742121268823-3")).toBe(Infinity);
  expect(ageOfIds("1742121268823-2", "1742121269823-1")).toBe(1000);
  expect(ageOfIds("1770000000001-1", "1770000000002-1")).toBe(Infinity);
});

test("a date of two digits each says it where most changesets have one, in the order of the history", () => {
  expect(ageOfIds("260618_00000001", "260618_00000002", ["260627_00000001"])).toBe(day - 1);
  expect(ageOfIds("260618_00000001", "260627_00000001")).toBe(10 * day - 1);
  expect(ageOfFiles("schema_260618.sql", "data_260619.sql")).toBe(2 * day - 1);
  expect(ageOfIds("260618-1", "260618-2")).toBe(Infinity);
  expect(ageOfIds("260627-1", "260628-1", ["260618-1"])).toBe(Infinity);
  expect(ageOfIds("260618-1", "260627-1", ["a", "b"])).toBe(Infinity);
  expect(ageOfIds("100001-1", "100002-1")).toBe(Infinity);
});

test("a date of ids that stands still, or is the first of a year, says nothing", () => {
  const others = Array.from({ length: 30 }, (_, index) => `2024-07-14-${index + 10}`);
  expect(ageOfIds("2024-07-14-1", "2024-07-14-2", others)).toBe(Infinity);
  expect(ageOfIds("20240101-1", "20240101-2")).toBe(Infinity);
});
