/** For fish 3 and newer. */
import { withCommands, type CommandShape, type OptionShape } from "../describe.ts";
import { valuesOf } from "./values.ts";

export function fishScript(program: CommandShape): string {
  const all = withCommands(program);
  const valued = all.flatMap(({ options }) => options.filter(({ value }) => value !== undefined));
  const below = all.filter(({ path }) => path !== "").map(({ path }) => fishWord(path));
  return `# Completions of ddlint for fish: written by "ddlint completions fish".

# The command before the cursor, and how many words it has been given.
function __ddlint_typed
    set -l command
    set -l operands 0
    set -l value no
    set -l tokens (commandline -opc)
    set -e tokens[1]
    for word in $tokens
        if test $value = yes
            set value no
        else if contains -- $word ${[...new Set(valued.flatMap(flags))].join(" ")}
            set value yes
        else if string match -q -- '-?*' $word
            continue
        else if test $operands = 0; and contains -- (string trim "$command $word") ${below.join(" ")}
            set command (string trim "$command $word")
        else
            set operands (math $operands + 1)
        end
    end
    echo $operands
    echo $command
end

function __ddlint_in
    set -l typed (__ddlint_typed)
    contains -- "$typed[2]" $argv
end

function __ddlint_first
    set -l typed (__ddlint_typed)
    test $typed[1] = 0; and contains -- "$typed[2]" $argv
end

# What is typed of an option's value.
function __ddlint_value
    string replace -r -- '^--[a-z-]+=' '' (commandline -ct)
end

function __ddlint_list
    set -l before (string match -r -- '^.*,' (__ddlint_value))
    printf '%s\\n' "$before"$argv
end

# word=…, for the words before and after --
function __ddlint_pair
    set -l at (contains -i -- --then $argv)
    set -l word (string match -r -- '^[^=]*=' (__ddlint_value))
    if test -n "$word"
        printf '%s\\n' $word$argv[(math $at + 1)..-1]
    else
        printf '%s\\n' $argv[1..(math $at - 1)]
    end
end

function __ddlint_files
    set -l word (string match -r -- '^[^=]*=' (__ddlint_value))
    set -l path (string replace -r -- '^[^=]*=' '' (__ddlint_value))
    printf '%s\\n' $word(__fish_complete_path $path)
end

complete -c ddlint -f
${all.flatMap((command) => argumentLines(command)).join("\n")}
${optionLines(all).join("\n")}
`;
}

const flags = ({ short, long }: OptionShape): readonly string[] => [...(short ? [short] : []), long];

/** Single quotes take no escapes in fish but for these two. */
const fishWord = (text: string): string => `'${text.replace(/['\\]/g, "\\$&")}'`;

const condition = (name: string, paths: readonly string[]): string =>
  `-n ${fishWord(`${name} ${paths.map((path) => `"${path}"`).join(" ")}`)}`;

function argumentLines({ path, commands, arguments: [argument] }: CommandShape): string[] {
  const first = condition("__ddlint_first", [path]);
  const lines = commands.map(
    (one) => `complete -c ddlint ${first} -a ${one.path.split(" ").at(-1)} -d ${fishWord(one.description)}`,
  );
  if (argument === undefined) return lines;
  const at = argument.variadic ? condition("__ddlint_in", [path]) : first;
  return [...lines, `complete -c ddlint ${at}${takes(argument.name)}`];
}

/** One line an option, with all the commands that have it. */
function optionLines(all: readonly CommandShape[]): string[] {
  const lines = new Map<string, string[]>();
  for (const { path, options } of all) {
    for (const { short, long, value, description } of options) {
      const names = `${short === undefined ? "" : ` -s ${short.slice(1)}`} -l ${long.slice(2)}`;
      const line = `${names}${value === undefined ? "" : ` -r${takes(value, " -f")}`} -d ${fishWord(description)}`;
      lines.set(line, [...(lines.get(line) ?? []), path]);
    }
  }
  return [...lines].map(([line, paths]) => `complete -c ddlint ${condition("__ddlint_in", paths)}${line}`);
}

/** `noFiles`: files are offered unless told not to be. */
function takes(name: string, noFiles = ""): string {
  const values = valuesOf(name);
  switch (values.kind) {
    case "files":
      return " -F";
    case "anything":
      return noFiles;
    case "words":
      return `${noFiles} -a ${fishWord(values.words.join(" "))}`;
    case "list":
      return `${noFiles} -a ${fishWord(`(__ddlint_list ${values.words.join(" ")})`)}`;
    case "pair": {
      const { words, then, needed } = values;
      if (then === "files") return `${noFiles} -a ${fishWord(`${words.join(" ")} (__ddlint_files)`)}`;
      const first = words.map((word) => (needed ? `${word}=` : word));
      return `${noFiles} -a ${fishWord(`(__ddlint_pair ${first.join(" ")} --then ${then.join(" ")})`)}`;
    }
  }
}
