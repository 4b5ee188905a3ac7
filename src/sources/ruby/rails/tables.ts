/** Tables: `create_table` with its block, `change_table`, `drop_table`, `rename_table`, and join tables. */
import { joinTableName } from "../../../text/ruby.ts";
import { singularized } from "../inflect.ts";
import {
  booleanOf,
  isFalsy,
  isNil,
  isTrue,
  isTruthy,
  itemsOf,
  madeText,
  plain,
  textOf,
  type CallValue,
  type Place,
  type Value,
} from "../value.ts";
import { columnSql, type Column } from "./columns.ts";
import { timestampColumns } from "./alter.ts";
import { attachmentColumns, columnMethods, kindOf, moneyColumns } from "./gems.ts";
import { hashOf, isOn, without, withOptions, type Command, type Editor } from "./editor.ts";
import { addIndex, indexParts, inlineIndex, rememberIndex, renameIndexesOf } from "./indexes.ts";
import { constraintSql, foreignKeySql, rememberConstraint, rememberKey } from "./keys.ts";
import { openTable, type LiveColumn } from "./live.ts";
import { referenceParts } from "./references.ts";
import { joinSql, listSql, named, nameOf, sqlAt, type Name, type Sql } from "./sql.ts";
import type { Options } from "./types.ts";

/** A table that a block defines. */
export class Definition {
  readonly command: Command;
  readonly name: Name;
  readonly columns: Column[] = [];
  readonly indexes: { readonly columns: Value; readonly options: Options; readonly at: Place }[] = [];
  readonly keys: { readonly to: Name; readonly options: Options; readonly at: Place }[] = [];
  readonly constraints: {
    readonly kind: "check" | "unique" | "exclusion";
    readonly on: Value | undefined;
    readonly options: Options;
    readonly at: Place;
  }[] = [];
  /** The block has calls that aren't understood. */
  isOpen = false;

  constructor(command: Command, name: Name) {
    this.command = command;
    this.name = name;
  }

  column(name: Name, kind: string | undefined, options: Options, at: Place): void {
    const index = options.get("index");
    this.columns.push({ name, kind, options: without(options, "index"), at });
    if (isTruthy(index))
      this.indexes.push({
        columns: madeText(name.text ?? name.shown, name.at, true),
        options: hashOf(index),
        at,
      });
  }

  /** Up to Migration[5.2], a second definition of a column takes the place of the first. */
  mergeRepeated(keys: number): void {
    const last = new Map(this.columns.slice(keys).map((column) => [column.name.text ?? column, column]));
    this.columns.splice(keys, this.columns.length, ...last.values());
  }
}

/** A call on the `t` of `create_table`. */
export function defineIn(editor: Editor, table: Definition, call: CallValue): void {
  const { name, at, options } = call;
  const args = call.args.at(-1)?.is === "record" ? call.args.slice(0, -1) : call.args;
  if (call.open) table.isOpen = true;
  switch (name) {
    case "column":
      table.column(nameOf(args[0], at), textOf(args[1]), options, at);
      return;
    case "timestamps":
      for (const column of timestampColumns(editor, options, at))
        table.column(column.name, column.kind, column.options, at);
      return;
    case "references":
    case "belongs_to":
      for (const one of args) {
        const isRequired = editor.vendor.facts.uuids === "required" && editor.since(5, 1);
        const own =
          isRequired && !options.has("null") ? withOptions(options, { null: plain(false, at) }) : options;
        addReference(editor, table, one, own, at);
      }
      return;
    case "index":
      table.indexes.push({ columns: args[0] ?? plain(null, at), options, at });
      return;
    case "foreign_key":
      table.keys.push({ to: nameOf(args[0], at), options, at });
      return;
    case "check_constraint":
      table.constraints.push({ kind: "check", on: args[0], options, at });
      return;
    case "unique_constraint":
      table.constraints.push({ kind: "unique", on: args[0], options, at });
      return;
    case "exclusion_constraint":
      table.constraints.push({ kind: "exclusion", on: args[0], options, at });
      return;
    case "primary_key": {
      const kind = textOf(args[1]) ?? (editor.since(5, 1) ? "primary_key" : "integer");
      table.column(nameOf(args[0], at), kind, withOptions(options, { primary_key: plain(true, at) }), at);
      return;
    }
    case "attachment":
      for (const one of args)
        for (const own of attachmentColumns(one))
          table.column(nameOf(own.name, at), own.kind, options, one.at);
      return;
    case "monetize":
      for (const own of args.flatMap((one) => moneyColumns(one, options, at)))
        table.column(nameOf(own.name, at), own.kind, own.options, at);
      return;
    default:
      if (columnMethods.test(name))
        for (const one of args) table.column(nameOf(one, at), kindOf(name), options, one.at);
      else table.isOpen = true;
  }
}

