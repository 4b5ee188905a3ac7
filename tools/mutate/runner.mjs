/**
 * A test runner for Stryker that stays in one process: the tests and all that they import are one bundle, which is
 * evaluated anew for each mutant. Starting vitest for each takes seconds, this a fraction of one.
 */
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";
import { INSTRUMENTER_CONSTANTS } from "@stryker-mutator/api/core";
import {
  PluginKind,
  commonTokens,
  declareClassPlugin,
  declareValuePlugin,
} from "@stryker-mutator/api/plugin";
import { build } from "esbuild";

const files = [
  "rules.test.ts",
  "besides.test.ts",
  "refused.test.ts",
  "effects/postgres.test.ts",
  "effects/type-changes.test.ts",
  "effects/unknown.test.ts",
  "effects/describe.test.ts",
  "effects/words.test.ts",
];

const from = createRequire(resolve("package.json"));
const shim = new URL("vitest-shim.mjs", import.meta.url).pathname;

class InProcess {
  static inject = [commonTokens.options];
  /** How many mutants a test has killed: those that found much find more. */
  #kills = new Map();

  constructor(options) {
    this.bail = !options.disableBail;
    this.stryker = globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {};
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const { outputFiles } = await build({
      stdin: {
        contents: files
          .map((file) => `import "./tests/${file}";`)
          .concat(`export * from "vitest";`)
          .join("\n"),
        resolveDir: resolve("."),
      },
      bundle: true,
      write: false,
      platform: "node",
      format: "cjs",
      packages: "external",
      alias: { vitest: shim },
      supported: { "dynamic-import": false },
      logLevel: "error",
      plugins: [{ name: "places", setup: places }],
    });
    this.script = new Script(`(function (module, exports, require) {${outputFiles[0].text}\n})`, {
      filename: resolve("bundle.cjs"),
    });
  }

  async #tests() {
    const module = { exports: {} };
    this.script.runInThisContext()(module, module.exports, from);
    const { expect, setups, tests } = module.exports;
    expect.from = pathToFileURL(resolve("tests/effects/words.test.ts"));
    for (const run of setups) await run();
    return tests;
  }

  async dryRun() {
    const { stryker } = this;
    stryker.activeMutant = stryker.currentTestId = undefined;
    const results = [];
    for (const [id, run] of await this.#tests()) {
      stryker.currentTestId = id;
      results.push(await outcome(id, run));
    }
    stryker.currentTestId = undefined;
    return { status: "complete", tests: results, mutantCoverage: stryker.mutantCoverage };
  }

  async mutantRun({ activeMutant, sandboxFileName, testFilter, hitLimit, mutantActivation }) {
    const { stryker } = this;
    Object.assign(stryker, { hitLimit, hitCount: 0, activeMutant: undefined });
    if (mutantActivation === "static") stryker.activeMutant = activeMutant.id;
    let tests;
    try {
      tests = await this.#tests();
    } catch (error) {
      return { status: "killed", killedBy: [], failureMessage: String(error), nrOfTests: 0 };
    }
    stryker.activeMutant = activeMutant.id;
    const own = basename(sandboxFileName, ".ts");
    const likely = (id) => (this.#kills.get(id) ?? 0) + (id.split(" > ").includes(own) ? 1e6 : 0);
    const ids = (testFilter ?? [...tests.keys()]).toSorted((a, b) => likely(b) - likely(a));
    const killedBy = [];
    let [failureMessage, nrOfTests] = ["", 0];
    for (const id of ids) {
      nrOfTests++;
      const result = await outcome(id, tests.get(id));
      if (stryker.hitCount > hitLimit) return { status: "timeout", reason: "hit limit" };
      if (result.status !== 1) continue;
      killedBy.push(id);
      failureMessage ||= result.failureMessage;
      this.#kills.set(id, (this.#kills.get(id) ?? 0) + 1);
      if (this.bail) break;
    }
    return killedBy.length === 0
      ? { status: "survived", nrOfTests }
      : { status: "killed", killedBy, failureMessage, nrOfTests };
  }
}

async function outcome(id, run) {
  const start = performance.now();
  const result = { id, name: id };
  try {
    await run();
    return { ...result, status: 0, timeSpentMs: performance.now() - start };
  } catch (error) {
    const failureMessage = error instanceof Error ? error.message : String(error);
    return { ...result, status: 1, failureMessage, timeSpentMs: performance.now() - start };
  }
}

/** A bundle stands elsewhere: what modules say of their own place is written into them. */
function places(build) {
  build.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
    contents: (await readFile(path, "utf8"))
      .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href))
      .replaceAll("import.meta.dirname", JSON.stringify(resolve(path, ".."))),
    loader: "ts",
  }));
}

/** Which options a rule takes is held by the generated schema, not by fixtures. */
const optionSchemas = {
  shouldIgnore: (path) =>
    path.isObjectProperty() && path.node.key.name === "schema" ? "a schema of options" : undefined,
};

export const strykerPlugins = [
  declareClassPlugin(PluginKind.TestRunner, "in-process", InProcess),
  declareValuePlugin(PluginKind.Ignore, "option-schemas", optionSchemas),
];
