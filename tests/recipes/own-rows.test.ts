/** Changes that read their own table: each row itself alone, or others. */
import { expect, test } from "vitest";
import { readsItself } from "../../src/recipes/own-rows.ts";

const own = ["products", "p"];
const update = (source: string, where = "p.id = s.id"): string =>
  `UPDATE products p SET url = s.fixed FROM ${source} s WHERE ${where}`;
const plain = "(SELECT id, 'https:' || url AS fixed FROM products WHERE url LIKE '//(%')";

test.each([
  update(plain),
  update(plain, "s.id = p.id AND p.url IS DISTINCT FROM s.fixed"),
  update(
    "(SELECT t.id, CASE WHEN t.url = '' OR t.url IS NULL THEN NULL ELSE t.url END AS fixed FROM (SELECT id, btrim(url) AS url FROM shop.products) t)",
  ),
])("%s reads itself", (sql) => {
  expect(readsItself(sql, own, "id")).toBe(true);
});

test.each([
  "UPDATE products p SET url = (SELECT url FROM products o WHERE o.id = p.parent)",
  update(plain, "p.parent = s.id"),
  update(plain, "p.id = s.id OR p.parent = s.id"),
  update("(SELECT id + 1 AS id, url AS fixed FROM products)"),
  update("(SELECT id, max(url) AS fixed FROM products GROUP BY id)"),
  update("(SELECT id, lag(url) OVER (ORDER BY id) AS fixed FROM products)"),
  update("(SELECT a.id, b.url AS fixed FROM products a, products b)"),
  update("(SELECT a.id, b.url AS fixed FROM products a JOIN products b ON b.id = a.parent)"),
  update("(SELECT id, (SELECT max(url) FROM products) AS fixed FROM products)"),
  update("(SELECT id, url AS fixed FROM others)"),
])("%s reads others", (sql) => {
  expect(readsItself(sql, own, "id")).toBe(false);
});
