/** Rules of users, wherever rules are met: configuration, package, ESLint, explain, rules, config print, suppressions. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ESLint, type Linter } from "eslint";
import { afterAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import ddlint, { packPlugin } from "../../src/eslint/index.ts";
import { loadConfig, rules, type UserError } from "../../src/index.ts";
import { defineRule, defineRulePack } from "../../src/lint/rule.ts";

const root = join(import.meta.dirname, "../..");
const contract = JSON.stringify(join(root, "src/lint/rule.ts"));

/** As a package would be published: its name, and what its default export is. */
const packageOf = (name: string, text: string): Readonly<Record<string, string>> => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({
    name,
    type: "module",
    exports: { import: "./index.js" },
  }),
  [`node_modules/${name}/index.js`]: text,
});

const ruleText = (id: string, body: string, more = ""): string =>
  `{ id: "${id}", category: "schema", severity: "warning", presets: ["recommended"], dialects: ["postgres"], fix: "none",
    docs: { summary: "A table is called {{name}}.", why: "Nobody says that here.", instead: "Another name." },
    messages: { found: "{{table}} is not our word" }, ${more}
    on: { createTable({ operation, show, table }, { report, options }) { ${body} } } }`;

const reports = `report({ at: operation.head, message: "found", data: { table: show(table) } });`;
const packText = (...rules: readonly string[]): string =>
  `export default { name: "ddlint-rules-acme", rules: [${rules.join(",\n")}] };\n`;

const acme = packageOf(
  "ddlint-rules-acme",
  packText(
    ruleText(
      "odd-name",
      `if (options.names.includes(operation.table.name)) ${reports}`,
      'formerly: ["strange-name"], options: { names: { default: ["odd"], description: "Odd names." } },',
    ),
    ruleText("always-throws", "throw new Error('cannot look at it');", ""),
  ),
);

const sql =
  "CREATE TABLE odd (id bigint PRIMARY KEY);\nCREATE TABLE even (id bigint PRIMARY KEY);\nDROP TABLE other;\n";
