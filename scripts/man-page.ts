/** man/ddlint.1: commands and options as the program itself has them; the rest is written here. */
import { valuesOf } from "../src/cli/completions/values.ts";
import { describe, withCommands } from "../src/cli/describe.ts";
import type { ArgumentShape, CommandShape, OptionShape } from "../src/cli/describe.ts";
import { createProgram } from "../src/cli/program.ts";
import { homeUrl } from "../src/report/help.ts";

const about = [
  "Reads the whole history of a project's database migrations, in the order and in the transactions in which its migration tool runs them, and replays it into a model of the schema.",
  "Reports, with the exact place and the reason, what will lock, rewrite, lose data, break the running application, or can't be rolled back, and how to write it safely.",
  "It connects to nothing and runs none of the project's code.",
  "Without `paths`, it finds the migrations of the project.",
  "A folder is searched for migrations. For a file, only findings in that file are reported, but its whole history is read.",
];

const exitStatus: Entries = [
  ["0", "There are no findings of severity error, or of the severity of `--fail-on` and above."],
  ["1", "There are such findings, or more warnings than `--max-warnings`; with `--diff`: there is a change."],
  ["2", "A mistake in usage or configuration, or a path that can't be read."],
  ["3", "A bug in ddlint. Everything else was checked. Please report it."],
];

const files: Entries = [
  [
    "ddlint.jsonc, ddlint.json, package.json",
    "The configuration, in package.json under the key `ddlint`: the one nearest above the working directory.",
  ],
  [
    "ddlint.config.js, ddlint.config.mjs, ddlint.config.ts",
    "A configuration in code, read only with `--allow-config-code`.",
  ],
  ["ddlint-baseline.json", "Findings accepted by `ddlint baseline`."],
];

/** A test holds them against what the program reads. */
export const environment: Entries = [
  ["FORCE_COLOR, NO_COLOR", "Colours in a terminal, `0` for none; or none. `--color` and `--no-color` win."],
  ["TERM", "No colours if it is `dumb`."],
  [
    "COLUMNS",
    "The width of reports and help, also in a pipe (default: the terminal's, at most 120; without a terminal 80).",
  ],
  ["FORCE_HYPERLINK", "Links in a coloured terminal, `0` for none."],
  ["VTE_VERSION, TERM_PROGRAM, KITTY_WINDOW_ID, WT_SESSION", "They show that a terminal supports links."],
  ["PAGER", "The program that shows long texts in a terminal (default: `less -FRX`); none if it is empty."],
  ["GITHUB_STEP_SUMMARY", "A report for the file that it names is appended."],
  [
    "GITHUB_WORKSPACE, CI_PROJECT_DIR",
    "The checkout of a pipeline, from which `sarif`, `github` and `gitlab` name files.",
  ],
];

const examples: Entries = [
  ["ddlint", "Lint the migrations of this project."],
  ["ddlint db/migrations/042.sql", "Report on one file, in the context of its history."],
  ["ddlint --since origin/main", "Report on what is new or changed on this branch."],
  ["ddlint --format text --format sarif=ddlint.sarif", "Write two reports, one of them to a file."],
  ["ddlint --rule drop-column=warning --skip redundant-index", "Set one rule's severity, leave out another."],
  ["ddlint explain set-not-null", "Show what a rule reports, why, and what to write instead."],
];

type Entries = readonly (readonly [name: string, text: string])[];

export function manPage(version: string): string {
  const program = describe(createProgram(".", {}, () => undefined));
  const all = withCommands(program);
  const commands = all.filter((command) => command.path !== "" && command.commands.length === 0);
  return [
    '.\\" Written by "npm run generate".',
    `.TH DDLINT 1 "" "ddlint ${version}" "ddlint manual"`,
    ".SH NAME",
    "ddlint \\- lint database migrations before they run",
    ".SH SYNOPSIS",
    ...[program, ...commands].flatMap((command, i) => [...(i === 0 ? [] : [".br"]), synopsis(command)]),
    ".SH DESCRIPTION",
    ...about.map(prose),
    ".SH COMMANDS",
    ...commands.flatMap((command) => commandText(command, program)),
    ".SH OPTIONS",
    ...groups(program).flatMap(([group, options]) => [
      `.SS ${group.replace(/:$/, "")}`,
      ...options.flatMap(optionText),
    ]),
    ".SH EXIT STATUS",
    ...entries(exitStatus),
    ".SH FILES",
    ...entries(files),
    ".SH ENVIRONMENT",
    ...entries(environment),
    ".SH EXAMPLES",
    ...entries(examples),
    ".SH SEE ALSO",
    prose(homeUrl),
    "",
  ].join("\n");
}

