import { describe, expect, it } from "vitest";
import { heldBy, usesIn } from "../../src/project/script-uses.ts";

describe("a script", () => {
  it.each([
    ["nothing names it", "CREATE TABLE a (id int);", "CREATE TABLE b (id int);", undefined],
    [
      "uses what is made anew",
      "INSERT INTO a VALUES (1);",
      "DROP VIEW v; CREATE VIEW v AS SELECT 1;",
      undefined,
    ],
    ["a later one uses it", "CREATE TABLE a (id int);", "ALTER TABLE a ADD COLUMN b int;", true],
    ["a later one makes it again", "DROP TABLE a;", "CREATE TABLE a (id int);", true],
    ["a later one drops what it uses", "ALTER TABLE a ADD COLUMN b int;", "DROP TABLE a;", false],
    ["only a comment names it", "CREATE TABLE a (id int);", "-- like a\nSELECT 1;", undefined],
  ])("moves behind a later one unless that is in its way: %s", (_, script, later, isNeeded) => {
    expect(heldBy(usesIn(script), [["later", usesIn(later)]])?.isNeeded).toBe(isNeeded);
  });
});
