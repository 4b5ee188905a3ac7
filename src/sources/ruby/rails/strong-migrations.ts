/** The gem strong_migrations: whether production has it, and what it makes of calls. */
import { gemsOf } from "../../../text/gemfile.ts";
import { booleanOf, isFalsy, isNil, madeText, plain, textOf, type Value } from "../value.ts";
import { hashOf, without, withOptions, type Command, type Editor } from "./editor.ts";
import { referenceParts } from "./references.ts";

export interface StrongMigrations {
  readonly release: string;
  /** Production has it: where only development does, `safety_assured` is an error there. */
  readonly isEverywhere: boolean;
  /** `check_down`: it refuses SQL on the way back as well. */
  readonly checksDown: boolean;
  /** `safe_by_default`: it builds indexes concurrently, and validates constraints apart. */
  readonly isSafeByDefault: boolean;
}

const locked = /^ {4}strong_migrations \((\d+\.\d+[\w.]*)\)/m;

/** Undefined: the project doesn't have it. */
export function strongMigrationsOf(
  lock: string,
  gems: string,
  initializers: string,
): StrongMigrations | undefined {
  const release = locked.exec(lock)?.[1];
  if (release === undefined) return undefined;
  const isSet = (name: string): boolean =>
    new RegExp(`^[ \\t]*StrongMigrations\\.${name}[ \\t]*=[ \\t]*true\\b`, "m").test(initializers);
  const isEverywhere = !isForOthers(gems);
  return {
    release,
    isEverywhere,
    checksDown: isSet("check_down"),
    isSafeByDefault: isEverywhere && isSet("safe_by_default"),
  };
}

/** The gem is in groups of the Gemfile, and none of them is that of production. */
function isForOthers(gems: string): boolean {
  const { groups = "" } = gemsOf(gems).find(({ name }) => name === "strong_migrations") ?? {};
  return /:\w/.test(groups) && !/:(?:production|default)\b/.test(groups);
}

/**
 * What is called in place of a call on a table that the migration doesn't create, where `safe_by_default` is set. It
 * commits the transaction before that.
 */
export function safely(editor: Editor, command: Command): readonly Command[] {
  const found = safeCalls(editor, command);
  if (found === undefined) return [command];
  editor.leavesTransaction = true;
  return found;
}

function safeCalls(editor: Editor, command: Command): readonly Command[] | undefined {
  const { name, args, options, at } = command;
  const [table, second, third] = args;
  if (table === undefined || editor.made.has(textOf(table) ?? "")) return undefined;
  const concurrently = { algorithm: madeText("concurrently", at, true) };
  const unvalidated = { validate: plain(false, at) };
  const isValidated = !options.has("validate") || !isFalsy(options.get("validate"));
  const call = (own: string, ...more: readonly Value[]): Command => ({
    ...command,
    name: own,
    args: [table, ...more],
    options: new Map(),
  });
  switch (name) {
    case "add_index":
    case "remove_index":
      return options.has("algorithm")
        ? undefined
        : [{ ...command, options: withOptions(options, concurrently) }];
    case "add_reference": {
      const { index, key } = referenceParts(editor, editor.tableOf(command), second, options, at);
      if (index === undefined && key === undefined) return undefined;
      const fields = withOptions(hashOf(options.get("index")), concurrently);
      const own = withOptions(without(options, "foreign_key"), {
        index: index && { is: "record", fields, open: false, at },
      });
      const to = key && madeText(key.to.text ?? key.to.shown, at, true);
      return [
        { ...command, options: own },
        ...(key === undefined || to === undefined
          ? []
          : safely(editor, { ...call("add_foreign_key", to), options: key.options })),
      ];
    }
    case "add_foreign_key":
    case "add_check_constraint": {
      if (!isValidated) return undefined;
      const named = without(options, "on_delete", "on_update", "deferrable", "primary_key", "if_not_exists");
      const validation = call(name.replace("add", "validate"), ...(second === undefined ? [] : [second]));
      return [
        { ...command, options: withOptions(options, unvalidated) },
        { ...validation, options: named },
      ];
    }
    case "change_column_null": {
      const column = textOf(second);
      const isSet =
        third !== undefined && booleanOf(third) === false && (args[3] === undefined || isNil(args[3]));
      if (!isSet || column === undefined) return undefined;
      const check = { name: madeText(`${textOf(table) ?? ""}_${column}_null`, at) };
      const condition = madeText(`${column} IS NOT NULL`, at);
      const add = call("add_check_constraint", condition);
      return [
        { ...add, options: withOptions(new Map(), { ...check, ...unvalidated }) },
        { ...call("validate_check_constraint"), options: withOptions(new Map(), check) },
        command,
        { ...call("remove_check_constraint"), options: withOptions(new Map(), check) },
      ];
    }
    default:
      return undefined;
  }
}
