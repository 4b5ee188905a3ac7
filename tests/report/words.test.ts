import { expect, it } from "vitest";
import { locksInWords, fromRoot } from "../../src/report/words.ts";

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
