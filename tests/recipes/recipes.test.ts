/** The safe ways, proven on servers beside a running application, give no finding of `recommended`. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "../../src/index.ts";
import { drawn } from "../../src/testing/compare.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";

const folder = join(import.meta.dirname, "../../fixtures/recipes");
/** What the rows hold: a safe way to build a key doesn't decide whether they are alike. */
const ofRows = "unique-on-existing-rows";
/** The schema that a recipe starts from: not part of it. */
const given = new Set(["0001_step", "0002_step"]);

describe("recipes are silent", () => {
  it.each(readdirSync(folder))("%s", (name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const { findings, errors } = lintFixture(`migrations/${name}`, text, rules);
    const own = findings.filter(
      ({ migration, ruleId }) => ruleId !== ofRows && (migration === undefined || !given.has(migration)),
    );
    expect(errors).toEqual([]);
    expect(
      own.map(({ ruleId, line, message }) => `${line}: ${ruleId}: ${message}`),
      drawn(text, own),
    ).toEqual([]);
  });
});

/** Those with neither a deploy nor a backfill between their steps can stand in one file with several transactions. */
const inOneFile = [
  "change-type-timestamptz-unindexed",
  "add-foreign-key",
  "add-foreign-key-partitioned",
  "add-foreign-key-partitioned-18",
  "add-check",
  "replace-check",
  "add-unique",
  "add-primary-key",
  "create-index",
  "drop-index",
  "create-index-partitioned",
  "create-unique-partitioned",
  "attach-partition",
  "detach-partition",
  "detach-partition-plain",
  "add-partition-beside-default",
  "add-partition-move-from-default",
  "drop-foreign-key",
  "add-generated-column-18",
  "refresh-materialized-view",
  "lock-timeout-retry",
];

describe("recipes are silent as one file", () => {
  it.each(inOneFile)("%s", (id) => {
    const separator = "-- next migration\n";
    const [schema = "", before = "", ...steps] = readFileSync(join(folder, `${id}.sql`), "utf8").split(
      separator,
    );
    const text = [schema, before, steps.join("")].join(separator);
    const { findings } = lintFixture(`migrations/${id}.sql`, text, rules);
    const own = findings.filter(({ migration, ruleId }) => migration === "0003_step" && ruleId !== ofRows);
    expect(
      own.map(({ ruleId, line, message }) => `${line}: ${ruleId}: ${message}`),
      drawn(text, own),
    ).toEqual([]);
  });
});
