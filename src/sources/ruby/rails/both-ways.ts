/** Calls that Rails can take back, in the place of those that it can't: with all that the history knows of what they change. */
import { pluralized } from "../inflect.ts";
import { itemsOf, textOf, type Value } from "../value.ts";
import { newValue } from "./alter.ts";
import { columnSql } from "./columns.ts";
import { isOn, without, type Command, type Editor } from "./editor.ts";
import type { OneWayCommand } from "./invert.ts";
import type { LiveColumn, LiveIndex, LiveKey, LiveTable, LiveTables } from "./live.ts";
import { tableAgain } from "./dropped-table.ts";
import { indexOptions, keyOptions, literal, restated, symbol } from "./restated.ts";
import { named } from "./sql.ts";
import { familyOf, type Family } from "./types.ts";

interface Asked {
  readonly editor: Editor;
  readonly command: Command;
  /** As the call stands there. */
  readonly text: string;
  /** Before the call. */
  readonly live: LiveTable;
  readonly table: string;
  /** What takes the call back, in a method of its own; else a call that Rails can take back. */
  readonly isBack: boolean;
}

/**
 * What to write in place of calls that Rails can't take back.
 *
 * @param text of the migration
 * @param before the tables as they are when a call at that place runs
 */
export function inBothWays(
  editor: Editor,
  [first, ...others]: readonly [OneWayCommand, ...OneWayCommand[]],
  text: string,
  before: ReadonlyMap<number, LiveTables>,
): string {
  const linesOf = ({ command }: OneWayCommand): readonly string[] | undefined => {
    const { start, end } = command.at;
    return statementsFor(editor, command, text.slice(start, end), before.get(start), false);
  };
  const own = linesOf(first);
  if (own === undefined) return first.instead;
  const [only = ""] = own;
  if (own.length === 1 && others.length === 0 && !only.includes("\n")) return `write \`${only}\``;
  const more = others.flatMap((one) => linesOf(one) ?? [`# ${one.what}: ${one.instead}`]);
  const rows = new Set([first, ...others].map(({ command }) => rowOf(text, command.at.start)));
  return [...placeOf([...rows]), ...new Set([...own, ...more])].join("\n");
}

const rowOf = (text: string, at: number): number => text.slice(0, at).split("\n").length;

/** The finding is at the first call: who pastes the lines there alone would run the others twice. */
const placeOf = (rows: readonly number[]): readonly string[] =>
  rows.length < 2
    ? []
    : [`# in place of the calls in lines ${rows.slice(0, -1).join(", ")} and ${String(rows.at(-1))}:`];

/** Statements that take back what the call does, by what the history knows of the table. Undefined: it doesn't know enough. */
export const backOf = (
  editor: Editor,
  command: Command,
  before: LiveTables | undefined,
): readonly string[] | undefined =>
  statementsFor(
    editor,
    { ...command, inTable: undefined, options: without(command.options, "if_exists") },
    "",
    before,
    true,
  );

/** Statements that take the place of the call, or take it back; undefined: the history doesn't know enough. */
function statementsFor(
  editor: Editor,
  command: Command,
  text: string,
  before: LiveTables | undefined,
  isBack: boolean,
): readonly string[] | undefined {
  const { flow } = command.site;
  const table = textOf(command.args[0]);
  const live = table === undefined ? undefined : before?.get(table);
  const isPlain = !command.open && !flow.conditional && !flow.repeated && flow.inCall === undefined;
  if (table === undefined || live === undefined || live === null || !isPlain) return undefined;
  // `reversible` and most inverses came with Rails 4, those of a table's block and of columns together with 6.1.
  if (!isBack && !(command.inTable === true ? editor.runsOn(6, 1) : editor.runsOn(4, 0))) return undefined;
  const asked: Asked = { editor, command, text, live, table, isBack };
  switch (command.name) {
    case "drop_table":
      return tableAgain(editor, command, { table, live, isBack });
    case "remove_column":
    case "remove_columns":
      return removals(asked);
    case "change_column":
      return changed(asked);
    case "change_column_default":
      return changedDefault(asked);
    case "remove_foreign_key":
      return inLines(live.foreignKeys.find(isMeant(command)), (key) => keyRemoval(asked, key));
    case "remove_index":
      return inLines(live.indexes.find(isMeantIndex(command)), (index) => indexRemoval(asked, index));
    default:
      return undefined;
  }
}

function inLines<T>(found: T | undefined, write: (one: T) => string | undefined): string[] | undefined {
  const line = found && write(found);
  return line === undefined ? undefined : [line];
}

const isMeant =
  ({ options }: Command) =>
  ({ name, columns }: LiveKey): boolean =>
    options.has("name")
      ? textOf(options.get("name")) === name
      : textOf(options.get("column")) === columns.join();

