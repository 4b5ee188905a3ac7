/** The launcher keeps compiled scripts where only the user can write to, and nowhere else. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

const cache = join(import.meta.dirname, "../../bin/user-cache.cjs");

let folder = "";
let scripts = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-code-"));
  scripts = mkdtempSync(join(tmpdir(), "ddlint-scripts-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  rmSync(scripts, { recursive: true });
});

/** A script that is long enough to be kept, with functions for `call`. */
function writeScript(name: string): string {
  const file = join(scripts, name);
  const functions = Array.from({ length: 400 }, (_, i) => `exports.f${i} = (x) => x + ${i} + "${name}";`);
  writeFileSync(file, functions.join("\n"));
  return file;
}

/** Runs a program that loads the files and calls `call` of each. Returns the paths in the cache. */
function kept({
  from = import.meta.dirname,
  files = [writeScript("a.cjs")],
  call = "f1",
  keeps = true,
} = {}) {
  const home = process.platform === "win32" ? { LOCALAPPDATA: folder } : { XDG_CACHE_HOME: folder };
  const program = `const { ownFolder, scriptFolder, scriptLoader } = require(${JSON.stringify(cache)});
    const load = scriptLoader(scriptFolder(ownFolder()), ${String(keeps)});
    for (const file of ${JSON.stringify(files)}) console.log(load(file).${call}(1));`;
  const args = { cwd: from, env: { PATH: process.env.PATH, ...home }, encoding: "utf8" } as const;
  const said = execFileSync(process.execPath, ["-e", program], args);
  expect(said.split("\n").slice(0, -1)).toEqual(
    files.map((file) => `${1 + Number(call.slice(1))}${basename(file)}`),
  );
  return readdirSync(folder, { recursive: true, encoding: "utf8" });
}

const sizes = (): readonly number[] =>
  readdirSync(join(folder, "ddlint/code")).map((name) => statSync(join(folder, "ddlint/code", name)).size);

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
  expect(kept({ from: folder })).toEqual([]);
});

it("keeps nothing of a short command", () => {
  expect(kept({ keeps: false })).toEqual(["ddlint", join("ddlint", "code")]);
});

it("runs from what is kept, which a script that wasn't there before adds to", () => {
  const files = [writeScript("a.cjs")];
  kept({ files });
  const first = sizes();
  expect(first).toHaveLength(1);
  kept({ files, call: "f2" });
  expect(sizes()).toEqual(first);
  const both = [...files, writeScript("b.cjs")];
  kept({ files: both, call: "f3" });
  expect(sizes()).toHaveLength(2);
  expect(Math.max(...sizes())).toBeGreaterThan(first[0] ?? 0);
});

it("runs a script that is another one than what is kept", () => {
  kept();
  writeFileSync(join(scripts, "a.cjs"), "exports.f1 = (x) => x + 1 + 'a.cjs';".padEnd(9000, "\n"));
  kept({ files: [join(scripts, "a.cjs")] });
});
