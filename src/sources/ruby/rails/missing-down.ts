/** The `down` that a class with an `up` lacks: each of its calls taken back, the last one first. */
import { backOf } from "./both-ways.ts";
import type { Command, Editor } from "./editor.ts";
import { inverseOf, isOneWay } from "./invert.ts";
import type { LiveTables } from "./live.ts";
import type { Value } from "../value.ts";
import { literal, optionsText } from "./restated.ts";

/** What a call needs of the options of the one that it takes back. */
const needed: Readonly<Record<string, RegExp>> = {
  drop_table: /^$/,
  remove_column: /^$/,
  remove_columns: /^$/,
  remove_timestamps: /^$/,
  remove_reference: /^(?:foreign_key|polymorphic)$/,
  remove_foreign_key: /^(?:column|name)$/,
  remove_index: /^(?:name|algorithm)$/,
  remove_check_constraint: /^name$/,
};

/**
 * Undefined: one of the calls isn't known well enough.
 *
 * @param sent all that the `up` does
 */
export function missingDown(
  editor: Editor,
  sent: readonly Command[],
  before: ReadonlyMap<number, LiveTables>,
  isOfClass: boolean,
): string | undefined {
  const lines: string[] = [];
  for (const command of sent.toReversed()) {
    const { conditional, repeated, inCall } = command.site.flow;
    const isPlain = !command.open && !conditional && !repeated && inCall === undefined;
    const own = isPlain
      ? (backOf(editor, command, before.get(command.at.start)) ?? inverseText(editor, command))
      : undefined;
    if (own === undefined) return undefined;
    lines.push(...own);
  }
  const [only, second] = lines;
  const head = isOfClass ? "def self.down" : "def down";
  if (only === undefined) return undefined;
  if (second === undefined) return `write \`${head}; ${only}; end\``;
  return [head, ...lines.map((line) => `  ${line}`), "end"].join("\n");
}

function inverseText(editor: Editor, command: Command): readonly string[] | undefined {
  const inverse = inverseOf(command, editor);
  if (isOneWay(inverse) || inverse.name.startsWith("create_")) return undefined;
  const { name, options } = inverse;
  // Before 5.1 it may drop another key to the same table.
  if (name === "remove_reference" && options.has("foreign_key") && !editor.runsOn(5, 1)) return undefined;
  const wanted = needed[name];
  const own = new Map([...options].filter(([option]) => wanted?.test(option) !== false));
  const values = argumentsOf(inverse, own).map(literal);
  const more = optionsText(own);
  if (more === undefined || values.includes(undefined)) return undefined;
  return [`${name} ${[...values, ...more].join(", ")}`];
}

/** @param options those that it gets, and what it means by them where its arguments say less */
function argumentsOf({ name, args }: Command, options: Map<string, Value>): readonly Value[] {
  const [table, second] = args;
  if (table === undefined) return [];
  switch (name) {
    case "remove_index":
      // Before 6.1 it takes a column or options.
      if (!options.has("name") && second !== undefined) options.set("column", second);
      return [table];
    case "remove_foreign_key":
      return options.size > 0 ? [table] : args;
    case "remove_check_constraint":
      return options.has("name") ? [table] : args;
    case "remove_column":
      return args.slice(0, 2);
    default:
      return args;
  }
}
