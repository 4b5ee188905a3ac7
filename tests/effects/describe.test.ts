import { describe, expect, it } from "vitest";
import {
  combine,
  describe as describeEffects,
  noEffects,
  waits,
  withoutNew,
  type Effects,
} from "../../src/effects/index.ts";

const foreignKey: Effects = {
  ...noEffects,
  locks: [
    { relation: "public.users", mode: "SHARE ROW EXCLUSIVE" },
    { relation: "public.orders", mode: "ACCESS EXCLUSIVE" },
    { relation: "audit.log", mode: "ROW SHARE" },
  ],
  scans: ["public.orders", "audit.log"],
};

describe("effects in words", () => {
  it.each<[string, Effects, string]>([
    ["nothing", noEffects, "takes no lock"],
    [
      "locks, strongest first, and scans",
      foreignKey,
      "takes ACCESS EXCLUSIVE on orders, SHARE ROW EXCLUSIVE on users and ROW SHARE on audit.log, scans orders and audit.log",
    ],
    [
      "a rewrite, which is a scan, too",
      { ...noEffects, rewrites: ["public.t"], scans: ["public.t"], rebuilds: ["public.t_pkey"] },
      "rewrites t, rebuilds t_pkey",
    ],
    [
      "a new index outside of transactions",
      { ...noEffects, builds: [{ index: "i", table: "public.t" }], inTransaction: false },
      "builds i, can't run in a transaction block",
    ],
    [
      "a failure",
      { ...noEffects, fails: 'relation "t" does not exist' },
      'fails: relation "t" does not exist',
    ],
  ])("%s", (_, effects, words) => {
    expect(describeEffects(effects)).toBe(words);
  });

  it("lists who waits, readers first", () => {
    expect(waits(foreignKey)).toEqual([
      { relation: "public.orders", blocks: "reads and writes" },
      { relation: "public.users", blocks: "writes" },
    ]);
  });
});

describe("combine", () => {
  it("keeps the strongest lock and unites the rest", () => {
    const weak: Effects = {
      ...noEffects,
      locks: [{ relation: "public.orders", mode: "SHARE" }],
      scans: ["public.orders", "public.users"],
      inTransaction: false,
    };
    expect(combine([weak, foreignKey])).toEqual({
      ...foreignKey,
      locks: [
        { relation: "public.orders", mode: "ACCESS EXCLUSIVE" },
        { relation: "public.users", mode: "SHARE ROW EXCLUSIVE" },
        { relation: "audit.log", mode: "ROW SHARE" },
      ],
      scans: ["public.orders", "public.users", "audit.log"],
      inTransaction: false,
    });
  });

  it("fails as a whole", () => {
    expect(combine([foreignKey, { ...noEffects, fails: "no" }])).toEqual({ ...noEffects, fails: "no" });
  });
});

describe("withoutNew", () => {
  it("leaves out what is new, and indexes built on it", () => {
    const effects = { ...foreignKey, builds: [{ index: "i", table: "public.orders" }] };
    const old = withoutNew(effects, (key) => key === "public.orders");
    expect(old.locks.map((lock) => lock.relation)).toEqual(["public.users", "audit.log"]);
    expect(old.scans).toEqual(["audit.log"]);
    expect(old.builds).toEqual([]);
  });
});
