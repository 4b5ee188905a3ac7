/** Every fixtures/rules/<id>/*.sql: each finding needs a want, each want a finding. See CONTRIBUTING.md. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "../src/index.ts";
import type { Rule } from "../src/lint/rule.ts";
import { fixtureCases } from "../src/testing/cases.ts";
import { readWants } from "../src/testing/fixture.ts";

const root = join(import.meta.dirname, "../fixtures/rules");
const entries = existsSync(root) ? readdirSync(root, { withFileTypes: true }) : [];
const ids = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);

const ruleOf = (id: string): Rule => {
  const rule = rules.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`fixtures/rules/${id} belongs to no rule`);
  return rule;
};

describe.each(ids)("%s", (id) => {
  it.each(fixtureCases(ruleOf(id), join(root, id)))("$name", async ({ problems }) => {
    const wrong = await problems();
    expect(wrong, `\n${wrong.join("\n")}\n`).toEqual([]);
  });
});

describe("the fixtures", () => {
  /** Rules whose cases live elsewhere, with the reason. */
  const elsewhere: Readonly<Record<string, string>> = {};

  it("are there for every rule", () => {
    const missing = rules.filter((rule) => !ids.includes(rule.id) && elsewhere[rule.id] === undefined);
    expect(missing.map((rule) => rule.id)).toEqual([]);
  });

  it.each(ids)("%s has bad and good ones", (id) => {
    const names = readdirSync(join(root, id));
    const bad = names.filter((name) => name.startsWith("bad"));
    const good = names.filter((name) => /^(?:good|unknown)/.test(name));
    expect(
      names.some((name) => /^bad(?:\.sql|\.js)?$/.test(name)),
      "bad.sql, bad.js or bad/",
    ).toBe(true);
    expect(
      names.some((name) => /^good(?:\.sql|\.js)?$/.test(name)),
      "good.sql, good.js or good/",
    ).toBe(true);
    expect(bad.length).toBeGreaterThanOrEqual(1);
    expect(good.length, "good cases").toBeGreaterThanOrEqual(3);
    const silent = bad
      .filter((name) => /\.(?:sql|[jt]s)$/.test(name) && !name.endsWith(".fixed.sql"))
      .filter((name) => readWants(readFileSync(join(root, id, name), "utf8")).length === 0);
    expect(silent, "bad cases without a want").toEqual([]);
  });
});

describe("the rules", () => {
  const categories = new Set(rules.map((rule) => rule.category));

  it("have well-formed ids", () => {
    const wrong = rules.filter(
      ({ id }) => !/^[a-z0-9]+(-[a-z0-9]+){0,5}$/.test(id) || /^(?:no|ban|prefer|require|disallow)-/.test(id),
    );
    expect(wrong.map((rule) => rule.id)).toEqual([]);
  });

  it("speak as agreed", () => {
    const wrong = rules.flatMap((rule) =>
      Object.values(rule.messages)
        .filter(
          (message) =>
            message.replace(/\{\{\w+\}\}/g, "xxxx").length > 100 ||
            message.endsWith(".") ||
            /^[A-Z][a-z]/.test(message) ||
            /\b(?:please|should|may want to)\b/i.test(message),
        )
        .map((message) => `${rule.id}: ${message}`),
    );
    expect(wrong).toEqual([]);
  });

  it("never reuse an id", () => {
    const all = rules.flatMap((rule) => [rule.id, ...(rule.formerly ?? [])]);
    expect(new Set(all).size).toBe(all.length);
    expect(categories.size).toBeGreaterThan(0);
  });

  it("name other rules as those with the same cause", () => {
    const ids = new Set(rules.map(({ id }) => id));
    const wrong = rules.flatMap(({ id, sameCause = [], partOf = [] }) =>
      [...sameCause, ...partOf]
        .filter((other) => !ids.has(other) || other === id)
        .map((other) => `${id}: ${other}`),
    );
    expect(wrong).toEqual([]);
  });

  it("keep taste out of recommended", () => {
    expect(rules.filter((rule) => rule.severity === "error" && rule.presets.includes("style"))).toEqual([]);
  });
});
