/**
 * `ddlint/testing`: tests of rules by fixtures, for any test framework.
 *
 *   testRules(rules, { fixtures, describe, it })   one folder of fixtures for each rule
 *   textProblems(rule, text)                       one text
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Rule } from "../lint/rule.ts";
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
 * @throws Error if there is neither
 */
export function testRules(rules: readonly Rule[], { fixtures, ...own }: TestRulesOptions): void {
  const { describe, it } = frameworkOf(own);
  const root = typeof fixtures === "string" ? fixtures : fileURLToPath(fixtures);
  for (const rule of rules) {
    const folder = join(root, rule.id);
    const cases = fixtureCases(rule, folder);
    const names = cases.map(({ name }) => name);
    describe(rule.id, () => {
      it("has a bad and a good fixture", () => {
        refuse(missing(names, folder));
      });
      for (const { name, problems } of cases)
        it(name, async () => {
          refuse(await problems());
        });
    });
  }
}

const missing = (names: readonly string[], folder: string): readonly string[] =>
  ["bad", "good"].flatMap((kind) =>
    names.some((name) => name.startsWith(kind)) ? [] : [`${folder} has no ${kind}.sql or ${kind}-<case>.sql`],
  );

/** @throws Error that shows the problems */
function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const error = new Error(`\n${problems.join("\n")}\n`);
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
