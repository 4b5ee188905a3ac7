/** The launcher keeps compiled scripts where only the user can write to, and nowhere else. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

const cache = join(import.meta.dirname, "../../bin/user-cache.cjs");

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-code-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What is in the cache after a program with it has run. */
function kept(from = import.meta.dirname): readonly string[] {
  const home = process.platform === "win32" ? { LOCALAPPDATA: folder } : { XDG_CACHE_HOME: folder };
  const program = `const { ownFolder, keepScriptsIn } = require(${JSON.stringify(cache)}); keepScriptsIn(ownFolder()); require("typescript");`;
  execFileSync(process.execPath, ["-e", program], {
    cwd: from,
    env: { PATH: process.env.PATH, NODE_PATH: join(import.meta.dirname, "../../node_modules"), ...home },
  });
  return readdirSync(folder, { recursive: true, encoding: "utf8" });
}

it("makes a folder of its own that nobody else can read", () => {
  expect(kept()).toContain(join("ddlint", "code"));
  if (process.platform !== "win32") expect(statSync(join(folder, "ddlint/code")).mode & 0o777).toBe(0o700);
});

it.skipIf(process.platform === "win32")("doesn't use a folder that others may write to", () => {
  mkdirSync(join(folder, "ddlint"));
  chmodSync(join(folder, "ddlint"), 0o777);
  expect(kept()).toEqual(["ddlint"]);
});

it("doesn't use a folder below the current one, which may be a checkout", () => {
  expect(kept(folder)).toEqual([]);
});
