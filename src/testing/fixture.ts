/**
 * Reads a fixture: one text that holds a whole history.
 *
 *     -- given: server postgres 14; transaction block; first file 20240101_a.sql
 *     CREATE TABLE t (…);
 *     -- next migration
 *     DROP TABLE t; -- want "regex"
 *     -- rollback
 *     CREATE TABLE t (…);
 */
import { handMade, isKnownTool, rankedTools, toolFacts, toolNamed } from "../project/known-tools.ts";
import { keepsRollbacks } from "../project/migration.ts";
import type { History, Migration, RunnerTransaction, Script } from "../project/migration.ts";
import type { Stats } from "../project/stats.ts";
import { dialectNames, type DialectName } from "../model/dialect.ts";
import { nearest } from "../text/nearest.ts";

export interface Want {
  readonly pattern: string;
  /** From 1. */
  readonly line: number;
}

export interface Given {
  readonly dialect: DialectName;
  readonly serverVersion: number;
  /** The first line says it, with the minor version: `14.2`. */
  readonly versionStated: boolean;
  readonly serverMinor?: number | undefined;
  /** `8.0.36` → `[8, 0, 36]`. */
  readonly release?: readonly number[] | undefined;
  /** What the runner does: `none`, `block`, `batch` (one for all pending migrations), `single-query`, `pipeline`, `unknown`. */
  readonly transaction: string;
  /** All rules of `recommended` run, or all rules at all. */
  readonly rules: (typeof ruleSets)[number];
  readonly firstFile?: string | undefined;
  readonly startAfter?: string | undefined;
  readonly lockTimeout?: string | undefined;
  readonly sqlMode?: string | undefined;
  readonly tables: Readonly<Record<string, "small" | "large">>;
  /** Sizes in production, by key. */
  readonly stats?: Stats | undefined;
  /** The schema that the history begins with, as SQL. */
  readonly schema?: string | undefined;
  /** Options of the rule, as JSON. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  readonly tool?: string | undefined;
  /** The clock; undefined: nothing is compared with it. */
  readonly now?: string | undefined;
}

export interface Fixture {
  readonly given: Given;
  readonly history: History;
  readonly wants: readonly Want[];
}

const plain: Given = {
  dialect: "postgres",
  serverVersion: 17,
  versionStated: false,
  transaction: "block",
  rules: "folder",
  tables: {},
};

const ruleSets = ["folder", "recommended", "all"] as const;
const sizes = ["small", "large"] as const;

/** A mistake of the fixture itself, where nothing can be linted. */
export class FixtureError extends Error {
  override readonly name = "FixtureError";
}

function oneOf<T extends string>(values: readonly T[], value: string, setting: string): T {
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  throw new FixtureError(`"${setting}": expected ${values.join(" or ")}`);
}

/** What may stand in `given`. */
const settings = [
  "server",
  "transaction",
  "rules",
  "first file",
  "start after",
  "lock_timeout",
  "sql_mode",
  "now",
  "tool",
  "options",
  "schema",
  "stats",
  "table",
];

/**
 * `-- given:` settings, separated by `;`.
 *
 * @throws FixtureError for one it doesn't know, so that a typo isn't a silent pass
 */
export function readGiven(text: string): Given {
  const line = /^\uFEFF?(?:--|\/\/) given:([^\r\n]*)/.exec(text)?.[1] ?? "";
  let given: Given = plain;
  for (const setting of line.split(";").map((part) => part.trim())) {
    if (setting === "") continue;
    const [word = "", ...rest] = setting.split(/\s+/);
    const value = rest.join(" ");
    const last = rest[rest.length - 1] ?? "";
    if (word === "server") given = { ...given, ...serverOf(setting, rest) };
    else if (word === "transaction") {
      given = { ...given, transaction: oneOf(Object.keys(runners), value, setting) };
    } else if (word === "rules") given = { ...given, rules: oneOf(ruleSets, value, setting) };
    else if (word === "first" && rest[0] === "file") given = { ...given, firstFile: last };
    else if (word === "start" && rest[0] === "after") given = { ...given, startAfter: last };
    else if (word === "lock_timeout") given = { ...given, lockTimeout: value };
    else if (word === "sql_mode") given = { ...given, sqlMode: value };
    else if (word === "now") given = { ...given, now: value };
    else if (word === "tool") given = { ...given, tool: toolOf(value, setting) };
    else if (word === "options") given = { ...given, options: optionsOf(value, setting) };
    else if (word === "schema") given = { ...given, schema: `${given.schema ?? ""}${value};\n` };
    else if (word === "stats") given = { ...given, stats: statsOf(given.stats, rest, setting) };
    else if (word === "table") {
      given = { ...given, tables: { ...given.tables, [rest[0] ?? ""]: oneOf(sizes, last, setting) } };
    } else throw unknownSetting(setting);
  }
  return given;
}

