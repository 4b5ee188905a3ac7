import { defineRule } from "../../src/lint/rule.ts";
import type { Rule } from "../../src/lint/rule.ts";

/** A rule for tests of the machinery; says nothing by itself. */
export function testRule(id: string, more: Partial<Rule> = {}): Rule {
  return {
    ...defineRule({
      id,
      category: "locks",
      severity: "error",
      presets: ["recommended"],
      dialects: ["postgres"],
      docs: { summary: `Flags \`${id}\`.`, why: "Because.", instead: "write something else" },
      messages: { found: "found {{what}}", plain: "found it" },
      on: {},
    }),
    ...more,
  };
}