/** `code` is bold; lines are short. */
function prose(text: string): string {
  const marked = verbatim(text)
    .replaceAll("…", "...")
    .replace(/`([^`]*)`/g, "\\fB$1\\fR");
  const lines: string[] = [];
  let line = "";
  for (const word of marked.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > 78) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word.replace(/^[.']/, "\\&$&") : ` ${word}`;
  }
  return [...lines, line].join("\n");
}

/** Backslashes, hyphens that are typed, a full stop at the start of a line. */
const verbatim = (text: string): string =>
  text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replace(/^[.']/, "\\&$&");

const bold = (text: string): string => `\\fB${verbatim(text)}\\fR`;
const italic = (text: string): string => `\\fI${verbatim(text)}\\fR`;

const entry = (head: string, ...text: readonly string[]): readonly string[] => [
  ".TP",
  head,
  ...text.map(sentence),
];
const entries = (list: Entries): readonly string[] => list.flatMap(([name, text]) => entry(bold(name), text));

/** As in a book: the help writes its fragments small and without a full stop. */
function sentence(text: string): string {
  const full = /[.…]$/.test(text) ? text : `${text}.`;
  return prose(full.charAt(0).toUpperCase() + full.slice(1));
}

const argumentText = ({ name, required, variadic }: ArgumentShape): string => {
  const shown = `${italic(name)}${variadic ? " ..." : ""}`;
  return required ? shown : `[${shown}]`;
};

const headOf = (command: CommandShape): string =>
  [bold(`ddlint ${command.path}`.trim()), ...command.arguments.map(argumentText)].join(" ");

const synopsis = (command: CommandShape): string =>
  [bold(`ddlint ${command.path}`.trim()), "[options]", ...command.arguments.map(argumentText)].join(" ");

/** Options that the program has as well are told once, with it. */
function commandText(command: CommandShape, program: CommandShape): readonly string[] {
  const same = new Map(program.options.map((option) => [option.long, option]));
  const own = command.options.filter(({ long, description }) => same.get(long)?.description !== description);
  const taken = command.options.filter((option) => !own.includes(option) && option.long !== "--help");
  const [argument] = command.arguments;
  const known = program.arguments.some(({ name }) => name === argument?.name);
  const which =
    taken.length === program.options.filter(({ long }) => long !== "--version" && long !== "--help").length
      ? ["It takes all options listed below."]
      : taken.length > 0
        ? [`It also takes these options: ${taken.map(({ long }) => `\`${long}\``).join(", ")}.`]
        : [];
  return [
    ...entry(
      headOf(command),
      command.description,
      ...(argument === undefined || known ? [] : [`\`${argument.name}\`: ${argument.description}`]),
      ...which,
    ),
    ...(own.length === 0 ? [] : [".RS", ...own.flatMap(optionText), ".RE"]),
  ];
}

function optionText(option: OptionShape): readonly string[] {
  const { long, short, value, description } = option;
  const names = [...(short === undefined ? [] : [short]), long].map(bold).join(", ");
  return entry(value === undefined ? names : `${names} ${italic(value)}`, description, ...valuesText(option));
}

/** The values that the description doesn't name. */
function valuesText({ value, description }: OptionShape): readonly string[] {
  const values = value === undefined ? undefined : valuesOf(value);
  if (values?.kind !== "words" || values.words.every((word) => description.includes(word))) return [];
  return [`One of ${values.words.join(", ")}`];
}

function groups({ options }: CommandShape): readonly (readonly [string, readonly OptionShape[]])[] {
  const names = [...new Set(options.map(({ group }) => group))];
  return names.map((name) => [name, options.filter(({ group }) => group === name)]);
}
