/** `ddlint init`: looks at the project, asks, and writes a configuration that says what it found. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import {
  UserError,
  compareWithGit,
  conventionOf,
  findHistories,
  jsonText,
  dialectTitles,
  reasonOf,
  makeFolder,
  rules,
  version,
  writeFile,
} from "../index.ts";
import type { DialectName, History, Migration, PresetName } from "../index.ts";
import { configFor, type Outcome } from "./check.ts";
import { unreadLines } from "./gaps.ts";
import { factsFrom, type CheckOptions } from "./options.ts";
import { existing } from "./request.ts";
import { printedLines } from "./printed-lines.ts";
import { serverInWords } from "./server-words.ts";

export interface InitOptions extends CheckOptions {
  /** Never ask. */
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly preCommit?: boolean;
  readonly workflow?: boolean;
}

const configFile = "ddlint.jsonc";
const preCommitFile = ".pre-commit-config.yaml";
const workflowFile = ".github/workflows/ddlint.yml";

export async function init(paths: readonly string[], options: InitOptions, cwd: string): Promise<Outcome> {
  const config = await configFor(options, cwd, paths);
  const isKept = config.file !== undefined && options.force !== true;
  if (isKept && options.preCommit !== true && options.workflow !== true) {
    throw new UserError(`there is a configuration already: ${config.file}`, {
      hint: "write a new one with --force",
    });
  }
  const facts = factsFrom(options, {});
  const histories = findHistories({ cwd, root: config.root, paths: existing(paths, cwd), facts });
  const found = histories.filter(({ migrations }) => migrations.length > 0);
  const ask = options.yes === true || !process.stdin.isTTY ? undefined : question;
  const wanted = async (flag: boolean | undefined, text: string, file: string): Promise<boolean> =>
    flag ?? (ask !== undefined && !existsSync(resolve(cwd, file)) && (await ask(text)));
  const isApplied = await appliedIn(cwd);
  const convention = isKept ? undefined : conventionOfAll(found);
  const isChosen =
    convention !== undefined &&
    ask !== undefined &&
    (await ask(`Check ${convention} as well, which the file names follow?`));
  const text = (): string =>
    configText(found, isApplied, options.serverVersion, convention && { preset: convention, isChosen });
  const files = new Map(isKept ? [] : [[configFile, text()]]);
  const lines = found.flatMap((history) => {
    const { root, migrations, evidence } = history;
    const tool = [history.tool, history.toolRelease ?? []].flat().join(" ");
    const count = `${migrations.length} ${migrations.length === 1 ? "migration" : "migrations"}`;
    return [`${root}: ${tool}, ${count} (${evidence.join("; ")})`, `${root}: ${serverInWords(history)}`];
  });
  if (convention !== undefined && !isChosen)
    lines.push(`the file names follow ${convention}: add it to "presets" to check its other conventions`);
  if (await wanted(options.preCommit, "Check each commit with pre-commit?", preCommitFile))
    files.set(preCommitFile, preCommitText);
  if (await wanted(options.workflow, "Annotate pull requests on GitHub?", workflowFile))
    files.set(workflowFile, workflowText(isInstalled(cwd)));
  const made: string[] = [];
  for (const [file, text] of files) {
    try {
      made.push(...write(file, text, cwd, config.root, file === configFile).split("\n"));
    } catch (error) {
      const mistake = new UserError(`init: can't write "${file}": ${reasonOf(error)}`);
      return { exitCode: 2, stdout: printedLines(made), stderr: printedLines([`ddlint: ${mistake.line()}`]) };
    }
  }
  if (isKept) lines.push(`kept ${config.file ?? configFile}`);
  lines.push(...made);
  if (found.length === 0)
    lines.unshift(
      "found no migrations here: name their folder, ddlint init <folder>",
      ...unreadLines(cwd, paths, histories),
    );
  return { exitCode: 0, stdout: printedLines(lines), stderr: "" };
}

/** Only the configuration is ours to replace: what others wrote is shown what to add. */
function write(file: string, text: string, cwd: string, root: string, replace: boolean): string {
  const full = resolve(cwd, file);
  if (!replace && existsSync(full)) return `${file} is there already; add to it:\n\n${text}`;
  makeFolder(dirname(full), { root });
  writeFile(full, text, { within: { root } });
  return `wrote ${file}`;
}