function isMeantIndex({ args: [, given], options }: Command): (index: LiveIndex) => boolean {
  const wanted = textOf(options.get("name"));
  if (options.has("name") || given === undefined) return ({ name }) => name === wanted;
  const columns = itemsOf(given)?.map(textOf) ?? [textOf(given)];
  return (index) => index.columns?.join() === columns.join();
}

/** `remove_column :orders, …`; in a block of `change_table`, `t.remove …`. */
function call(
  { command, text, table, isBack }: Asked,
  name: string,
  ...parts: readonly (string | undefined)[]
): string {
  const given = parts.filter((part) => part !== undefined).join(", ");
  if (isBack) return `${name.replace(/^remove_/, "add_")} ${symbol(table)}, ${given}`;
  const [, block] = (command.inTable && /^(\w+)\./.exec(text)) || [];
  return block === undefined ? `${name} ${symbol(table)}, ${given}` : `${block}.${name} ${given}`;
}

function keyRemoval(asked: Asked, key: LiveKey): string | undefined {
  const more = keyOptions(key);
  const [only = "", ...others] = key.columns;
  if (more === undefined || others.length > 0) return undefined;
  const column = `column: ${symbol(only)}`;
  if (asked.isBack || asked.editor.runsOn(6, 0))
    return call(asked, "remove_foreign_key", symbol(key.to), column, ...more);
  // It takes the other table or options, and is taken back by the other table alone.
  return inBothDirections(
    call(asked, "remove_foreign_key", column),
    call(asked, "add_foreign_key", symbol(key.to), column, ...more),
  );
}

function indexRemoval(asked: Asked, index: LiveIndex): string | undefined {
  const more = indexOptions(asked.editor, asked.table, index, asked.command.at);
  const [only = "", ...others] = index.columns ?? [];
  const shown = others.length === 0 ? symbol(only) : `[${[only, ...others].map(symbol).join(", ")}]`;
  // Before 6.1 it takes a column or options.
  const columns = asked.isBack || asked.editor.runsOn(6, 1) ? shown : `column: ${shown}`;
  return more && call(asked, "remove_index", columns, ...more);
}

/** Columns, and before them what goes with them. */
function removals(asked: Asked): readonly string[] | undefined {
  const lines: string[] = [];
  for (const one of asked.command.args.slice(1)) {
    const own = removal(asked, one);
    if (own === undefined) return undefined;
    lines.push(...own.filter((line) => !lines.includes(line)));
  }
  return lines.length === 0 ? undefined : lines;
}

function removal(asked: Asked, column: Value): readonly string[] | undefined {
  const { editor, command, live } = asked;
  const name = textOf(column);
  const own = name === undefined ? undefined : live.columns.get(name);
  const made = own && restated(editor, own, command.at);
  if (name === undefined || own === undefined || made === undefined) return undefined;
  const keys = live.foreignKeys.filter(({ columns }) => columns.includes(name));
  const indexes = live.indexes.filter(({ columns }) => columns?.includes(name) === true);
  // MySQL takes the column out of an index of several.
  if (editor.vendor.isMysql && indexes.some(({ columns }) => columns?.length !== 1)) return undefined;
  if (live.primaryKey?.includes(name) === true) return undefined;
  // A check or an expression may have it in its text.
  const isHeld = [...live.constraints.values()].some((of) => of.some((one) => one.includes(name)));
  if (isHeld || live.indexes.some(({ columns }) => columns === undefined)) return undefined;
  const reference = referenceRemoval(asked, own, keys, indexes);
  if (reference !== undefined) return [reference];
  const before = [
    ...keys.map((key) => keyRemoval(asked, key)),
    ...indexes.map((index) => indexRemoval(asked, index)),
  ];
  const known = before.filter((line) => line !== undefined);
  if (known.length < before.length) return undefined;
  const asks = isOn(command.options, "if_exists") ? ["if_exists: true"] : [];
  const last =
    command.inTable === true
      ? call(asked, "remove", symbol(name), `type: ${symbol(made.kind)}`, ...made.options, ...asks)
      : call(asked, "remove_column", symbol(name), symbol(made.kind), ...made.options, ...asks);
  return asked.isBack ? [last, ...known] : [...known, last];
}

