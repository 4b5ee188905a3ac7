/** What takes a statement back, by the list that Rails itself has. */
import { isNil, plain, truth, type Value } from "../value.ts";
import { inverseDefinition, isDefinition } from "./definitions.ts";
import { without, withOptions, type Command, type Editor } from "./editor.ts";
import type { Version } from "./versions.ts";

/** Why Rails refuses to take it back. */
export interface OneWayCommand {
  readonly command: Command;
  readonly what: string;
  readonly instead: string;
}

const straight: Readonly<Record<string, string>> = {
  create_table: "drop_table",
  create_join_table: "drop_join_table",
  drop_join_table: "create_join_table",
  add_column: "remove_column",
  add_timestamps: "remove_timestamps",
  remove_timestamps: "add_timestamps",
  add_reference: "remove_reference",
  remove_reference: "add_reference",
  add_belongs_to: "remove_reference",
  remove_belongs_to: "add_reference",
  add_attachment: "remove_attachment",
  enable_extension: "disable_extension",
  disable_extension: "enable_extension",
  create_enum: "drop_enum",
  create_schema: "drop_schema",
  drop_schema: "create_schema",
  add_exclusion_constraint: "remove_exclusion_constraint",
  enable_index: "disable_index",
  disable_index: "enable_index",
};

/** Since which version the recorder knows a statement; others go to the database at once, also while they are taken back. */
const recordedSince: Readonly<Record<string, Version>> = {
  add_columns: [99, 0],
  change_table: [99, 0],
  validate_foreign_key: [99, 0],
  validate_check_constraint: [99, 0],
  validate_constraint: [99, 0],
  rename_enum: [7, 1],
  add_enum_value: [7, 1],
  rename_enum_value: [7, 1],
  create_schema: [8, 0],
  drop_schema: [8, 0],
  rename_schema: [8, 0],
  enable_index: [8, 1],
  disable_index: [8, 1],
};

export const isRecorded = (name: string, { vendor }: Editor): boolean =>
  vendor.since(...(recordedSince[name] ?? [0, 0]));

/** All that the recorder of Rails 3.1 and 3.2 inverts. */
const invertedByRails3 =
  /^(?:add_(?:column|index|timestamps)|create_table|remove_timestamps|rename_(?:column|index|table))$/;

const bothWays = ({ vendor }: Editor): string =>
  vendor.since(4, 0) ? "write `up` and `down`, or put it in `reversible`" : "write `up` and `down`";

/** Of commands that need more than they say. */
const swap = (command: Command, ...args: readonly (Value | undefined)[]): Command => ({
  ...command,
  args: args.filter((one) => one !== undefined),
});

