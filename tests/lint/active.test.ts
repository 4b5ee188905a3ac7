import { describe, expect, it } from "vitest";
import { resolveRules } from "../../src/lint/active.ts";
import type { Opinions } from "../../src/lint/opinions.ts";
import { testRule } from "../support/rules.ts";

const noop = () => undefined;
const rules = [
  testRule("drop-it", { formerly: ["remove-it"], on: { dropTable: noop } }),
  testRule("style-it", { presets: ["style"], severity: "note", on: { createTable: noop, migration: noop } }),
  testRule("only-strict", {
    presets: [],
    severity: "warning",
    on: { dropTable: noop },
    directions: ["up", "down"],
  }),
  testRule("other-dialect", { dialects: ["mysql"] }),
  testRule("with-options", {
    options: {
      limit: { default: 3, description: "The limit." },
      words: { default: ["a"], description: "The words." },
    },
  }),
];

const severities = (opinions: Opinions, path = "a.sql") =>
  Object.fromEntries(
    resolveRules(rules, opinions, "postgres")
      .forFile(path)
      .active.map((one) => [one.rule.id, one.severity]),
  );

describe("which rules run", () => {
  it("defaults to recommended", () => {
    expect(severities({})).toEqual({ "drop-it": "error", "with-options": "error" });
  });
  it("adds presets", () => {
    expect(severities({ presets: ["recommended", "style"] })).toMatchObject({ "style-it": "note" });
    expect(Object.keys(severities({ presets: ["strict"] }))).toEqual([
      "drop-it",
      "style-it",
      "only-strict",
      "with-options",
    ]);
    expect(severities({ presets: [] })).toEqual({});
  });
  it("takes severities from configuration, also by a former id", () => {
    expect(
      severities({ rules: { "remove-it": "note", "with-options": "off", "only-strict": "error" } }),
    ).toEqual({
      "drop-it": "note",
      "only-strict": "error",
    });
  });
  it("lays overrides over it, later ones last, counted from the configuration's folder", () => {
    const opinions: Opinions = {
      rules: { "drop-it": "note" },
      overrides: [
        { files: ["db/legacy/**"], rules: { "drop-it": "warning", "style-it": "error" }, base: "db" },
        { files: ["**/x.sql"], rules: { "drop-it": "off" } },
      ],
    };
    expect(severities(opinions, "new/1.sql")["drop-it"]).toBe("note");
    expect(severities(opinions, "legacy/1.sql")).toMatchObject({ "drop-it": "warning", "style-it": "error" });
    expect(severities(opinions, "legacy/x.sql")["drop-it"]).toBeUndefined();
  });
  it("runs only some, or all but some", () => {
    expect(severities({ only: ["only-strict"] })).toEqual({ "only-strict": "warning" });
    expect(severities({ only: ["drop-it"], rules: { "drop-it": "off" } })).toEqual({ "drop-it": "error" });
    expect(severities({ skip: ["remove-it"] })).toEqual({ "with-options": "error" });
  });
  it("overlays options on defaults", () => {
    const set = resolveRules(rules, { rules: { "with-options": ["note", { limit: 9 }] } }, "postgres");
    expect(set.active.find((one) => one.rule.id === "with-options")?.options).toEqual({
      limit: 9,
      words: ["a"],
    });
  });
});

it("dispatches by direction and kind", () => {
  const table = resolveRules(rules, { presets: ["strict"] }, "postgres").forFile("a.sql");
  const ids = (direction: "up" | "down", kind: string) =>
    table.on(direction, kind)?.map((one) => one.rule.id);
  expect(ids("up", "dropTable")).toEqual(["drop-it", "only-strict"]);
  expect(ids("down", "dropTable")).toEqual(["only-strict"]);
  expect(ids("up", "migration")).toEqual(["style-it"]);
  expect(ids("up", "createIndex")).toBeUndefined();
});
