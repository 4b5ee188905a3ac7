import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadCode, readCode } from "../../../src/sources/javascript/index.ts";
import { readPieces } from "../../../src/sources/pieces.ts";
import type { CodeDirection, CodeMigration } from "../../../src/sources/source.ts";
import { toolNamed } from "../../../src/project/known-tools.ts";
import type { FrontEnd } from "../../../src/sql/front-end.ts";
import { mariadb } from "../../../src/sql/mysql/parse.ts";
import { postgres } from "../../../src/sql/postgres/parse.ts";
import { indexLines } from "../../../src/text/lines.ts";
import { placeOf } from "../../../src/text/source-map.ts";
import { cpuTime } from "../../support/cpu-time.ts";

const home = join(import.meta.dirname, "../../../fixtures/code");

beforeAll(async () => {
  await loadCode();
  await postgres.load();
});

const isMysql = (folder: string): boolean => folder.endsWith("-mysql");

function readFixture(folder: string, file: string): CodeMigration {
  const tool = folder.replace(/-mysql$/, "");
  const readFile = (path: string): string | undefined => {
    try {
      return readFileSync(join(home, path), "utf8");
    } catch {
      return undefined;
    }
  };
  const path = `${folder}/${file}`;
  const text = readFile(path) ?? "";
  const wraps = toolNamed(tool).wraps !== "none";
  const read = readCode({ path, text, tool, wraps, readFile, isMysql: isMysql(folder) });
  if (read === undefined) throw new Error(`${tool} is not read`);
  return read;
}

/** Every statement, and for each operation where the reader of a finding is sent. */
function shown(read: CodeMigration, frontEnd: FrontEnd, own: string): string {
  const sources = new Map<string, ReturnType<typeof indexLines>>();
  const at = (span: { start: number; end: number }): string => {
    // What sends no SQL has its places in the file itself.
    const place = placeOf(read.map, span) ?? { path: own, span };
    const lines = sources.get(place.path) ?? indexLines(readFileSync(join(home, place.path), "utf8"));
    sources.set(place.path, lines);
    const text = readFileSync(join(home, place.path), "utf8").slice(place.span.start, place.span.end);
    const { line, column } = lines.position(place.span.start);
    return `${place.path}:${line}:${column} ${JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text)}`;
  };
  const direction = (name: string, own: CodeDirection | undefined): string[] => {
    if (own === undefined) return [`# no ${name}`];
    const parsed = readPieces(frontEnd, { ...read, part: own.part, comments: [] });
    return [
      `# ${name}${own.optedOut ? ", opted out" : ""}${own.empty ? ", empty" : ""}`,
      ...own.unsent.map((span) => `never sent ${at(span)}`),
      ...(own.unawaited ?? []).map(({ at: span }) => `not awaited ${at(span)}`),
      ...parsed.problems.map(({ message }) => `problem: ${message}`),
      ...parsed.statements.flatMap(({ span, operations }) => [
        read.text.slice(span.start, span.end).replace(/\s+/g, " "),
        ...operations.map(({ kind, span, head, conditional, repeated, asks = [] }) => {
          const asked = asks.map(
            ({ table, column, there }) =>
              ` if ${there ? "" : "no "}${table ?? ""}${column === undefined ? "" : `.${column}`}`,
          );
          const flags = `${conditional === true ? " conditional" : ""}${repeated === true ? " repeated" : ""}${asked.join("")}`;
          const same = span.start === head.start && span.end === head.end;
          return `  ${kind}${flags} ${at(span)}${same ? "" : `\n    head ${at(head)}`}`;
        }),
      ]),
    ];
  };
  const said = read.irreversible === undefined ? [] : [`# irreversible: "${read.irreversible}"`];
  return [...direction("up", read.up), ...direction("down", read.down), ...said, ""].join("\n");
}

const cases = readdirSync(home).flatMap((tool) =>
  readdirSync(join(home, tool))
    .filter((file) => /\.[jt]s$/.test(file))
    .map((file) => [tool, file] as const),
);

describe("what is read of migrations in code", () => {
  test.each(cases)("%s/%s", async (tool, file) => {
    const golden = join(home, tool, file.replace(/\.\w+$/, ".txt"));
    const found = shown(readFixture(tool, file), isMysql(tool) ? mariadb : postgres, `${tool}/${file}`);
    await expect(found).toMatchFileSnapshot(golden);
  });
});

test("a text cut anywhere is read without an exception", () => {
  for (const [tool, file] of cases) {
    const text = readFileSync(join(home, tool, file), "utf8");
    for (let end = 0; end < text.length; end += 37) {
      const path = `${tool}/${file}`;
      const own = { tool: tool.replace(/-mysql$/, ""), isMysql: isMysql(tool) };
      const read = readCode({
        path,
        text: text.slice(0, end),
        ...own,
        wraps: true,
        readFile: () => undefined,
      });
      expect(read?.text.startsWith(text.slice(0, end))).toBe(true);
    }
  }
});

test("deep and long texts take no longer than they have to", () => {
  const many = `exports.up = (knex) => knex.raw(${'"a" + '.repeat(20000)}"b");`;
  const deep = `exports.up = (knex) => knex.raw(${"(".repeat(20000)}1${")".repeat(20000)});`;
  const loops = `const l = [${"1,".repeat(400)}];
    exports.up = (knex) => l.map(() => l.map(() => l.map(() => knex.raw("DROP TABLE a"))));`;
  const self = `exports.up = (knex) => f(knex); const f = (k) => g(k); const g = (k) => f(k);`;
  for (const text of [many, deep, loops, self]) {
    const started = cpuTime();
    expect(
      readCode({ path: "a.js", text, tool: "knex", wraps: true, readFile: () => undefined }),
    ).toBeDefined();
    // Seconds, where a part of it that grows with the square of the text would take minutes.
    expect(cpuTime() - started).toBeLessThan(20_000);
  }
});
