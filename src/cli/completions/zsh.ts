/** For zsh: to be sourced, or found in `$fpath` as `_ddlint`. */
import { withCommands, type CommandShape, type OptionShape } from "../describe.ts";
import { valuesOf, type Values } from "./values.ts";

export function zshScript(program: CommandShape): string {
  const all = withCommands(program);
  const names = new Set(all.flatMap(({ options }) => options.flatMap(({ value }) => value ?? [])));
  for (const { arguments: args } of all) for (const { name } of args) names.add(name);
  return `#compdef ddlint
# Completions of ddlint for zsh: written by "ddlint completions zsh".

${[...names].flatMap(valueFunction).join("\n")}
${all.map(commandFunction).join("\n")}
if [[ $funcstack[1] == _ddlint ]]; then
  _ddlint "$@"
else
  compdef _ddlint ddlint
fi
`;
}

/** Values that aren't simple words have a function. */
function valueFunction(name: string): readonly string[] {
  const values = valuesOf(name);
  if (values.kind === "list") {
    return [
      `${functionOf(name)}_one() {\n  compadd "$@" -- ${values.words.join(" ")}\n}\n`,
      `${functionOf(name)}() {\n  _sequence ${functionOf(name)}_one\n}\n`,
    ];
  }
  if (values.kind === "pair") {
    const { words, then, needed } = values;
    return [
      `${functionOf(name)}() {
  if compset -P '*='; then
    ${then === "files" ? "_files" : `compadd -- ${then.join(" ")}`}
  else
    compadd ${needed ? "-S = " : ""}-- ${words.join(" ")}
  fi
}
`,
    ];
  }
  return values.kind === "words"
    ? [`${functionOf(name)}() {\n  compadd -- ${values.words.join(" ")}\n}\n`]
    : [];
}

const functionOf = (name: string): string => `_ddlint_${name.replace(/[^a-z]+/g, "_").replace(/_$/, "")}`;

const action = (name: string): string => {
  const { kind }: Values = valuesOf(name);
  return kind === "files" ? "_files" : kind === "anything" ? " " : functionOf(name);
};

const commandName = (path: string): string =>
  path === "" ? "_ddlint" : `_ddlint__${path.replace(/\W/g, "_")}`;
const lastWord = (path: string): string => path.split(" ").at(-1) ?? "";

function commandFunction(command: CommandShape): string {
  const { path, options, arguments: args, commands } = command;
  const [argument] = args;
  const lines = options.flatMap(optionSpecs);
  if (commands.length > 0) lines.push(`'1:command:${commandName(path)}_first'`);
  if (argument !== undefined)
    lines.push(`'${argument.variadic ? "*" : "1"}:${argument.name}:${action(argument.name)}'`);
  const specs = lines.map((line) => ` \\\n    ${line}`).join("");
  const below = commands.length === 0 ? "" : belowText(command);
  const own = `${commandName(path)}() {\n${below}  _arguments -S${specs}\n}\n`;
  return commands.length === 0 ? own : `${firstFunction(command)}\n${own}`;
}

/** The first word: a command, or what the command itself takes. */
function firstFunction({ path, commands, arguments: [argument] }: CommandShape): string {
  const list = commands
    .map((one) => `    '${quoted(`${lastWord(one.path)}:${one.description}`)}'`)
    .join("\n");
  const also = argument === undefined ? "" : `  ${action(argument.name)}\n`;
  return `${commandName(path)}_first() {
  local -a commands=(
${list}
  )
  _describe command commands
${also}}
`;
}

/** Hands over to the command that was typed, as if it stood first. */
function belowText({ options, commands }: CommandShape): string {
  const valued = options.filter(({ value }) => value !== undefined).flatMap(flags);
  const skip = valued.length === 0 ? "" : `      ${valued.join("|")}) (( i++ )) ;;\n`;
  const cases = commands.map(
    ({ path }) =>
      `      ${lastWord(path)}) shift $(( i - 1 )) words; (( CURRENT -= i - 1 )); ${commandName(path)}; return ;;\n`,
  );
  return `  local i
  for (( i = 2; i < CURRENT; i++ )); do
    case $words[i] in
${skip}      --) break ;;
      -?*) ;;
${cases.join("")}      *) break ;;
    esac
  done
`;
}

const flags = ({ short, long }: OptionShape): readonly string[] => [...(short ? [short] : []), long];

/** For `_arguments`: `*` where it may be repeated, `=` where `--option=value` is one word as well as two. */
function optionSpecs(option: OptionShape): string[] {
  const text = quoted(option.description).replace(/[[\]:]/g, "\\$&");
  const repeat = option.repeatable ? "*" : "";
  const { value } = option;
  if (value === undefined) return flags(option).map((flag) => `'${repeat}${flag}[${text}]'`);
  return flags(option).map((flag) => `'${repeat}${flag}=[${text}]:${value}:${action(value)}'`);
}

const quoted = (text: string): string => text.replaceAll("'", "'\\''");
