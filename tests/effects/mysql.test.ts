import { describe, expect, it } from "vitest";
import { mysqlTable } from "../../src/effects/mysql/mysql-table.ts";
import { mariadbTable } from "../../src/effects/mysql/mariadb-table.ts";
import { computed, difference, lists, notYet } from "./online.ts";

const listed = notYet();

describe.each(Object.entries(lists))("effects agree with MySQL and MariaDB: %s", (_, cases) => {
  it.each(cases)("$id", (one) => {
    const differing = Object.entries(one.on).flatMap(([server, measured]) => {
      const found = difference(computed(one, server), measured);
      return found === undefined ? [] : [`${server}: ${found}`];
    });
    // A case that has come to agree leaves the list; one that no longer does must not join it silently.
    if (listed[one.id] === undefined) expect(differing).toEqual([]);
    else expect(differing, `${one.id} agrees now: take it out of not-yet.json`).not.toEqual([]);
  });
});

it("lists only cases that there are", () => {
  const ids = new Set(Object.values(lists).flatMap((cases) => cases.map(({ id }) => id)));
  expect(Object.keys(listed).filter((id) => !ids.has(id))).toEqual([]);
});

it.each([
  ["MySQL", mysqlTable],
  ["MariaDB", mariadbTable],
])("every row of %s says from where it is, and holds from the first release on", (_, table) => {
  for (const [kind, { source, since }] of Object.entries(table)) {
    expect(source, kind).not.toBe("");
    expect(Object.keys(since)[0], kind).toMatch(/^(?:5\.7|10\.6)$/);
  }
});