/** The column with its index and foreign key, as `add_reference` makes all of them. */
function referenceRemoval(
  asked: Asked,
  column: LiveColumn,
  [key, ...moreKeys]: readonly LiveKey[],
  [index, ...moreIndexes]: readonly LiveIndex[],
): string | undefined {
  const { editor, command } = asked;
  if (!editor.runsOn(4, 0)) return undefined;
  const [, base] = /^(\w+)_id$/.exec(column.name) ?? [];
  const made = restated(editor, column, command.at);
  if (base === undefined || made === undefined || (key === undefined && index === undefined))
    return undefined;
  if ([...(key?.columns ?? []), ...(index?.columns ?? [])].some((one) => one !== column.name))
    return undefined;
  // Before 5.1 it takes the first foreign key to that table; before 4.2 all references are of one type.
  const isOfType = made.kind === editor.referenceType && made.sizes.length === 0;
  if ((key !== undefined && !editor.runsOn(5, 1)) || (!isOfType && !editor.runsOn(4, 2))) return undefined;
  const ofIndex = index === undefined ? [] : indexOptions(editor, asked.table, index, command.at);
  const ofKey = key === undefined ? [] : keyOptions(key);
  if (moreKeys.length + moreIndexes.length > 0 || ofIndex === undefined || ofKey === undefined)
    return undefined;
  const toTable = key === undefined || key.to === pluralized(base) ? [] : [`to_table: ${symbol(key.to)}`];
  return call(
    asked,
    command.inTable === true ? "remove_references" : "remove_reference",
    symbol(base),
    ...(isOfType ? [] : [`type: ${symbol(made.kind)}`]),
    ...made.options,
    ...option("index", index !== undefined, ofIndex, editor.since(5, 0)),
    ...option("foreign_key", key !== undefined, [...toTable, ...ofKey], false),
  );
}

/** `index: true`, `index: { unique: true }`; none where that is what Rails does anyway. */
function option(name: string, isThere: boolean, own: readonly string[], isUsual: boolean): readonly string[] {
  if (own.length > 0) return [`${name}: { ${own.join(", ")} }`];
  return isThere === isUsual ? [] : [`${name}: ${String(isThere)}`];
}

/** Types whose values PostgreSQL turns into each other unasked. */
const numbers: readonly Family[] = ["integer", "decimal", "float"];

function changed(asked: Asked): readonly string[] | undefined {
  const { editor, command, live, text, table } = asked;
  const name = textOf(command.args[1]);
  const kind = textOf(command.args[2]);
  const own = name === undefined ? undefined : live.columns.get(name);
  const made = own && restated(editor, own, command.at);
  if (name === undefined || kind === undefined || own?.type === undefined || made === undefined)
    return undefined;
  if (command.inTable === true) return undefined;
  const { at } = command;
  const now = columnSql(editor, { name: named(name, at), kind, options: command.options, at }).live.type;
  if (now === undefined) return undefined;
  const [from, to] = [familyOf(now), familyOf(own.type)];
  const isFree = from === to || to === "text" || [from, to].every((one) => numbers.includes(one));
  const isCast = !editor.vendor.isMysql && (!isFree || (from === "other" && now !== own.type));
  // Their defaults would have to go first, and PostgreSQL has no cast for others.
  const hasDefault = own.default !== undefined || command.options.has("default");
  if (isCast && (from !== "text" || to === "other" || hasDefault)) return undefined;
  const { options } = command;
  const back = [
    `change_column ${symbol(table)}, ${symbol(name)}, ${symbol(made.kind)}`,
    ...made.sizes,
    ...(isCast ? [`using: "${name}::${own.type}"`] : []),
    ...(options.has("default") ? [`default: ${made.default ?? "nil"}`] : []),
    ...(options.has("null") ? [`null: ${String(own.isNull)}`] : []),
    ...(options.has("comment") ? [own.comment === undefined ? "comment: nil" : ""] : []),
  ];
  if (back.includes("")) return undefined;
  if (asked.isBack) return [back.join(", ")];
  return [inBothDirections(text, back.join(", "))];
}

const inBothDirections = (up: string, down: string): string =>
  `reversible do |dir|\n  dir.up { ${up} }\n  dir.down { ${down} }\nend`;

function changedDefault(asked: Asked): readonly string[] | undefined {
  const { editor, command, live } = asked;
  const name = textOf(command.args[1]);
  const own = name === undefined ? undefined : live.columns.get(name);
  const made = own && restated(editor, own, command.at);
  const value = newValue(command, 2);
  const to = value && literal(value);
  if (asked.isBack && name !== undefined && made !== undefined)
    return [call(asked, "change_column_default", symbol(name), made.default ?? "nil")];
  if (name === undefined || made === undefined || to === undefined || !editor.runsOn(5, 0)) return undefined;
  const line = call(
    asked,
    command.inTable === true ? "change_default" : "change_column_default",
    symbol(name),
    `from: ${made.default ?? "nil"}`,
    `to: ${to}`,
  );
  return [line];
}