const quiet = { "acme/always-throws": "off", "lock-without-timeout": "off" };
const jsonc = (more: object = {}): string =>
  JSON.stringify({ plugins: { acme: "ddlint-rules-acme" }, ...more });

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function project(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ddlint-packs-")));
  folders.push(folder);
  for (const [path, text] of Object.entries({ "migrations/001_a.sql": sql, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const found = async (folder: string, ...args: readonly string[]): Promise<readonly string[]> => {
  const { stdout } = await run(["--format", "jsonl", ...args], folder);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { line: number; ruleId: string })
    .map((finding) => `${finding.line} ${finding.ruleId}`);
};

const code = "--allow-config-code";

describe("a rule pack of a package", () => {
  it("is loaded where code may run, by its name, from the configuration's folder", async () => {
    const folder = project({ ...acme, "ddlint.jsonc": jsonc({ rules: quiet }) });
    expect(await found(folder, code)).toEqual(["1 acme/odd-name", "3 drop-table"]);
    expect(await found(join(folder, "migrations"), code)).toEqual(["1 acme/odd-name", "3 drop-table"]);
  });

  it("isn't loaded unasked: what is configured for it stays, and the run is incomplete", async () => {
    const folder = project({ ...acme, "ddlint.jsonc": jsonc({ rules: { ...quiet, "drop-table": "off" } }) });
    const { stderr, exitCode } = await run([], folder);
    expect(stderr).toContain(
      "ddlint.jsonc names rule packs (acme), which are code and were not loaded; pass --allow-config-code if you trust this folder, or --no-config-code to check without it",
    );
    expect(await found(folder)).toEqual([]);
    expect(exitCode).toBe(2);
    const without = await run(["--no-config-code"], folder);
    expect(without.exitCode).toBe(0);
    expect(without.stderr).not.toContain("--no-config-code");
  });

  it("is missing as well where the configuration is code that isn't run", async () => {
    const folder = project({ "ddlint.config.mjs": "throw new Error('run');\n" });
    expect(await run(["--skip", "drop-table,lock-without-timeout"], folder)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("is code and was not run; pass --allow-config-code") as string,
    });
    expect(
      (await run(["--skip", "drop-table,lock-without-timeout", "--no-config-code"], folder)).exitCode,
    ).toBe(0);
  });

  it("takes severities, options, former ids and overrides like any rule", async () => {
    const settings = {
      rules: { ...quiet, "acme/strange-name": ["error", { names: ["even"] }] },
      overrides: [{ files: "migrations/002*", rules: { "acme/odd-name": "off" } }],
    };
    const folder = project({
      ...acme,
      "ddlint.jsonc": jsonc(settings),
      "migrations/002_b.sql": sql.replace("even", "even2"),
    });
    expect(await found(folder, code, "--only", "acme/odd-name")).toEqual(["2 acme/odd-name"]);
    expect(await found(folder, code, "--skip", "acme/odd-name,drop-table")).not.toContain("2 acme/odd-name");
  });

  it("is suppressed by its full id, and nothing is called unknown where the pack isn't loaded", async () => {
    const folder = project({
      ...acme,
      "ddlint.jsonc": jsonc({ rules: quiet }),
      "migrations/001_a.sql": `-- ddlint-disable-next-line acme/odd-name -- history\n${sql}-- ddlint-disable-next-line acme/odd-nam\nSELECT 1;\n`,
    });
    expect(await found(folder, code)).toEqual(["4 drop-table", "5 unused-suppression"]);
    expect(await found(folder)).toEqual(["4 drop-table"]);
  });

  it("is known to explain, rules and config print", async () => {
    const folder = project({ ...acme, "ddlint.jsonc": jsonc({ rules: quiet }) });
    const explained = await run(["explain", "acme/odd-name", code], folder);
    expect(explained.stdout).toContain("Nobody says that here.");
    expect(explained.stdout).toContain("-- ddlint-disable-next-line acme/odd-name");
    expect((await run(["explain", "acme/odd-name"], folder)).stderr).toContain("--allow-config-code");
    expect((await run(["rules", code], folder)).stdout).toMatch(
      /^acme\/odd-name +warning +recommended +A table is called/m,
    );
    const left = await run(["rules"], folder);
    expect(left.stdout).not.toContain("acme/");
    expect(left.stderr).toContain(
      "names rule packs (acme), which are code and were not loaded; pass --allow-config-code",
    );
    expect(left.exitCode).toBe(0);
    const printed = JSON.parse((await run(["config", "print", code], folder)).stdout) as {
      readonly rules: object;
      readonly plugins: object;
    };
    expect(printed.rules).toHaveProperty(["acme/odd-name"], ["warning", { names: ["odd"] }]);
    expect(printed.rules).not.toHaveProperty(["acme/always-throws"]);
    expect(printed.plugins).toEqual({ acme: "ddlint-rules-acme" });
  });

  it.each([
    [["explain", "acme/too-many"], "rule packs of the configuration are loaded with --allow-config-code"],
    [["explain", "acme/too-many", code], '"ddlint rules --allow-config-code" lists all'],
    [["explain", "acm/too-many", code], '"plugins" of the configuration has no pack "acm"'],
    [["explain", "too-many-of-them"], '"ddlint rules" lists all'],
    [["--only", "acme/too-many"], "rule packs of the configuration are loaded with --allow-config-code"],
    [["--skip", "acme/too-many", code], '"ddlint rules --allow-config-code" lists all'],
    [["--rule", "acm/too-many=off", code], '"plugins" of the configuration has no pack "acm"'],
  ])("says where a rule may be that it doesn't know: %j", async (args, hint) => {
    const folder = project({ ...acme, "ddlint.jsonc": jsonc() });
    const { stderr, exitCode } = await run(args, folder);
    expect(stderr.trim()).toMatch(/^ddlint: .*there is no rule ".*-.*"; [^;]*$/);
    expect(stderr.trim().endsWith(hint)).toBe(true);
    expect(exitCode).toBe(2);
  });

  it("lists its rules even where the rest of the configuration is wrong", async () => {
    const folder = project({ ...acme, "ddlint.jsonc": jsonc({ rules: { "acme/od-name": "off" } }) });
    expect((await run(["rules", code], folder)).stdout).toContain("acme/odd-name");
    const { stderr, exitCode } = await run([code], folder);
    expect(stderr).toContain("ddlint.jsonc:1:");
    expect(stderr).toContain('there is no rule "acme/od-name"; did you mean "acme/odd-name"?');
    expect(exitCode).toBe(2);
  });
});

describe("a bug in its rule", () => {
  const files = { ...acme, "ddlint.jsonc": jsonc(), "migrations/002_b.sql": "CREATE TABLE c (id int);\n" };

  it("is that package's, reported once, with exit code 2; all else is linted", async () => {
    const folder = project(files);
    const { stderr, exitCode } = await run([code, "--skip", "drop-table"], folder);
    expect(stderr.trim().split("\n")).toEqual([
      "ddlint: bug in ddlint-rules-acme in the rule acme/always-throws at migrations/001_a.sql: cannot look at it. Everything else was checked. Please report this to ddlint-rules-acme. --verbose prints the stack.",
    ]);
    const verbose = await run([code, "--skip", "drop-table", "--verbose"], folder);
    expect(verbose.stderr).toMatch(
      /always-throws at .*Please report this to ddlint-rules-acme\.\n.*\n? +at /,
    );
    expect(exitCode).toBe(2);
    expect(await found(folder, code, "--skip", "drop-table")).toContain("1 acme/odd-name");
  });

  it("is a function that waits: what it throws later ends nothing", async () => {
    const waits = ruleText("waits", "").replace("on: { createTable", "on: { async createTable");
    for (const body of ["await undefined; throw new Error('late');", `await undefined; ${reports}`]) {
      const text = packText(waits.replace("{  }", `{ ${body} }`));
      const folder = project({ ...packageOf("ddlint-rules-acme", text), "ddlint.jsonc": jsonc() });
      const { stderr, exitCode } = await run([code, "--skip", "drop-table"], folder);
      expect(stderr).toContain(
        "ddlint: bug in ddlint-rules-acme in the rule acme/waits at migrations/001_a.sql: its function returned a promise: functions of `on` are synchronous",
      );
      expect(exitCode).toBe(2);
    }
  });

  it("is a fix that was taken back, with exit code 2", async () => {
    const fix = `report({ at: operation.head, message: "found", data: { table: "it" },
      fix: { title: "rename it", edits: [{ span: operation.table.span, text: "((" }] } });`;
    const text = packText(ruleText("breaks", fix).replace('fix: "none"', 'fix: "safe"'));
    const folder = project({ ...packageOf("ddlint-rules-acme", text), "ddlint.jsonc": jsonc() });
    for (const mode of [["--fix", "--dry-run"], ["--diff"]]) {
      const { stdout, stderr, exitCode } = await run([code, ...mode, "--only", "acme/breaks"], folder);
      expect(stderr).toContain(
        "ddlint: bug in ddlint-rules-acme in the rule acme/breaks at migrations/001_a.sql: its fix makes a text that is no SQL, and was taken back.",
      );
      expect(stdout).not.toContain("((");
      expect(exitCode).toBe(2);
    }
  });

  it("is in json, which is no mistake of the rules' findings", async () => {
    const { stdout } = await run([code, "--format", "json", "--only", "acme/always-throws"], project(files));
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [],
      errors: [
        {
          pack: "ddlint-rules-acme",
          ruleId: "acme/always-throws",
          file: "migrations/001_a.sql",
          message: "cannot look at it",
        },
      ],
    });
  });

  it.each(["sarif", "markdown"])("is told as such in %s", async (format) => {
    const { stdout } = await run([code, "--format", format], project(files));
    expect(stdout).toContain("bug in ddlint-rules-acme");
    expect(stdout).not.toContain("bug in ddlint:");
  });
});

