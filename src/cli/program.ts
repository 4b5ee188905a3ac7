/** The commands, with what each takes and does. */
import { Command } from "commander";
import { UserError, dialects, nearest, oneOf, presetNames, runbookSections, version } from "../index.ts";
import { writeBaseline } from "./baseline.ts";
import { check, knownRules, packsLeftOut } from "./check.ts";
import type { Outcome } from "./check.ts";
import { cleanCacheIn } from "./cache.ts";
import { colorsFor } from "./colors.ts";
import { installing, shells } from "./completions/shells.ts";
import { explain } from "./explain.ts";
import type { InitOptions } from "./init.ts";
import { categories, listRules } from "./list-rules.ts";
import type { ListOptions } from "./list-rules.ts";
import type { NewOptions } from "./new.ts";
import {
  addAfterAndFacts,
  addCheckOptions,
  addFactOptions,
  addPackOptions,
  addReadOptions,
} from "./options.ts";
import type { CheckOptions } from "./options.ts";
import { printConfig } from "./print-config.ts";
import { printedLines } from "./printed-lines.ts";
import type { PlanCommandOptions } from "./plan.ts";
import type { PreflightCommandOptions } from "./preflight.ts";
import type { RollbackCommandOptions } from "./rollback.ts";
import type { RunbookCommandOptions } from "./runbook.ts";
import type { SchemaCommandOptions } from "./schema.ts";
import type { StatusCommandOptions } from "./status.ts";
import { statsQueryFor } from "./stats-query.ts";
import type { VerifyCommandOptions } from "./verify.ts";

const pathsText = "folders of migrations, or files to report on (default: all of this folder)";
const migrationText = "its file, version or name, or file::name of one of several (default: the newest)";
const migrationsText = "their files, versions or names (default: the newest, or all after startAfter)";
const serverText = "its URL (default: DDLINT_SERVER, PG* or MYSQL_*)";
const pathsOrStdin = pathsText.replace(" (", "; - for standard input (");

/** Where the launcher finds things. */
interface Folders {
  /** The pages. */
  readonly docs?: string | undefined;
  /** The user's own folder for what is kept from run to run; undefined: there is none. */
  readonly cache?: string | undefined;
}

