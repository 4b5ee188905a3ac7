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
import { handMade, toolFacts, toolNamed } from "../project/known-tools.ts";
import { keepsRollbacks } from "../project/migration.ts";
import type { History, Migration, RunnerTransaction, Script } from "../project/migration.ts";
import type { Stats } from "../project/stats.ts";
import { dialectNames, type DialectName } from "../model/dialect.ts";

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
  /** What the runner does: `none`, `block`, `single-query`, `pipeline`, `unknown`. */
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

function oneOf<T extends string>(values: readonly T[], value: string, setting: string): T {
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  throw new Error(`"${setting}": expected ${values.join(" or ")}`);
}

/** `-- given:` settings, separated by `;`. Throws on one it doesn't know, so that a typo isn't a silent pass. */
export function readGiven(text: string): Given {
  const line = /^\uFEFF?-- given:([^\r\n]*)/.exec(text)?.[1] ?? "";
  let given: Given = plain;
  for (const setting of line.split(";").map((part) => part.trim())) {
    if (setting === "") continue;
    const [word = "", ...rest] = setting.split(/\s+/);
    const value = rest.join(" ");
    const last = rest[rest.length - 1] ?? "";
    if (word === "server") {
      const [major = "", minor] = last.split(".");
      const dialect = oneOf(dialectNames, rest[0] ?? "", setting);
      if (rest.length === 1) {
        given = { ...given, dialect };
        continue;
      }
      given = { ...given, dialect, serverVersion: Number(major), versionStated: true };
      given = { ...given, release: last.split(".").map(Number) };
      if (minor !== undefined) given = { ...given, serverMinor: Number(minor) };
    } else if (word === "transaction") given = { ...given, transaction: value };
    else if (word === "rules") given = { ...given, rules: oneOf(ruleSets, value, setting) };
    else if (word === "first" && rest[0] === "file") given = { ...given, firstFile: last };
    else if (word === "start" && rest[0] === "after") given = { ...given, startAfter: last };
    else if (word === "lock_timeout") given = { ...given, lockTimeout: value };
    else if (word === "sql_mode") given = { ...given, sqlMode: value };
    else if (word === "now") given = { ...given, now: value };
    else if (word === "tool") given = { ...given, tool: value };
    else if (word === "options") given = { ...given, options: JSON.parse(value) as Record<string, unknown> };
    else if (word === "schema") given = { ...given, schema: `${given.schema ?? ""}${value};\n` };
    else if (word === "stats") {
      const [table = "", rows, , bytes] = rest;
      const key = table.includes(".") ? table : `public.${table}`;
      const sizes = { rows: Number(rows), bytes: Number(bytes) };
      if (!(sizes.rows >= 0 && sizes.bytes >= 0))
        throw new Error(`stats <table> <n> rows <n> bytes: ${setting}`);
      given = { ...given, stats: new Map([...(given.stats ?? []), [key, sizes]]) };
    } else if (word === "table") {
      given = { ...given, tables: { ...given.tables, [rest[0] ?? ""]: oneOf(sizes, last, setting) } };
    } else throw new Error(`unknown given: ${setting}`);
  }
  return given;
}

const runners: Readonly<Record<string, RunnerTransaction>> = {
  none: { wraps: "none", sends: "statement", optedOut: false },
  block: {
    wraps: "each",
    sends: "statement",
    optedOut: false,
    optOut: "-- no transaction at the top of the file",
  },
  "single-query": { wraps: "none", sends: "text", optedOut: false },
  pipeline: { wraps: "none", sends: "pipeline", optedOut: false },
  unknown: { wraps: "none", sends: "unknown", optedOut: false },
};

/** Cuts a text at `-- next migration` and `-- rollback`; each piece stays a part of the one file. */
export function readFixture(path: string, text: string): Fixture {
  const given = readGiven(text);
  const transaction = runners[given.transaction];
  if (!transaction)
    throw new Error(`"transaction ${given.transaction}": expected ${Object.keys(runners).join(" or ")}`);
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

/** `-- want "regex" "regex"`, on the line where a finding starts. */
export function readWants(text: string): Want[] {
  return text.split(/\r\n|\r|\n/).flatMap((line, i) => {
    const wanted = /(?:--|#)[ \t]*want((?:[ \t]+"(?:[^"\\]|\\.)*")+)/.exec(line)?.[1] ?? "";
    return [...wanted.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => ({
      pattern: (match[1] ?? "").replaceAll('\\"', '"'),
      line: i + 1,
    }));
  });
}