describe("the configuration as code", () => {
  it("may hold the pack itself, with rules of the project's own", async () => {
    const folder = project({
      "rules/odd-name.mjs": `import { defineRule } from ${contract};\nexport default defineRule(${ruleText(
        "odd-name",
        `if (operation.table.name === "odd") ${reports}`,
      )});\n`,
      "ddlint.config.mjs":
        'import oddName from "./rules/odd-name.mjs";\n' +
        'export default { plugins: { local: { name: "our own rules", rules: [oddName] } }, rules: { "local/odd-name": "error", "lock-without-timeout": "off" } };\n',
    });
    expect(await found(folder, code)).toEqual(["1 local/odd-name", "3 drop-table"]);
  });

  it("may name a package or a file", async () => {
    const folder = project({
      ...acme,
      "packs/second.mjs": packText(ruleText("odd-name", reports)),
      "ddlint.config.mjs":
        'export default { plugins: { acme: "ddlint-rules-acme", second: "./packs/second.mjs" }, rules: { "acme/always-throws": "off", "second/odd-name": "note", "lock-without-timeout": "off" } };\n',
    });
    expect(await found(folder, code)).toEqual([
      "1 acme/odd-name",
      "1 second/odd-name",
      "2 second/odd-name",
      "3 drop-table",
    ]);
  });
});

