import { beforeAll, describe, expect, it } from "vitest";
import { postgres } from "../../src/sql/postgres/parse.ts";
import { cases, computed, difference, measuredOn, notYet, versions } from "./measured.ts";

beforeAll(() => postgres.load());

describe("effects agree with PostgreSQL 13 to 18", () => {
  const listed = notYet();
  it.each(cases)("$id", (measured) => {
    const differing = versions.flatMap((version) => {
      const on = measuredOn(measured, version);
      if (on === undefined) return [];
      const found = difference(computed(measured, version), on);
      return found === undefined ? [] : [`${version}: ${found}`];
    });
    // A case that has come to agree leaves the list; one that no longer does must not join it silently.
    if (listed[measured.id] === undefined) expect(differing).toEqual([]);
    else expect(differing, `${measured.id} agrees now: take it out of not-yet.json`).not.toEqual([]);
  });

  it("lists only cases that there are", () => {
    const ids = new Set(cases.map((c) => c.id));
    expect(Object.keys(listed).filter((id) => !ids.has(id))).toEqual([]);
  });
});