/** `done` is called with what a command came to. */
export function createProgram(
  cwd: string,
  { docs, cache }: Folders,
  done: (outcome: Outcome) => void,
): Command {
  const print = (stdout: string): void => {
    done({ exitCode: 0, stdout, stderr: "" });
  };
  const program = new Command("ddlint")
    .description("Finds what will lock, rewrite, lose data or break in database migrations.")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .argument("[paths...]", pathsOrStdin);
  addCheckOptions(
    program
      .command("check")
      .description("check migrations (the default)")
      .argument("[paths...]", pathsOrStdin),
  ).action(async (paths: string[], options: CheckOptions) => {
    done(await check(paths, options, cwd, cache));
  });
  program
    .command("init")
    .description("write ddlint.jsonc for this project: later runs report only on newer migrations")
    .argument("[paths...]", pathsText)
    .option("--server-version <version>", "version of the oldest server that the migrations run on")
    .option("--yes", "ask nothing")
    .option("--force", "replace an existing configuration")
    .option("--pre-commit", "also write an entry for pre-commit")
    .option("--workflow", "also write a workflow for GitHub")
    .action(async (paths: string[], options: InitOptions) => {
      const { init } = await import("./init.ts");
      done(await init(paths, options, cwd));
    });
  addFactOptions(
    program
      .command("new")
      .description("write a new migration and its rollback, named like those of the project")
      .argument("<title>", 'what it does, such as "add status to orders"')
      .option(
        "--sql <statements>",
        "its statements: the safe steps in place of them are written, with their rollbacks",
      )
      .option("--as-written", "write the statements of --sql as they are")
      .option("--in <folder>", "the migrations that it belongs to, where there are several histories")
      .option("--dry-run", "print the files, instead of writing them")
      .option("--force", "replace files that exist")
      .option("--json", "print them as JSON"),
  ).action(async (title: string, options: NewOptions) => {
    const { newMigration } = await import("./new.ts");
    done(await newMigration(title, options, cwd));
  });
  addReadOptions(
    program
      .command("plan")
      .description("show the safe steps in place of a migration, checked by replaying and linting them")
      .argument("[migration]", migrationText)
      .option("--sql <statements>", "statements that aren't a migration yet")
      .option("--in <folder>", "the migrations that it belongs to, where there are several histories")
      .option(
        "--value <column=sql>",
        "what existing rows get in a column, such as orders.note='none' (repeatable)",
        (value: string, previous: string[] | undefined) => [...(previous ?? []), value],
      )
      .option("--write", "write them as migrations, the first one in place of the migration")
      .option("--force", "with --write: also where the migration may be applied, or files exist")
      .option("--json", "print them as JSON, with locks and rollbacks"),
  ).action(async (migration: string | undefined, options: PlanCommandOptions) => {
    const { plan } = await import("./plan.ts");
    done(await plan(migration, options, cwd));
  });
  addFactOptions(
    program
      .command("rollback")
      .description("write the rollback of a migration, checked by replaying it")
      .argument("[migration]", migrationText)
      .option("--backup", "also write what keeps the data that would be lost, into the migration")
      .option("--write", "write the files, instead of printing the rollback")
      .option("--force", "with --write: replace an existing rollback")
      .option("--json", "print it as JSON, with what isn't restored"),
  ).action(async (migration: string | undefined, options: RollbackCommandOptions) => {
    const { rollback } = await import("./rollback.ts");
    done(await rollback(migration, options, cwd));
  });
  addFactOptions(
    program
      .command("schema")
      .description("print the schema that the migrations lead to, or what a database has otherwise")
      .argument("[paths...]", pathsText)
      .option("--at <migration>", "up to this migration: its file, version or name (default: the newest)")
      .option("--after <migration>", "in a picture, mark what the migrations after this one change")
      .option(
        "--diff <file>",
        "compare it with a dump (pg_dump --schema-only, mysqldump --no-data; - for standard input)",
      )
      .option(
        "--adopt",
        "with --diff: the migration that brings the history to the database, instead of the reverse",
      )
      .option(
        "--format <kind>",
        "print it as sql (default), as json, or its tables and keys as a picture: svg, mermaid",
      )
      .option("--json", "the same as --format json: with what isn't known of it"),
  ).action(async (paths: string[], options: SchemaCommandOptions) => {
    const { schema } = await import("./schema.ts");
    done(await schema(paths, options, cwd));
  });
  addAfterAndFacts(
    program
      .command("verify")
      .description("run migrations up, down and up again on a server of its own, and compare")
      .argument(
        "[migrations...]",
        "their files, versions or names (default: those after --after, or the newest)",
      )
      .option(
        "--server [url]",
        "a server to make a database on, instead of the embedded PostgreSQL (default: DDLINT_SERVER, PG*, MYSQL_*)",
      )
      .option("--throw-away-server", "also run what reaches beyond that database: the server may be lost")
      .option("--json", "print the result as JSON"),
  ).action(async (migrations: string[], options: VerifyCommandOptions) => {
    const { verify } = await import("./verify.ts");
    done(await verify(migrations, options, cwd));
  });
  addReadOptions(
    program
      .command("runbook")
      .description("print what the people on duty need around migrations: checks, commands, rollback")
      .argument("[migrations...]", migrationsText)
      .option("--in <folder>", "the migrations that they belong to, where there are several histories")
      .option(
        "--section <section>",
        `only this part: ${runbookSections.join(", ")} (repeatable; default: all but the changelog)`,
        (value: string, previous: string[] | undefined) => [...(previous ?? []), value],
      )
      .option("--append <file>", "with --section changelog: add the entry to this file, once")
      .option("--json", "print it as JSON"),
  ).action(async (migrations: string[], options: RunbookCommandOptions) => {
    const { runbook } = await import("./runbook.ts");
    done(await runbook(migrations, options, cwd));
  });
  addReadOptions(
    program
      .command("preflight")
      .description("ask a server what is wrong before migrations run; it only reads")
      .argument("[migrations...]", migrationsText)
      .option("--in <folder>", "the migrations that they belong to, where there are several histories")
      .option("--server [url]", serverText)
      .option("--timeout <seconds>", "seconds that a query may take (default: 30)")
      .option("--dry-run", "print what it would send, and connect to nothing")
      .option("--json", "print it as JSON"),
  ).action(async (migrations: string[], options: PreflightCommandOptions) => {
    const { preflight } = await import("./preflight.ts");
    done(await preflight(migrations, options, cwd));
  });
  addFactOptions(
    program
      .command("status")
      .description("show which migrations are applied, pending, edited, out of order or unknown")
      .argument("[file]", "what the query of --query printed; - for standard input")
      .option("--in <folder>", "the migrations, where there are several histories")
      .option("--query", "print the query of the tool's table, for psql, mysql or mariadb")
      .option("--server [url]", `ask this server: ${serverText}`)
      .option("--table <table>", "the tool's table, if it isn't the usual one")
      .option("--json", "print it as JSON"),
  ).action(async (file: string | undefined, options: StatusCommandOptions) => {
    const { status } = await import("./status.ts");
    done(await status(file, options, cwd));
  });
  addReadOptions(
    program
      .command("baseline")
      .description("accept the current findings: write them to a file, so that later runs don't report them")
      .argument("[paths...]", pathsText),
    "the file to write (default: the configuration's, or ddlint-baseline.json)",
  ).action(async (paths: string[], options: CheckOptions) => {
    done(await writeBaseline(paths, options, cwd));
  });
  addPackOptions(
    program
      .command("explain")
      .description("explain a rule, with examples")
      .argument("<rule>", "its id, such as drop-column")
      .option("--no-pager", "print it all at once"),
  ).action(async (name: string, { pager, ...options }: CheckOptions & { readonly pager: boolean }) => {
    const isTerminal = process.stdout.isTTY;
    const known = await knownRules(options, cwd);
    const stdout = explain(name, known, docs, isTerminal ? colorsFor(undefined, true) : undefined);
    done({ exitCode: 0, stdout, stderr: "", long: pager });
  });
  addPackOptions(
    program
      .command("rules")
      .description("list the rules: id, severity, presets, summary")
      .option("--json", "print them as JSON, with all that is known of each")
      .option("--category <category>", `only those of one: ${categories.join(", ")}`)
      .option("--preset <preset>", `only those of one: ${presetNames.join(", ")}`)
      .option("--dialect <dialect>", `only those for one database: ${dialects.join(", ")}`)
      .option("--fixable", "only those that --fix or --fix --unsafe-fixes can change"),
  ).action(async (options: CheckOptions & ListOptions) => {
    const { isTTY, columns } = process.stdout;
    const { rules } = await knownRules(options, cwd);
    const warnings = await packsLeftOut(options, cwd);
    const stdout = listRules(rules, options, isTTY ? columns : undefined);
    const stderr = printedLines(warnings.map((warning) => `ddlint: ${warning}`));
    done({ exitCode: 0, stdout, stderr });
  });
  program
    .command("stats-query")
    .description("print the query that collects table sizes for --stats")
    .argument("[paths...]", pathsText)
    .option("--dialect <dialect>", `of the server: ${dialects.join(", ")} (default: that of the migrations)`)
    .option("--config <file>", "read this configuration instead of searching for one")
    .action(async (paths: string[], options: CheckOptions) => {
      print(await statsQueryFor(paths, options, cwd));
    });
  program
    .command("lsp")
    .description("start the language server for editors")
    .option("--stdio", "use standard input and output (the default)")
    .action(() => {
      // The launcher starts it, without loading this program.
      throw new UserError("the language server is started by the installed program only", {
        hint: "run node_modules/.bin/ddlint lsp",
      });
    });
  const config = program.command("config").description("show the configuration");
  addReadOptions(
    config
      .command("print")
      .description("print the configuration and the detected facts, with the reasons")
      .argument("[paths...]", pathsText),
  ).action(async (paths: string[], options: CheckOptions) => {
    done(await printConfig(paths, options, cwd));
  });
  program
    .command("cache")
    .description("manage what is kept from earlier runs")
    .command("clean")
    .description("remove what is kept of all projects")
    .action(() => {
      done(cleanCacheIn(cache));
    });
  program
    .command("completions")
    .description("print a completion script for a shell")
    .argument("<shell>", shells.join(", "))
    .addHelpText("after", installing)
    .action(async (shell: string) => {
      const { completionScript } = await import("./completions/script.ts");
      print(completionScript(oneOf(shell, shells, "completions"), program));
    });
  program
    .command("help")
    .description("print the help of a command")
    .argument("[command...]", "its name, such as config print")
    .action((names: string[]) => {
      print(commandNamed(program, names).helpInformation());
    });
  // Last, or the commands would inherit its groups. -V is what linters that aren't written in JavaScript take.
  addCheckOptions(program)
    .version(version, "-V")
    .version(version, "-v, --version", "print the version")
    .action(async (paths: string[], options: CheckOptions) => {
      done(await check(paths, options, cwd, cache));
    });
  program.options.find(({ short }) => short === "-V")?.hideHelp();
  return program;
}

/** @throws UserError if there is no such command */
function commandNamed(program: Command, names: readonly string[]): Command {
  let command = program;
  for (const name of names) {
    const next = command.commands.find((one) => one.name() === name);
    if (next === undefined)
      throw new UserError(`there is no command "${names.join(" ")}"`, {
        nearest: nearest(
          name,
          command.commands.map((one) => one.name()),
        ),
        hint: '"ddlint help" lists all',
      });
    command = next;
  }
  return command;
}