describe("a pack that can't be used is the user's mistake", () => {
  const load = (files: Readonly<Record<string, string>>, plugins: unknown) =>
    loadConfig({
      cwd: project({ ...files, "ddlint.jsonc": JSON.stringify({ plugins }) }),
      rules,
      allowCode: true,
    });

  it.each([
    [
      "no such package",
      {},
      { acme: "ddlint-rules-acme" },
      "the rule pack acme, ddlint-rules-acme can't be loaded: Cannot find package",
    ],
    ["no object", {}, ["ddlint-rules-acme"], `"plugins" isn't an object`],
    ["the prefix of the built-in rules", {}, { ddlint: "none" }, 'the prefix "ddlint" is reserved'],
    ["a prefix of its own kind", {}, { "@acme/x": "ddlint-rules-acme" }, `"@acme/x" isn't a prefix`],
    [
      "nothing exported",
      packageOf("none", ""),
      { acme: "none" },
      "the rule pack acme, none: the default export isn't a rule pack",
    ],
    [
      "code that throws",
      packageOf("none", "throw new Error('no server')"),
      { acme: "none" },
      "can't be loaded: no server",
    ],
    [
      "a path without ./",
      { "lint/index.js": packText() },
      { acme: "lint/index.js" },
      'a path begins with "./": write "./lint/index.js"',
    ],
    ["no such file", {}, { acme: "./lint/index.js" }, "paths count from"],
    [
      "a rule without on",
      packageOf("bad", packText('{ id: "odd" }')),
      { acme: "bad" },
      'the rule "odd": category: expected',
    ],
    [
      "a category that there isn't",
      packageOf("bad", packText(ruleText("odd", "").replace('"schema"', '"looks"'))),
      { acme: "bad" },
      'the rule pack acme, bad: the rule "odd": category: expected "locks" or',
    ],
    [
      "a misspelt kind",
      packageOf("bad", packText(ruleText("odd", "").replace("createTable(", "createTabel("))),
      { acme: "bad" },
      'on.createTabel: there is no such kind of operation; did you mean "createTable"?',
    ],
    [
      "two rules of one name",
      packageOf("bad", packText(ruleText("odd", ""), ruleText("odd", ""))),
      { acme: "bad" },
      'two rules have the id "odd"',
    ],
  ])("%s", async (_, files, plugins, message) => {
    await expect(load(files, plugins)).rejects.toMatchObject({ name: "UserError" });
    await expect(
      load(files, plugins).catch((error: unknown) => (error as UserError).line()),
    ).resolves.toContain(message);
  });
});

it("a pack that isn't there is named without ddlint's own files", async () => {
  for (const name of ["ddlint-rules-acme", "./lint/index.js"]) {
    const folder = project({ "ddlint.jsonc": JSON.stringify({ plugins: { acme: name } }) });
    const { stderr } = await run([code], folder);
    expect(stderr).toContain(`the rule pack acme, ${name} can't be loaded: Cannot find `);
    expect(stderr).toContain(name.startsWith(".") ? `paths count from ${folder}` : `installed in ${folder}?`);
    expect(stderr).not.toMatch(/imported from|packs\.[jt]s/);
  }
});

it("an id without its prefix is answered with the whole id", async () => {
  const settings = { rules: { ...quiet, "odd-name": "error" } };
  const folder = project({ ...acme, "ddlint.jsonc": jsonc(settings) });
  const { stderr, exitCode } = await run([code], folder);
  expect(stderr).toContain('there is no rule "odd-name"; did you mean "acme/odd-name"?');
  expect(exitCode).toBe(2);
  expect((await run([], folder)).stderr).toContain('the rules of a pack have its prefix: "acme/…"');
  const only = await run(
    [code, "--only", "odd-name"],
    project({ ...acme, "ddlint.jsonc": jsonc({ rules: quiet }) }),
  );
  expect(only.stderr).toContain('did you mean "acme/odd-name"?');
});

it("options are checked by length, pattern and number of items", async () => {
  const limited = packageOf(
    "ddlint-rules-acme",
    packText(
      ruleText(
        "odd-name",
        reports,
        `options: { names: { default: ["odd"], maxItems: 2, pattern: "^[a-z]+$", description: "Names." },
          suffix: { default: "_x", minLength: 1, maxLength: 3, pattern: "^_", description: "A suffix." } },`,
      ),
    ),
  );
  const answer = async (options: object): Promise<string> => {
    const settings = { rules: { "acme/odd-name": ["error", options] } };
    return (await run([code], project({ ...limited, "ddlint.jsonc": jsonc(settings) }))).stderr;
  };
  expect(await answer({ names: ["a", "b"], suffix: "_y" })).not.toContain("names");
  expect(await answer({ names: ["A"] })).toContain('"names": expected a text that matches ^[a-z]+$');
  expect(await answer({ names: ["a", "b", "c"] })).toContain('"names": ');
  expect(await answer({ suffix: "" })).toContain('"suffix": ');
  expect(await answer({ suffix: "_abc" })).toContain('"suffix": ');
  expect(await answer({ suffix: "x" })).toContain("expected a text that matches ^_");
});

