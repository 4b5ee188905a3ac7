/** Statements that MySQL and MariaDB plan one by one, told together. */
import { expect, it } from "vitest";
import { combine, noEffects, type Effects, type Online } from "../../src/effects/index.ts";

const cost = { algorithm: "INSTANT", lock: "NONE", rebuild: false, rowsCopied: false } as const;
const effects = (more: Partial<Online>, table = "public.orders"): Effects => ({
  ...noEffects,
  commits: true,
  online: { ...cost, table, alone: cost, rowVersion: false, certain: true, because: ["nothing"], ...more },
});

it("takes the dearest algorithm, the strongest lock and whatever any of them does", () => {
  const together = combine([
    effects({ rowVersion: true }),
    effects({ algorithm: "INPLACE", rebuild: true, because: ["add column"] }),
    effects({ algorithm: "INPLACE", lock: "SHARED", certain: false, because: ["add fulltext"] }),
  ]);
  expect(together.commits).toBe(true);
  expect(together.online).toMatchObject({
    algorithm: "INPLACE",
    lock: "SHARED",
    rebuild: true,
    rowsCopied: false,
    rowVersion: true,
    certain: false,
  });
  expect([...(together.online?.because ?? [])].sort()).toEqual(["add column", "add fulltext", "nothing"]);
});

it("tells of several tables the one that costs most", () => {
  const copied = effects({ algorithm: "COPY", lock: "SHARED", rowsCopied: true }, "public.lots");
  expect(combine([effects({}), copied, effects({})]).online?.table).toBe("public.lots");
  expect(combine([noEffects, effects({}), noEffects]).online?.table).toBe("public.orders");
  expect(combine([noEffects, noEffects])).not.toHaveProperty("online");
});

it("is nothing where one of them fails", () => {
  expect(combine([effects({}), { ...noEffects, fails: "no" }]).online).toBeUndefined();
});
