import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, describe, expect, it } from "vitest";
import { configFolder } from "../../src/config/find.ts";
import { loadConfig, loadOptionsSchemas } from "../../src/config/load.ts";
import { UserError } from "../../src/config/user-error.ts";
import { oneOf, ruleLevel } from "../../src/config/values.ts";
import { testRule } from "../support/rules.ts";

const rules = [
  testRule("drop-column", { formerly: ["remove-column"] }),
  testRule("large-migration", {
    options: { most: { default: 20, description: "The most." } },
  }),
];

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "ddlint-config-"));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const load = (files: Readonly<Record<string, string>>, below = ".") =>
  loadConfig({ cwd: join(project(files), below), rules });

describe("a configuration", () => {
  it("is sorted into facts and opinions", async () => {
    const config = await load({
      "ddlint.jsonc": `// comment
      {
        "serverVersion": 14, "tool": "goose", "migrations": "db",
        "tables": { "audit.*": "large", "t": 5 },
        "presets": ["recommended", "style"],
        "rules": { "drop-column": "note", "large-migration": ["error", { "most": 3 }], },
      }`,
    });
    expect(config).toMatchObject({
      file: "ddlint.jsonc",
      facts: { serverVersion: "14", tool: "goose", migrations: ["db"], tables: { "audit.*": "large", t: 5 } },
      opinions: {
        presets: ["recommended", "style"],
        rules: { "drop-column": "note", "large-migration": ["error", { most: 3 }] },
      },
    });
  });

  it("is found above, and its paths count from its folder", async () => {
    const config = await load(
      {
        "ddlint.json": `{ "migrations": ["db/migrations"], "overrides": [{ "files": "db/old/**", "rules": { "drop-column": "off" } }] }`,
        "db/x/keep": "",
      },
      "db/x",
    );
    expect(config.file).toBe("../../ddlint.json");
    expect(config.facts.migrations).toEqual(["../migrations"]);
    expect(config.opinions.overrides).toEqual([
      { files: ["db/old/**"], rules: { "drop-column": "off" }, base: "db/x" },
    ]);
  });

  it("may stand in package.json; a dependency of that name is none", async () => {
    expect((await load({ "package.json": `{ "ddlint": { "tool": "raw" } }` })).facts).toEqual({
      tool: "raw",
    });
    const dependency = `{ "dependencies": { "ddlint": "1" }, "x": { "ddlint": {} } }`;
    expect((await load({ "package.json": dependency })).file).toBeUndefined();
  });

  it("may hold facts of single folders", async () => {
    const config = await load({
      "ddlint.jsonc": `{ "serverVersion": 16, "migrations": { "a/migrations": { "serverVersion": 14 }, "b": {} } }`,
    });
    expect(config.facts).toEqual({
      serverVersion: "16",
      migrations: ["a/migrations", "b"],
      folders: { "a/migrations": { serverVersion: "14" }, b: {} },
    });
    await expect(load({ "ddlint.jsonc": `{ "migrations": { "a": { "rules": {} } } }` })).rejects.toThrow(
      'unknown key "rules"',
    );
  });

  it("that is code isn't run unasked", async () => {
    const files = {
      "ddlint.config.mjs": "export default { tool: 'flyway', rules: { 'drop-column': 'off' } };",
    };
    const silent = await load(files);
    expect(silent.facts).toEqual({});
    expect(silent.warnings).toEqual([
      "ddlint.config.mjs is code and was not run; pass --allow-config-code if you trust this folder",
    ]);
    const run = await loadConfig({ cwd: project(files), rules, allowCode: true });
    expect(run.facts).toEqual({ tool: "flyway" });
  });

  it("accepts former ids and partial options", async () => {
    const text = `{ "rules": { "remove-column": "off", "large-migration": ["note", {}] } }`;
    expect((await load({ "ddlint.json": text })).opinions.rules).toHaveProperty("remove-column");
  });

  it("may be absent", async () => {
    expect(await load({})).toMatchObject({ facts: {}, opinions: {}, warnings: [] });
  });
});

