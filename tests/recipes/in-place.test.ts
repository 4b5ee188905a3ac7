/** Advice fits where it stands: the rest of the migration runs with it, and leads to the same. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { rules } from "../../src/index.ts";
import { rulesByDialect } from "../../src/lint/rules-for.ts";
import { readFixture } from "../../src/testing/fixture.ts";
import { flow, worldOf } from "../../src/testing/lint-fixture.ts";
import { triedIn } from "../../tools/truth/in-place.ts";

const root = join(import.meta.dirname, "../..");
const paths = ["fixtures/rules", "fixtures/recipes"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sql") && path.split(/[\\/]/).length < 3)
    .map((path) => join(folder, path)),
);
const rulesFor = rulesByDialect(rules, { presets: ["strict"] });

/** What differs on purpose, or in a way that a reader is told; and what only a made-up history does. */
const others: Readonly<Record<string, string>> = {
  "add-column-constrained-domain/bad-over-domain.sql":
    "the domain's base type, with the domain's rule as a CHECK",
  "add-column-constrained-domain/bad-required.sql": "the same",
  "add-column-constrained-domain/bad-stable-default.sql": "the same",
  "add-column-constrained-domain/bad.sql": "the same",
  "add-column-constrained-domain/unknown.sql": "the same",
  "drop-breaks-dependent/good-after-dynamic-sql.sql": "whether the foreign key is still there isn't known",
  "add-column-not-null/bad-key-on-implicit-default-mysql.sql": "the value of the UPDATE stays as the default",
  "attach-partition-without-check/bad-foreign-key.sql": "the partition's foreign key keeps its own name",
  "duplicate-object/good-dropped-by-index-cascade.sql": "CASCADE takes a foreign key that is made again",
  "duplicate-object/good-function-of-a-dropped-view.sql": "words name the function that goes first",
  "narrow-column-type/bad-default-does-not-fit.sql":
    "the type refuses the default: another one is set by hand",
  "policy-always-true/bad-anon-alone.sql": "the policy lets only owners through, and names who is signed in",
  "policy-always-true/bad-insert-by-signed-in.sql":
    "the condition asks for the row's user, and no longer for the role alone",
  "policy-always-true/bad-insert-of-no-owner.sql": "the policy lets only owners through",
  "policy-always-true/bad-roles-of-supabase.sql": "the policy lets only owners through",
  "policy-function-per-row/bad-all-rows-pass-another-of-others.sql":
    "the policy lets only owners through, and names who is signed in",
  "policy-always-true/bad-one-branch.sql": "the policy lets only owners through",
  "policy-always-true/bad-owner-as-in-other-policies.sql": "the policy lets only owners through",
  "policy-always-true/bad-owner-of-another-key.sql": "the policy lets only owners through",
  "policy-always-true/bad-signed-in.sql":
    "the condition asks for the row's user, and no longer for the role alone",
  "primary-key-using-nullable-index/bad-not-validated.sql": "a CHECK has the name already",
  "unknown-table/good-grants-mysql.sql": "ALL may be granted on a table that doesn't exist",
};

let tried = 0;

it.each(paths)("%s", (path) => {
  const { given, history } = readFixture("migrations/x.sql", readFileSync(join(root, path), "utf8"));
  const said: string[] = [];
  for (const { finding, misfit } of triedIn(history, worldOf(history, given), flow, rulesFor)) {
    tried++;
    const { ruleId, message, instead = "" } = finding;
    if (misfit.length > 0) said.push(`${ruleId}: ${message}\n${instead}\n=> ${misfit.join("\n=> ")}`);
  }
  // One that fits by now is no exception any more.
  expect(said.length > 0 ? said.join("\n\n") : "fits").toEqual(
    path.split(/[\\/]/).slice(2).join("/") in others ? expect.not.stringMatching(/^fits$/) : "fits",
  );
});

it("has advice to try", () => {
  expect(tried).toBeGreaterThan(1000);
});