export function inverseOf(command: Command, editor: Editor): Command | OneWayCommand {
  const { name, args, options, block } = command;
  const oneWay = (what: string, instead: string): OneWayCommand => ({ command, what, instead });
  const fromTo = (given: string): Command | OneWayCommand => {
    const [from, to] = [options.get("from"), options.get("to")];
    if (from === undefined || to === undefined)
      return oneWay(`${given} without from: and to: can't be reversed`, `state \`from:\` and \`to:\``);
    const own = new Map([...options, ["from", to], ["to", from]] as const);
    return { ...command, options: own, hash: undefined };
  };
  if (!editor.vendor.since(4, 0) && !invertedByRails3.test(name))
    return oneWay(`${name} can't be reversed before Rails 4`, bothWays(editor));
  if (isDefinition(name))
    return (
      inverseDefinition(command) ??
      oneWay(`${name} without revert_to_version: can't be reversed`, "state `revert_to_version:`")
    );
  switch (name) {
    case "create_table":
      return { ...command, name: "drop_table", options: without(options, "if_not_exists") };
    case "drop_table":
      if (args.length === 1 && block === undefined && command.hash === undefined)
        return oneWay(
          "drop_table without a block can't be reversed",
          "give it the block that created the table",
        );
      return { ...command, name: "create_table", options: without(options, "if_exists") };
    case "rename_table":
      return swap(command, args[1], args[0]);
    case "rename_column":
    case "rename_index":
      return swap(command, args[0], args[2], args[1]);
    case "rename_schema":
      return swap(command, args[1], args[0]);
    case "remove_column":
      if (args.length <= 2)
        return oneWay(
          "remove_column without a type can't be reversed",
          "state the type of the column and its options, such as `default:` and `null:`, or use `remove_reference` for a reference",
        );
      return { ...command, name: "add_column", options: without(options, "if_exists") };
    case "remove_columns":
      if (!options.has("type"))
        return oneWay("remove_columns without a type can't be reversed", "state `type:`");
      return { ...command, name: "add_columns" };
    case "add_columns":
      return { ...command, name: "remove_columns" };
    case "add_index": {
      const own = without(options, "if_not_exists");
      return { ...command, name: "remove_index", options: own };
    }
    case "remove_index": {
      const column = args[1] ?? options.get("column");
      if (column === undefined)
        return oneWay("remove_index without a column can't be reversed", "state the columns of the index");
      if (!options.has("column") && !editor.vendor.since(5, 0))
        return oneWay("remove_index without column: can't be reversed before Rails 5", "state `column:`");
      return {
        ...swap(command, args[0], column),
        name: "add_index",
        options: without(options, "column", "if_exists"),
        undoes: name,
      };
    }
    case "change_column_default":
    case "change_column_comment":
    case "change_table_comment":
      return fromTo(name);
    case "change_column_null": {
      const value = args[2];
      const isNull = value !== undefined && truth(value) === true;
      return swap(command, args[0], args[1], value && plain(!isNull, value.at), args[3]);
    }
    case "add_foreign_key":
      return {
        ...command,
        name: "remove_foreign_key",
        options: without(options, "validate", "if_not_exists"),
      };
    case "remove_foreign_key": {
      const to = args[1] ?? options.get("to_table");
      if (to === undefined)
        return oneWay(
          "remove_foreign_key without the other table can't be reversed",
          "state the table that it refers to",
        );
      // Of releases before 4.2, a gem has it.
      if (editor.vendor.since(4, 2) && !editor.vendor.since(5, 0))
        return oneWay("remove_foreign_key can't be reversed before Rails 5", bothWays(editor));
      if (args[1] === undefined && !editor.vendor.since(6, 0))
        return oneWay(
          "remove_foreign_key with to_table: can't be reversed before Rails 6",
          "state the table as the second argument",
        );
      return {
        ...swap(command, args[0], to),
        name: "add_foreign_key",
        options: without(options, "to_table", "if_exists"),
      };
    }
    case "add_check_constraint":
      return {
        ...command,
        name: "remove_check_constraint",
        options: without(options, "validate", "if_not_exists"),
      };
    case "remove_check_constraint":
      if (args.length < 2)
        return oneWay(
          "remove_check_constraint without the expression can't be reversed",
          "state its expression",
        );
      return { ...command, name: "add_check_constraint", options: without(options, "if_exists") };
    case "remove_exclusion_constraint":
      if (args.length < 2)
        return oneWay(
          "remove_exclusion_constraint without the expression can't be reversed",
          "state its expression",
        );
      return { ...command, name: "add_exclusion_constraint" };
    case "add_unique_constraint":
      if (options.has("using_index"))
        return oneWay("add_unique_constraint with using_index: can't be reversed", bothWays(editor));
      return { ...command, name: "remove_unique_constraint" };
    case "remove_unique_constraint":
      if (args.length < 2)
        return oneWay("remove_unique_constraint without the columns can't be reversed", "state its columns");
      return { ...command, name: "add_unique_constraint" };
    case "drop_enum":
      if (args[1] === undefined || isNil(args[1]))
        return oneWay("drop_enum without the values can't be reversed", "state its values");
      return { ...command, name: "create_enum" };
    case "rename_enum": {
      const to = options.get("to") ?? args[1];
      const [from] = args;
      if (to === undefined || from === undefined)
        return oneWay("rename_enum without to: can't be reversed", "state `to:`");
      return { ...swap(command, to), options: withOptions(options, { to: from }) };
    }
    case "rename_enum_value":
      return fromTo(name);
    default: {
      const inverse = straight[name];
      return inverse === undefined
        ? oneWay(`${name} can't be reversed`, bothWays(editor))
        : { ...command, name: inverse };
    }
  }
}

export const isOneWay = (found: Command | OneWayCommand): found is OneWayCommand => "what" in found;
