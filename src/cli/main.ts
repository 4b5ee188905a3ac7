/** The command line program: reads arguments, writes the outcome, and sorts failures into exit codes 0 to 3. */
import { Command, CommanderError } from "commander";
import { UnreadableError, UserError, rules, statsQuery, version } from "../index.ts";
import { colorsFor } from "./colors.ts";
import { writeBaseline } from "./baseline.ts";
import { check } from "./check.ts";
import type { Outcome } from "./check.ts";
import type { InitOptions } from "./init.ts";
import { explain, listRules } from "./explain.ts";
import { addCheckOptions } from "./options.ts";
import type { CheckOptions } from "./options.ts";
import { printConfig } from "./print-config.ts";

/** Runs one command; never throws and never exits. `argv` without node and script; `docs`: folder of the pages. */
export async function run(argv: readonly string[], cwd: string, docs?: string): Promise<Outcome> {
  let outcome: Outcome = { exitCode: 0, stdout: "", stderr: "" };
  const program = createProgram(cwd, docs, (next) => {
    outcome = next;
  });
  let stdout = "";
  let stderr = "";
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => (stdout += text), writeErr: (text) => (stderr += text) });
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
    return outcome;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return { exitCode: 0, stdout, stderr: "" };
      // A command that is only a group of others, named alone.
      if (error.code === "commander.help") return { exitCode: 2, stdout: "", stderr };
      return usage(oneLine(error.message.replace(/^error: /, "")));
    }
    if (error instanceof UserError) return usage(error.line());
    if (error instanceof UnreadableError) return usage(error.message);
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { exitCode: 3, stdout: "", stderr: `ddlint: bug: ${text}\nPlease report this.\n` };
  }
}

const usage = (line: string): Outcome => ({ exitCode: 2, stdout: "", stderr: `ddlint: ${line}\n` });

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, " ");

function createProgram(cwd: string, docs: string | undefined, done: (outcome: Outcome) => void): Command {
  const print = (stdout: string): void => {
    done({ exitCode: 0, stdout, stderr: "" });
  };
  const program = new Command("ddlint")
    .description("Finds what will lock, rewrite, lose data or break in database migrations.")
    .version(version, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .argument("[paths...]", "folders of migrations, or files to report on");
  addCheckOptions(program).action(async (paths: string[], options: CheckOptions) => {
    done(await check(paths, options, cwd));
  });
  addCheckOptions(
    program.command("check").description("check migrations (the default)").argument("[paths...]"),
  ).action(async (paths: string[], options: CheckOptions) => {
    done(await check(paths, options, cwd));
  });
  program
    .command("init")
    .description("look at the project and write ddlint.jsonc: only migrations after the newest are reported")
    .argument("[paths...]")
    .option("--server-version <version>", "version of the oldest server the migrations run on")
    .option("--yes", "ask nothing")
    .option("--force", "replace the configuration that is there")
    .option("--pre-commit", "write an entry for pre-commit as well")
    .option("--workflow", "write a workflow for GitHub as well")
    .action(async (paths: string[], options: InitOptions) => {
      const { init } = await import("./init.ts");
      done(await init(paths, options, cwd));
    });
  addCheckOptions(
    program
      .command("baseline")
      .description("accept what is found now: write it to a file that later runs leave out")
      .argument("[paths...]"),
  ).action(async (paths: string[], options: CheckOptions) => {
    done(await writeBaseline(paths, options, cwd));
  });
  program
    .command("explain")
    .description("explain a rule, with examples")
    .argument("<rule>")
    .option("--no-pager", "print it all at once")
    .action((name: string, { pager }: { readonly pager: boolean }) => {
      const isTerminal = process.stdout.isTTY;
      const stdout = explain(name, rules, docs, isTerminal ? colorsFor(undefined, true) : undefined);
      done({ exitCode: 0, stdout, stderr: "", long: pager });
    });
  program
    .command("rules")
    .description("list all rules")
    .action(() => {
      print(listRules(rules));
    });
  program
    .command("stats-query")
    .description("print the query for production that --stats wants the answer of")
    .action(() => {
      print(statsQuery);
    });
  program
    .command("lsp")
    .description("start the language server, for editors")
    .option("--stdio", "speak over standard input and output (the default)")
    .action(() => {
      // The launcher starts it, without loading this program.
      throw new UserError("the language server is started by the installed program only", {
        hint: "run node_modules/.bin/ddlint lsp",
      });
    });
  const config = program.command("config").description("the configuration");
  addCheckOptions(
    config.command("print").description("print what holds here and how it was found").argument("[paths...]"),
  ).action(async (paths: string[], options: CheckOptions) => {
    done(await printConfig(paths, options, cwd));
  });
  return program;
}

/** The program as the launcher starts it; `docs`: folder of the pages. */
export async function main(docs?: string): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    // A reader like `head` may close the pipe early; that is no error.
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit();
      throw error;
    });
  }
  const outcome = await run(process.argv.slice(2), process.cwd(), docs);
  process.exitCode = outcome.exitCode;
  if (outcome.stderr !== "") process.stderr.write(outcome.stderr);
  if (outcome.long === true && process.stdout.isTTY) {
    const { page } = await import("./pager.ts");
    if (page(outcome.stdout)) return;
  }
  if (outcome.stdout !== "") process.stdout.write(outcome.stdout);
}
