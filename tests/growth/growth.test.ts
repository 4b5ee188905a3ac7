/** Work grows with the text, not with its square: a migration from a fork may be made to take hours. */
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { lintText, loadEngine } from "../../src/index.ts";
import type { DialectName } from "../../src/index.ts";
import { shapes } from "./shapes.ts";
import { startCounter, type Counter } from "./steps.ts";

const members =
  "each statement looks at the members of its table, of which src/schema/bounds.ts holds so many";
const neighbours = "each statement looks at its nearest neighbours, of which ScriptSteps gives so many";
const partitions = "each bound is compared with those of the newest partitions";

/** Shapes whose work for one statement grows up to a bound, and which. */
const bounded: Readonly<Record<string, string>> = {
  "postgres: partitions": partitions,
  "postgres: foreign keys to a partition": partitions,
  "postgres: ALTER of the parent of partitions": partitions,
  "postgres: ADD COLUMN in one ALTER": members,
  "postgres: ADD COLUMN": members,
  "postgres: ADD CHECK": members,
  "postgres: ADD VALUE": members,
  "postgres: RENAME COLUMN": neighbours,
  "postgres: functions": neighbours,
  "postgres: joins": "a column without the name of its table is looked up in so many",
  "postgres: triggers": members,
  "postgres: policies": members,
  "postgres: ALTER COLUMN in one ALTER": members,
  "postgres: DROP COLUMN in one ALTER": members,
  "mysql: CREATE INDEX": members,
  "mysql: KEYs of one table": members,
  "mysql: ADD COLUMN": members,
  "mysql: ADD COLUMN in one ALTER": members,
  "mysql: MODIFY in one ALTER": members,
};

const most = 1.2;
const size = 150;

let counter: Counter;

beforeAll(async () => {
  await loadEngine();
  counter = await startCounter(join(import.meta.dirname, "../.."));
});

const lint = (text: string, dialect: DialectName) =>
  lintText(text, { facts: { dialect }, opinions: { presets: ["strict"] } });

describe("steps grow by at most n^1.2", () => {
  it.each(shapes)("%s", async (name, { dialect, text }) => {
    // What runs for the first time is compiled, which counts too.
    await lint(text(2 * size), dialect);
    const half = await counter.steps(() => lint(text(2 * size), dialect));
    const whole = await counter.steps(() => lint(text(4 * size), dialect));
    const exponent = Math.log2(whole / half);
    if (name in bounded) expect(exponent, "it may leave the list").toBeGreaterThan(most);
    else expect(exponent, counter.busiest().join("\n")).toBeLessThan(most);
  });
});
