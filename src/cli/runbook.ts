/** `ddlint runbook`: what the people on duty need around migrations. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  UserError,
  jsonText,
  oneOf,
  planRunbook,
  runbookMarkdown,
  runbookSections,
  withChangelogEntries,
} from "../index.ts";
import { configFor, type Outcome } from "./check.ts";
import { factsFrom, type CheckOptions } from "./options.ts";
import { printedLines } from "./printed-lines.ts";
import { writeFiles } from "./write-files.ts";

export interface RunbookCommandOptions extends CheckOptions {
  readonly in?: string;
  readonly section?: readonly string[];
  readonly append?: string;
  readonly json?: boolean;
}

/** What a command about some migrations is asked. */
export async function batchOptions(
  migrations: readonly string[],
  options: RunbookCommandOptions,
  cwd: string,
): Promise<Parameters<typeof planRunbook>[0] & { readonly root: string }> {
  const { in: folder, after, ...rest } = options;
  if (after !== undefined && migrations.length > 0)
    throw new UserError("give migrations or --after, not both");
  const paths = folder === undefined ? [] : [folder];
  const config = await configFor(rest, cwd, paths);
  return { cwd, root: config.root, facts: factsFrom(rest, config.facts), paths, migrations, after };
}

export async function runbook(
  migrations: readonly string[],
  options: RunbookCommandOptions,
  cwd: string,
): Promise<Outcome> {
  const named = (options.section ?? []).map((name) => oneOf(name, runbookSections, "--section"));
  const usual = runbookSections.filter((name) => name !== "changelog");
  const sections = named.length === 0 ? usual : runbookSections.filter((name) => named.includes(name));
  if (options.append !== undefined && (named.length !== 1 || named[0] !== "changelog"))
    throw new UserError("--append takes the entry of a changelog", { hint: "add --section changelog" });
  const asked = await batchOptions(migrations, options, cwd);
  const found = await planRunbook(asked);
  if (options.append !== undefined) {
    const path = resolve(cwd, options.append);
    const before = existsSync(path) ? readFileSync(path, "utf8") : "";
    const text = await withChangelogEntries(before, found);
    const wrote =
      text === before
        ? [`${options.append} has it already`]
        : writeFiles([{ file: options.append, text }], cwd, asked.root);
    return { exitCode: 0, stdout: "", stderr: printedLines(wrote.map((line) => `ddlint: ${line}`)) };
  }
  const stdout = options.json === true ? `${jsonText(found)}\n` : await runbookMarkdown(found, sections);
  return { exitCode: 0, stdout, stderr: "" };
}
