/** What is tried: each target makes an input by chance and checks what ddlint makes of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  createReport,
  dialects,
  fixProject,
  formatNames,
  formats,
  lintProject,
  lintText,
  memoryFileSystem,
  planPreflight,
  planRollback,
  planSteps,
  plainColors,
  rules,
  UserError,
  type DialectName,
  type LintResult,
  type Parser,
} from "../../src/index.ts";
import { checkResult, checkSame } from "./checks.ts";
import { fixtureProjects, fixtures, filesBelow, type Files } from "./projects.ts";
import { damaged, pick, upTo, type Random } from "./random.ts";
import { play } from "./sessions.ts";

/** All that is needed to try it again; written to a file as JSON. */
export interface Input {
  readonly target: TargetName;
  readonly files: Files;
  readonly dialect?: DialectName | undefined;
  readonly parser?: Parser | undefined;
  readonly seed?: number | undefined;
}

export interface Target {
  readonly make: (random: Random) => Omit<Input, "target">;
  /** @throws Error that says what is wrong */
  readonly check: (input: Input) => Promise<unknown>;
}

const opinions = { presets: ["strict"] } as const;
/** Nothing depends on the day. */
const now = "2026-06-01T00:00:00Z";

const readAll = (folder: string, ending: RegExp): readonly string[] =>
  Object.entries(filesBelow(join(fixtures, folder)))
    .filter(([path]) => ending.test(path))
    .map(([, text]) => text);

const sqlTexts = [
  ...readAll("rules", /\.sql$/),
  ...readAll("recipes", /\.sql$/),
  ...readAll("sql", /\.sql$/),
];
const projects = fixtureProjects();
/** The folder of a tool, a file's name and its text. */
const programs = Object.entries(filesBelow(join(fixtures, "code"))).filter(([path]) =>
  /\.[cm]?[jt]s$/.test(path),
);

/** The rules' own fixtures of code are MongoDB's. */
const documentTexts = [
  ...readAll("rules", /\.[jt]s$/),
  ...programs.filter(([path]) => /mongo/.test(path)).map(([, text]) => text),
];

const railsTexts = readAll("frameworks", /\.rb$/);
const changelogs = ["xml", "yaml", "json"].map((ending) => ({
  ending,
  texts: readAll("frameworks", new RegExp(`\\.${ending}$`)).filter((text) =>
    /\bdatabaseChangeLog\b/.test(text),
  ),
}));

/** Statements of several fixtures, in any order; most are damaged. */
function sqlText(random: Random): string {
  const parts = Array.from({ length: 1 + upTo(random, 3) }, () => {
    const text = pick(random, sqlTexts);
    if (random() < 0.5) return text;
    const statements = text.split(/(?<=;)\s*\n/);
    return Array.from({ length: 1 + upTo(random, 5) }, () => pick(random, statements)).join("\n");
  });
  const text = parts.join("\n");
  if (random() < 0.1) return text;
  const wrapped = random() < 0.1 ? wrap(random, text) : text;
  return random() < 0.15 ? wrapped : damaged(random, wrapped);
}

/** Into what other texts are read from. */
function wrap(random: Random, text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return pick(random, [
    `DO $q$ BEGIN\n${text}\nEND $q$;`,
    `DO $q$ BEGIN EXECUTE ${quoted}; END $q$;`,
    `PREPARE s FROM ${quoted}; EXECUTE s;`,
    `SET @s = ${quoted}; PREPARE s FROM @s; EXECUTE s;`,
    `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $q$ BEGIN\n${text}\nEND $q$; SELECT f();`,
    `DELIMITER //\nCREATE PROCEDURE p() BEGIN\n${text}\nEND//\nDELIMITER ;\nCALL p();`,
    `BEGIN;\n${text}\nCOMMIT;`,
    `-- +goose Up\n${text}\n-- +goose Down\n${text}`,
    `/*!50000 ${text} */;`,
    text.replaceAll("\n", "\r\n"),
    text.replaceAll("\n", "\r"),
    text.toUpperCase(),
  ]);
}

const only = (files: Files): string => Object.values(files)[0] ?? "";

async function checkText({ files, dialect, parser }: Input): Promise<void> {
  const lint = (): Promise<LintResult> =>
    lintText(only(files), { opinions, facts: { dialect, parser, now } });
  const result = await lint();
  checkResult(result);
  checkSame(result, await lint());
}

