/** `npm install -g git+…`, as pre-commit runs it: npm says "global" to the build's own install as well. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const root = mkdtempSync(join(tmpdir(), "ddlint-prepare-"));
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** A checkout whose build only leaves a mark, and an npm that only installs a bundler; `status`: npm's. */
function checkout(name: string, status = 0) {
  const folder = join(root, name);
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write(
    "scripts/build.mjs",
    'import "rolldown"; import { writeFileSync } from "node:fs"; writeFileSync("built", "");',
  );
  cpSync(join(import.meta.dirname, "../../scripts/prepare.mjs"), join(folder, "scripts/prepare.mjs"));
  const bundler = "node_modules/rolldown/package.json";
  write(
    "npm/npm-cli.js",
    `const fs = require("node:fs");
    fs.writeFileSync("asked.json", JSON.stringify({ args: process.argv.slice(2), global: process.env.npm_config_global }));
    fs.mkdirSync("node_modules/rolldown", { recursive: true });
    fs.writeFileSync("${bundler}", '{ "main": "index.js" }');
    fs.writeFileSync("node_modules/rolldown/index.js", "");
    process.exit(${status});`,
  );
  const prepare = () =>
    spawnSync(process.execPath, ["scripts/prepare.mjs"], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, npm_execpath: join(folder, "npm/npm-cli.js"), npm_config_global: "true" },
    });
  const has = (path: string): boolean => existsSync(join(folder, path));
  const asked = () =>
    JSON.parse(readFileSync(join(folder, "asked.json"), "utf8")) as { args: string[]; global?: string };
  return { write, prepare, has, asked };
}

it("fetches what the build needs where it is missing, into the checkout and not globally", () => {
  const { prepare, has, asked } = checkout("bare");
  const { status, stderr } = prepare();
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(has("built")).toBe(true);
  expect(asked().args).toEqual(expect.arrayContaining(["ci", "--include=dev", "--no-global"]));
  expect(asked().global).toBeUndefined();
});

it("only builds where it is there", () => {
  const { write, prepare, has } = checkout("installed");
  write("node_modules/rolldown/package.json", '{ "main": "index.js" }');
  write("node_modules/rolldown/index.js", "");
  expect(prepare().status).toBe(0);
  expect(has("built")).toBe(true);
  expect(has("asked.json")).toBe(false);
});

it("fails as npm does", () => {
  const { prepare, has } = checkout("offline", 7);
  expect(prepare().status).toBe(7);
  expect(has("built")).toBe(false);
});
