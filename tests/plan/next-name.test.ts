import { describe, expect, it } from "vitest";
import { described, nextName, nextVersion } from "../../src/plan/next-name.ts";

const now = new Date("2026-11-22T14:05:09.123Z");

describe("the next version", () => {
  it.each([
    ["001", "002"],
    ["9", "10"],
    ["0099", "0100"],
    ["1.2", "1.3"],
    ["1.2.09", "1.2.10"],
    ["20260101000000", "20261122140509"],
    ["202601010000", "202611221405"],
    ["20260101_000000", "20261122_140509"],
    ["2026-01-01-000000", "2026-11-22-140509"],
    ["2026-01-01-000000-0000", "2026-11-22-140509-0000"],
    ["20260101000000-3", "20261122140509-1"],
    ["2026.01.01T00.00.00", "2026.11.22T14.05.09"],
    ["20260101", "20261122"],
    ["1767225600", "1795356309"],
    ["1767225600000", "1795356309123"],
    ["20270101000000", "20270101000001"],
    ["20261122", undefined],
    ["abc", undefined],
  ])("after %s is %s", (last, next) => {
    expect(nextVersion(last, now)).toBe(next);
  });
});

describe("the words of a name", () => {
  it.each([
    ["create_users", "Add status to orders!", "add_status_to_orders"],
    ["create-users", "Add status to orders", "add-status-to-orders"],
    ["users", "Größe  (2)", "gro_e_2"],
    ["users", "../../etc/passwd", "etc_passwd"],
    ["users", "…", ""],
  ])("like %s: %s", (like, words, name) => {
    expect(described(like, words)).toBe(name);
  });
});

describe("a file like the newest one", () => {
  const newest = { version: "001", description: "init", name: "001_init" };
  it.each([
    ["001_init.up.sql", newest, "002_add_x.up.sql"],
    ["V7__init.sql", { version: "7", description: "init", name: "V7__init" }, "V8__add_x.sql"],
    ["001_init/up.sql", newest, "002_add_x/up.sql"],
    ["001.do.sql", { version: "001", description: "", name: "001" }, "002.do.sql"],
    ["2026/001_init.sql", newest, "2026/002_add_x.sql"],
    ["other.sql", newest, undefined],
    ["a/2026-01-01T00-00-00_init.ts", newest, "a/2026-11-22T14-05-09_add_x.ts"],
    ["2026-01-01T00:00:00.000Z-init.ts", newest, "2026-11-22T14:05:09.123Z-add-x.ts"],
    ["2027-01-01T00-00-00_init.ts", newest, "2027-01-01T00-00-01_add_x.ts"],
    [
      "1767225600000-CreateUsers.ts",
      { version: "1767225600000", description: "CreateUsers", name: "CreateUsers1767225600000" },
      "1795356309123-AddX.ts",
    ],
  ])("%s", (file, of, next) => {
    expect(nextName(of, file, "add x", now)?.file).toBe(next);
  });
});
