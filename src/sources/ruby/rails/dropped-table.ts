/** A dropped table's block, by all that the history knows of the table. */
import { rubyString } from "../../../text/ruby.ts";
import { madeText, plain, type Value } from "../value.ts";
import { timestampColumns } from "./alter.ts";
import { columnSql } from "./columns.ts";
import { without, type Command, type Editor } from "./editor.ts";
import { columnMethods } from "./gems.ts";
import type { LiveColumn, LiveTable } from "./live.ts";
import { indexOptions, keyOptions, optionsText, restated, symbol } from "./restated.ts";
import { keyColumns } from "./tables.ts";
import type { Options } from "./types.ts";

interface Dropped {
  readonly table: string;
  /** Before the call. */
  readonly live: LiveTable;
  /** `create_table` takes the call back; else `drop_table` that Rails can take back. */
  readonly isBack: boolean;
}

/** Undefined: not all of the table is known, or a block of this release can't say it. */
export function tableAgain(
  editor: Editor,
  command: Command,
  { table, live, isBack }: Dropped,
): readonly string[] | undefined {
  if (live.isOpen || live.constraints.size > 0 || command.args.length !== 1) return undefined;
  if (live.foreignKeys.length > 0 && !editor.runsOn(5, 0)) return undefined;
  if (live.indexes.length > 0 && !editor.runsOn(4, 0)) return undefined;
  // What it says of the table itself may not be so.
  const own = without(command.options, "id", "primary_key", ...(live.made ?? new Map()).keys());
  const given = optionsText(isBack ? without(own, "if_exists", "force") : own);
  const made = optionsText(live.made ?? new Map());
  const key = keyOptionsOf(editor, command, live);
  const columns = columnsOf(editor, command, live);
  const indexes = live.indexes.map((index) => {
    const more = indexOptions(editor, table, index, command.at);
    return more && `t.index ${[listed(index.columns ?? []), ...more].join(", ")}`;
  });
  const keys = live.foreignKeys.map((one) => {
    const [column = "", ...others] = one.columns;
    const more = others.length > 0 ? undefined : keyOptions(one);
    return more && `t.foreign_key ${[symbol(one.to), `column: ${symbol(column)}`, ...more].join(", ")}`;
  });
  if (given === undefined || made === undefined || key === undefined || columns === undefined)
    return undefined;
  const lines = [...columns, ...indexes, ...keys];
  const known = lines.filter((line) => line !== undefined);
  if (known.length < lines.length || known.length === 0) return undefined;
  const head = [
    `${isBack ? "create_table" : "drop_table"} ${symbol(table)}`,
    ...given,
    ...(optionsText(key) ?? []),
    ...made,
  ];
  return [`${head.join(", ")} do |t|`, ...known.map((line) => `  ${line}`), "end"];
}

const listed = (columns: readonly string[]): string => {
  const [only = "", ...others] = columns;
  return others.length === 0 ? symbol(only) : `[${columns.map(symbol).join(", ")}]`;
};

const kindsOfKeys = ["integer", "bigint", "uuid", "string"];

/** What `create_table` says of the primary key. */
function keyOptionsOf(editor: Editor, command: Command, live: LiveTable): Options | undefined {
  const { at } = command;
  const [name, ...others] = live.primaryKey ?? [];
  if (live.primaryKey === undefined) return undefined;
  if (name === undefined) return new Map([["id", plain(false, at)]]);
  if (others.length > 0) {
    const items = live.primaryKey.map((one) => madeText(one, at, true));
    return new Map([["primary_key", { is: "list", items, open: false, at }]]);
  }
  const own = live.columns.get(name);
  const naming: Options = name === "id" ? new Map() : new Map([["primary_key", madeText(name, at, true)]]);
  const options = [undefined, ...kindsOfKeys].map(
    (kind) =>
      new Map<string, Value>([
        ...(kind === undefined ? [] : [["id", madeText(kind, at, true)] as const]),
        ...naming,
      ]),
  );
  return options.find((one) => {
    const [column] = keyColumns(editor, command, one);
    return own !== undefined && column !== undefined && isSame(columnSql(editor, column).live, own);
  });
}

const isSame = (one: LiveColumn, other: LiveColumn): boolean =>
  one.type === other.type &&
  one.default === other.default &&
  one.isNull === other.isNull &&
  one.comment === other.comment &&
  one.collation === other.collation &&
  one.isNumbered === other.isNumbered &&
  one.isOpen !== true &&
  other.isOpen !== true;

/** All but those that `create_table` makes by itself. */
function columnsOf(editor: Editor, { at }: Command, live: LiveTable): readonly string[] | undefined {
  const [key, ...others] = live.primaryKey ?? [];
  const stamps = timestampColumns(editor, new Map(), at).map((one) => columnSql(editor, one).live);
  const areStamps = stamps.every((stamp) => {
    const own = live.columns.get(stamp.name);
    return own !== undefined && isSame(stamp, own);
  });
  const lines: string[] = [];
  for (const column of live.columns.values()) {
    if (others.length === 0 && column.name === key) continue;
    if (areStamps && stamps.some(({ name }) => name === column.name)) continue;
    const made = restated(editor, column, at);
    if (made === undefined) return undefined;
    const more = made.options.map((one) => `, ${one}`).join("");
    lines.push(
      columnMethods.test(made.kind)
        ? `t.${made.kind} ${symbol(column.name)}${more}`
        : `t.column ${symbol(column.name)}, ${rubyString(made.kind)}${more}`,
    );
  }
  return areStamps ? [...lines, "t.timestamps"] : lines;
}