async function question(text: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${text} [y/N] `);
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}

type IsApplied = (migration: Migration) => boolean;

/** Migrations of a branch that isn't merged haven't run anywhere; without git, all may have. */
async function appliedIn(cwd: string): Promise<IsApplied> {
  try {
    const { changes } = await compareWithGit(cwd, { kind: "changed" });
    return ({ up }) => changes.status(up.path) !== "added";
  } catch (error) {
    if (error instanceof UserError) return () => true;
    throw error;
  }
}

/** A set of conventions that the files of every history follow; one file alone may lie in the wrong place. */
function conventionOfAll(histories: readonly History[]): PresetName | undefined {
  const several = histories.filter(({ migrations }) => migrations.length > 1);
  const [first, ...others] = new Set(several.map((history) => conventionOf(history, rules)));
  return others.length === 0 ? first : undefined;
}

interface Proposal {
  readonly preset: PresetName;
  readonly isChosen: boolean;
}

function configText(
  histories: readonly History[],
  isApplied: IsApplied,
  serverVersion: string | undefined,
  convention: Proposal | undefined,
): string {
  const [only] = histories;
  // One folder may hold the histories of several databases, which share its settings.
  const own = [...new Map(histories.map((history) => [history.root, history])).values()];
  return `// All settings: https://www.npmjs.com/package/ddlint
{
  "$schema": "./node_modules/ddlint/schema/ddlint.schema.json",

  // Version of the oldest server that the migrations run on${otherHint(histories)}.
  ${serverVersion === undefined ? `// "serverVersion": ${jsonText(exampleOf(histories))},` : `"serverVersion": ${jsonText(serverVersion)},`}

${runnerText(histories)}${own.length === 1 && only !== undefined ? startText(only, isApplied, "  ") : foldersText(own, isApplied)}  // recommended: hazards only; conventions, style, strict: more.
${presetsText(convention)}}
`;
}

function presetsText(convention: Proposal | undefined): string {
  const line = (presets: readonly PresetName[]): string =>
    `"presets": [${presets.map(jsonText).join(", ")}],\n`;
  if (convention === undefined) return `  ${line(["recommended"])}`;
  const both = line(["recommended", convention.preset]);
  if (convention.isChosen) return `  ${both}`;
  return `  // The file names follow ${convention.preset}; to check its other conventions as well:\n  // ${both}  ${line(["recommended"])}`;
}

/** Nobody but the project knows how files without a tool reach the server. */
function runnerText(histories: readonly History[]): string {
  const byHand = histories.filter(({ handMade }) => handMade);
  if (byHand.length === 0) return "";
  const found = byHand.find(({ runner }) => runner !== undefined)?.runner;
  const known = found === undefined ? "" : "; found in a script";
  return (
    `  // How migrations without a tool are run: psql, psql-single-transaction, single-query, pipeline${known}.\n` +
    `  // "runner": ${jsonText(found ?? "psql")},\n\n`
  );
}

interface VersionText {
  readonly example: string;
  /** As `serverVersion` has it. */
  readonly written: (version: string) => string;
  /** What SQL looks like and how drivers are called doesn't tell it from this one. */
  readonly mistakenFor?: DialectName;
}

const versionTexts: Readonly<Record<DialectName, VersionText>> = {
  postgres: { example: "16", written: (version) => version },
  mysql: { example: "8.0.36", written: (version) => version, mistakenFor: "mariadb" },
  mariadb: { example: "10.11", written: (version) => `mariadb ${version}` },
  mongodb: { example: "7.0", written: (version) => version },
};

/** How to say that it is the other one. */
const otherHint = (histories: readonly History[]): string =>
  histories
    .filter(({ serverVersion }) => serverVersion === undefined)
    .flatMap(({ dialect }) => versionTexts[dialect].mistakenFor ?? [])
    .slice(0, 1)
    .map(
      (other) => `; ${dialectTitles[other]}: "${versionTexts[other].written(versionTexts[other].example)}"`,
    )
    .join("");

/** What was found, to be made firm; or how it is written. */
function exampleOf(histories: readonly History[]): string {
  const found = histories.find(({ serverVersion }) => serverVersion !== undefined) ?? histories[0];
  const { example, written } = versionTexts[found?.dialect ?? "postgres"];
  return written(found?.serverVersion ?? example);
}

const foldersText = (histories: readonly History[], isApplied: IsApplied): string =>
  histories.length === 0
    ? ""
    : `  // Each folder is a separate history; leave out what ddlint detects.
  "migrations": {
${histories.map((history) => `    ${jsonText(history.root)}: {\n${startText(history, isApplied, "      ")}    },\n`).join("")}  },

`;

/** The newest migration of the default branch as the last one applied. */
function startText(history: History, isApplied: IsApplied, indent: string): string {
  const { migrations } = history;
  const newest = migrations.findLast((one) => one.kind === "versioned" && isApplied(one));
  if (newest === undefined) return "";
  const isUnique = migrations.filter((other) => other.version === newest.version).length === 1;
  const name = newest.version !== undefined && isUnique ? newest.version : newest.name;
  return (
    `${indent}// The last applied migration: findings in it and in older ones aren't reported.\n` +
    `${indent}"startAfter": ${jsonText(name)},\n` +
    (indent.length > 2 ? "" : "\n")
  );
}

const preCommitText = `repos:
  - repo: local
    hooks:
      - id: ddlint
        name: ddlint
        entry: ddlint --staged
        language: node
        additional_dependencies: ["ddlint@${version}"]
        pass_filenames: false
        always_run: true
        require_serial: true
`;

/** It is a dependency of the project, whose lock file says which version. */
function isInstalled(cwd: string): boolean {
  const file = resolve(cwd, "package.json");
  return existsSync(file) && /"ddlint"\s*:/.test(readFileSync(file, "utf8"));
}

const workflowText = (installed: boolean): string => `name: ddlint
on: pull_request
permissions:
  contents: read
jobs:
  ddlint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          fetch-depth: 0
      - uses: actions/setup-node@v5
        with:
          node-version: 22
${installed ? "      - run: npm ci\n" : ""}      - run: >-
          npx ${installed ? "--no-install ddlint" : `--yes ddlint@${version}`} --since "origin/$GITHUB_BASE_REF"
          --format github --format "markdown=$GITHUB_STEP_SUMMARY"
`;