/** Undefined: the project's settings can't be read, which is said with their place. */
async function checkProject({ files, dialect }: Input): Promise<LintResult | undefined> {
  try {
    const result = await lintProject({ fs: memoryFileSystem(files), opinions, facts: { dialect, now } });
    checkResult(result);
    return result;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** One to three files of a project, or a file that wasn't there. */
function damagedProject(random: Random, files: Files): Files {
  const now = new Map(Object.entries(files));
  for (let i = 0; i <= upTo(random, 2); i++) {
    const [path, text] = pick(random, [...now]);
    const kind = random();
    if (kind < 0.7) now.set(path, damaged(random, text));
    else if (kind < 0.8) now.set(path, pick(random, sqlTexts));
    else if (kind < 0.9) now.set(damaged(random, path).replace(/^\/+/, "") || "x", text);
    else if (now.size > 1) now.delete(path);
  }
  return Object.fromEntries(now);
}

/** Parses what machines read; looks for what a terminal or a log would act on. */
function checkFormat(name: string, text: string): void {
  if (["json", "sarif", "gitlab", "rdjson"].includes(name)) JSON.parse(text);
  if (name === "jsonl") for (const line of text.split("\n")) if (line !== "") JSON.parse(line);
  const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/.exec(
    text,
  );
  if (control !== null) throw new Error(`${name} lets ${JSON.stringify(control[0])} through`);
  const command = /^(?:##?\[|::(?!(?:error|warning|notice|group|endgroup)\b))/m.exec(text);
  if (command !== null)
    throw new Error(`${name} writes a line that a runner takes for a command: ${command[0]}`);
  const foreign = /^::(?:error|warning|notice|group|endgroup)\b/m.exec(text);
  if (foreign !== null && name !== "github") throw new Error(`${name} writes a command of GitHub`);
}

/** What is written for a migration: a mistake of the user's is none of ours. */
async function checkWritten(files: Files): Promise<void> {
  for (const write of [planRollback, planSteps, planPreflight])
    try {
      await write({ fs: memoryFileSystem(files), facts: { now } });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
}

const hostile = [
  "\u001b[31m",
  "\n::error::x",
  "\r",
  "\u202e",
  "##[error]",
  "\0",
  "]]>",
  "<b>",
  "|",
  "`",
  "\u009b",
];

const documentTools = [
  "migrate-mongo",
  "mongo-migrate-ts",
  "ts-migrate-mongoose",
  "db-migrate-mongodb",
  "east",
];

const fuzzers = {
  sql: {
    make: (random) => ({
      dialect: pick(random, dialects),
      parser: pick(random, ["libpg-query", "pgsql-ast-parser"] as const),
      files: { "migration.sql": sqlText(random) },
    }),
    check: checkText,
  },
  code: {
    make: (random) => {
      const [path, text] = pick(random, programs);
      const folder = path.slice(0, path.indexOf("/"));
      const tool = folder.replace(/-mysql$/, "");
      const name = `20240101000000_${path.slice(path.lastIndexOf("/") + 1)}`;
      return {
        dialect: folder.endsWith("-mysql") ? "mysql" : "postgres",
        files: {
          "package.json": JSON.stringify({ dependencies: { [tool]: "*" } }),
          [`${tool === "typeorm" ? "src/" : ""}migrations/${name}`]: damaged(random, text),
        },
      };
    },
    check: checkProject,
  },
  documents: {
    make: (random) => ({
      files: {
        "package.json": JSON.stringify({ dependencies: { [pick(random, documentTools)]: "*" } }),
        "migrations/20240101000000_first.js": pick(random, documentTexts),
        "migrations/20240102000000_second.ts": damaged(random, pick(random, documentTexts)),
      },
    }),
    check: async (input) => {
      await checkProject(input);
      await checkWritten(input.files);
    },
  },
  ruby: {
    make: (random) => ({
      dialect: pick(random, dialects),
      files: {
        "config/application.rb": "module Shop\nend\n",
        "db/migrate/20200101000000_base.rb": pick(random, railsTexts),
        "db/migrate/20240101000000_change.rb": damaged(random, pick(random, railsTexts)),
      },
    }),
    check: checkProject,
  },
  changelog: {
    make: (random) => {
      const { ending, texts } = pick(random, changelogs);
      return {
        dialect: pick(random, dialects),
        files: {
          "liquibase.properties": `changeLogFile=changelog.${ending}\n`,
          [`changelog.${ending}`]: damaged(random, pick(random, texts)),
        },
      };
    },
    check: checkProject,
  },
  project: {
    make: (random) => {
      const { files } = pick(random, projects);
      return { files: damagedProject(random, files) };
    },
    check: checkProject,
  },
  formats: {
    make: (random) => {
      const name = (): string => `${pick(random, hostile)}${upTo(random, 9)}${pick(random, hostile)}`;
      const text = sqlText(random).replace(/\b(?:users|orders|customers|name|email)\b/g, () =>
        random() < 0.3 ? `"${name()}"` : name(),
      );
      return { files: { [`migrations/1_${name()}.sql`]: sqlText(random), "migrations/2_b.sql": text } };
    },
    check: async (input) => {
      const result = await checkProject(input);
      if (result === undefined) return;
      const report = createReport(result, { rules, showSuppressed: true });
      for (const name of formatNames)
        checkFormat(name, (await formats[name]())(report, { colors: plainColors, width: 100 }));
    },
  },
  fixes: {
    make: (random) => ({
      dialect: pick(random, dialects),
      files: { "migrations/1_a.sql": sqlText(random), "migrations/2_b.sql": pick(random, sqlTexts) },
    }),
    check: async ({ files, dialect }) => {
      for (const unsafe of [false, true]) {
        const options = { unsafe, opinions, facts: { dialect, now } };
        const outcome = await fixProject({ ...options, fs: memoryFileSystem(files) });
        checkResult(outcome.result);
        if (outcome.reverted.length > 0)
          throw new Error(`fixes led to syntax errors in ${outcome.reverted.join()}`);
        const after = {
          ...files,
          ...Object.fromEntries(outcome.files.map((file) => [file.file, file.after])),
        };
        const again = await fixProject({ ...options, fs: memoryFileSystem(after) });
        if (again.files.length > 0)
          throw new Error(`a second run fixes more:\n${JSON.stringify(again.files, undefined, 2)}`);
      }
    },
  },
  sessions: {
    make: (random) => ({ seed: upTo(random, 2 ** 31), files: {} }),
    check: async ({ seed = 0 }) => {
      await play({ seed, edits: 25 });
    },
  },
} satisfies Record<string, Target>;

export type TargetName = keyof typeof fuzzers;
export const targets: Readonly<Record<TargetName, Target>> = fuzzers;
export const targetNames = Object.keys(fuzzers) as TargetName[];

/** The input that a file holds. */
export const readInput = (path: string): Input => JSON.parse(readFileSync(path, "utf8")) as Input;

/** @throws Error that says what is wrong */
export const check = async (input: Input): Promise<unknown> => targets[input.target].check(input);
