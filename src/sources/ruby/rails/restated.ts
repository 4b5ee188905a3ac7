/** Columns, indexes and foreign keys as calls state them again, of what the history knows of them. */
import { rubyString } from "../../../text/ruby.ts";
import { itemsOf, madeText, plain, textOf, type Place, type Value } from "../value.ts";
import { columnSql, defaultOf } from "./columns.ts";
import { without, type Editor } from "./editor.ts";
import { defaultIndexName } from "./indexes.ts";
import type { LiveColumn, LiveIndex, LiveKey } from "./live.ts";
import { named } from "./sql.ts";
import type { Options } from "./types.ts";

/** `:name`, or `"of two words"`. */
export const symbol = (name: string): string => (/^[a-z_]\w*$/i.test(name) ? `:${name}` : rubyString(name));

/** As Ruby writes it; undefined: not all of it is known. */
export function literal(value: Value): string | undefined {
  if (value.is === "plain") return value.value === null ? "nil" : value.printed;
  const text = textOf(value);
  if (text !== undefined && value.is === "text") return value.isSymbol ? symbol(text) : rubyString(text);
  const items = itemsOf(value)?.map(literal);
  if (items !== undefined) return items.includes(undefined) ? undefined : `[${items.join(", ")}]`;
  if (value.is !== "record" || value.open) return undefined;
  const fields = optionsText(value.fields);
  return fields && (fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`);
}

/** `name: "a", unique: true`, each for itself. */
export function optionsText(options: Options): readonly string[] | undefined {
  const found: string[] = [];
  for (const [name, value] of options) {
    const text = literal(value);
    if (text === undefined || !/^[a-z_]\w*$/i.test(name)) return undefined;
    found.push(`${name}: ${text}`);
  }
  return found;
}

export interface RestatedColumn {
  readonly kind: string;
  /** Those of the type alone: `limit: 20`. */
  readonly sizes: readonly string[];
  /** `default: 0`; undefined: it has none. */
  readonly default: string | undefined;
  /** All of them. */
  readonly options: readonly string[];
}

/** Undefined: a call that makes the same column isn't known. */
export function restated(editor: Editor, live: LiveColumn, at: Place): RestatedColumn | undefined {
  if (live.isOpen === true || live.isNumbered === true || live.type === undefined) return undefined;
  const type = typeOf(editor, live, live.type, at);
  const value = live.default === undefined ? undefined : defaultText(editor, live.default, live.type, at);
  if (type === undefined || (live.default !== undefined && value === undefined)) return undefined;
  return {
    ...type,
    default: value,
    options: [
      ...type.sizes,
      ...(value === undefined ? [] : [`default: ${value}`]),
      ...(live.isNull ? [] : ["null: false"]),
      ...(live.collation === undefined ? [] : [`collation: ${rubyString(live.collation)}`]),
      ...(live.comment === undefined ? [] : [`comment: ${rubyString(live.comment)}`]),
    ],
  };
}

/** Of a foreign key, but its column and table. One that wasn't validated at first may be by now. */
export function keyOptions({ name, options }: LiveKey): readonly string[] | undefined {
  const more = optionsText(without(options, "column", "name", "to_table", "validate", "if_not_exists"));
  return more && [...more, ...(options.has("name") ? [`name: ${rubyString(name)}`] : [])];
}

/** Of an index, but its columns. */
export function indexOptions(
  editor: Editor,
  table: string,
  { name, columns, options }: LiveIndex,
  at: Place,
): readonly string[] | undefined {
  const more = options && optionsText(without(options, "name", "algorithm", "if_not_exists"));
  if (columns === undefined || more === undefined) return undefined;
  const isUsual = name === defaultIndexName(editor, named(table, at), columns);
  return [...more, ...(isUsual ? [] : [`name: ${rubyString(name)}`])];
}

const usual =
  "string text integer bigint boolean decimal float datetime timestamp time date binary json jsonb uuid";

/** What a migration of this version calls the type: of calls that would do, the first that makes it. */
function typeOf(
  editor: Editor,
  { name, kind }: LiveColumn,
  type: string,
  at: Place,
): Pick<RestatedColumn, "kind" | "sizes"> | undefined {
  const number = (value: number): Value => plain(value, at);
  const flags: Options = new Map([
    ...(type.endsWith("[]") ? ([["array", plain(true, at)]] as const) : []),
    ...(/ unsigned\b/.test(type) ? ([["unsigned", plain(true, at)]] as const) : []),
  ]);
  const [, first, second] = /\((\d+)(?:, ?(\d+))?\)/.exec(type) ?? [];
  const sizes: readonly Options[] = [
    new Map(),
    ...(first === undefined
      ? [new Map([["precision", plain(null, at)]])]
      : second === undefined
        ? ["limit", "precision"].map((option) => new Map([[option, number(Number(first))]]))
        : [
            new Map([
              ["precision", number(Number(first))],
              ["scale", number(Number(second))],
            ]),
          ]),
    ...[1, 2, 3, 8].map((limit) => new Map([["limit", number(limit)]])),
    ...["tiny", "medium", "long"].map((size) => new Map([["size", madeText(size, at, true)]])),
    new Map([["enum_type", madeText(type, at, true)]]),
  ];
  const own = kind === undefined || !/^\w+$/.test(kind) ? [] : [kind];
  const kinds = new Set([...(kind === "timestamp" ? ["datetime"] : []), ...own, ...usual.split(" ")]);
  for (const one of kinds)
    for (const size of sizes) {
      const options: Options = new Map([...size, ...flags]);
      const made = columnSql(editor, { name: named(name, at), kind: one, options, at }).live.type;
      if (made === type) return { kind: one, sizes: optionsText(options) ?? [] };
    }
  return undefined;
}

/** The value that becomes this SQL; what is no value as a lambda. */
function defaultText(editor: Editor, sql: string, type: string, at: Place): string | undefined {
  const [, inner] = /^'((?:[^'\\]|''|\\['\\])*)'$/.exec(sql) ?? [];
  const text = inner?.replaceAll(/''|\\(['\\])/g, (_, escaped = "'") => String(escaped));
  const number = /^-?\d+(?:\.\d+)?$/.test(sql) ? plain(Number(sql), at, sql) : undefined;
  const list: Value = { is: "list", items: [], open: false, at };
  const record: Value = { is: "record", fields: new Map(), open: false, at };
  const isList = text === "[]" || type.endsWith("[]");
  const empty = text === "{}" || text === "[]" ? [isList ? list : record] : [];
  const values: readonly Value[] = [
    ...(sql === "TRUE" || sql === "FALSE" ? [plain(sql === "TRUE", at, sql.toLowerCase())] : []),
    ...(number === undefined ? [] : [number]),
    ...empty,
    ...(text === undefined ? [] : [madeText(text, at)]),
  ];
  const value = values.find((one) => defaultOf(editor, one, type) === sql);
  if (value !== undefined) return literal(value);
  return editor.since(5, 0) && !sql.includes("${") ? `-> { ${rubyString(sql)} }` : undefined;
}