function unknownSetting(setting: string): FixtureError {
  const [first = "", second = ""] = setting.replace(":", " ").split(/\s+/);
  const meant = nearest(first, settings) ?? nearest(`${first} ${second}`, settings);
  return new FixtureError(
    `unknown given: ${setting}; ${meant === undefined ? `expected ${settings.join(", ")}` : `did you mean "${meant}"?`}`,
  );
}

function serverOf(setting: string, [name = "", version]: readonly string[]): Partial<Given> {
  const dialect = oneOf(dialectNames, name, setting);
  if (version === undefined) return { dialect };
  if (!/^\d+(?:\.\d+){0,2}$/.test(version))
    throw new FixtureError(`"${setting}": expected a version such as 17 or 8.0.36`);
  const release = version.split(".").map(Number);
  const [serverVersion = 0, serverMinor] = release;
  return {
    dialect,
    serverVersion,
    versionStated: true,
    release,
    ...(serverMinor !== undefined && { serverMinor }),
  };
}

function toolOf(name: string, setting: string): string {
  if (isKnownTool(name)) return name;
  const meant = nearest(
    name,
    rankedTools.map((tool) => tool.name),
  );
  throw new FixtureError(
    `"${setting}": there is no such tool${meant === undefined ? "" : `; did you mean "${meant}"?`}`,
  );
}