function addReference(
  editor: Editor,
  table: Definition,
  ref: Value | undefined,
  options: Options,
  at: Place,
): void {
  const { columns, index, key } = referenceParts(editor, table.name, ref, options, at);
  for (const column of columns) table.column(column.name, column.kind, column.options, at);
  if (index !== undefined) table.indexes.push({ ...index, at });
  if (key !== undefined) table.keys.push({ ...key, at });
}

/** The column that `create_table` adds itself. */
export function keyColumns(editor: Editor, command: Command, options: Options): readonly Column[] {
  const { at } = command;
  const id = options.get("id");
  const key = options.get("primary_key");
  // Before ActiveRecord 6.1 only `false`.
  const isLeftOut = editor.vendor.since(6, 1) ? id !== undefined && isFalsy(id) : booleanOf(id) === false;
  if (isLeftOut || options.has("as") || itemsOf(key) !== undefined) return [];
  const hash = hashOf(id);
  const type = id?.is === "record" ? hash.get("type") : id;
  const { isMysql, facts } = editor.vendor;
  const usual = id === undefined && facts.uuids !== undefined ? "uuid" : "primary_key";
  let kind = type === undefined || isNil(type) || isTrue(type) ? usual : textOf(type);
  const own = new Map<string, Value>([["primary_key", plain(true, id?.at ?? at)]]);
  for (const [name, value] of id?.is === "record" ? without(hash, "type") : options)
    if (/^(?:limit|default|precision|unsigned|auto_increment)$/.test(name) || id?.is === "record")
      own.set(name, value);
  if (!editor.since(5, 1)) {
    if (kind === "uuid" && !isMysql && !own.has("default"))
      own.set("default", madeText("uuid_generate_v4()", at));
    if ((kind === "integer" || kind === "bigint") && !own.has("default") && !(isMysql && kind === "bigint"))
      own.set("default", plain(null, at));
    if (id === undefined) {
      kind = "integer";
      own.delete("default");
    }
  }
  if (kind === "uuid" && !isMysql && !own.has("default"))
    own.set("default", madeText("gen_random_uuid()", at));
  return [
    {
      name: key === undefined || isNil(key) ? named("id", id?.at ?? at) : nameOf(key, at),
      kind,
      options: own,
      at: id?.at ?? at,
    },
  ];
}

