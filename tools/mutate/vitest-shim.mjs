/** The little of vitest that the tests use which mutants run: collects the tests instead of running them. */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

/** In order; a name stands once. */
export const tests = new Map();
export const setups = [];
const suites = [];

function add(name, run) {
  const path = [...suites, name].join(" > ");
  tests.set(tests.has(path) ? `${path} (${tests.size})` : path, run);
}

const titled = (name, value) =>
  name
    .replace(/\$(\w+)/, (_, key) => value?.[key])
    .replace("%s", () => String(Array.isArray(value) ? value[0] : value));

const each = (one) => (values) => (name, body) =>
  values.forEach((value) =>
    one(titled(name, value), () => body(...(Array.isArray(value) ? value : [value]))),
  );

export function describe(name, body) {
  suites.push(name);
  body();
  suites.pop();
}
export const it = (name, run) => add(name, run);
describe.each = each(describe);
it.each = each(it);
export const beforeAll = (run) => void setups.push(run);

/** `toEqual` takes a key that is undefined as absent. */
const plain = (value) =>
  Array.isArray(value)
    ? value.map(plain)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [[key, plain(one)]])),
        )
      : value;

const matchers = {
  toBe: (found, wanted) => Object.is(found, wanted),
  toEqual: (found, wanted) => isDeepStrictEqual(plain(found), plain(wanted)),
  toMatch: (found, pattern) => pattern.test(found),
  toBeGreaterThan: (found, bound) => found > bound,
  toBeGreaterThanOrEqual: (found, bound) => found >= bound,
  toMatchFileSnapshot: (found, path) => found === readFileSync(new URL(path, expect.from), "utf8"),
};

export function expect(found) {
  const checked = (wanted) =>
    Object.fromEntries(
      Object.entries(matchers).map(([name, holds]) => [
        name,
        (...rest) => {
          if (holds(found, ...rest) !== wanted) throw new Error(`not ${name}`);
        },
      ]),
    );
  return { ...checked(true), not: checked(false) };
}
