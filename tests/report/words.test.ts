import { expect, it } from "vitest";
import type { Finding } from "../../src/lint/finding.ts";
import { fromRoot, insteadOfRepeats, locksInWords } from "../../src/report/words.ts";

it.each([
  ["a.sql", undefined, "a.sql"],
  ["db/a.sql", "backend/shop", "backend/shop/db/a.sql"],
  ["../db/a.sql", "backend/shop", "backend/db/a.sql"],
  ["../../../a.sql", "backend/shop", "../a.sql"],
  ["/a.sql", "backend", "/a.sql"],
  ["C:/a.sql", "backend", "C:/a.sql"],
])("%s, run in %s, is %s", (path, folder, shown) => {
  expect(fromRoot(path, folder)).toBe(shown);
});

it("says locks in the words of their database", () => {
  const online = {
    relation: "`Order`",
    algorithm: "COPY",
    lock: "SHARED",
    rebuild: true,
    rowsCopied: true,
  } as const;
  expect(locksInWords({ locks: [], online })).toBe("ALGORITHM=COPY, LOCK=SHARED on `Order` (blocks writes)");
  const instant = { ...online, algorithm: "INSTANT", lock: "NONE" } as const;
  expect(locksInWords({ locks: [], online: instant })).toBe("ALGORITHM=INSTANT, LOCK=NONE on `Order`");
  const bare = { relation: "orders", rebuild: false, rowsCopied: false };
  expect(locksInWords({ locks: [], online: bare })).toBe("metadata lock on orders");
  expect(locksInWords({ locks: [{ relation: "orders", mode: "SHARE" }] })).toBe(
    "SHARE on orders (blocks writes)",
  );
});

it("shows what to write in each place where that is short and of its own", () => {
  const index = (line: number, instead: string, steps = 1): Finding =>
    ({ line, column: 3, instead, advice: Array.from({ length: steps }, () => ({})) }) as unknown as Finding;
  const repeats = [
    index(2, "CREATE INDEX ON b (x);"),
    index(4, "CREATE INDEX ON a (x);"),
    index(6, "-- after it:\nCREATE INDEX ON c (x);"),
    index(8, "1\n2\n3\n4"),
    index(9, "CREATE INDEX ON d (x);", 2),
    { line: 10, column: 1, instead: "Use `bigint`." } as unknown as Finding,
    { line: 11, column: 1, instead: "Use `bigint`." } as unknown as Finding,
    { line: 12, column: 1 } as unknown as Finding,
  ];
  expect(insteadOfRepeats({ instead: "CREATE INDEX ON a (x);", repeats })).toEqual([
    ["2:3", "CREATE INDEX ON b (x);"],
    ["6:3", "-- after it:\nCREATE INDEX ON c (x);"],
    ["10:1", "Use `bigint`."],
  ]);
  expect(insteadOfRepeats({ instead: "CREATE INDEX ON a (x);" })).toEqual([]);
});