/** `create_table :orders do |t| … end`; `define` runs the block. */
export function createTable(
  editor: Editor,
  command: Command,
  define: (table: Definition) => void,
  isJoin = false,
): void {
  const { options, at } = command;
  const { vendor } = editor;
  const name = editor.tableOf(command);
  const table = new Definition(command, name);
  const keyColumn = keyColumns(editor, command, options);
  table.columns.push(...keyColumn);
  define(table);
  const again = table.columns
    .slice(keyColumn.length)
    .find((column) => column.name.text !== undefined && column.name.text === keyColumn[0]?.name.text);
  if (again?.name.text !== undefined && vendor.since(4, 0)) {
    editor.refuse(
      command,
      `Rails refuses it: create_table makes the primary key ${again.name.text} itself`,
      `pass \`id: false\` to create_table, or its type as \`id: :${again.kind ?? "bigint"}\` in place of the column`,
      "CREATE TABLE ",
    );
    return;
  }
  if (!editor.since(6, 0)) table.mergeRepeated(keyColumn.length);
  const force = options.get("force");
  if (force !== undefined && !isFalsy(force))
    editor.send(
      command,
      "DROP TABLE IF EXISTS ",
      vendor.table(name),
      textOf(force) === "cascade" ? sqlAt(force.at, " CASCADE") : "",
    );
  const isGuarded = isOn(options, "if_not_exists");
  const written = table.columns.map((column) => columnSql(editor, column));
  const items: Sql[] = written.map(({ sql }) => sql);
  const keys = itemsOf(options.get("primary_key"));
  if (keys !== undefined && booleanOf(options.get("id")) !== false)
    items.push(
      joinSql(
        at,
        "PRIMARY KEY (",
        listSql(
          at,
          keys.map((one) => vendor.column(nameOf(one, at))),
        ),
        ")",
      ),
    );
  const indexes = table.indexes.map((index) => ({
    ...index,
    written: indexParts(editor, name, index.columns, index.options, index.at),
  }));
  if (vendor.isMysql)
    items.push(...indexes.map((one) => inlineIndex(editor, one.written, one.options, one.at)));
  const foreign = table.keys.map((key) => ({
    ...key,
    written: foreignKeySql(editor, name, key.to, key.options, key.at),
  }));
  items.push(...foreign.map((key) => key.written.sql));
  const constraints = (["check", "exclusion", "unique"] as const).flatMap((kind) =>
    table.constraints.filter((one) => one.kind === kind && (kind === "check" || !vendor.isMysql)),
  );
  for (const { kind, on, options: own, at: place } of constraints)
    items.push(constraintSql(editor, kind, name, on, own, place));
  const as = options.get("as");
  editor.send(
    command,
    "CREATE ",
    isOn(options, "temporary") ? "TEMPORARY " : "",
    "TABLE ",
    isGuarded ? "IF NOT EXISTS " : "",
    vendor.table(name),
    items.length === 0 && (as !== undefined || !vendor.isMysql)
      ? as === undefined
        ? " ()"
        : ""
      : joinSql(at, " (", listSql(at, items), ")"),
    tableOptions(editor, options, at, isJoin),
    as === undefined ? "" : joinSql(as.at, " AS ", as.is === "text" ? as.segments : "${query}"),
  );
  // Of methods that nobody knows, the table has columns that nobody knows.
  if (table.isOpen) editor.unknown(command, `ALTER TABLE ${vendor.quote(name.text ?? "")} ADD `);
  remember(
    editor,
    command,
    table,
    written.map(({ live }) => live),
    isGuarded,
  );
  for (const one of indexes) {
    if (vendor.isMysql) rememberIndex(editor, command, name, one.written);
    else {
      const own = isGuarded ? withOptions(one.options, { if_not_exists: plain(true, at) }) : one.options;
      addIndex(editor, {
        ...command,
        args: [...command.args.slice(0, 1), one.columns],
        options: own,
        at: one.at,
      });
    }
  }
  for (const one of constraints) rememberConstraint(editor, command, { ...one, table: name });
  for (const key of foreign) rememberKey(editor, command, name, key.written, key.to);
  if (!vendor.isMysql) comments(editor, command, table);
}

function remember(
  editor: Editor,
  command: Command,
  table: Definition,
  columns: readonly LiveColumn[],
  isGuarded: boolean,
): void {
  const { options } = command;
  const isNew = options.get("as") === undefined && !table.isOpen && !isGuarded;
  const before = isGuarded ? editor.live(table.name) : undefined;
  if (before !== undefined) return;
  const keys = itemsOf(options.get("primary_key"))?.flatMap((one) => textOf(one) ?? []);
  const own = table.columns
    .filter((column) => isTrue(column.options.get("primary_key")))
    .flatMap(({ name }) => name.text ?? []);
  editor.change(table.name, command, () => ({
    ...openTable,
    isOpen: !isNew,
    columns: new Map(columns.map((column) => [column.name, column])),
    primaryKey: keys ?? own,
    made: new Map([...options].filter(([name]) => ofTable.test(name))),
  }));
}

const ofTable = /^(?:comment|charset|collation|options)$/;

function comments(editor: Editor, command: Command, table: Definition): void {
  const { vendor } = editor;
  const said = (value: Value | undefined): value is Value =>
    value !== undefined && textOf(value) !== "" && !isNil(value);
  const own = command.options.get("comment");
  if (said(own))
    editor.send(command, "COMMENT ON TABLE ", vendor.table(table.name), " IS ", vendor.quoted(own));
  for (const { name, options } of table.columns) {
    const comment = options.get("comment");
    if (said(comment))
      editor.send(
        command,
        "COMMENT ON COLUMN ",
        vendor.table(table.name),
        ".",
        vendor.column(name),
        " IS ",
        vendor.quoted(comment),
      );
  }
}

function tableOptions(editor: Editor, options: Options, at: Place, isJoin: boolean): Sql {
  const { vendor } = editor;
  const own = options.get("options");
  const found: Sql[] = [];
  if (vendor.isMysql) {
    const charset = textOf(options.get("charset"));
    const collation = textOf(options.get("collation"));
    if (charset !== undefined)
      found.push(sqlAt(options.get("charset")?.at ?? at, ` DEFAULT CHARSET=${charset}`));
    if (collation !== undefined)
      found.push(sqlAt(options.get("collation")?.at ?? at, ` COLLATE=${collation}`));
  }
  if (own?.is === "text") found.push(joinSql(own.at, " ", own.segments));
  // What old versions add isn't added to join tables.
  else if (vendor.isMysql && !editor.since(5, 2) && !isJoin) found.push(sqlAt(at, " ENGINE=InnoDB"));
  const comment = options.get("comment");
  if (vendor.isMysql && comment !== undefined && textOf(comment) !== undefined)
    found.push(joinSql(comment.at, " COMMENT ", vendor.quoted(comment)));
  return found.flat();
}

