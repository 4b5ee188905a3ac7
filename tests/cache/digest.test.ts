/** Names for data: equal for equal data, whoever has seen it before, and different for all other. */
import { expect, test } from "vitest";
import { digestOf } from "../../src/cache/digest.ts";

const long = "SELECT 1;\n".repeat(1000);
const list = Array.from({ length: 500 }, (_, at) => ({ at }));

test.each([
  ["texts", { a: "x" }, { a: "x" }, { a: "y" }],
  ["long texts", [long], [`${long.slice(0, 5000)}${long.slice(5000)}`], [`${long} `]],
  ["a long text and its parts", [long], [long], [long.slice(0, 5000), long.slice(5000)]],
  ["long lists", { list }, { list: list.map((one) => ({ ...one })) }, { list: list.slice(1) }],
  ["order in long lists", [list], [[...list]], [list.toReversed()]],
  ["what is missing", { a: 1, b: undefined }, { a: 1 }, { a: 1, b: null }],
])("%s", (_, first, same, other) => {
  const name = digestOf(first);
  expect(digestOf(first)).toBe(name);
  expect(digestOf(same)).toBe(name);
  expect(digestOf(other)).not.toBe(name);
});

test("what many values share is gone through once", () => {
  const shared = Array.from({ length: 100_000 }, (_, at) => at);
  const all = Array.from({ length: 3000 }, (_, at) => ({ at, shared, text: long }));
  expect(digestOf(all)).toBe(digestOf(all.map((one) => ({ ...one }))));
});
