import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem, nodeFileSystem } from "../../src/project/file-system.ts";

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

test.skipIf(process.getuid === undefined || process.getuid() === 0)(
  "a migration that may not be read is told",
  () => {
    const file = join(home, "work/forbidden.sql");
    writeFileSync(file, "SELECT 1;", { mode: 0o000 });
    expect(() => nodeFileSystem(join(home, "work")).read("forbidden.sql")).toThrow(
      'can\'t read "forbidden.sql": permission denied',
    );
    rmSync(file);
  },
);

test("links to folders, to nowhere and to files outside are not listed", () => {
  const files = nodeFileSystem(join(home, "work"));
  expect(files.list("migrations")).toEqual(["001_bom.sql", "003_inside.sql"]);
  expect(discover(files, []).map((history) => history.migrations.length)).toEqual([2]);
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
