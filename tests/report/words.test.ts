import { expect, it } from "vitest";
import { fromRoot } from "../../src/report/words.ts";

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
