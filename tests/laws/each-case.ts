/** What holds for every rule on every fixture; a shard of them in each test file, so that cores share the work. */
import { beforeAll, describe, expect, it } from "vitest";
import { rules } from "../../src/index.ts";
import type { Finding } from "../../src/index.ts";
import { fixedText } from "../../src/engine/fixed-point.ts";
import { mariadb } from "../../src/dialects/mariadb.ts";
import { mysql } from "../../src/dialects/mysql.ts";
import { tokenize as tokenizeMysql } from "../../src/sql/mysql/lexer.ts";
import type { Token as MysqlToken } from "../../src/sql/mysql/lexer.ts";
import { tokenize as tokenizePostgres } from "../../src/sql/postgres/lexer.ts";
import type { Token as PostgresToken } from "../../src/sql/postgres/lexer.ts";
import { withFixes } from "../../src/testing/compare.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";
import { readGiven } from "../../src/testing/fixture.ts";
import { lint, lintedCases, strict, type Case } from "./cases.ts";
import { except, places, withMessages } from "./exceptions.ts";

type Token = PostgresToken | MysqlToken;

/** As the database of the fixture reads it. */
function tokenize(text: string): readonly Token[] {
  const { dialect } = readGiven(text);
  return dialect === "mysql" || dialect === "mariadb"
    ? tokenizeMysql(text, { dialect })
    : tokenizePostgres(text);
}

