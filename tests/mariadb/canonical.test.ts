/** Expressions as people write them, beside those that MariaDB prints of them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalText } from "../../src/sql/mysql/canonical.ts";
import { findMariaDb } from "./binaries.ts";
import { Lab, type World } from "./replay.ts";

const written = [
  "a in (1, 2) or a = 7",
  "a != 2 and a not in (3, 4)",
  "not a in (1, 2)",
  "b like 'x%' and b not like 'y'",
  "not (b like 'z')",
  "a between 1 and 3",
  "a % 3 + a mod 2 + a div 2 > 0",
  "substring(b, 1, 3) = 'abc'",
  "character_length(`B`) > 3 && lcase(b) = 'x'",
  "case when a = 1 then true else false end",
  "a > -1 and a is not null",
  "cast(a as char) = '1'",
] as const;

const others = [
  ["a = 1", "a = 2"],
  ["a in (1, 2)", "a not in (1, 2)"],
  ["b = 'x'", "b = 'X'"],
  ["b like 'x'", "b not like 'x'"],
  ["v ->> '$.a'", "v -> '$.a'"],
] as const;

describe.runIf(findMariaDb() !== undefined)("what MariaDB prints", () => {
  let lab: Lab;
  let world: World;
  beforeAll(async () => {
    lab = await Lab.start();
    world = await lab.world();
    await world.run("CREATE TABLE t (a int, B varchar(20));");
  });
  afterAll(() => lab.stop());

  it.each(written)("%s", async (text) => {
    const [made] = await world.run(`ALTER TABLE t ADD CONSTRAINT c CHECK (${text});`);
    expect(made?.error).toBeUndefined();
    const [, printed = ""] = await world.ask(
      "SELECT CHECK_CLAUSE AS c FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_NAME = 'c'",
    );
    await world.run("ALTER TABLE t DROP CONSTRAINT c;");
    expect(canonicalText(printed), printed).toBe(canonicalText(text));
  });

  it.each(others)("%s isn't %s", (a, b) => {
    expect(canonicalText(a)).not.toBe(canonicalText(b));
  });

  it("what MySQL prints of JSON and of literals", () => {
    const printed =
      "if((json_unquote(json_extract(`v`,_utf8mb4'$.a')) = _utf8mb4'x'),NULL,cast(`b` as char charset utf8mb4))";
    expect(canonicalText(printed)).toBe(canonicalText("IF(v ->> '$.a' = 'x', null, CAST(b AS CHAR))"));
  });
});
