/** A statement that the server is sure to refuse needs no other advice: its table, type or schema is gone. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { rules } from "../src/index.ts";
import type { Finding } from "../src/index.ts";
import { postgres } from "../src/sql/postgres/parse.ts";
import { lintFixture, load } from "./support/lint-fixture.ts";
import { readGiven } from "./support/pieces.ts";

const root = join(import.meta.dirname, "../fixtures/rules");
const tellers = ["unknown-table", "unknown-column", "unknown-object"];

const written = "looks at what is written";
const locks = "says what the table would suffer, if it were there after all";
const fails = "says itself that it fails";

/** Rules that speak all the same. */
const exceptions: Readonly<Record<string, string>> = {
  "add-column-auto-increment": locks,
  "add-column-generated": locks,
  "add-column-not-null": locks,
  "add-column-volatile-default": locks,
  "add-column-with-constraint": locks,
  "char-column": written,
  "check-without-not-valid": locks,
  "column-name": written,
  "concurrently-in-transaction": fails,
  "constraint-name": written,
  "disable-row-level-security": written,
  "duplicate-object": fails,
  "float-for-money": written,
  "foreign-key-without-not-valid": locks,
  "foreign-key-without-on-delete": written,
  "identifier-too-long": written,
  "index-name": written,
  "index-without-concurrently": locks,
  "inherited-table": written,
  "missing-header": written,
  "missing-reason": written,
  "missing-rollback": written,
  "not-allowed-in-transaction": fails,
  "nullable-boolean": written,
  "policy-always-true": written,
  "primary-key-without-index": locks,
  "quoted-identifier": written,
  "reserved-word-identifier": written,
  "rule-instead-of-trigger": written,
  "security-definer-view": written,
  "serial-column": written,
  "server-side-program": written,
  "set-not-null": locks,
  "table-name": written,
  "table-rewrite": locks,
  "table-without-primary-key": written,
  "timestamp-without-time-zone": written,
  "unique-constraint-without-index": locks,
  "unlogged-table": written,
  "untracked-migration": written,
  "unsupported-by-version": fails,
  "validate-in-same-transaction": locks,
  "varchar-with-length": written,
  "volatile-check": written,
};

beforeAll(load);

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
  const held = rules.filter(({ id }) => exceptions[id] === undefined && !tellers.includes(id));
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
