/** What of a disk may be read and written: real files, links and pipes. */
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { openDisk } from "../../src/project/files/disk.ts";
import { workTreeTop } from "../../src/project/files/root.ts";

const home = realpathSync(mkdtempSync(join(tmpdir(), "ddlint-disk-")));
const inHome = (path: string): string => join(home, path);

function write(path: string, text = "SELECT 1;"): void {
  mkdirSync(dirname(inHome(path)), { recursive: true });
  writeFileSync(inHome(path), text);
}

beforeAll(() => {
  write("shop/db/001.sql", "SELECT 'shop';");
  write("shop/.env", "PASSWORD=secret");
  write("shop/.git/config", "token");
  write("shop/.git/x.sql", "token");
  write("shop/db/big.sql", "");
  write("shop/db/big.js", "");
  write("shop/db/limit.js", "");
  write("shop/db.v2/001.sql");
  write("other/db/001.sql", "SELECT 'other';");
  write("other/.git/HEAD", "");
  write("lone/db/001.sql", "SELECT 'lone';");
  write("lone/package.json", "{}");
  write("shop-two/001.sql", "SELECT 'two';");
  truncateSync(inHome("shop/db/big.sql"), 64 * 1024 * 1024 + 1);
  truncateSync(inHome("shop/db/big.js"), 8 * 1024 * 1024 + 1);
  truncateSync(inHome("shop/db/limit.js"), 8 * 1024 * 1024);
  const links: Readonly<Record<string, string>> = {
    "shop/db/environ.sql": "/proc/self/environ",
    "shop/db/other.sql": "../../other/db/001.sql",
    "shop/db/env.sql": "../.env",
    "shop/db/token.sql": "../.git/x.sql",
    "shop/db/inside.sql": "001.sql",
    "shop/db/zero.sql": "/dev/zero",
    "shop/db/nowhere.sql": "nowhere",
    "shop/db/soon.sql": "later.sql",
    "shop/db/later.json": "../../other/later.json",
    "shop/db/ring.sql": "ring.sql",
    "shop/linked": "../other/db",
    "shop/linked-inside": "db",
    "shop/current": "db.v2",
    "shop-alias": "shop",
  };
  for (const [path, target] of Object.entries(links)) symlinkSync(target, inHome(path));
  spawnSync("mkfifo", [inHome("shop/db/pipe.sql"), inHome("shop/db/pipe.json")]);
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const outside = "it is outside the project";
const notOrdinary = "it isn't a regular file";

describe("a file of a project", () => {
  it.each([
    ["db/001.sql", "SELECT 'shop';"],
    ["db/inside.sql", "SELECT 'shop';"],
    ["linked-inside/001.sql", "SELECT 'shop';"],
    ["db/limit.js", "\0".repeat(8 * 1024 * 1024)],
  ])("%s is read", (path, text) => {
    const answer = openDisk({ root: inHome("shop") }).text(inHome(`shop/${path}`));
    expect(answer.is === "there" && answer.value === text).toBe(true);
  });

  it.each([
    ["db/environ.sql", outside],
    ["db/other.sql", outside],
    ["db/zero.sql", outside],
    ["linked/001.sql", outside],
    ["db/env.sql", "it is a link to another kind of file"],
    ["db/token.sql", "it is git's own"],
    [".git/config", "it is git's own"],
    ["db/nowhere.sql", "it is a broken link"],
    ["db/ring.sql", "too many symbolic links"],
    ["db/pipe.sql", notOrdinary],
    ["db/big.sql", "it is larger than 64 MB"],
    ["db/big.js", "it is larger than 8 MB"],
  ])("%s is refused: %s", (path, because) => {
    expect(openDisk({ root: inHome("shop") }).text(inHome(`shop/${path}`))).toEqual({
      is: "refused",
      because,
    });
  });

  it.each(["db", "db/none.sql", "db/001.sql/x", "../lone/db/001.sql", "../shop-two/001.sql"])(
    "%s has no text",
    (path) => {
      expect(openDisk({ root: inHome("shop") }).text(inHome(`shop/${path}`))).toEqual({ is: "absent" });
    },
  );

  test("folders behind links are refused", () => {
    const disk = openDisk({ root: inHome("shop") });
    expect(disk.entries(inHome("shop/linked"))).toEqual({ is: "refused", because: outside });
    expect(disk.entries(inHome("other/db"))).toEqual({ is: "absent" });
    expect(disk.entries(inHome("shop/.git")).is).toBe("refused");
    expect(disk.entries(inHome("shop/linked-inside")).is).toBe("there");
  });
});

describe("what the command line names", () => {
  it("is read outside of the project, with the work tree that it lies in", () => {
    const disk = openDisk({ root: inHome("shop"), paths: [inHome("other/db")] });
    expect(disk.text(inHome("other/db/001.sql")).is).toBe("there");
    expect(disk.entries(inHome("other")).is).toBe("there");
    expect(disk.text(inHome("other/.git/HEAD"))).toEqual({ is: "refused", because: "it is git's own" });
    expect(disk.text(inHome("lone/db/001.sql")).is).toBe("absent");
  });

  it("is read without what lies around it where there is no work tree", () => {
    const disk = openDisk({ root: inHome("shop"), paths: [inHome("lone/db")] });
    expect(disk.text(inHome("lone/db/001.sql")).is).toBe("there");
    expect(disk.text(inHome("lone/package.json")).is).toBe("absent");
  });

  it("gives no leave to a link of the project, by whatever name the project is reached", () => {
    for (const path of ["shop/linked", "shop-alias/linked", "shop/../shop/linked"]) {
      const disk = openDisk({ root: inHome("shop"), paths: [join(home, path)], files: [join(home, path)] });
      expect(disk.entries(inHome("shop/linked"))).toEqual({ is: "refused", because: outside });
      expect(disk.refusal(inHome("shop/linked/new.sql"))).toBe(outside);
    }
  });

  it("is one file where a file is named", () => {
    const disk = openDisk({ root: inHome("shop"), files: [inHome("other/db/001.sql")] });
    expect(disk.text(inHome("other/db/001.sql")).is).toBe("there");
    expect(disk.entries(inHome("other/db")).is).toBe("absent");
  });
});

describe("a path to be written", () => {
  it.each([
    ["db/new.sql", undefined],
    ["new/folder/x.json", undefined],
    ["db/inside.sql", undefined],
    ["current", undefined],
    ["db/other.sql", outside],
    ["linked/new.sql", outside],
    ["db/nowhere.sql", "it is a link to another kind of file"],
    ["db/env.sql", "it is a link to another kind of file"],
    ["db/soon.sql", undefined],
    ["db/later.json", outside],
    ["db/ring.sql", outside],
    ["../other/report.json", outside],
    [".git/hooks/pre-commit", "it is git's own"],
  ])("%s: %s", (path, because) => {
    expect(openDisk({ root: inHome("shop") }).refusal(join(inHome("shop"), path))).toBe(because);
  });
});

test("the top of a work tree is the nearest folder with .git", () => {
  expect(workTreeTop(inHome("shop/db"))).toBe(inHome("shop"));
  expect(workTreeTop(inHome("shop-alias/db"))).toBe(inHome("shop"));
  expect(workTreeTop(inHome("nowhere"))).toBeUndefined();
});
