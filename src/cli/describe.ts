/** The commands and options as plain data, read off the program: for its completions and its manual page. */
import type { Argument, Command, Option } from "commander";

export interface OptionShape {
  /** `--format`. */
  readonly long: string;
  readonly short?: string | undefined;
  /** What stands in `<>`: see `completions/values.ts`. */
  readonly value?: string | undefined;
  readonly description: string;
  /** Below which it stands in the help. */
  readonly group: string;
  readonly repeatable: boolean;
}

export interface ArgumentShape {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly variadic: boolean;
}

export interface CommandShape {
  /** After `ddlint`: `config print`; empty for `ddlint` itself. */
  readonly path: string;
  readonly description: string;
  readonly arguments: readonly ArgumentShape[];
  readonly options: readonly OptionShape[];
  readonly commands: readonly CommandShape[];
}

export function describe(command: Command, parent?: string): CommandShape {
  const path = parent === undefined ? "" : `${parent} ${command.name()}`.trim();
  return {
    path,
    description: command.description(),
    arguments: command.registeredArguments.map(argumentShape),
    options: command.createHelp().visibleOptions(command).map(optionShape),
    commands: command.commands.map((one) => describe(one, path)),
  };
}

/** A command and those below it. */
export const withCommands = (command: CommandShape): readonly CommandShape[] => [
  command,
  ...command.commands.flatMap(withCommands),
];

const argumentShape = (argument: Argument): ArgumentShape => ({
  name: argument.name(),
  description: argument.description,
  required: argument.required,
  variadic: argument.variadic,
});

function optionShape(option: Option): OptionShape {
  const from = option.flags.indexOf("<");
  const { parseArg, description, short, helpGroupHeading } = option;
  const defaultValue: unknown = option.defaultValue;
  const usual = typeof defaultValue === "string" ? ` (default: ${defaultValue})` : "";
  return {
    long: option.long ?? option.flags,
    short,
    value: from < 0 ? undefined : option.flags.slice(from + 1, -1),
    description: description + usual,
    group: helpGroupHeading ?? "Options:",
    repeatable: parseArg !== undefined,
  };
}
