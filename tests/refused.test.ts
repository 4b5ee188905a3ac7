/**
 * A statement that the server is sure to refuse needs no other advice: its table, type or schema is gone. Rules that
 * speak all the same say why: `alsoRefused`.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "../src/index.ts";
import type { Finding } from "../src/index.ts";
import { postgres } from "../src/sql/postgres/parse.ts";
import { lintFixture } from "../src/testing/lint-fixture.ts";
import { readGiven } from "../src/testing/fixture.ts";

const root = join(import.meta.dirname, "../fixtures/rules");
const tellers = ["unknown-table", "unknown-column", "unknown-object"];

const lint = (text: string, ...only: readonly string[]): readonly Finding[] =>
  lintFixture("migrations/x.sql", text, rules, undefined, { only }).findings;

/** Drops all that a fixture makes, and what the finding's statement locks. */
function drops(text: string, { locks }: Finding): string {
  const kind = "TABLE|VIEW|MATERIALIZED VIEW|TYPE|DOMAIN|SEQUENCE|SCHEMA";
  const made = [
    ...text.matchAll(new RegExp(`^\\s*CREATE (?:UNLOGGED )?(${kind}) (?:IF NOT EXISTS )?([\\w."]+)`, "gim")),
  ].map(([, what = "", name = ""]) => `DROP ${what} IF EXISTS ${name} CASCADE;`);
  const locked = locks.map(
    ({ relation }) => `DROP TABLE IF EXISTS "${relation.replace(".", '"."')}" CASCADE;`,
  );
  return [...new Set([...made, ...locked])].join("\n");
}

/** The plain statements of a text with a finding of the rule, by their texts. */
function guilty(text: string, id: string): ReadonlyMap<string, Finding> {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const { statements } = postgres.read(text);
  return new Map(
    lint(text, id).flatMap((finding) => {
      const at = (starts[finding.line - 1] ?? 0) + finding.column - 1;
      const span = statements.find(({ span: { start, end } }) => start <= at && at < end)?.span;
      const own = span && text.slice(span.start, span.end).replace(/--[^\n]*/g, "");
      return own === undefined || /^(?:DO|CALL|SELECT)\b/i.test(own) ? [] : [[own, finding]];
    }),
  );
}

describe("what is sure to fail gets no advice", () => {
  const held = rules.filter(
    ({ alsoRefused: { objects, tables } }) => objects === undefined && tables === undefined,
  );
  it.each(held.map(({ id }) => id))("%s", (id) => {
    const names = readdirSync(join(root, id)).filter((name) => /^bad.*(?<!\.fixed)\.sql$/.test(name));
    const wrong = names.flatMap((name) => {
      const text = readFileSync(join(root, id, name), "utf8").replaceAll("\r\n", "\n");
      // MySQL's front end has its own statements, and drops without CASCADE.
      if (readGiven(text).dialect !== "postgres") return [];
      return [...guilty(text, id)].flatMap(([statement, finding]) => {
        const before = `${text}\n-- next migration\n${drops(text, finding)}\n-- next migration\n`;
        const first = before.split("\n").length;
        const here = lint(`${before}${statement};\n`, id, ...tellers).filter(({ line }) => line >= first);
        const isRefused = here.some(({ ruleId }) => tellers.includes(ruleId));
        const own = here.filter(({ ruleId }) => ruleId === id);
        return isRefused ? own.map(({ message }) => `${name}: ${statement}: ${message}`) : [];
      });
    });
    expect(wrong).toEqual([]);
  });
});
