/** What a rule pack must be: each mistake is named by rule, field and what was expected. */
import { describe, expect, it } from "vitest";
import { rules } from "../../src/index.ts";
import { nearestRule, rulesOfPack } from "../../src/lint/packs.ts";
import { defineRule, type RulePack } from "../../src/lint/rule.ts";
import { checkRule } from "../../src/lint/rule-shape.ts";

const right = {
  id: "odd-table",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: { summary: "A table is odd.", why: "It is.", instead: "Another name." },
  messages: { odd: "{{table}} is odd" },
  on: { createTable: () => undefined },
};
const load = (rule: unknown): unknown => rulesOfPack("acme", { name: "acme", rules: [rule] } as RulePack);

describe("a pack's rule", () => {
  it("is right, as a plain object and with everything that a rule may have", () => {
    expect(() => load(right)).not.toThrow();
    const all = {
      ...right,
      formerly: ["strange-table"],
      directions: ["up", "down"],
      alsoRefused: { objects: "a reason" },
      alsoSkipped: "a reason",
      fix: "safe",
      once: () => true,
      recipe: { mysql: () => "SELECT 1" },
      kinds: { key: ["addUnique", "addPrimaryKey"] },
      on: { key: () => undefined, migration: () => undefined },
      options: {
        on: { default: true, description: "A switch." },
        most: { default: 3, minimum: 1, maximum: 9, description: "A number." },
        name: { default: "a", minLength: 1, maxLength: 9, pattern: "^[a-z]", description: "A name." },
        names: { default: ["a"], minItems: 1, maxItems: 9, pattern: "^[a-z]", description: "Names." },
      },
    };
    expect(() => load(all)).not.toThrow();
  });

  it("is checked as the built-in rules are, which are right", () => {
    const wrong = rules.filter(({ on }) => Object.keys(on).length > 0);
    expect(wrong.length).toBeGreaterThan(150);
    for (const rule of wrong)
      expect(() => {
        checkRule(rule);
      }).not.toThrow();
  });

  it.each([
    [
      { id: "Odd" },
      'the rule "Odd": id: expected lower-case words joined by "-", without a prefix, not "Odd"',
    ],
    [{ id: "acme/odd" }, "without a prefix"],
    [
      { id: undefined },
      'a rule: id: expected lower-case words joined by "-", without a prefix: it is missing',
    ],
    [{ formerly: "x" }, 'the rule "odd-table": formerly: expected a list of earlier ids, not "x"'],
    [
      { severity: "warming" },
      'severity: expected "error" or "warning" or "note", not "warming"; did you mean "warning"?',
    ],
    [{ presets: undefined }, "presets: expected a list of presets: it is missing"],
    [
      { presets: ["recomended"] },
      'presets[0]: expected "recommended" or "conventions" or "style" or "strict", not "recomended"; did you mean "recommended"?',
    ],
    [{ dialects: [] }, "dialects: expected a list of databases, at least 1, not []"],
    [{ dialects: ["postgresql"] }, 'did you mean "postgres"?'],
    [{ directions: "up" }, 'directions: expected a list of "up" and "down", at least 1, not "up"'],
    [{ alsoRefused: { object: "x" } }, 'alsoRefused.object: there is no such field; did you mean "objects"?'],
    [{ alsoSkipped: true }, "alsoSkipped: expected a text, not true"],
    [{ fix: true }, 'fix: expected "none" or "safe" or "suggestion", not true'],
    [
      { docs: { summary: "A.", why: "B." } },
      "docs.instead: expected an object with postgres, mysql, mongodb: it is missing",
    ],
    [
      { docs: { ...right.docs, instead: { postgres: "A." } } },
      "docs.instead.mysql: expected a text: it is missing",
    ],
    [
      { docs: { ...right.docs, exceptions: "none" } },
      'docs.exceptions: expected a list of texts, not "none"',
    ],
    [{ messages: { odd: 3 } }, "messages.odd: expected a text, not 3"],
    [{ once: true }, "once: expected a function, not true"],
    [{ recipe: "SELECT 1" }, 'recipe: expected an object with postgres, mysql, mongodb, not "SELECT 1"'],
    [
      { kinds: { key: ["addUniqe"] }, on: { key: () => undefined } },
      'kinds.key[0]: there is no kind of operation "addUniqe"; did you mean "addUnique"?',
    ],
    [{ on: undefined }, "on: expected an object of functions: it is missing"],
    [{ on: {} }, "on: expected at least one function"],
    [{ on: { createTable: "x" } }, 'on.createTable: expected a function, not "x"'],
    [
      { on: { migraton: () => undefined } },
      'on.migraton: there is no such kind of operation; did you mean "migration"?',
    ],
    [
      { on: { dropExtension: () => undefined } },
      'on.dropExtension: there is no such kind of operation; did you mean "dropObject" with operation.object "extension"?',
    ],
    [
      { on: { dropExtenson: () => undefined } },
      'did you mean "dropObject" with operation.object "extension"?',
    ],
    [{ on: { dropProcedure: () => undefined } }, 'did you mean "dropFunction"?'],
    [{ direction: ["up"] }, 'direction: there is no such field; did you mean "directions"?'],
    [{ options: { name: "a" } }, 'options.name: expected an object with default and description, not "a"'],
    [{ options: { name: { default: "a" } } }, "options.name.description: expected a text: it is missing"],
    [
      { options: { name: { description: "A." } } },
      "options.name.default: expected true or false, a whole number",
    ],
    [
      { options: { most: { default: 1.5, description: "A." } } },
      "options.most.default: expected a whole number, not 1.5",
    ],
    [
      { options: { name: { default: "a", type: "string", description: "A." } } },
      "options.name.type: there is no such field",
    ],
    [
      { options: { name: { default: "a", minlength: 1, description: "A." } } },
      'options.name.minlength: there is no such field; did you mean "minLength"?',
    ],
    [
      { options: { name: { default: "a", pattern: "((", description: "A." } } },
      "options.name.pattern: Invalid regular expression",
    ],
    [
      { options: { name: { default: "a", enum: ["b"], description: "A." } } },
      `options.name.default: the option itself doesn't allow "a"`,
    ],
    [
      { options: { most: { default: 1, minimum: 2, description: "A." } } },
      "options.most.default: the option itself doesn't allow 1",
    ],
    [
      { options: { names: { default: [], minItems: 1, description: "A." } } },
      "options.names.default: the option itself doesn't allow []",
    ],
  ])("is wrong: %j", (part, message) => {
    expect(() => load({ ...right, ...part })).toThrow(message);
    // `defineRule` runs before anybody can say whose rule it is: it leaves the mistake to the loader.
    const defined = (): unknown => load(defineRule({ ...right, ...part } as never));
    expect(defined).toThrow(/^(?:the rule "|a rule: )/);
  });
});

describe("a pack", () => {
  it.each([
    [undefined, "the default export isn't a rule pack"],
    [{ rules: [] }, "the default export isn't a rule pack"],
    [{ name: "acme" }, "rules: expected a list of rules"],
    [{ name: "acme", rules: [undefined] }, "a rule: expected an object with id, "],
    [{ name: "acme", rules: [right, right] }, 'two rules have the id "odd-table"'],
  ])("is wrong: %j", (pack, message) => {
    expect(() => rulesOfPack("acme", pack as RulePack)).toThrow(message);
  });

  it("has a prefix of words", () => {
    expect(() => rulesOfPack("@acme/x", { name: "acme", rules: [] })).toThrow(`"@acme/x" isn't a prefix`);
  });
});

it("an id without its prefix means the pack's rule", () => {
  const ids = ["drop-table", "acme/index-without-tenant"];
  expect(nearestRule("index-without-tenant", ids)).toBe("acme/index-without-tenant");
  expect(nearestRule("drop-tabel", ids)).toBe("drop-table");
  expect(nearestRule("nothing-like-it", ids)).toBeUndefined();
});