function optionsOf(json: string, setting: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new FixtureError(`"${setting}": ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new FixtureError(`"${setting}": expected an object, such as { "column": "tenant_id" }`);
}

function statsOf(before: Stats | undefined, words: readonly string[], setting: string): Stats {
  const [table = "", rows, , bytes] = words;
  const key = table.includes(".") ? table : `public.${table}`;
  const sizes = { rows: Number(rows), bytes: Number(bytes) };
  if (!(sizes.rows >= 0 && sizes.bytes >= 0))
    throw new FixtureError(`"${setting}": expected stats <table> <n> rows <n> bytes`);
  return new Map([...(before ?? []), [key, sizes]]);
}

const runners: Readonly<Record<string, RunnerTransaction>> = {
  none: { wraps: "none", sends: "statement", optedOut: false },
  block: {
    wraps: "each",
    sends: "statement",
    optedOut: false,
    optOut: "-- no transaction at the top of the file",
  },
  batch: { wraps: "all", sends: "statement", optedOut: false },
  "single-query": { wraps: "none", sends: "text", optedOut: false },
  pipeline: { wraps: "none", sends: "pipeline", optedOut: false },
  unknown: { wraps: "none", sends: "unknown", optedOut: false },
};

/** A fixture in code, cut at `// next migration`: a project of migrations whose lines are those of the fixture. */
export function codeTexts(name: string, text: string): Readonly<Record<string, string>> {
  const ending = name.slice(name.lastIndexOf("."));
  const cuts = [...text.matchAll(/^\/\/ next migration[ \t]*\r?$/gm)];
  let start = 0;
  const sections = [...cuts, undefined].map((cut, i) => {
    // What stands before is blank: a line keeps its number.
    const section = text.slice(0, start).replaceAll(/[^\r\n]/g, "") + text.slice(start, cut?.index);
    start = (cut?.index ?? 0) + (cut?.[0].length ?? 0);
    return [`migrations/2024010100000${i}-step${ending}`, section] as const;
  });
  return Object.fromEntries(sections);
}

/** Cuts a text at `-- next migration` and `-- rollback`; each piece stays a part of the one file. */
export function readFixture(path: string, text: string): Fixture {
  const given = readGiven(text);
  const transaction = runners[given.transaction];
  if (!transaction) throw new FixtureError(`unknown transaction: ${given.transaction}`);
  const script = (start: number, end: number): Script => ({
    path,
    text,
    part: { start, end },
    transaction,
    empty:
      text
        .slice(start, end)
        .replace(/--[^\r\n]*|\/\*(?:[^*]|\*(?!\/))*\*\//g, "")
        .trim() === "",
  });
  const migrations: Migration[] = [];
  const cuts = [...text.matchAll(/^-- (next migration|rollback)[ \t]*\r?$/gm)];
  let start = 0;
  let kind = "next migration";
  for (const cut of [...cuts, undefined]) {
    const part = script(start, cut?.index ?? text.length);
    const last = migrations[migrations.length - 1];
    if (kind === "rollback" && last) migrations[migrations.length - 1] = { ...last, down: part };
    else migrations.push(migration(migrations.length, part, given));
    if (cut) {
      kind = cut[1] ?? "";
      start = cut.index + cut[0].length;
    }
  }
  return { given, history: historyOf(migrations, given, path), wants: readWants(text) };
}

function migration(index: number, up: Script, given: Given): Migration {
  const version = String(index + 1).padStart(4, "0");
  const name = index === 0 && given.firstFile ? given.firstFile.replace(/\.sql$/, "") : `${version}_step`;
  return { index, version, name, description: "step", kind: "versioned", up };
}

const historyOf = (migrations: readonly Migration[], given: Given, path: string): History => ({
  root: path.slice(0, path.lastIndexOf("/")),
  ...toolFacts(given.tool === undefined ? handMade : toolNamed(given.tool)),
  layout: "numbered",
  dialect: given.dialect,
  sqlMode: given.sqlMode,
  evidence: ["a fixture"],
  rollbacks: migrations.some((one) => one.down) ? "section" : "none",
  keepsRollbacks: keepsRollbacks(migrations),
  rollbackName: (one) => `${one.name}_rollback.sql`,
  migrations,
  problems: [],
  trackingTables: ["schema_migrations"],
});

const wantsIn = (line: string): RegExpExecArray | null =>
  /(?:--|#|\/\/)[ \t]*want((?:[ \t]+"(?:[^"\\]|\\.)*")+)/.exec(line);

/** `-- want "regex" "regex"`, on the line where a finding starts. */
export function readWants(text: string): Want[] {
  return text.split(lineEnd).flatMap((line, i) =>
    [...(wantsIn(line)?.[1] ?? "").matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => ({
      pattern: (match[1] ?? "").replaceAll('\\"', '"'),
      line: i + 1,
    })),
  );
}

const lineEnd = /\r\n|\r|\n/;

/** Directives that aren't written as they are read, so that they would do nothing; by line. */
export function directiveProblems(text: string): string[] {
  return [
    ...readWants(text).flatMap(({ pattern, line }) => {
      const wrong = patternProblem(pattern);
      return wrong === undefined ? [] : [`line ${line}: "${pattern}" isn't a regular expression: ${wrong}`];
    }),
    ...text.split(lineEnd).flatMap((line, i) => {
      const wrong = lineProblem(line.replace(/^\uFEFF/, ""), i);
      return wrong === undefined ? [] : [`line ${i + 1}: ${wrong}`];
    }),
  ];
}

function patternProblem(pattern: string): string | undefined {
  try {
    new RegExp(pattern, "u");
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: /, "");
  }
}

function lineProblem(line: string, index: number): string | undefined {
  const [want, after = ""] = /(?:--|#|\/\/)[ \t]*wants?\b(.*)$/i.exec(line) ?? [];
  if (want !== undefined) {
    const wants = wantsIn(line);
    const rest = wants === null ? after : line.slice(wants.index + wants[0].length);
    // What closes a comment of the file's language may follow.
    return wants === null || /^[ \t]*["\w]/.test(rest) ? 'expected -- want "regex"' : undefined;
  }
  const comment = /^[ \t]*(?:--|#|\/\/)[ \t]*(.*?)[ \t]*$/.exec(line)?.[1];
  if (comment === undefined) return undefined;
  const [, name = ""] = /^([a-z_]+(?: [a-z]+)?)[ \t]*:/i.exec(comment) ?? [];
  if (settings.some((one) => one === name || one === `${name}s` || `${one}s` === name))
    return `settings belong to the first line: -- given: ${name} …`;
  if (nearest(name, ["given"]) !== undefined || isGivenWithoutColon(comment, index))
    return index === 0 && /^(?:--|\/\/) given:/.test(line)
      ? undefined
      : "expected -- given: … in the first line";
  const cut = comment.length > 20 ? undefined : nearest(comment, ["next migration", "rollback"]);
  return cut === undefined || /^(?:--|\/\/) (?:next migration|rollback)[ \t]*$/.test(line)
    ? undefined
    : `expected -- ${cut}, on a line of its own`;
}

/** `given server mysql 8` would be a comment. */
function isGivenWithoutColon(comment: string, index: number): boolean {
  const [first = "", second = ""] = comment.split(/\s+/);
  const isGiven = index === 0 ? nearest(first, ["given"]) !== undefined : first === "given";
  return isGiven && settings.some((one) => one.split(" ")[0] === second);
}
