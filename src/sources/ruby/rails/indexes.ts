/** Indexes: `add_index`, `remove_index`, `rename_index`, and those that tables and references bring with them. */
import { isNil, itemsOf, textOf, type Place, type Value } from "../value.ts";
import { isOn, type Command, type Editor } from "./editor.ts";
import type { LiveIndex, LiveTable } from "./live.ts";
import { joinSql, listSql, named, nameOf, sqlAt, type Name, type Sql } from "./sql.ts";
import { sha256 } from "./sha256.ts";
import type { Options } from "./types.ts";

/** What an index is on: columns, or an expression. */
export interface Elements {
  /** Undefined: an expression, or not known. */
  readonly columns: readonly Name[] | undefined;
  readonly expression: Sql | undefined;
  /** What names are made of. */
  readonly words: readonly string[] | undefined;
}

export function elementsOf(value: Value | undefined, at: Place): Elements {
  const text = textOf(value);
  if (value?.is === "text" && text !== undefined && !value.isSymbol && /\W/.test(text))
    return { columns: undefined, expression: value.segments, words: [(text.match(/\w+/g) ?? []).join("_")] };
  const items = value?.is === "list" ? itemsOf(value) : value === undefined ? undefined : [value];
  if (items === undefined || value?.is === "unknown" || value?.is === "call")
    return { columns: undefined, expression: undefined, words: undefined };
  const columns = items.map((item) => nameOf(item, at));
  const words = columns.map((column) => column.text);
  return { columns, expression: undefined, words: words.includes(undefined) ? undefined : words.map(String) };
}

const longest = (editor: Editor): number => (editor.vendor.isMysql ? 64 : 63);

/** The name that Rails gives; undefined: parts of it aren't known. */
export function defaultIndexName(
  editor: Editor,
  table: Name,
  words: readonly string[] | undefined,
): string | undefined {
  if (words === undefined || table.text === undefined) return undefined;
  const own = editor.vendor.isMysql ? table.text : table.text.replace(/^.*\./, "");
  const name = `index_${own}_on_${words.join("_and_")}`;
  const bytes = name.length <= 20 ? name.length : new TextEncoder().encode(name).length;
  if (bytes <= 62 || !editor.since(7, 1) || !editor.vendor.since(7, 1)) return name;
  const hash = `_${sha256(name).slice(0, 10)}`;
  return `idx_on_${words.join("_")}`.slice(0, 62 - hash.length) + hash;
}

export interface WrittenIndex {
  readonly name: string | undefined;
  readonly nameSql: Sql;
  readonly elements: Elements;
  readonly columnsSql: Sql;
  readonly options: Options;
}

export function indexParts(
  editor: Editor,
  table: Name,
  column: Value | undefined,
  options: Options,
  at: Place,
): WrittenIndex {
  const { vendor } = editor;
  const elements = elementsOf(column, at);
  const given = options.get("name");
  const own = given === undefined || isNil(given) ? undefined : nameOf(given, at);
  const name = own === undefined ? defaultIndexName(editor, table, elements.words) : own.text;
  const nameSql =
    own === undefined
      ? sqlAt(column?.at ?? at, name === undefined ? "${index}" : vendor.quote(name))
      : vendor.column(own);
  return { name, nameSql, elements, columnsSql: columnsSql(editor, elements, options, at), options };
}

/** An option that is the same for all columns, or a hash by column. */
function perColumn(value: Value | undefined, column: string | undefined): string | undefined {
  const one = value?.is === "record" ? value.fields.get(column ?? "") : value;
  if (one === undefined || isNil(one)) return undefined;
  return one.is === "plain" ? one.printed : textOf(one);
}

function columnsSql({ vendor }: Editor, elements: Elements, options: Options, at: Place): Sql {
  if (elements.expression !== undefined) return elements.expression;
  if (elements.columns === undefined) return sqlAt(at, "${columns}");
  return listSql(
    at,
    elements.columns.map((column) => {
      const length = vendor.isMysql ? perColumn(options.get("length"), column.text) : undefined;
      const opclass = vendor.isMysql ? undefined : perColumn(options.get("opclass"), column.text);
      const order = vendor.isMariadb ? undefined : perColumn(options.get("order"), column.text);
      return joinSql(
        column.at,
        vendor.column(column),
        length === undefined ? "" : `(${length})`,
        opclass === undefined ? "" : ` ${opclass}`,
        order === undefined ? "" : ` ${order.toUpperCase()}`,
      );
    }),
  );
}

/** `UNIQUE INDEX name (columns)`, as MySQL has it inside of a statement on a table. */
export function inlineIndex(
  editor: Editor,
  index: WrittenIndex,
  options: Options,
  at: Place,
  table?: Sql,
): Sql {
  const type = textOf(options.get("type"));
  const using = textOf(options.get("using"));
  const comment = textOf(options.get("comment"));
  return joinSql(
    at,
    type !== undefined ? `${type.toUpperCase()} ` : isOn(options, "unique") ? "UNIQUE " : "",
    "INDEX ",
    index.nameSql,
    using === undefined ? "" : ` USING ${using}`,
    ...(table === undefined ? [] : [" ON ", table]),
    " (",
    index.columnsSql,
    ")",
    comment === undefined ? "" : ` COMMENT ${editor.vendor.text(comment)}`,
  );
}

