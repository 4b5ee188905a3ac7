/** `ddlint new`: a migration with its rollback, as this project writes its own. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UserError, jsonText, lintProject, nodeFileSystem, overlay, planNewMigration } from "../index.ts";
import { configFor, type Outcome } from "./check.ts";
import { factsFrom, opinionsFrom, type CheckOptions } from "./options.ts";
import { printedLines } from "./printed-lines.ts";
import { writeFiles, type Files } from "./write-files.ts";

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
        ? files.map(({ file, text }) => `-- ${file}\n${text}`).join("\n")
        : "";
  return {
    exitCode: 0,
    stdout,
    stderr: printedLines([...notes, ...reported, ...wrote].map((line) => `ddlint: ${line}`)),
  };
}

/** What a check will say of the new migration. */
async function reportedOn(
  files: Files,
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
  const opinions = opinionsFrom(options, config, cwd);
  const { findings } = await lintProject({
    ...common,
    fs,
    opinions,
    rules: config.rules,
    paths: first === undefined ? [] : [first.file],
  });
  const count = findings.length;
  return count === 0
    ? []
    : [
        `${count} ${count === 1 ? "finding" : "findings"} on it: ${[...new Set(findings.map(({ ruleId }) => ruleId))].join(", ")}; see "ddlint ${first?.file ?? ""}"`,
      ];
}

/** @throws UserError if one is there already, or can't be written */
function write(files: Files, force: boolean, cwd: string, root: string): readonly string[] {
  const old = files.find(({ file }) => existsSync(resolve(cwd, file)));
  if (old !== undefined && !force)
    throw new UserError(`${old.file} exists already`, { hint: "--force replaces it" });
  return writeFiles(files, cwd, root);
}