describe("a mistake is answered with place and nearest name", () => {
  it.each([
    [
      `{\n  "rules": { "drop-colum": "off" }\n}`,
      `ddlint.json:2:14: there is no rule "drop-colum"; did you mean "drop-column"?`,
    ],
    [`{ "rulse": {} }`, `ddlint.json:1:3: unknown key "rulse"; did you mean "rules"?`],
    [
      `{ "rules": { "drop-column": "eror" } }`,
      `ddlint.json:1:29: unknown value "eror" for "drop-column"; did you mean "error"? Expected off, note, warning or error`,
    ],
    [
      `{ "presets": ["recomended"] }`,
      `ddlint.json:1:15: unknown value "recomended" for "presets"; did you mean "recommended"? Expected recommended, conventions, style, strict, conventions/timestamped, conventions/numbered or conventions/flyway`,
    ],
    [`{ "dialect": "postgres", }x`, /^ddlint\.json:1:27: invalid symbol here; fix the JSON$/],
    [`{ "tool": 3 }`, /^ddlint\.json:1:11: unknown value 3 for "tool"; expected raw, /],
    [`{ "rules": { "large-migration": ["note", { "mots": 3 }] } }`, /^ddlint\.json:1:44: unknown key "mots"/],
    [
      `{ "rules": { "large-migration": ["note", { "most": "x" }] } }`,
      /^ddlint\.json:1:52: "most": expected a whole number/,
    ],
    [`{ "serverVersion": "new" }`, /^ddlint\.json:1:20: "serverVersion": /],
    [
      `{ "rules": { "drop-column": "off" },\n  "rules": {} }`,
      `ddlint.json:2:3: "rules" is given twice; JSON takes the last one: delete one of them`,
    ],
    [
      `{ "overrides": [{ "files": "a/*", "rules": {} },\n{ "files": "b/*", "rules": { "drop-table": "off", "drop-table": "note" } }] }`,
      `ddlint.json:2:51: "overrides.1.rules.drop-table" is given twice; JSON takes the last one: delete one of them`,
    ],
    [`[]`, /^ddlint\.json:1:1: expected object, received array$/],
  ])("%s", async (text, expected) => {
    const error: unknown = await load({ "ddlint.json": text }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    if (error instanceof UserError) {
      if (typeof expected === "string") expect(error.line()).toBe(expected);
      else expect(error.line()).toMatch(expected);
    }
  });

  it("of a key of package.json is none unless it is ours", async () => {
    const others = `"scripts": { "a": "1", "a": "2" }`;
    await expect(load({ "package.json": `{ ${others}, "ddlint": {} }` })).resolves.toMatchObject({
      facts: {},
    });
    await expect(
      load({ "package.json": `{ ${others}, "ddlint": { "tool": "raw", "tool": "raw" } }` }),
    ).rejects.toThrow('"ddlint.tool" is given twice');
  });

  it("of a file that isn't there", async () => {
    await expect(loadConfig({ cwd: project({}), file: "x.json", rules })).rejects.toThrow(/can't read/);
  });

  it("on the command line", () => {
    expect(() => oneOf("postgre", ["postgres", "mysql"], "--dialect")).toThrow(UserError);
    expect(() => ruleLevel("drop-column", rules, "--rule")).toThrow(/have the form/);
    expect(ruleLevel("remove-column=off", rules, "--rule")).toEqual(["drop-column", "off"]);
  });
});

describe("the published schema", () => {
  const path = join(import.meta.dirname, "../../schema/ddlint.schema.json");
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(path, "utf8")) as object);

  it.each([
    [{ tool: "goose", rules: { "drop-column": ["warning", {}] }, presets: ["strict"] }, true],
    [{ $schema: "x", overrides: [{ files: "a/**", rules: { "drop-table": "off" } }] }, true],
    [{ rules: { "drop-colum": "off" } }, false],
    [{ rules: { "drop-column": "eror" } }, false],
    [{ colour: true }, false],
  ])("%j: %s", (config, valid) => {
    expect(validate(config)).toBe(valid);
  });
});

it("is looked for from a folder up to where the program runs", () => {
  const top = project({
    "ddlint.jsonc": "{}",
    "a/package.json": '{ "ddlint": { } }',
    "a/b/c.sql": "",
    "d/e.sql": "",
  });
  expect(configFolder(join(top, "a/b"), top)).toBe(join(top, "a"));
  expect(configFolder(join(top, "d"), top)).toBe(top);
  expect(configFolder(join(top, "d"), join(top, "d"))).toBe(join(top, "d"));
  expect(configFolder(top, join(top, "d"))).toBe(join(top, "d"));
});

it("has a schema for each rule's options, which may all be left out", async () => {
  const schemaOf = await loadOptionsSchemas();
  expect(rules.map((rule) => schemaOf(rule))).toEqual([
    undefined,
    expect.objectContaining({
      type: "object",
      properties: { most: expect.objectContaining({ type: "integer" }) as unknown },
      additionalProperties: false,
    }),
  ]);
});
