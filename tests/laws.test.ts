/**
 * What holds for every rule on every fixture. A rule that must break a law is listed in `exceptions` with its reason;
 * the list is the documentation of oddities.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { lintProject, lintText, memoryFileSystem, rules } from "../src/index.ts";
import type { FileSystem, Finding } from "../src/index.ts";
import { resolveRules } from "../src/lint/active.ts";
import { tokenize as tokenizeMysql } from "../src/sql/mysql/lexer.ts";
import type { Token as MysqlToken } from "../src/sql/mysql/lexer.ts";
import { tokenize as tokenizePostgres } from "../src/sql/postgres/lexer.ts";
import type { Token as PostgresToken } from "../src/sql/postgres/lexer.ts";
import { isReservedBy } from "../src/model/mysql-words.ts";
import { mended, lintFixture, load } from "./support/lint-fixture.ts";
import { readGiven } from "./support/pieces.ts";
import { testRule } from "./support/rules.ts";

type Token = PostgresToken | MysqlToken;

/** As the database of the fixture reads it. */
function tokenize(text: string): readonly Token[] {
  const { dialect } = readGiven(text);
  return dialect === "postgres" ? tokenizePostgres(text) : tokenizeMysql(text, { product: dialect });
}

type Law =
  | "keyword case"
  | "white space and comments"
  | "neutral statements"
  | "renaming"
  | "later migrations"
  | "alone as together"
  | "a fix removes its finding"
  | "fix metadata"
  | "token boundaries";

const exceptions: Readonly<Record<Law, Readonly<Record<string, string>>>> = {
  "keyword case": {
    "unused-suppression": "speaks about comments, whose words are no SQL",
  },
  "white space and comments": {
    "missing-header": "speaks about comments",
    "missing-reason": "speaks about comments",
  },
  "neutral statements": {
    "concurrently-in-transaction": "two statements in one message make a transaction",
    "concurrently-with-other-statements": "counts the statements beside",
    "not-allowed-in-transaction": "two statements in one message make a transaction",
    "empty-migration": "a statement makes it not empty",
    "missing-rollback": "a statement makes a rollback not empty",
    "missing-header": "points at the first statement where there is no header",
    "missing-reason": "points at the first statement",
    "untracked-migration": "points at the first statement",
    "version-gap": "points at the first statement",
  },
  renaming: {
    "table-name": "speaks about names",
    "column-name": "speaks about names",
    "index-name": "speaks about names",
    "constraint-name": "speaks about names",
    "identifier-too-long": "speaks about names",
    "quoted-identifier": "speaks about names",
    "reserved-word-identifier": "speaks about names",
    "rename-table": "an archive name counts as a deprecation",
    "large-migration": "tables with a word in common belong together",
    "missing-reason": "a comment that only says the names gives no reason",
  },
  "later migrations": {
    "unused-suppression": "a fixture's file holds all its migrations, so `disable-file` reaches later ones",
    "lock-without-timeout": "its one message tells how many migrations more are concerned",
    "missing-rollback": "whether the folder holds rollbacks is a property of the whole",
  },
  "alone as together": {
    "unused-suppression": "says what others did",
    "trigger-on-busy-table": "`strict` gives it other options",
    "foreign-key-locks-referenced-table": "`strict` gives it other options",
    "analyze-after-backfill": "`strict` gives it other options",
  },
  "a fix removes its finding": {
    "lock-without-timeout": "speaks of the first of several transactions, and then of the next",
  },
  "fix metadata": {},
  "token boundaries": {
    "unused-suppression": "points at words of comments",
    "missing-rollback": "points at the start of a file",
    "missing-reason": "points at the start of a file",
    "missing-header": "points at the start of a file",
    "untracked-migration": "points at the start of a file",
    "empty-migration": "points at comments",
  },
};

const strict = { presets: ["strict" as const] };
const except = (law: Law, id: string): boolean => exceptions[law][id] !== undefined;

interface Case {
  readonly name: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

const folders = ["fixtures/rules", "fixtures/recipes"].map((folder) =>
  join(import.meta.dirname, "..", folder),
);
const paths = folders.filter(existsSync).flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    // A folder in a rule's folder is a project of several files, which the transformations here don't know.
    .filter((entry) => entry.isFile() && entry.name.endsWith(".sql") && depth(folder, entry.parentPath) < 2)
    .map((entry) => join(entry.parentPath, entry.name)),
);

function depth(folder: string, path: string): number {
  return path.slice(folder.length).split(/[\\/]/).length - 1;
}

