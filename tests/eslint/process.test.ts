import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folderWith } from "./project.ts";

const root = join(import.meta.dirname, "../..");
const files = {
  "migrations/001_init.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n",
  "migrations/002_drop.sql":
    "SET lock_timeout = '2s';\n-- ddlint-disable-next-line set-not-null\nALTER TABLE orders DROP COLUMN note;\n",
};

function eslint(cwd: string, args: readonly string[]) {
  const node = ["--import", join(root, "node_modules/tsx/dist/loader.mjs")];
  const bin = join(root, "node_modules/eslint/bin/eslint.js");
  return spawnSync(process.execPath, [...node, bin, ...args], { cwd, encoding: "utf8" });
}

const plugin = JSON.stringify(join(root, "src/eslint/index.ts"));

it.each([
  ["eslint.config.mjs", `import ddlint from ${plugin};\nexport default [ddlint.configs.recommended];\n`],
  [
    "eslint.config.cjs",
    `module.exports = (async () => {
  const { default: ddlint } = await import(${plugin});
  return [ddlint.configs.recommended];
})();\n`,
  ],
])("runs from %s", (name, text) => {
  const { stdout, stderr, status } = eslint(folderWith({ ...files, [name]: text }), ["--format", "json"]);
  expect(stderr).toBe("");
  const results = JSON.parse(stdout) as { messages: { ruleId: string }[] }[];
  expect(results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId))).toEqual([
    "ddlint/unused-suppression",
    "ddlint/drop-column",
  ]);
  expect(status).toBe(1);
});