const algorithms: Readonly<Record<string, string>> = {
  default: " ALGORITHM = DEFAULT",
  copy: " ALGORITHM = COPY",
  inplace: " ALGORITHM = INPLACE",
  instant: " ALGORITHM = INSTANT",
};

/** The index of that name is on the table; undefined: not known. */
export function hasIndex(
  editor: Editor,
  table: Name,
  is: (index: LiveIndex) => boolean,
): boolean | undefined {
  const live = editor.live(table);
  if (live === undefined) return undefined;
  if (live.indexes.some(is)) return live.isOpen ? undefined : true;
  return live.isOpen ? undefined : false;
}

export const sameWords = (index: LiveIndex, words: readonly string[] | undefined): boolean =>
  index.columns !== undefined && words !== undefined && index.columns.join("\0") === words.join("\0");

const optionsOfRails =
  /^(?:unique|length|order|opclass|where|type|using|comment|algorithm|include|nulls_not_distinct|name|column|if_not_exists|internal)$/;

/** `add_index :orders, [:a, :b], unique: true` */
export function addIndex(editor: Editor, command: Command): void {
  const { args, options, at } = command;
  const { vendor } = editor;
  const table = editor.tableOf(command);
  const isEmpty = args[1]?.is === "list" && args[1].items.length === 0;
  // Rails itself makes a syntax error of no columns, and since 4.0 refuses other options; a project's own add_index may know them.
  if (isEmpty || (vendor.since(4, 0) && [...options.keys()].some((name) => !optionsOfRails.test(name)))) {
    editor.unknown(command, "CREATE INDEX ");
    return;
  }
  const index = indexParts(editor, table, args[1], options, at);
  if (index.name !== undefined && index.name.length > longest(editor)) {
    editor.refuse(
      command,
      `Rails refuses the index name ${index.name.slice(0, 24)}…: it is longer than ${String(longest(editor))}`,
      command.undoes === "remove_index"
        ? "state `column:` and `name:` of the index that it removes"
        : "give the index a shorter `name:`",
      "CREATE INDEX ",
    );
    return;
  }
  const isGuarded = isOn(options, "if_not_exists");
  const isThere = hasIndex(editor, table, ({ name }) => name === index.name);
  const algorithm = options.get("algorithm");
  const way = textOf(algorithm);
  let create: Sql | undefined;
  if (vendor.isMysql) {
    if (isGuarded && isThere === true) return;
    editor.send(
      command,
      "CREATE ",
      inlineIndex(editor, index, options, at, vendor.table(table)),
      way === undefined ? "" : (algorithms[way] ?? ""),
    );
  } else {
    const { where, using, type, comment } = texts(editor, options);
    const include = options.get("include");
    const included =
      include === undefined
        ? undefined
        : (include.is === "list" ? include.items : [include]).map((one) => vendor.column(nameOf(one, at)));
    const made = (isConcurrent: boolean): Sql =>
      joinSql(
        at,
        "CREATE ",
        isOn(options, "unique") ? sqlAt(options.get("unique")?.at ?? at, "UNIQUE ") : "",
        "INDEX ",
        isConcurrent ? sqlAt(algorithm?.at ?? at, "CONCURRENTLY ") : "",
        isGuarded ? "IF NOT EXISTS " : "",
        type === undefined ? "" : `${type} `,
        index.nameSql,
        " ON ",
        vendor.table(table),
        using === undefined ? "" : ` USING ${using}`,
        " (",
        index.columnsSql,
        ")",
        included === undefined ? "" : joinSql(at, " INCLUDE (", listSql(at, included), ")"),
        isOn(options, "nulls_not_distinct") ? " NULLS NOT DISTINCT" : "",
        where === undefined ? "" : joinSql(at, " WHERE ", where),
      );
    editor.send(command, made(way === "concurrently"));
    create = made(false);
    if (comment !== undefined)
      editor.send(command, "COMMENT ON INDEX ", index.nameSql, ` IS ${vendor.text(comment)}`);
  }
  rememberIndex(editor, command, table, index, create);
}

function texts(
  { vendor }: Editor,
  options: Options,
): Readonly<{
  where: Sql | undefined;
  using: string | undefined;
  type: string | undefined;
  comment: string | undefined;
}> {
  const where = options.get("where");
  return {
    where:
      where?.is === "text"
        ? where.segments
        : where === undefined || isNil(where)
          ? undefined
          : sqlAt(where.at, "${where}"),
    // Before Rails 4.2, the adapter of PostGIS has an option of its own for that.
    using:
      textOf(options.get("using")) ??
      (vendor.facts.hasSpatialTypes && isOn(options, "spatial") ? "gist" : undefined),
    type: textOf(options.get("type")),
    comment: textOf(options.get("comment")),
  };
}

