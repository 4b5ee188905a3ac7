/** What is said of options that a rule doesn't take: in the words of the documentation. */
import { describe, expect, it } from "vitest";
import { optionsProblem, parseConfigText } from "../../src/config/read.ts";
import { defineRule } from "../../src/lint/rule.ts";

const description = "It means something.";
const rule = defineRule({
  id: "some-rule",
  category: "schema",
  severity: "error",
  presets: [],
  dialects: ["postgres"],
  docs: { summary: "A summary.", why: "A reason.", instead: "Another way." },
  messages: {},
  options: {
    most: { default: 3, minimum: 1, maximum: 5, description },
    least: { default: 3, minimum: 1, description },
    names: { default: ["a"], minItems: 1, maxItems: 2, description },
    strict: { default: true, description },
    prefix: { default: "a", minLength: 1, maxLength: 3, description },
    suffix: { default: "a", maxLength: 3, description },
  },
  on: {},
});
const plain = { ...rule, options: undefined, id: "plain-rule" };

it.each([
  [{ most: "x" }, '"most": expected a whole number, from 1 to 5'],
  [{ most: 0 }, '"most": expected a whole number, from 1 to 5'],
  [{ most: 1.5 }, '"most": expected a whole number, from 1 to 5'],
  [{ least: 0 }, '"least": expected a whole number, at least 1'],
  [{ names: "a" }, '"names": expected a list of texts, from 1 to 2 of them'],
  [{ names: [] }, '"names": expected a list of texts, from 1 to 2 of them'],
  [{ names: [""] }, '"names": expected a text that isn\'t empty'],
  [{ strict: 1 }, '"strict": expected true or false'],
  [{ prefix: "" }, '"prefix": expected a text, from 1 to 3 characters'],
  [{ suffix: "abcd" }, '"suffix": expected a text, at most 3 characters'],
])("%j", (options, problem) => {
  expect(optionsProblem(rule, options)).toBe(problem);
});

describe("a setting", () => {
  const messageOf = (id: string, setting: unknown): string => {
    try {
      parseConfigText(JSON.stringify({ rules: { [id]: setting } }), "c").check([rule, plain]);
    } catch (error) {
      return (error as Error).message;
    }
    return "right";
  };

  it.each([
    ["plain-rule", ["error"], "right"],
    ["plain-rule", ["error", { most: 1 }], "the rule plain-rule has no options"],
    ["plain-rule", ["error", 3], "the rule plain-rule has no options"],
    ["some-rule", ["error", 3], '"some-rule": expected an object of options'],
    ["some-rule", ["error", { most: 1 }], "right"],
  ])("%s: %j", (id, setting, message) => {
    expect(messageOf(id, setting)).toBe(message);
  });
});