/** `drop_table :orders, if_exists: true` */
export function dropTable(editor: Editor, command: Command): void {
  const { args, options, at } = command;
  const { vendor } = editor;
  const names = args.map((one) => nameOf(one, at));
  const force = options.get("force");
  editor.send(
    command,
    "DROP ",
    isOn(options, "temporary") && vendor.isMysql ? "TEMPORARY " : "",
    "TABLE ",
    isOn(options, "if_exists") ? "IF EXISTS " : "",
    listSql(
      at,
      names.map((name) => vendor.table(name)),
    ),
    textOf(force) === "cascade" ? sqlAt(force?.at ?? at, " CASCADE") : "",
  );
  for (const name of names) editor.change(name, command, () => null);
}

/** `rename_table :orders, :purchases` */
export function renameTable(editor: Editor, command: Command): void {
  const { args, at } = command;
  const { vendor } = editor;
  const [from, to] = [editor.tableOf(command), nameOf(args[1], at)];
  const live = editor.live(from);
  if (vendor.isMysql) editor.send(command, "RENAME TABLE ", vendor.table(from), " TO ", vendor.table(to));
  else editor.send(command, "ALTER TABLE ", vendor.table(from), " RENAME TO ", vendor.table(to));
  const [old, now] = [from.text, to.text];
  if (old === undefined || now === undefined) return;
  if (!vendor.isMysql && live !== undefined) {
    const [key] = live.primaryKey ?? [];
    if (key !== undefined && live.primaryKey?.length === 1) {
      if (vendor.renamesKeys)
        editor.send(
          command,
          "ALTER INDEX ",
          vendor.quote(`${old}_pkey`),
          " RENAME TO ",
          vendor.quote(`${now}_pkey`),
        );
      if (vendor.since(3, 2, 7) && live.columns.get(key)?.isNumbered === true)
        editor.send(
          command,
          "ALTER TABLE ",
          vendor.quote(`${old}_${key}_seq`),
          " RENAME TO ",
          vendor.quote(`${now}_${key}_seq`),
        );
    }
  }
  editor.change(to, command, () => live ?? openTable);
  editor.change(from, command, () => null);
  if (!command.site.flow.conditional) editor.tables = editor.tables.renamed(old, now);
  renameIndexesOf(editor, command, to, { table: from, columns: (columns) => columns });
}

/** The command that makes or drops the table, and what it makes of its two references, which have no index by themselves. */
export function joinTable(
  editor: Editor,
  command: Command,
): { readonly command: Command; readonly refer: (table: Definition) => void } {
  const { args, options, at } = command;
  const names = [nameOf(args[0], at), nameOf(args[1], at)];
  const given = options.get("table_name");
  const [one, other] = names.map(({ text, shown }) => (text === undefined ? undefined : shown));
  const name: Value =
    given !== undefined && !isNil(given)
      ? given
      : madeText(one === undefined || other === undefined ? "${table}" : joinTableName(one, other), at, true);
  const own = new Map<string, Value>([
    ["null", plain(false, at)],
    ["index", plain(false, at)],
    ...hashOf(options.get("column_options")),
  ]);
  const rest = withOptions(without(options, "table_name", "column_options"), { id: plain(false, at) });
  return {
    command: { ...command, args: [name], options: rest },
    refer(table) {
      for (const { text, at: place } of names)
        addReference(
          editor,
          table,
          text === undefined ? undefined : madeText(singularized(text.replace(/^.*\./, "")), place, true),
          own,
          place,
        );
    },
  };
}

/** `change_table_comment :orders, from: nil, to: "…"` */
export function changeTableComment(editor: Editor, command: Command, value: Value): void {
  const { vendor } = editor;
  const table = vendor.table(editor.tableOf(command));
  if (vendor.isMysql)
    editor.send(command, "ALTER TABLE ", table, " COMMENT ", isNil(value) ? "''" : vendor.quoted(value));
  else editor.send(command, "COMMENT ON TABLE ", table, " IS ", vendor.quoted(value));
}