/** @param create see `LiveIndex` */
export function rememberIndex(
  editor: Editor,
  command: Command,
  table: Name,
  index: WrittenIndex,
  create?: Sql,
): void {
  const { name, elements } = index;
  if (name === undefined) return;
  const own: LiveIndex = {
    name,
    columns: elements.columns === undefined ? undefined : elements.words,
    create,
    options: index.options,
  };
  editor.change(table, command, (live) => ({
    ...live,
    indexes: [...live.indexes.filter((one) => one.name !== name), own],
  }));
}

export const withoutIndex = (live: LiveTable, name: string): LiveTable => ({
  ...live,
  indexes: live.indexes.filter((one) => one.name !== name),
});

/** The name of the index that a call means: as it states it, as the history knows it, or as Rails would have named it. */
export function removedIndex(editor: Editor, { args, options, at }: Command, table: Name): Name | undefined {
  const given = options.get("name");
  if (given !== undefined && !isNil(given)) return nameOf(given, at);
  const column = args[1] ?? options.get("column");
  const elements = elementsOf(column, at);
  const name = defaultIndexName(editor, table, elements.words);
  const own = editor.live(table)?.indexes.filter((index) => sameWords(index, elements.words)) ?? [];
  const found = own.find((index) => index.name === name) ?? own[0];
  const text = found?.name ?? name;
  return text === undefined ? undefined : named(text, column?.at ?? at);
}

/** `remove_index :orders, :a`, `remove_index :orders, name: "i"` */
export function removeIndex(editor: Editor, command: Command): void {
  const { options, at } = command;
  const { vendor } = editor;
  const table = editor.tableOf(command);
  const name = removedIndex(editor, command, table);
  const isThere = hasIndex(editor, table, (index) => index.name === name?.text);
  if (isOn(options, "if_exists") && isThere === false) return;
  if (name === undefined) {
    editor.unknown(command, "DROP INDEX ");
    return;
  }
  // Rails asks whether it is there; where that isn't known, the statement asks.
  const asks = isOn(options, "if_exists") && isThere === undefined;
  const way = options.get("algorithm");
  const [, schema] = /^(.*)\.[^.]*$/.exec(table.text ?? "") ?? [];
  if (vendor.isMysql)
    editor.send(
      command,
      "DROP INDEX ",
      asks && vendor.isMariadb ? "IF EXISTS " : "",
      vendor.column(name),
      " ON ",
      vendor.table(table),
    );
  else
    editor.send(
      command,
      "DROP INDEX ",
      textOf(way) === "concurrently" ? sqlAt(way?.at ?? at, "CONCURRENTLY ") : "",
      asks ? "IF EXISTS " : "",
      schema === undefined || name.text?.includes(".") === true ? "" : `${vendor.quote(schema)}.`,
      vendor.table(name),
    );
  editor.change(table, command, (live) => withoutIndex(live, name.text ?? ""));
}

/** `rename_index :orders, "old", "new"` */
export function renameIndex(editor: Editor, command: Command): void {
  const { args, at } = command;
  const table = editor.tableOf(command);
  renameIndexTo(editor, command, table, nameOf(args[1], at), nameOf(args[2], at));
}

export function renameIndexTo(editor: Editor, command: Command, table: Name, from: Name, to: Name): void {
  const { vendor } = editor;
  if (vendor.isMysql)
    editor.send(
      command,
      "ALTER TABLE ",
      vendor.table(table),
      " RENAME INDEX ",
      vendor.column(from),
      " TO ",
      vendor.column(to),
    );
  else editor.send(command, "ALTER INDEX ", vendor.column(from), " RENAME TO ", vendor.column(to));
  editor.change(table, command, (live) => ({
    ...live,
    indexes: live.indexes.map((one) =>
      one.name === from.text && to.text !== undefined ? { ...one, name: to.text } : one,
    ),
  }));
}

/** What a table was before it, or one of its columns, got another name. */
interface Before {
  readonly table: Name;
  readonly columns: (columns: readonly string[]) => readonly string[];
  /** Undefined: any of its indexes may have the old name. */
  readonly column?: string | undefined;
}

/** Indexes with Rails' own names take the new name of a column, or of their table, since 4.0. */
export function renameIndexesOf(editor: Editor, command: Command, table: Name, was: Before): void {
  if (!editor.vendor.since(4, 0)) return;
  const { column } = was;
  const all = (editor.live(table)?.indexes ?? []).filter(
    ({ columns }) => columns !== undefined && (column === undefined || columns.includes(column)),
  );
  // PostgreSQL's adapter asks for them by their names, MySQL's as they were made.
  const ordered = editor.vendor.isMysql ? all : all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, columns = [] } of ordered) {
    const old = defaultIndexName(editor, was.table, was.columns(columns));
    const now = defaultIndexName(editor, table, columns);
    if (old === name && now !== undefined && now !== old)
      renameIndexTo(editor, command, table, named(old, command.at), named(now, command.at));
  }
}
