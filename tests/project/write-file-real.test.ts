/** The same with a real full disk, a real read-only one, other users, a limit of sizes, and `kill -9`. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { build } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFile } from "../../src/project/files/write-file.ts";

const isRoot = process.platform === "linux" && process.getuid?.() === 0;
const folder = mkdtempSync(join(tmpdir(), "ddlint-real-"));
const program = join(folder, "write.mjs");
const old = "-- old\n".repeat(4000);
const next = "-- new\n".repeat(60_000);

/** A tmpfs of 64 kB; undefined where none can be mounted. */
const small = mount("size=64k");

function mount(options: string): string | undefined {
  const at = join(folder, "small");
  mkdirSync(at);
  return isRoot && spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", at]).status === 0
    ? at
    : undefined;
}

const skip = (what: string, why: string): void => {
  console.warn(`${why}: ${what} isn't tried for real`);
};
if (small === undefined) skip("a full disk, and one that is read-only,", "no disk can be mounted here");
if (!isRoot) skip("writing as another user", "these tests don't run as root");

beforeAll(async () => {
  chmodSync(folder, 0o755);
  const entry = join(folder, "entry.ts");
  const module = JSON.stringify(join(import.meta.dirname, "../../src/project/files/write-file.ts"));
  // Once with a text, or without end with one of two texts after the other.
  writeFileSync(
    entry,
    `import { writeFile } from ${module};
    const [path, mode, unit, count] = process.argv.slice(2);
    const text = unit.repeat(Number(count));
    try {
      writeFile(path, text);
      process.stdout.write("written");
      while (mode === "again") {
        writeFile(path, "-- old\\n".repeat(Number(count)));
        writeFile(path, text);
      }
    } catch (error) {
      process.stdout.write(error.message);
      process.exitCode = 2;
    }`,
  );
  await build({
    input: entry,
    platform: "node",
    logLevel: "warn",
    output: { file: program, format: "esm", codeSplitting: false },
  });
});
afterAll(() => {
  if (small !== undefined) spawnSync("umount", [small]);
  rmSync(folder, { recursive: true });
});

/** What a process says that writes the file, behind a command that limits it. */
function written(path: string, limit: readonly string[]): string {
  const line = [...limit, process.execPath, program, path, "once", "-- new\n", "60000"];
  const { stdout, stderr, signal } = spawnSync(line[0] ?? "", line.slice(1), { encoding: "utf8" });
  return signal === null ? stdout + stderr : signal;
}

describe.skipIf(small === undefined)("a disk", () => {
  const path = join(small ?? folder, "001_a.sql");

  it("that is full", () => {
    writeFileSync(path, old);
    expect(() => {
      writeFile(path, next);
    }).toThrow(/^no space left on the device$/);
    expect(readFileSync(path, "utf8")).toBe(old);
    expect(readdirSync(small ?? "")).toEqual(["001_a.sql"]);
  });

  it("that is read-only", () => {
    expect(spawnSync("mount", ["-o", "remount,ro", small ?? ""]).status).toBe(0);
    for (const name of ["001_a.sql", "new.json"]) {
      expect(() => {
        writeFile(join(small ?? "", name), "x");
      }).toThrow(/^read-only file system$/);
    }
    expect(readFileSync(path, "utf8")).toBe(old);
  });
});

it.skipIf(process.platform === "win32")("a limit of sizes", () => {
  const at = join(folder, "limit");
  mkdirSync(at);
  writeFileSync(join(at, "001_a.sql"), old);
  expect(written(join(at, "001_a.sql"), ["bash", "-c", 'ulimit -f 64; "$@"', "bash"])).toBe("file too large");
  expect(readFileSync(join(at, "001_a.sql"), "utf8")).toBe(old);
  expect(readdirSync(at)).toEqual(["001_a.sql"]);
});

describe.skipIf(!isRoot)("another user", () => {
  const nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
  const place = (name: string, folderMode: number, mode: number, owner = 0): string => {
    const at = join(folder, name);
    const path = join(at, "001_a.sql");
    mkdirSync(at);
    writeFileSync(path, old);
    chownSync(path, owner, owner);
    chmodSync(path, mode);
    chmodSync(at, folderMode);
    return path;
  };

  it.each([
    ["a file that is write-protected, in a folder that isn't", 0o777, 0o644, "permission denied"],
    ["a folder that is", 0o755, 0o666, "permission denied to make a new file in its folder"],
    ["both", 0o755, 0o644, "permission denied"],
  ])("%s", (name, folderMode, mode, reason) => {
    const path = place(name, folderMode, mode);
    expect(written(path, nobody)).toBe(reason);
    expect(readFileSync(path, "utf8")).toBe(old);
    expect(readdirSync(join(folder, name))).toHaveLength(1);
  });

  it("may write what it may write, and is its owner then", () => {
    const path = place("shared", 0o777, 0o666);
    expect(written(path, nobody)).toBe("written");
    expect(readFileSync(path, "utf8")).toBe(next);
    expect(statSync(path)).toMatchObject({ uid: 65534, mode: 0o100666 });
  });

  it("keeps its file where root writes", () => {
    const path = place("own", 0o755, 0o640, 65534);
    expect(written(path, [])).toBe("written");
    expect(statSync(path)).toMatchObject({ uid: 65534, gid: 65534, mode: 0o100640 });
  });
});

it.skipIf(process.platform === "win32")(
  "kill -9 at 50 random moments leaves the old or the new text",
  async () => {
    const at = join(folder, "killed");
    mkdirSync(at);
    const texts = new Set([old, next].map((text) => text.slice(0, 7).repeat(60_000)));
    const seen = new Set<string>();
    const one = async (index: number): Promise<void> => {
      const path = join(at, `${index}.sql`);
      const child = spawn(process.execPath, [program, path, "again", "-- new\n", "60000"], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = once(child, "exit");
      await once(child.stdout, "data");
      await setTimeout(Math.random() * 30);
      child.kill("SIGKILL");
      await ended;
      const found = readFileSync(path, "utf8");
      expect(texts.has(found)).toBe(true);
      seen.add(found);
    };
    for (let index = 0; index < 50; index += 5)
      await Promise.all([0, 1, 2, 3, 4].map((more) => one(index + more)));
    // Both were met, and some writes had only begun.
    expect(seen.size).toBe(2);
    const left = readdirSync(at).filter((name) => !/^\d+\.sql$/.test(name));
    expect(left.length).toBeGreaterThan(0);
    expect(left.every((name) => /^\.ddlint-[0-9a-f]{18}\.tmp$/.test(name))).toBe(true);
  },
  60_000,
);
