import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem, nodeFileSystem, overlay } from "../../src/project/files/file-system.ts";

let home = "";
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "ddlint-"));
  mkdirSync(join(home, "work/migrations"), { recursive: true });
  writeFileSync(join(home, "secret.sql"), "SELECT 'secret';");
  writeFileSync(join(home, "work/migrations/001_bom.sql"), Buffer.from([0xef, 0xbb, 0xbf, 0x41, 0xff, 0x42]));
  symlinkSync(join(home, "work"), join(home, "work/migrations/loop"));
  symlinkSync(join(home, "secret.sql"), join(home, "work/migrations/002_outside.sql"));
  symlinkSync(join(home, "work/migrations/001_bom.sql"), join(home, "work/migrations/003_inside.sql"));
  symlinkSync("nowhere", join(home, "work/migrations/004_broken.sql"));
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

test("a BOM is kept, and bytes that are no UTF-8 become U+FFFD", () => {
  expect(nodeFileSystem(join(home, "work")).read("migrations/001_bom.sql")).toBe("\uFEFFA\uFFFDB");
});

test("a link that leads out of the project or nowhere is listed and can't be read", () => {
  const files = nodeFileSystem(join(home, "work"));
  const names = files.list("migrations");
  expect(names).toEqual(["001_bom.sql", "002_outside.sql", "003_inside.sql", "004_broken.sql"]);
  expect(names.map((name) => files.read(`migrations/${name}`) !== undefined)).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect(Object.fromEntries(files.refused?.() ?? [])).toEqual({
    "migrations/002_outside.sql": { because: "it is outside the project", isFolder: false },
    "migrations/004_broken.sql": { because: "it is a broken link", isFolder: false },
  });
});

test("a refusal is forgotten once the file can be read", () => {
  const files = nodeFileSystem(join(home, "work"));
  const late = join(home, "work/migrations/005_late.sql");
  symlinkSync("elsewhere", late);
  expect(files.read("migrations/005_late.sql")).toBeUndefined();
  rmSync(late);
  writeFileSync(late, "SELECT 1;");
  expect(files.read("migrations/005_late.sql")).toBe("SELECT 1;");
  expect(files.refused?.().size).toBe(0);
  rmSync(late);
});

test("folders and missing paths have no text, files have no names", () => {
  const files = nodeFileSystem(join(home, "work"));
  expect([
    files.read("migrations"),
    files.read("none"),
    files.list("none"),
    files.list("migrations/001_bom.sql"),
  ]).toEqual([undefined, undefined, [], []]);
  expect(nodeFileSystem(join(home, "work")).list(".")).toEqual(["migrations/"]);
  expect(files.list(join(home, "work"))).toEqual(["migrations/"]);
});

test("a map lists like a disk", () => {
  const files = memoryFileSystem({ "a/b/c.sql": "1", "./a/d.sql": "2", "/e/f.sql": "3" });
  expect(files.list(".")).toEqual(["a/"]);
  expect(files.list("a")).toEqual(["b/", "d.sql"]);
  expect(files.list("/")).toEqual(["e/"]);
  expect([files.read("a//b/../d.sql"), files.read("/e/f.sql"), files.read("a")]).toEqual([
    "2",
    "3",
    undefined,
  ]);
});

test("files in memory are found by absolute paths, and named so", async () => {
  const fs = memoryFileSystem({
    "/shop/db/migrations/001_a.sql": "CREATE TABLE t (id bigint PRIMARY KEY);",
    "/shop/db/migrations/002_b.sql": "DROP TABLE t;",
  });
  const opinions = { only: ["drop-table"] };
  const file = "/shop/db/migrations/002_b.sql";
  for (const paths of [undefined, ["/shop"], ["/shop/db/migrations"], [file]]) {
    const { findings, counts } = await lintProject({ fs, paths, opinions });
    expect(findings.map((finding) => finding.file)).toEqual([file]);
    expect(counts.migrations).toBe(2);
  }
  const both = memoryFileSystem({ "migrations/001_x.sql": "DROP TABLE x;", [file]: "DROP TABLE t;" });
  expect((await lintProject({ fs: both, opinions })).findings.map((finding) => finding.file)).toEqual([
    file,
    "migrations/001_x.sql",
  ]);
  const fixed = overlay(fs, { [file]: "SELECT 1;" });
  expect((await lintProject({ fs: fixed, opinions })).counts.migrations).toBe(2);
});