/** Holds the law on all cases and names the cases that break it. */
function holdsOn(cases: readonly Case[], broken: (one: Case) => unknown): void {
  const failures: string[] = [];
  for (const one of cases) {
    try {
      broken(one);
    } catch (error) {
      failures.push(`${one.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  expect(failures.length, failures.slice(0, 5).join("\n\n")).toBe(0);
}

const isMysql = (text: string): boolean => readGiven(text).dialect !== "postgres";

/** MySQL keeps names as they are written. */
function isKeyWord(text: string, word: string): boolean {
  const { dialect } = readGiven(text);
  const names = { postgres: undefined, mysql: mysql.names, mariadb: mariadb.names, mongodb: undefined }[
    dialect
  ];
  return names === undefined || names.isReserved(word);
}

/** Rewrites the tokens of the SQL; fixture directives and other comments stay as they are. */
function rewrite(text: string, change: (token: Token, source: string) => string): string {
  let out = "";
  let at = 0;
  for (const token of tokenize(text)) {
    out += text.slice(at, token.start);
    const source = text.slice(token.start, token.end);
    out += token.kind === "comment" ? source : change(token, source);
    at = token.end;
  }
  return out + text.slice(at);
}

/** COPY data, psql commands and placeholders are no tokens. */
const isPlain = (text: string): boolean =>
  !/^\\|^delimiter\b|\bcopy\b|\\\.|\$\w*\$|format\(|\$\{|\{\$|\{\{|%\(|\s:['"\w]/im.test(text);

/** The same line of the text's end: what is inserted before moves the others down. */
const isAt = (a: Finding, b: Finding, textA: string, textB: string): boolean =>
  textA.split("\n").length - a.line === textB.split("\n").length - b.line;

/** Weakest first. */
const severities = ["note", "warning", "error"];

/**
 * For each case the rules that a law about one rule is held for: the rule that it is a fixture of, if that is found, and
 * other rules in the first case that has their findings in these directions. A rule that is found everywhere would be
 * held some thousand times.
 */
function rulesToHold(cases: readonly Case[]): ReadonlyMap<Case, readonly string[]> {
  const seen = new Set<string>();
  return new Map(
    cases.map((one) => {
      const directions = new Map<string, Set<string>>();
      for (const { ruleId, direction = "" } of one.findings)
        directions.set(ruleId, (directions.get(ruleId) ?? new Set()).add(direction));
      const ids = [...directions].flatMap(([id, of]) => {
        const key = [id, ...[...of].sort()].join(" ");
        const held = one.name.startsWith(`${id}/`) || !seen.has(key);
        seen.add(key);
        return held ? [id] : [];
      });
      return [one, ids];
    }),
  );
}

/** How many test files hold these laws. */
export const shards = 6;

export function lawsOfEachCase(shard: number): void {
  let cases: readonly Case[] = [];
  let idsOf: ReadonlyMap<Case, readonly string[]> = new Map();
  beforeAll(() => {
    cases = lintedCases(shard, shards);
    idsOf = rulesToHold(cases);
  });
  const holds = (broken: (one: Case) => unknown): void => {
    holdsOn(cases, broken);
  };

  it("has cases", () => {
    expect(cases.length).toBeGreaterThan(40);
  });

  describe("1: line ends, BOM and the last line don't matter", () => {
    it("CRLF", () => {
      holds(({ text, findings }) => {
        expect(withMessages(lint(text.replaceAll("\n", "\r\n")))).toEqual(withMessages(findings));
      });
    });
    it("BOM at the beginning, no newline at the end", () => {
      holds(({ text, findings }) => {
        expect(withMessages(lint(`\uFEFF${text.trimEnd()}`))).toEqual(withMessages(findings));
      });
    });
  });

  describe("2: spelling doesn't matter", () => {
    const law = "keyword case";
    it.each([
      ["upper", (word: string) => word.toUpperCase()],
      ["lower", (word: string) => word.toLowerCase()],
    ])("%s case", (_, change) => {
      holds(({ text, findings }) => {
        if (!isPlain(text)) return;
        const changes = ({ kind, value }: Token): boolean => kind === "word" && isKeyWord(text, value);
        const other = rewrite(text, (token, source) => (changes(token) ? change(source) : source));
        expect(places(lint(other), law)).toEqual(places(findings, law));
      });
    });

    it("comments and blanks between tokens", () => {
      holds(({ text, findings }) => {
        if (!isPlain(text)) return;
        const other = rewrite(text, (token, source) =>
          token.kind === "word" || token.kind === "quoted" ? `${source} /* ; -- ' */ ` : source,
        );
        expect(places(lint(other), "white space and comments")).toEqual(
          places(findings, "white space and comments"),
        );
      });
    });
  });

  it("4: SELECT 1 before and after changes nothing", () => {
    const law = "neutral statements";
    holds(({ text, findings }) => {
      const before = text.replace(/^(-- given:[^\n]*\n)?/, (given) => `${given}SELECT 1;\n`);
      // A last statement may end with the file.
      const isEnded = /;\s*$/.test(before.replaceAll(/--[^\n]*/g, ""));
      const around = `${before}\n${isEnded ? "" : ";"}SELECT 1;\n`;
      expect(places(lint(around), law, (line) => line - 1)).toEqual(places(findings, law));
    });
  });

  it("5: consistent renaming changes only names", () => {
    const law = "renaming";
    holds(({ text, findings }) => {
      // Configuration and such comments name a table outside of the SQL.
      if (
        !isPlain(text) ||
        /ddlint-deprecated|^-- given:.*\b(?:table|stats|schema|options) |schema_migrations/.test(text)
      )
        return;
      const names = new Set([...text.matchAll(/CREATE TABLE ([a-z]\w*) \(/g)].map((match) => match[1]));
      // Names that the server makes up from a table's name (orders_pkey) have to follow it.
      const renamed = rewrite(text, (token, source) => {
        if (token.kind !== "word" && !(isMysql(text) && token.kind === "quoted")) return source;
        const base = [...names].find(
          (name) => token.value === name || token.value.startsWith(`${name ?? ""}_`),
        );
        if (base === undefined) return source;
        return token.kind === "word" ? `zq${source}` : `\`zq${source.slice(1)}`;
      });
      // A literal keeps the name.
      const literals = text.replace(/--[^\n]*/g, "").match(/'[^']*'/g) ?? [];
      if ([...names].some((name) => literals.some((literal) => new RegExp(`\\b${name ?? ""}`).test(literal))))
        return;
      expect(places(lint(renamed), law)).toEqual(places(findings, law));
    });
  });

  it("6: a later migration never changes earlier findings", () => {
    const law = "later migrations";
    const project = new Set(rules.filter((rule) => rule.on.project).map((rule) => rule.id));
    holds(({ text, findings }) => {
      const cut = text.lastIndexOf("\n-- next migration\n");
      if (cut < 0) return;
      const lines = text.slice(0, cut + 1).split("\n").length - 1;
      const mine = (finding: Finding): boolean => !project.has(finding.ruleId);
      const earlier = lint(text.slice(0, cut + 1)).filter(mine);
      const before = findings.filter((finding) => finding.line <= lines).filter(mine);
      expect(withMessages(earlier, law)).toEqual(withMessages(before, law));
    });
  });

  it("7: a rule says the same alone as together", () => {
    const law = "alone as together";
    holds((one) => {
      const { text, findings } = one;
      for (const id of idsOf.get(one) ?? []) {
        const rule = rules.find((other) => other.id === id);
        // `strict` may give it other options than it has alone.
        if (except(law, id) || rule?.once) continue;
        expect(withMessages(lint(text, id))).toEqual(
          withMessages(findings.filter((finding) => finding.ruleId === id)),
        );
      }
    });
  });

  it("9: rules change nothing of what they are given", () => {
    holds(({ text, findings }) => {
      const result = lintFixture("migrations/x.sql", text, rules, undefined, strict, { freeze: true });
      expect(result.errors.map((error) => error.stack)).toEqual([]);
      expect(withMessages(result.findings)).toEqual(withMessages(findings));
    });
  });

  it("10: a fix removes its finding and causes none that is as severe", () => {
    holds(({ text, findings }) => {
      for (const finding of findings) {
        if (!finding.fix && finding.suggestions.length === 0) continue;
        const fixed = withFixes(text, [finding]);
        const after = lint(fixed);
        const count = (list: readonly Finding[], id: string) =>
          list.filter((one) => one.ruleId === id).length;
        const left = count(findings, finding.ruleId) - 1;
        if (except("a fix removes its finding", finding.ruleId))
          expect(after.some((one) => one.ruleId === finding.ruleId && isAt(one, finding, fixed, text))).toBe(
            false,
          );
        // What is about the end of the history may be repaired earlier, too.
        else if (except("later migrations", finding.ruleId))
          expect(count(after, finding.ruleId)).toBeLessThanOrEqual(left);
        else expect(count(after, finding.ruleId)).toBe(left);
        expect(count(after, "syntax-error")).toBe(count(findings, "syntax-error"));
        if (except("a fix causes no other finding", finding.ruleId)) continue;
        const come = after.filter(
          ({ ruleId, severity }) =>
            severities.indexOf(severity) >= severities.indexOf(finding.severity) &&
            count(after, ruleId) > count(findings, ruleId),
        );
        expect(
          come.map(({ ruleId }) => ruleId),
          `of ${finding.ruleId}`,
        ).toEqual([]);
      }
    });
  });

  it("10: fixes come to an end: a second run has none", () => {
    holds(({ text, findings }) => {
      if (!findings.some(({ fix }) => fix)) return;
      const lintNow = (now: string) => ({ findings: now === text ? findings : lint(now) });
      const fixed = fixedText(text, lintNow) ?? text;
      expect(fixed).not.toBe(text);
      expect(lint(fixed).filter(({ fix }) => fix)).toEqual([]);
    });
  });

  it("12: a suppression silences exactly what it names", () => {
    holds((one) => {
      const { text, findings } = one;
      for (const id of idsOf.get(one) ?? []) {
        if (id === "unused-suppression") continue;
        // At the top: an unterminated string would swallow it at the end.
        const directive = `-- ddlint-disable-file ${id}\n`;
        const left = lint(text.replace(/^(-- given:[^\n]*\n)?/, (given) => given + directive));
        const others = findings.filter((finding) => finding.ruleId !== id);
        expect(places(left, undefined, (line) => line - 1)).toEqual(places(others));
      }
    });
  }, 180_000);

  it("13: findings begin and end with tokens", () => {
    holds(({ text, findings }) => {
      const tokens = tokenize(text);
      const starts = new Set(tokens.map((token) => token.start));
      const ends = new Set(tokens.map((token) => token.end));
      // What is never closed is told by its first line.
      for (const { start, unterminated } of tokens) if (unterminated) ends.add(text.indexOf("\n", start));
      // Of a body between single dollars, the first of them is told.
      for (const { start, end, kind } of tokens)
        if (kind === "operator" && end - start > 1 && text.charAt(start) === "$") ends.add(start + 1);
      const lineStarts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
      const offset = (line: number, column: number): number => (lineStarts[line - 1] ?? 0) + column - 1;
      const loose = findings.filter((finding) => {
        if (except("token boundaries", finding.ruleId)) return false;
        const start = offset(finding.line, finding.column);
        const end = offset(finding.endLine, finding.endColumn);
        return start === end || !starts.has(start) || !ends.has(end);
      });
      // Inside of a string (a function's body) the tokens are the string's own.
      const outside = loose.filter((finding) => {
        const at = offset(finding.line, finding.column);
        return !tokens.some((token) => token.kind === "string" && token.start < at && at < token.end);
      });
      expect(
        outside.map((one) => `${one.line}:${one.column}-${one.endLine}:${one.endColumn} ${one.ruleId}`),
      ).toEqual([]);
    });
  });

  it("14: no two findings of a place contradict each other", () => {
    holds(({ findings }) => {
      const broken = findings.flatMap((a) =>
        findings
          .filter((b) => a.line === b.line && a.direction === b.direction && contradict(a.message, b.message))
          .map((b) => `${a.line} ${a.ruleId}: ${a.message}; ${b.ruleId}: ${b.message}`),
      );
      expect(broken).toEqual([]);
    });
  });

  it("15: advice to look at rows is a query by hand, as no migration shows what it selects", () => {
    holds(({ findings }) => {
      const sent = findings.flatMap(({ ruleId, advice = [] }) =>
        advice
          .filter(({ language, intent }) => language === "sql" && intent !== "external")
          .filter(({ text }) => text.split(/;\n/).every((sql) => isQuestion.test(sql)))
          .map(({ text }) => `${ruleId}: ${text}`),
      );
      expect(sent).toEqual([]);
    });
  });
}

/** Functions that change something are called by SELECT as well. */
const isQuestion = /^(?:SELECT|WITH|SHOW|EXPLAIN)\b(?! *(?:setval|\w+\())/i;

/** What one of a pair claims, the other denies, of the same object where they name one. */
const contradictions: readonly (readonly [claim: RegExp, denial: RegExp])[] = [
  [
    /^(?:the rollback )?fails: (?<object>.+) exists already$/,
    /^(?:the rollback )?fails: (?:there is no |nothing before this creates )?(?<object>.+?)(?: was dropped or renamed before)?$/,
  ],
  [
    /^no transaction is open here/,
    /\btransaction that the migration tool opened\b|^(?:the rollback )?fails: .* in a transaction/,
  ],
  [
    /^commits by itself/,
    /\btransaction that the migration tool opened\b|^(?:the rollback )?fails: .* in a transaction/,
  ],
];

const contradict = (a: string, b: string): boolean =>
  contradictions.some(([claim, denial]) => {
    const [claimed, denied] = [claim.exec(a), denial.exec(b)];
    if (claimed === null || denied === null) return false;
    return claimed.groups?.["object"] === denied.groups?.["object"];
  });
