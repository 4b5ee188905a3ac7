/**
 * `ddlint/testing`: tests of rules by fixtures, for any test framework.
 *
 *   testRules(rules, { fixtures, describe, it })   one folder of fixtures for each rule
 *   textProblems(rule, text)                       one text
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkedRule } from "../lint/packs.ts";
import type { Rule } from "../lint/rule.ts";
import { nearest } from "../text/nearest.ts";
import { fixtureCases } from "./cases.ts";

export { fixtureCases, textProblems, type FixtureCase } from "./cases.ts";

/** The part of `node:test`, Vitest, Jest and Mocha that is used. */
export interface TestFramework {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => void | Promise<void>) => unknown;
}

export interface TestRulesOptions extends Partial<TestFramework> {
  /** The folder that has a folder of fixtures for each rule, named by the rule's id. */
  readonly fixtures: string | URL;
}

/**
 * Declares a test for each fixture of each rule. Every finding needs a `-- want "regex"` on its line, every want a
 * finding. `describe` and `it` default to the global ones.
 *
 * `rules` are all that the folder has fixtures for.
 *
 * @throws Error if there is neither; RuleDefinitionError if a rule breaks the contract
 */
export function testRules(rules: readonly Rule[], { fixtures, ...own }: TestRulesOptions): void {
  const { describe, it } = frameworkOf(own);
  const root = typeof fixtures === "string" ? fixtures : fileURLToPath(fixtures);
  describe("the fixtures", () => {
    it("each folder has a rule", () => {
      refuse(root, strangers(root, rules));
    });
  });
  for (const rule of rules.map(checkedRule)) {
    const folder = join(root, rule.id);
    const cases = fixtureCases(rule, folder);
    const names = cases.map(({ name }) => name);
    describe(rule.id, () => {
      it("has a bad and a good fixture", () => {
        refuse(folder, missing(names, folder));
      });
      if (rule.fix !== "none")
        it("has a fixture with its fixes applied", () => {
          refuse(
            folder,
            names.some((name) => name.endsWith(".fixed.sql"))
              ? []
              : [
                  `${folder} has no bad.fixed.sql or bad-<case>.fixed.sql: the text of the fixture with its fixes applied`,
                ],
          );
        });
      for (const { name, problems } of cases)
        it(name, async () => {
          refuse(join(folder, name), await problems());
        });
    });
  }
}

const missing = (names: readonly string[], folder: string): readonly string[] =>
  ["bad", "good"].flatMap((kind) =>
    names.some((name) => name.startsWith(kind)) ? [] : [`${folder} has no ${kind}.sql or ${kind}-<case>.sql`],
  );

/** Folders of no rule, whose fixtures would never run. */
function strangers(root: string, rules: readonly Rule[]): readonly string[] {
  const ids = rules.map(({ id }) => id);
  const entries = existsSync(root) ? readdirSync(root, { withFileTypes: true }) : [];
  return entries
    .filter((entry) => entry.isDirectory() && !ids.includes(entry.name))
    .map(({ name }) => {
      const meant = nearest(name, ids);
      return `${name}: there is no such rule${meant === undefined ? `; expected ${ids.join(", ")}` : `; did you mean "${meant}"?`}`;
    });
}

/** @throws Error that shows the problems of a file or a folder */
function refuse(path: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const error = new Error(`\n${path}\n${problems.join("\n")}\n`);
  // Where it was thrown says nothing: the fixture is wrong, or the rule.
  error.stack = error.message;
  throw error;
}

function frameworkOf(own: Partial<TestFramework>): TestFramework {
  const { describe = globals.describe, it = globals.it } = own;
  if (describe !== undefined && it !== undefined) return { describe, it };
  throw new Error("testRules needs describe and it: import them from node:test or vitest, and pass them");
}

const globals = globalThis as Partial<TestFramework>;
