/** Statements cut, spliced and damaged: no exception, every place inside of the text and between two tokens. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Operation } from "../../../src/model/operation.ts";
import type { MysqlOptions } from "../../../src/sql/mysql/options.ts";
import { createMysqlFrontEnd } from "../../../src/sql/mysql/parse.ts";
import { splitStatements } from "../../../src/sql/mysql/split.ts";
import { cpuTime } from "../../support/cpu-time.ts";

const folder = join(import.meta.dirname, "../../../fixtures/sql/mysql");
const options: readonly MysqlOptions[] = [
  { dialect: "mysql" },
  { dialect: "mariadb", ansiQuotes: true, lowerCaseTableNames: 1 },
];
const statements = readdirSync(folder)
  .filter((name) => name.endsWith(".sql"))
  .sort()
  .flatMap((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    return splitStatements(text, { dialect: "mysql" }).pieces.map(({ tokens }) =>
      tokens.map(({ start, end }) => text.slice(start, end)),
    );
  });
const words = [...new Set(statements.flat())];

type Place = { readonly start: number; readonly end: number };

/** Each span in it, but for those of texts that EXECUTE runs. */
function places(value: unknown): Place[] {
  if (Array.isArray(value)) return value.flatMap(places);
  if (typeof value !== "object" || value === null) return [];
  if ("start" in value && "end" in value) return [value as Place];
  if ("called" in value && value.called === true) return [];
  return Object.values(value).flatMap(places);
}

function check(text: string): void {
  for (const each of options) {
    const bugs: unknown[] = [];
    const parsed = createMysqlFrontEnd({ ...each, bug: (error) => bugs.push(error) }).read(text);
    expect(bugs).toEqual([]);
    const tokens = splitStatements(text, each).pieces.flatMap((piece) => piece.tokens);
    const starts = new Set(tokens.map(({ start }) => start));
    const ends = new Set(tokens.map(({ end }) => end));
    for (const { span, operations } of parsed.statements) {
      expect(operations.length).toBeGreaterThan(0);
      for (const place of places(operations)) {
        const isInside = place.start >= span.start && place.end <= span.end && place.start < place.end;
        if (!isInside || !starts.has(place.start) || !ends.has(place.end))
          expect.fail(
            `${JSON.stringify(text.slice(place.start, place.end))} in ${JSON.stringify(text)}: ${kinds(operations)}`,
          );
      }
    }
  }
}

const kinds = (operations: readonly Operation[]): string => operations.map(({ kind }) => kind).join();

const runs = { seed: 11, endOnFailure: true };

describe("random input", () => {
  it("statements without some of their tokens", () => {
    const cut = fc.constantFrom(...statements).chain((tokens) => fc.subarray(tokens, { minLength: 1 }));
    fc.assert(
      fc.property(cut, (tokens) => {
        check(tokens.join(" "));
      }),
      { ...runs, numRuns: 1500 },
    );
  });

  it("the beginnings of statements, with the ends of others", () => {
    const part = fc.tuple(
      fc.constantFrom(...statements),
      fc.nat(60),
      fc.constantFrom(...statements),
      fc.nat(60),
    );
    fc.assert(
      fc.property(part, ([a, first, b, second]) => {
        check([...a.slice(0, first + 1), ...b.slice(second % b.length)].join(" "));
      }),
      { ...runs, numRuns: 1500 },
    );
  });

  it("words in any order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...words, ";", "(", ")", "'", "delimiter $$\n", "/*!"), {
          minLength: 1,
          maxLength: 25,
        }),
        (list) => {
          check(list.join(" "));
        },
      ),
      { ...runs, numRuns: 1500 },
    );
  });

  it("any characters", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.constantFrom(...statements),
        (text, tokens) => {
          check(`${text} ${tokens.join(text.slice(0, 2))}`);
        },
      ),
      { ...runs, numRuns: 500 },
    );
  });
});

describe("time", () => {
  const fits = (text: string, limit: number): void => {
    const front = createMysqlFrontEnd();
    const before = cpuTime();
    front.read(text);
    expect(cpuTime() - before).toBeLessThan(limit);
  };

  it.each([
    ["rows", `insert into t values ${"(1, 'abc', null, 2.5),".repeat(100_000)}(1)`],
    ["parentheses", `select ${"(".repeat(20_000)}1${")".repeat(20_000)}`],
    ["sub-selects", `select ${"(select ".repeat(3_000)}1${")".repeat(3_000)}`],
    ["operators", `select 1${" + a".repeat(100_000)}`],
    ["conditions", `update t set a = 1 where ${"(a = 1 and ".repeat(2_000)}b = 2${")".repeat(2_000)}`],
    ["columns", `create table t (${"c int not null default 1,".repeat(5_000)} primary key (c))`],
    ["begins", "create procedure p() begin ".repeat(5_000)],
    ["open comments", "/*! ".repeat(20_000)],
    ["skipped comments", "/*!99999 /* ".repeat(20_000)],
    ["delimiters", "delimiter ;;\n".repeat(10_000)],
  ])("is linear in %s", (_name, text) => {
    fits(text, 4_000);
  });
});
