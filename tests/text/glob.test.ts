import { expect, it } from "vitest";
import { compileGlob } from "../../src/text/glob.ts";
import { cpuTime } from "../support/cpu-time.ts";

it.each([
  ["db/legacy/**", "db/legacy/1.sql", true],
  ["db/legacy/**", "db/legacy/a/b.sql", true],
  ["db/legacy/**", "db/legacy2/1.sql", false],
  ["**", "anything/at/all.sql", true],
  ["*.sql", "deep/below/x.sql", true],
  ["db/*.sql", "db/x/y.sql", false],
  ["db/**/y.sql", "db/y.sql", true],
  ["./db/*.sql", "db/1.sql", true],
  ["db/{a,b}/*.sql", "db/b/1.sql", true],
  ["db/{a,b}/*.sql", "db/c/1.sql", false],
  ["V?__*.sql", "db/V1__init.sql", true],
  ["V?__*.sql", "db/V10__init.sql", false],
  ["a*b*c.sql", "axxbyyc.sql", true],
  ["db/\\d+.sql", "db/1.sql", false],
])("%s on %s: %s", (pattern, path, expected) => {
  expect(compileGlob(pattern)(path)).toBe(expected);
});

it("stays fast on hostile patterns", () => {
  const start = cpuTime();
  compileGlob("*a".repeat(200))("a".repeat(5000) + "b");
  compileGlob("{a,b}".repeat(40))("x");
  expect(cpuTime() - start).toBeLessThan(1000);
});