it("a recipe is given the options", async () => {
  const withRecipe = packageOf(
    "ddlint-rules-acme",
    packText(
      ruleText(
        "odd-name",
        reports,
        `options: { suffix: { default: "_x", description: "A suffix." } },
        recipe: ({ table, show }, { suffix }) => "CREATE TABLE " + show(table) + suffix + " ();",`,
      ),
    ),
  );
  const settings = { rules: { "acme/odd-name": ["error", { suffix: "_y" }], "lock-without-timeout": "off" } };
  const { stdout } = await run([code], project({ ...withRecipe, "ddlint.jsonc": jsonc(settings) }));
  expect(stdout).toContain("CREATE TABLE odd_y ();");
});

describe("in ESLint", () => {
  const oddName = defineRule({
    id: "odd-name",
    category: "schema",
    severity: "warning",
    presets: ["recommended"],
    dialects: ["postgres"],
    docs: { summary: "A table is odd.", why: "It is.", instead: "Another name." },
    messages: { found: "{{table}} is not our word" },
    options: { names: { default: ["odd"], minItems: 1, description: "Odd names." } },
    on: {
      createTable({ operation, show }, { report, options }) {
        const { name } = operation.table;
        if (name === "trap") throw new Error("trapped");
        if (options.names.includes(name))
          report({ at: operation.head, message: "found", data: { table: show(operation.table) } });
      },
    },
  });
  const plugin = packPlugin("acme", defineRulePack({ name: "ddlint-rules-acme", rules: [oddName] }));
  const messages = async (folder: string, ...configs: Linter.Config[]): Promise<readonly string[]> => {
    const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: configs });
    const results = await eslint.lintFiles(["."]);
    return results.flatMap((result) =>
      result.messages.map(({ line, ruleId, message }) => `${line} ${ruleId ?? ""}: ${message}`),
    );
  };

  it("runs beside ddlint's own rules, with suppressions of both kinds", async () => {
    const folder = project({
      "migrations/002_b.sql": `-- eslint-disable-next-line acme/odd-name\nCREATE TABLE b.odd (id bigint PRIMARY KEY);\n`,
      "migrations/003_c.sql": `-- ddlint-disable-next-line acme/odd-name\nCREATE TABLE c.odd (id bigint PRIMARY KEY);\n`,
    });
    const { recommended } = ddlint.configs;
    const all = await messages(folder, recommended, plugin.configs.recommended);
    expect(all.filter((line) => /odd-name|unused/.test(line))).toEqual([
      "1 acme/odd-name: odd is not our word; instead: Another name. (npx ddlint explain acme/odd-name --allow-config-code)",
    ]);
    expect(all).toContainEqual(expect.stringContaining("3 ddlint/drop-table"));
  });

  it("takes ESLint's options, checked, or those of ddlint.jsonc, which is not loaded from there", async () => {
    const folder = project({
      "ddlint.jsonc": jsonc({ rules: { "acme/odd-name": ["note", { names: ["even"] }] } }),
    });
    const config = (setting: Linter.RuleEntry): Linter.Config => ({
      ...plugin.configs.recommended,
      rules: { "acme/odd-name": setting },
    });
    expect(await messages(folder, config("error"))).toEqual([
      "2 acme/odd-name: even is not our word; instead: Another name. (npx ddlint explain acme/odd-name --allow-config-code)",
    ]);
    expect(await messages(folder, config(["error", { names: ["odd"] }]))).toEqual([
      "1 acme/odd-name: odd is not our word; instead: Another name. (npx ddlint explain acme/odd-name --allow-config-code)",
    ]);
    await expect(messages(folder, config(["error", { names: [] }]))).rejects.toThrow("acme/odd-name");
  });

  it("a bug is told under the id of its rule, whatever else runs", async () => {
    const folder = project({ "migrations/001_a.sql": "CREATE TABLE trap (id int);\n" });
    const all = await messages(folder, ddlint.configs.recommended, plugin.configs.recommended);
    expect(all.filter((line) => line.includes("trapped"))).toEqual([
      expect.stringMatching(/^1 acme\/odd-name: bug in ddlint-rules-acme in the rule acme\/odd-name/),
    ]);
  });

  it("a bug is told as the package's", async () => {
    const folder = project({ "migrations/001_a.sql": "CREATE TABLE trap (id int);\n" });
    expect(await messages(folder, plugin.configs.recommended)).toEqual([
      "1 acme/odd-name: bug in ddlint-rules-acme in the rule acme/odd-name at migrations/001_a.sql: trapped. Please report this to ddlint-rules-acme.",
    ]);
  });
});
