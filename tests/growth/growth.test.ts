/** Work grows with the text, not with its square: a migration from a fork may be made to take hours. */
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { lintText, loadEngine } from "../../src/index.ts";
import type { DialectName } from "../../src/index.ts";
import { shapes, type Shape } from "./shapes.ts";
import { startCounter, type Counter } from "./steps.ts";

interface Bound {
  readonly why: string;
  /** A size beyond it, if that many can be run. */
  readonly beyond?: number;
}

const members: Bound = {
  why: "each statement looks at the members of its table, of which src/schema/bounds.ts holds so many",
  beyond: 2500,
};
const columns: Bound = {
  why: "each statement looks at the columns of its table, of which src/schema/bounds.ts holds as many as a server",
};
const neighbours: Bound = {
  why: "each statement looks at its nearest neighbours, of which ScriptSteps gives so many",
  beyond: 1500,
};
const partitions: Bound = {
  why: "each bound is compared with those of the newest partitions",
  beyond: 1500,
};

/** Shapes whose work for one statement grows up to a bound. */
const bounded: Readonly<Record<string, Bound>> = {
  "postgres: partitions": partitions,
  "postgres: foreign keys to a partition": partitions,
  "postgres: ALTER of the parent of partitions": partitions,
  "postgres: ADD COLUMN in one ALTER": columns,
  "postgres: ADD COLUMN": columns,
  "postgres: ADD CHECK": members,
  "postgres: ADD FOREIGN KEY": members,
  "postgres: ADD VALUE": members,
  "postgres: RENAME COLUMN": neighbours,
  "postgres: functions": neighbours,
  "postgres: joins": {
    why: "a column without the name of its table is looked up in so many",
    beyond: 1500,
  },
  "postgres: triggers": members,
  "postgres: policies": members,
  "postgres: ALTER COLUMN in one ALTER": columns,
  "postgres: DROP COLUMN in one ALTER": columns,
  "mysql: CREATE INDEX": { ...members, beyond: 1500 },
  "mysql: KEYs of one table": { ...members, beyond: 1500 },
  "mysql: ADD COLUMN": columns,
  "mysql: ADD COLUMN in one ALTER": columns,
  "mysql: MODIFY in one ALTER": columns,
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

/** `x` where doubling a text makes n^x of it. */
async function growth({ dialect, text }: Shape, from: number): Promise<number> {
  const half = await counter.steps(() => lint(text(from), dialect));
  const whole = await counter.steps(() => lint(text(2 * from), dialect));
  return Math.log2(whole / half);
}

describe("steps grow by at most n^1.2", () => {
  it.each(shapes)("%s", async (name, shape) => {
    // What runs for the first time is compiled, which counts too.
    await lint(shape.text(2 * size), shape.dialect);
    const bound = bounded[name];
    const exponent = await growth(shape, bound?.beyond ?? 2 * size);
    if (bound !== undefined && bound.beyond === undefined)
      expect(exponent, "it may leave the list").toBeGreaterThan(most);
    else expect(exponent, counter.busiest().join("\n")).toBeLessThan(most);
  });
});
