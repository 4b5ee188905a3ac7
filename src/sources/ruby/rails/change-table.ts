/** Calls on the `t` of `change_table`, as the statements that they stand for. */
import { isTruthy, madeText, type Value } from "../value.ts";
import { attachmentColumns, columnMethods, kindOf } from "./gems.ts";
import { hashOf, without, type Command } from "./editor.ts";

export class TableChange {
  readonly command: Command;
  /** The changes are sent together. */
  readonly isBulk: boolean;
  readonly commands: Command[] = [];

  constructor(command: Command, isBulk: boolean) {
    this.command = command;
    this.isBulk = isBulk;
  }
}

/** Methods with the statements that they are; the table is put in front of their arguments. */
const same: Readonly<Record<string, string>> = {
  index: "add_index",
  rename_index: "rename_index",
  remove_index: "remove_index",
  timestamps: "add_timestamps",
  remove_timestamps: "remove_timestamps",
  change: "change_column",
  change_default: "change_column_default",
  change_null: "change_column_null",
  change_comment: "change_column_comment",
  rename: "rename_column",
  remove: "remove_columns",
  foreign_key: "add_foreign_key",
  remove_foreign_key: "remove_foreign_key",
  validate_foreign_key: "validate_foreign_key",
  check_constraint: "add_check_constraint",
  remove_check_constraint: "remove_check_constraint",
  validate_check_constraint: "validate_check_constraint",
  unique_constraint: "add_unique_constraint",
  remove_unique_constraint: "remove_unique_constraint",
  exclusion_constraint: "add_exclusion_constraint",
  remove_exclusion_constraint: "remove_exclusion_constraint",
  validate_constraint: "validate_constraint",
};

/** Undefined in the place of one that isn't understood. */
export function tableCommands(
  { command: table }: TableChange,
  given: Command,
  method: string,
): readonly (Command | undefined)[] {
  const head = table.args.slice(0, 1);
  const { args, options, at } = given;
  const make = (name: string, more: readonly Value[], own = options): Command => ({
    ...given,
    name,
    args: [...head, ...more],
    options: own,
    inTable: true,
  });
  const statement = same[method];
  if (statement !== undefined) {
    // `t.remove :a` is one column.
    if (method === "remove" && args.length === 1 && !options.has("type"))
      return [make("remove_column", args)];
    return [make(statement, args)];
  }
  switch (method) {
    case "references":
    case "belongs_to":
      return args.map((one) => make("add_reference", [one]));
    case "remove_references":
    case "remove_belongs_to":
      return args.map((one) => make("remove_reference", [one]));
    case "column":
      return columnCommands(make, args.slice(0, 1), args[1], options);
    case "column_exists?":
    case "index_exists?":
    case "foreign_key_exists?":
      return [];
    case "attachment":
      return args.flatMap((one) =>
        attachmentColumns(one).map(({ name, kind }) => make("add_column", [name, madeText(kind, at, true)])),
      );
    default:
      return args.length === 0 || !columnMethods.test(method)
        ? [undefined]
        : columnCommands(make, args, madeText(kindOf(method), at, true), options);
  }
}

function columnCommands(
  make: (name: string, more: readonly Value[], own?: Command["options"]) => Command,
  names: readonly Value[],
  kind: Value | undefined,
  options: Command["options"],
): readonly Command[] {
  const index = options.get("index");
  return names.flatMap((name) => {
    const add = make("add_column", kind === undefined ? [name] : [name, kind], without(options, "index"));
    const hasIndex = isTruthy(index);
    return hasIndex ? [add, make("add_index", [name], hashOf(index))] : [add];
  });
}