const lint = (text: string, only?: string): readonly Finding[] => {
  const result = lintFixture(
    "migrations/x.sql",
    text,
    rules,
    undefined,
    only === undefined ? strict : { only: [only] },
  );
  expect(result.errors.map((error) => error.stack ?? error.message)).toEqual([]);
  return result.findings;
};

let cases: Case[] = [];
beforeAll(async () => {
  await load();
  cases = paths.map((path) => {
    const text = readFileSync(path, "utf8").replaceAll("\r\n", "\n");
    return { name: path.split(/[\\/]/).slice(-2).join("/"), text, findings: lint(text) };
  });
});

/** Rule and line of each finding, without those that the law doesn't bind. */
const places = (findings: readonly Finding[], law?: Law, line = (n: number) => n): string[] =>
  findings
    .filter((finding) => !law || !except(law, finding.ruleId))
    .map((finding) => `${line(finding.line)} ${finding.ruleId}`)
    .sort();

const withMessages = (findings: readonly Finding[], law?: Law): string[] =>
  findings
    .filter((finding) => !law || !except(law, finding.ruleId))
    .map((finding) => `${finding.line} ${finding.ruleId} ${finding.message}`)
    .sort();

/** Holds the law on all cases and names the cases that break it. */
function holds(broken: (one: Case) => unknown): void {
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
  return dialect === "postgres" || isReservedBy(dialect, word);
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
  !/^\\|^delimiter\b|\bcopy\b|\\\.|\$\w*\$|format\(|\$\{|\{\{|%\(|\s:['"\w]/im.test(text);

it("has cases", () => {
  expect(cases.length).toBeGreaterThan(40);
});

describe("1: line ends, BOM and the last line don't matter", () => {
  it("CRLF", () => {
    holds(({ text, findings }) => {
      expect(withMessages(lint(text.replaceAll("\n", "\r\n")))).toEqual(withMessages(findings));
    });
  });
  it("BOM", () => {
    holds(({ text, findings }) => {
      expect(withMessages(lint(`\uFEFF${text}`))).toEqual(withMessages(findings));
    });
  });
  it("no final newline", () => {
    holds(({ text, findings }) => {
      expect(withMessages(lint(text.trimEnd()))).toEqual(withMessages(findings));
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

describe("3: nothing to read, nothing to say", () => {
  const quiet = ["empty-migration", "syntax-error", "missing-rollback", "bad-file-name", "missing-header"];
  it.each([
    "",
    "\n\n",
    "-- only this\n",
    "/* a */ ;",
    "\uFEFF",
    "\0",
    "SELEC 1;",
    "'",
    "$$",
    "/*",
    "(((((((((",
    "\\",
  ])("%j", async (text) => {
    const { findings, errors } = await lintText(text, { opinions: strict });
    expect(errors).toEqual([]);
    expect(findings.filter((finding) => !quiet.includes(finding.ruleId))).toEqual([]);
  });

  it("and what can't be read leaves its neighbours linted", async () => {
    const { findings } = await lintText("SELEC 1;\nDROP TABLE t;\nALTER TABL x;");
    expect(findings.map((finding) => `${finding.line} ${finding.ruleId}`)).toEqual(
      expect.arrayContaining(["1 syntax-error", "2 drop-table", "3 syntax-error"]),
    );
  });
});

it("4: SELECT 1 before or after changes nothing", () => {
  const law = "neutral statements";
  holds(({ text, findings }) => {
    const before = text.replace(/^(-- given:[^\n]*\n)?/, (given) => `${given}SELECT 1;\n`);
    expect(places(lint(before), law, (line) => line - 1)).toEqual(places(findings, law));
    expect(places(lint(`${text}\nSELECT 1;\n`), law)).toEqual(places(findings, law));
  });
});

it("5: consistent renaming changes only names", () => {
  const law = "renaming";
  holds(({ text, findings }) => {
    // Configuration and such comments name a table outside of the SQL.
    if (!isPlain(text) || /ddlint-deprecated|^-- given:.*\b(?:table|options) |schema_migrations/.test(text))
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
    if (
      /'[^']*'/.test(text.replace(/--[^\n]*/g, "")) &&
      [...names].some((name) => text.includes(`'${name ?? ""}`))
    )
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
  holds(({ text, findings }) => {
    for (const id of new Set(findings.map((finding) => finding.ruleId))) {
      const rule = rules.find((one) => one.id === id);
      // `strict` may give it other options than it has alone.
      if (except(law, id) || rule?.once) continue;
      expect(withMessages(lint(text, id))).toEqual(
        withMessages(findings.filter((finding) => finding.ruleId === id)),
      );
    }
  });
});

it("8: the order in which files are found doesn't matter", async () => {
  const files: Record<string, string> = {};
  for (const { text } of cases.slice(0, 30)) {
    const number = String(Object.keys(files).length + 1).padStart(3, "0");
    files[`migrations/${number}_step.sql`] = text;
  }
  const disk = memoryFileSystem(files);
  const reversed: FileSystem = {
    read: (path) => disk.read(path),
    list: (folder) => [...disk.list(folder)].reverse(),
  };
  const [a, b] = await Promise.all(
    [disk, reversed].map((fs) => lintProject({ cwd: "/", fs, opinions: strict })),
  );
  expect(JSON.stringify(b?.findings)).toBe(JSON.stringify(a?.findings));
  expect(a?.errors).toEqual([]);
});

it("9: rules change nothing of what they are given", () => {
  holds(({ text, findings }) => {
    const result = lintFixture("migrations/x.sql", text, rules, undefined, strict, { freeze: true });
    expect(result.errors.map((error) => error.stack)).toEqual([]);
    expect(withMessages(result.findings)).toEqual(withMessages(findings));
  });
});

/** The same line of the text's end: what is inserted before moves the others down. */
const isAt = (a: Finding, b: Finding, textA: string, textB: string): boolean =>
  textA.split("\n").length - a.line === textB.split("\n").length - b.line;

it("10: a fix removes its finding, causes no other, and ends", () => {
  holds(({ text, findings }) => {
    for (const finding of findings) {
      if (!finding.fix && finding.suggestions.length === 0) continue;
      const fixed = mended(text, [finding]);
      const after = lint(fixed);
      const count = (list: readonly Finding[], id: string) => list.filter((one) => one.ruleId === id).length;
      const left = count(findings, finding.ruleId) - 1;
      if (except("a fix removes its finding", finding.ruleId))
        expect(after.some((one) => one.ruleId === finding.ruleId && isAt(one, finding, fixed, text))).toBe(
          false,
        );
      else expect(count(after, finding.ruleId)).toBe(left);
      expect(count(after, "syntax-error")).toBe(count(findings, "syntax-error"));
    }
  });
});

it("11: fix metadata is honest", () => {
  const offers = new Set(
    cases.flatMap(({ findings }) =>
      findings.flatMap((one) => (one.fix || one.suggestions.length > 0 ? [one.ruleId] : [])),
    ),
  );
  const dishonest = rules.filter(
    (rule) => !except("fix metadata", rule.id) && (rule.fix !== "none") !== offers.has(rule.id),
  );
  expect(dishonest.map((rule) => `${rule.id}: ${rule.fix}`)).toEqual([]);
});

it("12: a suppression silences exactly what it names", () => {
  holds(({ text, findings }) => {
    for (const id of new Set(findings.map((finding) => finding.ruleId))) {
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

it("14: rules are silent outside of their dialects", () => {
  const active = resolveRules(rules, strict, "mysql").active;
  expect(active.filter((one) => !one.rule.dialects.includes("mysql"))).toEqual([]);
});

it("15: a rule that throws is named, and the others run", async () => {
  const bad = testRule("bad-rule", {
    on: {
      dropTable() {
        throw new Error("oh no");
      },
      migration(_, context) {
        context.report({ at: { start: 0, end: 1 }, message: "found", data: undefined });
      },
    },
  });
  const { findings, errors } = await lintText("DROP TABLE t;", { rules: [bad, ...rules], path: "a.sql" });
  expect(errors).toMatchObject([
    { ruleId: "bad-rule", file: "a.sql", message: "oh no" },
    { ruleId: "bad-rule", file: "a.sql", message: 'no value for {{what}} in "found {{what}}"' },
  ]);
  expect(findings.map((finding) => finding.ruleId)).toContain("drop-table");
});

it("lists no exception for rules that don't exist", () => {
  const known = new Set(rules.map((rule) => rule.id));
  // These come later; their exceptions are known already.
  const planned = new Set([
    "concurrently-with-other-statements",
    "not-allowed-in-transaction",
    "empty-migration",
    "identifier-too-long",
    "table-name",
    "column-name",
    "index-name",
    "constraint-name",
    "quoted-identifier",
    "reserved-word-identifier",
  ]);
  const listed = Object.values(exceptions).flatMap((law) => Object.keys(law));
  expect(listed.filter((id) => !known.has(id) && !planned.has(id))).toEqual([]);
});
