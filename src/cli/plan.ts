/** `ddlint plan`: the safe steps in place of a migration. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import {
  UserError,
  committedFiles,
  jsonText,
  planMistakes,
  planNotes,
  planSteps,
  waitingFiles,
} from "../index.ts";
import type { Plan, PlanLock, PlanStep } from "../index.ts";
import { configFor, type Outcome } from "./check.ts";
import { factsFrom, opinionsFrom, type CheckOptions } from "./options.ts";
import { printedLines } from "./printed-lines.ts";
import { writeFiles } from "./write-files.ts";

export interface PlanCommandOptions extends CheckOptions {
  readonly sql?: string;
  readonly in?: string;
  readonly value?: readonly string[];
  readonly write?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export async function plan(
  migration: string | undefined,
  options: PlanCommandOptions,
  cwd: string,
): Promise<Outcome> {
  const { sql, in: folder, json } = options;
  if (sql !== undefined && migration !== undefined)
    throw new UserError("give a migration or --sql, not both");
  const paths = folder === undefined ? [] : [folder];
  const config = await configFor(options, cwd, paths);
  const found = await planSteps({
    cwd,
    root: config.root,
    facts: factsFrom(options, config.facts),
    opinions: opinionsFrom(options, config, cwd),
    rules: config.rules,
    paths,
    migration,
    sql,
    values: valuesFrom(options.value ?? []),
    files: options.write,
  });
  const mistakes = planMistakes(found);
  if (mistakes.length > 0) throw new AggregateError(mistakes);
  if (options.write === true && options.force !== true) await refuseReplacing(found, cwd);
  const wrote = options.write === true ? writeFiles(found.files ?? [], cwd, config.root) : [];
  const stdout = json === true ? `${jsonText(found)}\n` : options.write === true ? "" : `${shown(found)}\n`;
  const lines = [...planNotes(found), ...wrote, ...(wrote.length > 0 ? waitingFiles(found) : [])];
  return { exitCode: 0, stdout, stderr: printedLines(lines.map((line) => `ddlint: ${line}`)) };
}

/** @throws UserError if one isn't `column=SQL` */
function valuesFrom(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((one) => {
      const at = one.indexOf("=");
      if (at < 1) throw new UserError(`--value: "${one}" isn't a value`, { expected: `orders.note='none'` });
      return [one.slice(0, at).trim(), one.slice(at + 1).trim()];
    }),
  );
}

/** @throws UserError if the migration may be applied, or a file is there that isn't its own */
async function refuseReplacing({ files = [], file, isApplied, tool }: Plan, cwd: string): Promise<void> {
  const committed = await committedFiles(cwd);
  const used = isApplied || (file !== undefined && committed.has(file));
  if (used)
    throw new UserError(
      `${file ?? tool} ${isApplied ? "is applied already" : "is committed, and may be applied already"}`,
      { hint: "--force if it isn't applied" },
    );
  const others = files.filter(
    (one) => one.file !== file && one.isGrown !== true && existsSync(resolve(cwd, one.file)),
  );
  const old = others.find((one) => one.step !== files[0]?.step);
  if (old !== undefined) throw new UserError(`${old.file} exists already`, { hint: "--force replaces it" });
}

const shown = ({ steps, language }: Plan): string =>
  steps
    .map((step, at) => shownStep(step, at + 1, language === "javascript" ? "//" : "--").join("\n"))
    .join("\n\n");

const kinds: Readonly<Record<PlanStep["kind"], string>> = {
  migration: "migration",
  deploy: "deployment",
  command: "command",
  "by-hand": "by hand",
};

function shownStep(step: PlanStep, number: number, mark: string): readonly string[] {
  const { kind, phase, why, statements, transaction, header, locks, works, rollback } = step;
  const outside =
    mark === "--" && kind === "migration" && transaction === "none" ? ", outside of a transaction" : "";
  return [
    `${mark} ${number}. ${phase}: ${kinds[kind]}${outside}`,
    ...why.flatMap((text) => text.split("\n")).map((line) => `${mark} ${line}`),
    ...(header === undefined ? [] : [header]),
    ...statements,
    ...locks.map((lock) => `-- locks: ${lockText(lock)}`),
    ...works.map(({ relation, what }) => `-- ${workWords[what]} ${relation}`),
    ...(rollback === undefined ? [] : rollbackText(rollback)),
  ];
}

const workWords = { rewrite: "rewrites", scan: "reads all of", build: "builds an index on" } as const;

const lockText = ({ relation, mode, blocks }: PlanLock): string =>
  `${mode} on ${relation}${blocks === "nothing" ? "" : ` (blocks ${blocks})`}`;

function rollbackText({
  statements,
  lost,
  gaps,
  waits,
}: NonNullable<PlanStep["rollback"]>): readonly string[] {
  const cant = [...lost.map((what) => `it doesn't restore ${what}`), ...gaps];
  return [
    ...cant.map((what) => `-- can't be undone: ${what}`),
    ...statements.flatMap((sql) => sql.split("\n")).map((line) => `-- rollback: ${line}`),
    ...waits.map((what) => `-- the rollback ${what}`),
  ];
}
