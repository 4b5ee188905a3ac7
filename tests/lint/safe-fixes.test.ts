import { expect, it } from "vitest";
import { noSafeFix } from "../../scripts/no-safe-fix.ts";
import { rules } from "../../src/index.ts";

it("says once of each rule without a safe fix why it has none", () => {
  const listed = noSafeFix.flatMap((reason) => reason.rules);
  const without = rules.filter(({ fix }) => fix !== "safe").map(({ id }) => id);
  expect([...listed].sort()).toEqual([...without].sort());
});
