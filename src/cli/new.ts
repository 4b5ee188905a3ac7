/** `ddlint new`: a migration with its rollback, as this project writes its own. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UserError, jsonText, lintProject, nodeFileSystem, overlay, planNewMigration } from "../index.ts";
import type { NewFile } from "../index.ts";
import { configFor, type Outcome } from "./check.ts";
import { factsFrom, opinionsFrom, type CheckOptions } from "./options.ts";
import { printedLines } from "./printed-lines.ts";
import { writeFiles } from "./write-files.ts";

export interface NewOptions extends CheckOptions {
  readonly sql?: string;
  readonly in?: string;
  readonly asWritten?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export async function newMigration(title: string, options: NewOptions, cwd: string): Promise<Outcome> {
  const paths = options.in === undefined ? [] : [options.in];
  const config = await configFor(options, cwd, paths);
  const facts = factsFrom(options, config.facts);
  const common = { cwd, root: config.root, facts, paths };
  const { files, notes } = await planNewMigration({
    ...common,
    title,
    sql: options.sql,
    asWritten: options.asWritten,
    opinions: opinionsFrom(options, config, cwd),
    rules: config.rules,
  });
  const dry = options.dryRun === true;
  const reported = options.sql === undefined ? [] : await reportedOn(files, common, options, config, cwd);
  const wrote = dry ? [] : write(files, options.force === true, cwd, config.root);
  const stdout =
    options.json === true
      ? `${jsonText({ files, notes })}\n`
      : dry
        ? files.map((one) => `-- ${one.file}\n${shown(one, cwd)}`).join("\n")
        : "";
  return {
    exitCode: 0,
    stdout,
    stderr: printedLines([...notes, ...reported, ...wrote].map((line) => `ddlint: ${line}`)),
  };
}

/** What a check will say of the new migration. */
async function reportedOn(
  files: readonly NewFile[],
  common: { readonly cwd: string; readonly root: string },
  options: NewOptions,
  config: Awaited<ReturnType<typeof configFor>>,
  cwd: string,
): Promise<readonly string[]> {
  const fs = overlay(
    nodeFileSystem(cwd, { root: config.root }),
    Object.fromEntries(files.map(({ file, text }) => [file, text])),
  );
  const [first] = files;
  const paths = first === undefined ? [] : [first.file];
  const opinions = opinionsFrom(options, config, cwd);
  const lint = { ...common, opinions, rules: config.rules, paths };
  const { findings: all } = await lintProject({ ...lint, fs });
  const old =
    first?.isGrown === true
      ? new Set((await lintProject(lint)).findings.map(({ fingerprint }) => fingerprint))
      : undefined;
  const findings = all.filter(({ fingerprint }) => old?.has(fingerprint) !== true);
  const count = findings.length;
  return count === 0
    ? []
    : [
        `${count} ${count === 1 ? "finding" : "findings"} on it: ${[...new Set(findings.map(({ ruleId }) => ruleId))].join(", ")}; see "ddlint ${first?.file ?? ""}"`,
      ];
}

/** Of a file that is there already, what it gets. */
function shown({ file, text, isGrown }: NewFile, cwd: string): string {
  if (isGrown !== true) return text;
  const [old, now] = [readFileSync(resolve(cwd, file), "utf8"), text].map((one) => one.split("\n"));
  if (old === undefined || now === undefined) return text;
  const start = now.findIndex((line, at) => line !== old[at]);
  let end = start + now.length - old.length;
  // A comma behind the one before it changes its line, too.
  if (now.slice(end).join("\n") !== old.slice(start).join("\n")) end++;
  return `${now.slice(start, end).join("\n")}\n`;
}

/** @throws UserError if one is there already, or can't be written */
function write(files: readonly NewFile[], force: boolean, cwd: string, root: string): readonly string[] {
  const old = files.find(({ file, isGrown }) => isGrown !== true && existsSync(resolve(cwd, file)));
  if (old !== undefined && !force)
    throw new UserError(`${old.file} exists already`, { hint: "--force replaces it" });
  return writeFiles(files, cwd, root);
}
