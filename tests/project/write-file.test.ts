/** A write that fails, wherever it fails, leaves the old file, byte for byte, and nothing beside it. */
import { spawnSync } from "node:child_process";
import * as disk from "node:fs";
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { nodeFileSystem } from "../../src/project/files/file-system.ts";
import { reasonOf } from "../../src/project/files/system-error.ts";
import { temporaryName, writeFile, type FileCalls } from "../../src/project/files/write-file.ts";

let folder = "";
let file = "";
const before = "SELECT 'é';\r\n-- no break at the end";
const after = "SELECT 2;\n".repeat(1000);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-write-"));
  file = join(folder, "001_a.sql");
  writeFileSync(file, before);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const text = (path = file): string => readFileSync(path, "utf8");
const isWindows = process.platform === "win32";

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: as the system says it, write '/x'`), { code });
}

/** The real disk, but for one call. */
const failing = (call: keyof FileCalls, code: string): FileCalls => ({
  ...disk,
  [call](...args: readonly unknown[]) {
    // What is written until then stands in the file.
    if (call === "writeFileSync") disk.writeFileSync(args[0] as number, String(args[1]).slice(0, 1234));
    throw failure(code);
  },
});

const words = {
  ENOSPC: "no space left on the device",
  EDQUOT: "disk quota exceeded",
  EACCES: "permission denied",
  EROFS: "read-only file system",
  EFBIG: "file too large",
};
const calls = [
  "accessSync",
  "openSync",
  "writeFileSync",
  "fsyncSync",
  "fchmodSync",
  "renameSync",
  "realpathSync",
  "statSync",
] as const;

describe.each(Object.entries(words))("%s", (code, reason) => {
  it.each(calls)("in %s", (call) => {
    expect(() => {
      writeFile(file, after, { before, on: failing(call, code) });
    }).toThrow(new RegExp(`^${reason}`));
    expect(text()).toBe(before);
    expect(readdirSync(folder)).toEqual(["001_a.sql"]);
  });

  it("of a file that isn't there yet leaves none", () => {
    for (const call of ["openSync", "writeFileSync", "fsyncSync", "renameSync"] as const) {
      const path = join(folder, "new.json");
      expect(() => {
        writeFile(path, after, { on: failing(call, code) });
      }).toThrow(reason);
    }
    expect(readdirSync(folder)).toEqual(["001_a.sql"]);
  });
});

it("fails where the disk is full only when the file is closed", () => {
  const on: FileCalls = {
    ...disk,
    closeSync(opened) {
      disk.closeSync(opened);
      throw failure("EDQUOT");
    },
  };
  expect(() => {
    writeFile(file, after, { on });
  }).toThrow("disk quota exceeded");
  expect(text()).toBe(before);
  expect(readdirSync(folder)).toHaveLength(1);
});

it("writes where a file system has no fsync, and where owners can't be changed", () => {
  writeFile(file, after, { on: failing("fsyncSync", "EINVAL") });
  expect(text()).toBe(after);
  const foreign: FileCalls = {
    ...failing("fchownSync", "EPERM"),
    fstatSync: (() => ({ uid: 4711, gid: 4711 })) as unknown as FileCalls["fstatSync"],
  };
  chmodSync(file, 0o6654);
  writeFile(file, before, { on: foreign });
  expect(text()).toBe(before);
  // The group is another one: it gets what everybody has, and the file acts in nobody's name.
  if (!isWindows) expect(statSync(file).mode & 0o7777).toBe(0o644);
});

describe("what was there", () => {
  it.skipIf(isWindows)("keeps its mode, whatever the umask", () => {
    for (const mode of [0o600, 0o755, 0o4755, 0o2664]) {
      chmodSync(file, mode);
      writeFile(file, after);
      expect(statSync(file).mode & 0o7777).toBe(mode);
    }
  });

  it.skipIf(process.getuid?.() !== 0)("keeps its owner and group", () => {
    chownSync(file, 4711, 4712);
    chmodSync(file, 0o6640);
    writeFile(file, after);
    expect(statSync(file)).toMatchObject({ uid: 4711, gid: 4712, mode: 0o106640 });
  });

  it.skipIf(isWindows)("stays a link, also to a link, and to what isn't there yet", () => {
    mkdirSync(join(folder, "far"));
    symlinkSync("../001_a.sql", join(folder, "far/b"));
    symlinkSync("far/b", join(folder, "c"));
    writeFile(join(folder, "c"), after);
    expect(text()).toBe(after);
    expect([join(folder, "c"), join(folder, "far/b")].every((path) => lstatSync(path).isSymbolicLink())).toBe(
      true,
    );
    symlinkSync("far/later.json", join(folder, "later"));
    writeFile(join(folder, "later"), "{}");
    expect(text(join(folder, "far/later.json"))).toBe("{}");
    symlinkSync("loop", join(folder, "loop"));
    expect(() => {
      writeFile(join(folder, "loop"), "");
    }).toThrow("too many symbolic links");
    expect(readdirSync(folder).sort()).toEqual(["001_a.sql", "c", "far", "later", "loop"]);
  });

  it("keeps its text under its other names", () => {
    linkSync(file, join(folder, "other.sql"));
    writeFile(file, after);
    expect(text()).toBe(after);
    expect(text(join(folder, "other.sql"))).toBe(before);
  });

  it("stays if it has changed since it was read", () => {
    writeFileSync(file, `${before}\n-- by an editor`);
    expect(() => {
      writeFile(file, after, { before });
    }).toThrow("it has changed since it was read");
    expect(text()).toBe(`${before}\n-- by an editor`);
    rmSync(file);
    expect(() => {
      writeFile(file, after, { before });
    }).toThrow("it has changed since it was read");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("may begin with a BOM", () => {
    writeFileSync(file, `\uFEFF${before}`);
    writeFile(file, `\uFEFF${after}`, { before: `\uFEFF${before}` });
    expect([...readFileSync(file).subarray(0, 4)]).toEqual([0xef, 0xbb, 0xbf, 0x53]);
  });
});

it("says what stands in the way", () => {
  expect(() => {
    writeFile(folder, "");
  }).toThrow(/^it is a folder$/);
  expect(() => {
    writeFile(join(folder, "no/such/x"), "");
  }).toThrow(/^its folder doesn't exist$/);
  expect(() => {
    writeFile(join(file, "x"), "");
  }).toThrow(/^a part of its path isn't a folder$/);
});

it("has plain words for any failure", () => {
  expect(reasonOf(failure("EUCLEAN"))).toBe("as the system says it");
  expect(reasonOf(failure("ENOSPC"))).toBe("no space left on the device");
  expect(reasonOf(new Error("else"))).toBe("else");
  expect(reasonOf("text")).toBe("text");
  for (const path of ["", "x\0y"]) {
    try {
      readFileSync(path);
    } catch (error) {
      expect(reasonOf(error)).not.toMatch(/^E[A-Z]/);
    }
  }
});

describe.skipIf(isWindows)("what is no file", () => {
  it("is written to as it is", () => {
    writeFile("/dev/null", after);
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
    const fifo = join(folder, "fifo");
    expect(spawnSync("mkfifo", [fifo]).status).toBe(0);
    // Opened for both, so that neither end waits for the other.
    const reader = disk.openSync(fifo, disk.constants.O_RDWR);
    writeFile(fifo, "report");
    const bytes = Buffer.alloc(100);
    expect(bytes.toString("utf8", 0, disk.readSync(reader, bytes))).toBe("report");
    disk.closeSync(reader);
    expect(lstatSync(fifo).isFIFO()).toBe(true);
  });

  it.skipIf(process.platform !== "linux")("may be full", () => {
    expect(() => {
      writeFile("/dev/full", after);
    }).toThrow(/^no space left on the device$/);
  });

  it("and what a shell has opened is added to", () => {
    const opened = disk.openSync(file, "a");
    writeFile(`/dev/fd/${opened}`, "-- more");
    disk.closeSync(opened);
    expect(text()).toBe(`${before}-- more`);
  });
});

it("leaves nothing that could be taken for a migration, if it is killed", () => {
  const migrations = join(folder, "migrations");
  mkdirSync(migrations);
  writeFileSync(join(migrations, "001_a.sql"), "SELECT 1;\n");
  const names = (): unknown =>
    discover(nodeFileSystem(folder), [], {}).map(({ migrations: all, problems }) => [
      all.map(({ up }) => up.path),
      problems,
    ]);
  const without = names();
  writeFileSync(join(migrations, temporaryName()), "DROP TABLE orders;\n");
  expect(names()).toEqual(without);
});
