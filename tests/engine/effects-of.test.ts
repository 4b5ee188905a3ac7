import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { effectsOf } from "../../src/index.ts";
import { mainCases, measuredOn, notYet, versions, type Measured } from "../effects/measured.ts";

const fixture = readFileSync(new URL("../../fixtures/effects/postgres/schema.sql", import.meta.url), "utf8");
const listed = notYet();

describe("effectsOf says what was measured", () => {
  it.each(mainCases.filter(({ id }) => listed[id] === undefined))("$id", async (measured) => {
    const { sql, setup, session } = measured;
    // Each answer once: tests/effects asks for every version, with a schema that is read once.
    const asked = new Set<Measured>();
    for (const version of versions) {
      const on = measuredOn(measured, version);
      if (on === undefined || asked.has(on)) continue;
      asked.add(on);
      const schema = setup === undefined ? fixture : `${fixture}\n${setup}`;
      const found = await effectsOf(sql, { schema, session, version });
      const fails = on.fails !== undefined || on.impossible !== undefined;
      const locks = Object.entries(on.locks ?? {}).flatMap(([mode, tables]) =>
        tables.map((table) => [table, mode] as const),
      );
      expect(found, `on ${version}`).toEqual({
        locks: Object.fromEntries(locks),
        rewrite: on.rewrites ?? [],
        scan: on.scans ?? [],
        indexRebuild: on.rebuilds ?? [],
        inTransaction: on.inTransaction ?? (fails ? null : true),
      });
    }
  });

  it.each([
    ["garbage ;; (", null],
    ["", true],
    ["ALTER TABLE nope ADD COLUMN x int", null],
    ["VACUUM t; SELECT 1", false],
  ])("%s", async (sql, inTransaction) => {
    const none = { locks: {}, rewrite: [], scan: [], indexRebuild: [] };
    expect(await effectsOf(sql, { schema: "CREATE TABLE t (id int)" })).toEqual({ ...none, inTransaction });
  });
});
