import { expect, it } from "vitest";
import { fillNamePattern, matchesNamePattern } from "../../../src/replay/questions/names/name-pattern.ts";

const parts = { table: "orders", columns: "customer_id", references: "customers" };

it.each([
  ["idx_<table>_<columns>", "idx_orders_customer_id", true],
  ["idx_<table>_<columns>", "idx_orders_customer", false],
  ["idx_<table>_<columns>", "idx_orders_customer_id_2", false],
  ["fk_<table>_<references>", "fk_orders_customers", true],
  ["<snake_case>", "order_items_2", true],
  ["<snake_case>", "_order_items", true],
  ["<snake_case>", "orderItems", false],
  ["<snake_case>", "order__items", false],
  ["<snake_case>", "", false],
  ["<snake_case>_idx", "by_customer_idx", true],
  ["<table>_*", "orders_total_positive", true],
  ["*", "Anything at all", true],
  ["<other>", "<other>", true],
])("%s, %s: %s", (pattern, name, expected) => {
  expect(matchesNamePattern(pattern, name, parts)).toBe(expected);
});

it("leaves columns that aren't known to the author", () => {
  const open = { ...parts, columns: undefined };
  expect(matchesNamePattern("idx_<table>_<columns>", "idx_orders_open", open)).toBe(true);
  expect(matchesNamePattern("idx_<table>_<columns>", "idx_orders_", open)).toBe(false);
});

it("tells the name that a pattern asks for", () => {
  expect(fillNamePattern("idx_<table>_<columns>", parts)).toBe("idx_orders_customer_id");
  expect(fillNamePattern("idx_<table>_*", parts)).toBeUndefined();
  expect(fillNamePattern("idx_<table>_<columns>", { ...parts, columns: "c".repeat(60) })).toBeUndefined();
});

it("takes no long time, whatever the pattern", () => {
  const start = performance.now();
  matchesNamePattern("*a".repeat(50), "a".repeat(199) + "b", parts);
  matchesNamePattern("<snake_case>".repeat(20), "a_".repeat(99) + "B", parts);
  expect(performance.now() - start).toBeLessThan(1000);
});
