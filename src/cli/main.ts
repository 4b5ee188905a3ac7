/** The command line program: reads arguments, writes the outcome, and sorts failures into exit codes 0 to 3. */
import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import { CommanderError } from "commander";
import { UnreadableError, UserError, reasonOf } from "../index.ts";
import type { Outcome } from "./check.ts";
import { columns } from "./columns.ts";
import { misspeltCommand } from "./misspelt.ts";
import { createProgram } from "./program.ts";
import { printedLines, stackLines } from "./printed-lines.ts";

/**
 * Runs one command; never throws and never exits. `argv` without node and script; `docs`: folder of the pages; `cache`:
 * the user's own folder for what is kept.
 */
export async function run(
  argv: readonly string[],
  cwd: string,
  docs?: string,
  cache?: string,
): Promise<Outcome> {
  let outcome: Outcome = { exitCode: 0, stdout: "", stderr: "" };
  const program = createProgram(cwd, { docs, cache }, (next) => {
    outcome = next;
  });
  let stdout = "";
  let stderr = "";
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => (stdout += text),
      writeErr: (text) => (stderr += text),
      getOutHelpWidth: columns,
      getErrHelpWidth: columns,
    });
  }
  try {
    refuseNamesOfFiles(argv, cwd);
    await program.parseAsync([...argv], { from: "user" });
    return outcome;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return { exitCode: 0, stdout, stderr: "" };
      // A command that is only a group of others, named alone.
      if (error.code === "commander.help") return { exitCode: 2, stdout: "", stderr };
    }
    const mistakes = usageMistakes(error);
    if (mistakes !== undefined) {
      const misspelt = misspeltCommand(program, cwd);
      return usage(misspelt === undefined ? mistakes : [misspelt]);
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      exitCode: 3,
      stdout: "",
      stderr: printedLines([...stackLines(`ddlint: bug: ${text}`), "Please report this."]),
    };
  }
}

/**
 * Hooks put the names of a commit's files behind our name, and a pull request may call a file `--output=…`.
 *
 * @throws UserError if an option is also the name of a file
 */
function refuseNamesOfFiles(argv: readonly string[], cwd: string): void {
  const end = argv.indexOf("--");
  const options = argv.slice(0, end < 0 ? undefined : end).filter((word) => /^-./.test(word));
  const file = options.find((word) => isThere(resolve(cwd, word)));
  if (file === undefined) return;
  throw new UserError(`"${file}" is an option and the name of a file`, {
    hint: "write -- before the names of files, or ./ before this one",
  });
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // no name of a file is so long
  }
}

const usage = (sentences: readonly string[]): Outcome => ({
  exitCode: 2,
  stdout: "",
  stderr: printedLines(sentences.map((sentence) => `ddlint: ${sentence}`)),
});

/** One line on each thing that the user did wrong; undefined: it is a bug of ours. */
function usageMistakes(error: unknown): readonly string[] | undefined {
  if (error instanceof CommanderError) return [oneLine(error.message.replace(/^error: /, ""))];
  if (error instanceof UserError) return [error.line()];
  if (error instanceof UnreadableError) return [error.message];
  const all = error instanceof AggregateError ? error.errors : [];
  const lines = all.flatMap((one: unknown) => (one instanceof UserError ? [one.line()] : []));
  return lines.length > 0 && lines.length === all.length ? lines : undefined;
}

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, " ");

/** The program as the launcher starts it; see `run`. */
export async function main(docs?: string, cache?: string): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // A reader like `head` may close the pipe early; that is no error. Nobody reads the messages: the report is written.
      if (error.code === "EPIPE" && stream === process.stdout) process.exit();
      if (error.code === "EPIPE") return;
      process.exitCode = 2;
      if (stream === process.stdout)
        process.stderr.write(`ddlint: can't write to standard output: ${reasonOf(error)}\n`);
    });
  }
  const outcome = await run(process.argv.slice(2), process.cwd(), docs, cache);
  process.exitCode = outcome.exitCode;
  if (outcome.stderr !== "") process.stderr.write(outcome.stderr);
  if (outcome.long === true && process.stdout.isTTY) {
    const { page } = await import("./pager.ts");
    if (page(outcome.stdout)) return;
  }
  if (outcome.stdout !== "") process.stdout.write(outcome.stdout);
}
