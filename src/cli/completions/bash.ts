/** For bash 3.2 and newer, without its completion package. */
import { withCommands, type CommandShape, type OptionShape } from "../describe.ts";
import { valuesOf, type Values } from "./values.ts";

export function bashScript(program: CommandShape): string {
  const all = withCommands(program);
  const withValues = all.flatMap((command) => command.options.filter(({ value }) => value !== undefined));
  const valued = withValues.filter(
    (option, at) => withValues.findIndex(({ long }) => long === option.long) === at,
  );
  const usual = new Map(valued.map(({ long, value }) => [long, value]));
  // What a command's option takes, where the same of others takes something else.
  const own = all.flatMap(({ path, options }) =>
    options
      .filter(({ long, value }) => value !== undefined && value !== usual.get(long))
      .map((option) => ({ path, option })),
  );
  const below = all.filter(({ path }) => path !== "");
  return `# Completions of ddlint for bash: written by "ddlint completions bash".

${functions}
_ddlint() {
  local IFS=$' \t\n'
  local -a words=()
  local command= option= plain= current= value= before= word= i
  local operands=0
  COMPREPLY=()
  # "=" is a word of its own to bash: what belongs together is put together again.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ \${#words[@]} -gt 0 && $COMP_WORDBREAKS == *=* && ($word == =* || \${COMP_WORDS[i - 1]} == =) ]]; then
      words[\${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
  done
  current=\${words[\${#words[@]} - 1]}
  for ((i = 0; i < \${#words[@]} - 1; i++)); do
    word=\${words[i]}
    if [[ -n $option ]]; then
      option=
    elif [[ -n $plain ]]; then
      operands=$((operands + 1))
    else
      case $word in
        --) plain=yes ;;
        ${valued.map(flags).join(" | ")}) option=$word ;;
        -?*) ;;
        *)
          case "$operands $command $word" in
            ${below.map(commandPattern).join(" | ")}) command=\${command:+$command }$word ;;
            *) operands=$((operands + 1)) ;;
          esac
          ;;
      esac
    fi
  done
  value=$current
  if [[ -z $option && -z $plain && $current == --*=* ]]; then
    option=\${current%%=*}
    before=$option=
    value=\${current#*=}
  fi
  case "$command $option" in
${own
  .map(
    ({ path, option }) =>
      `    ${names(option)
        .map((name) => `"${path} ${name}"`)
        .join(" | ")}) ${reply(valuesOf(option.value ?? ""))}; return ;;\n`,
  )
  .join("")}  esac
  case $option in
    "") ;;
${valued.map((option) => `    ${flags(option)}) ${reply(valuesOf(option.value ?? ""))} ;;\n`).join("")}  esac
  [[ -n $option ]] && return
  if [[ -z $plain && $current == -* ]]; then
    case $command in
${all.map((command) => `      "${command.path}") _ddlint_words "${command.options.flatMap(names).join(" ")}" ;;\n`).join("")}    esac
    return
  fi
  case $command in
${all.map((command) => `    "${command.path}")${operands(command)} ;;\n`).join("")}  esac
}

complete -o bashdefault -o default -F _ddlint ddlint
`;
}

/** They see and change the variables of `_ddlint`. */
const functions = `# Adds a whole word, without what bash takes for words before it.
_ddlint_add() {
  local cut=
  [[ $COMP_WORDBREAKS == *=* && $current == *=* ]] && cut=\${current%"\${current##*=}"}
  COMPREPLY+=("\${1#"$cut"}")
}

_ddlint_words() {
  local word
  for word in $1; do
    [[ $word == "$value"* ]] && _ddlint_add "$before$word"
  done
}

# a,b,c
_ddlint_list() {
  if [[ $value == *,* ]]; then
    before+=\${value%,*},
    value=\${value##*,}
  fi
  _ddlint_words "$1"
}

_ddlint_files() {
  local file
  while IFS= read -r file; do
    _ddlint_add "$before$file"
  done < <(compgen -f -- "$value")
  compopt -o filenames 2>/dev/null
}

_ddlint_nothing() {
  compopt +o bashdefault +o default 2>/dev/null
}
`;

const names = ({ long, short }: OptionShape): readonly string[] => [...(short ? [short] : []), long];
const flags = (option: OptionShape): string => names(option).join(" | ");

/** As `_ddlint` puts it: no operand so far, the command above, the word. */
function commandPattern({ path }: CommandShape): string {
  const words = path.split(" ");
  return `"0 ${words.slice(0, -1).join(" ")} ${words.at(-1) ?? ""}"`;
}

function reply(values: Values): string {
  switch (values.kind) {
    case "files":
      return "_ddlint_files";
    case "anything":
      return "_ddlint_nothing";
    case "words":
      return `_ddlint_words "${values.words.join(" ")}"`;
    case "list":
      return `_ddlint_list "${values.words.join(" ")}"`;
    case "pair": {
      const { words, then, needed } = values;
      const second = then === "files" ? "_ddlint_files" : `_ddlint_words "${then.join(" ")}"`;
      const first = `_ddlint_words "${words.map((word) => (needed ? `${word}=` : word)).join(" ")}"`;
      const open = needed ? "\n        compopt -o nospace 2>/dev/null" : "";
      return `
      if [[ $value == *=* ]]; then
        before+=\${value%%=*}=
        value=\${value#*=}
        ${second}
      else
        ${first}${open}
      fi`;
    }
  }
}

function operands({ arguments: [argument], commands }: CommandShape): string {
  const lines = [
    ...(commands.length > 0
      ? [
          `[[ -z $plain && $operands == 0 ]] && _ddlint_words "${commands.map(({ path }) => path.split(" ").at(-1)).join(" ")}"`,
        ]
      : []),
    ...(argument === undefined
      ? []
      : argument.variadic
        ? [reply(valuesOf(argument.name))]
        : [`[[ $operands == 0 ]] && ${reply(valuesOf(argument.name))}`]),
  ];
  return lines.length === 0 ? " _ddlint_nothing" : `\n      ${lines.join("\n      ")}`;
}
