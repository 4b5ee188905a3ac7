/** Foreign keys, and check, unique and exclusion constraints. */
import { isFalsy, isNil, isTrue, itemsOf, textOf, type Place, type Value } from "../value.ts";
import { isOn, type Command, type Editor } from "./editor.ts";
import { singularized } from "../inflect.ts";
import type { LiveKey, LiveTable } from "./live.ts";
import { joinSql, listSql, named, nameOf, sqlAt, type Name, type Sql } from "./sql.ts";
import { sha256 } from "./sha256.ts";
import type { Options } from "./types.ts";

const actions: Readonly<Record<string, string>> = {
  nullify: "SET NULL",
  cascade: "CASCADE",
  restrict: "RESTRICT",
};

const namesIn = (value: Value | undefined, at: Place): readonly Name[] =>
  value === undefined ? [] : (itemsOf(value) ?? [value]).map((one) => nameOf(one, at));

/** `fk_rails_0123456789` */
const hashed = (prefix: string, words: string): string => `${prefix}_rails_${sha256(words).slice(0, 10)}`;

export interface WrittenKey {
  readonly name: string | undefined;
  readonly sql: Sql;
  readonly columns: readonly Name[];
  readonly options: Options;
}

const shortName = (table: string): string => table.replace(/^.*\./, "");

/** The column that a foreign key to a table has by default. */
const columnFor = (to: Name, at: Place): Name =>
  to.text === undefined ? nameOf(undefined, at) : named(`${singularized(shortName(to.text))}_id`, to.at);

/** `CONSTRAINT name FOREIGN KEY (…) REFERENCES …` */
export function foreignKeySql(
  editor: Editor,
  table: Name,
  to: Name,
  options: Options,
  at: Place,
): WrittenKey {
  const { vendor } = editor;
  const column = options.get("column");
  const columns = column === undefined || isNil(column) ? [columnFor(to, at)] : namesIn(column, at);
  const given = options.get("name");
  const name = given === undefined || isNil(given) ? foreignKeyName(table, columns) : textOf(given);
  const key = options.get("primary_key");
  const keys = key === undefined || isNil(key) ? [named("id", at)] : namesIn(key, at);
  const action = (option: string, word: string): Sql => {
    const value = options.get(option);
    const text = textOf(value);
    return value === undefined || text === undefined
      ? []
      : sqlAt(value.at, ` ON ${word} ${actions[text] ?? "NO ACTION"}`);
  };
  const sql = joinSql(
    at,
    "CONSTRAINT ",
    name === undefined ? "${name}" : sqlAt(given?.at ?? at, vendor.quote(name)),
    " FOREIGN KEY (",
    listSql(
      at,
      columns.map((one) => vendor.column(one)),
    ),
    ") REFERENCES ",
    vendor.table(to),
    " (",
    listSql(
      at,
      keys.map((one) => vendor.column(one)),
    ),
    ")",
    action("on_delete", "DELETE"),
    action("on_update", "UPDATE"),
    deferrable(editor, options),
  );
  return { name, sql, columns, options };
}

function foreignKeyName(table: Name, columns: readonly Name[]): string | undefined {
  const words = columns.map(({ text }) => text);
  if (table.text === undefined || words.includes(undefined)) return undefined;
  return hashed("fk", `${table.text}_${words.join("_and_")}_fk`);
}

function deferrable({ vendor }: Editor, options: Options): Sql {
  const value = options.get("deferrable");
  if (vendor.isMysql || value === undefined || !vendor.since(7, 0)) return [];
  const text = textOf(value);
  if (text === undefined && !isTrue(value)) return [];
  return sqlAt(value.at, ` DEFERRABLE INITIALLY ${text?.toUpperCase() ?? "IMMEDIATE"}`);
}

const isUnvalidated = ({ vendor }: Editor, options: Options): boolean =>
  !vendor.isMysql && options.has("validate") && isFalsy(options.get("validate"));

export function rememberKey(editor: Editor, command: Command, table: Name, key: WrittenKey, to: Name): void {
  const { name } = key;
  const columns = key.columns.flatMap(({ text }) => text ?? []);
  if (name === undefined || to.text === undefined) return;
  const own: LiveKey = { name, columns, to: to.text, options: key.options };
  editor.change(table, command, (live) => ({ ...live, foreignKeys: [...live.foreignKeys, own] }));
}

/** `add_foreign_key :orders, :users, column: :buyer_id` */
export function addForeignKey(editor: Editor, command: Command): void {
  const { args, options, at } = command;
  const table = editor.tableOf(command);
  const to = nameOf(args[1], at);
  const later = editor.vendor.since(7, 1) && editor.since(7, 1);
  if (later && !editor.vendor.isMysql && isTrue(options.get("deferrable"))) {
    editor.refuse(
      command,
      "Rails refuses `deferrable: true`: it expects `:immediate` or `:deferred`",
      "write `deferrable: :immediate`",
      "ALTER TABLE ",
    );
    return;
  }
  const key = foreignKeySql(editor, table, to, options, at);
  if (
    isOn(options, "if_not_exists") &&
    editor.live(table)?.foreignKeys.some(({ name }) => name === key.name) === true
  )
    return;
  const unvalidated = options.get("validate");
  editor.send(
    command,
    "ALTER TABLE ",
    editor.vendor.table(table),
    " ADD ",
    key.sql,
    isUnvalidated(editor, options) ? sqlAt(unvalidated?.at ?? at, " NOT VALID") : "",
  );
  rememberKey(editor, command, table, key, to);
}

/** The name of the foreign key that a call means; undefined: not known. */
function keyMeant(editor: Editor, { args, options, at }: Command, table: Name): Name | undefined {
  const given = options.get("name");
  if (given !== undefined && !isNil(given)) return nameOf(given, at);
  const to = args[1] ?? options.get("to_table");
  const column = options.get("column");
  const columns = namesIn(column, at);
  const wanted = columns.map(({ text }) => text);
  const target = to === undefined ? undefined : nameOf(to, at);
  const known = editor.live(table)?.foreignKeys ?? [];
  const live = known.find(
    (key) =>
      (target === undefined || key.to === target.text) &&
      (column === undefined || key.columns.join("\0") === wanted.join("\0")),
  );
  if (live !== undefined) return named(live.name, column?.at ?? to?.at ?? at);
  const from = column === undefined && target !== undefined ? [columnFor(target, at)] : columns;
  const name = from.length === 0 ? undefined : foreignKeyName(table, from);
  // Rails looks for the table as well: a key of that name to another one isn't meant.
  const isOther =
    target?.text !== undefined && known.some((key) => key.name === name && key.to !== target.text);
  return name === undefined || isOther ? undefined : named(name, column?.at ?? to?.at ?? at);
}

/** `remove_foreign_key :orders, :buyer_id`, which is a column of the key, and no table that it refers to. */
function mistakenColumn(
  { args, options, at }: Command,
  live: LiveTable | null | undefined,
): string | undefined {
  const given = args[1];
  if (given === undefined || options.size > 0 || live?.isOpen !== false) return undefined;
  const { text } = nameOf(given, at);
  const isTable = live.foreignKeys.some((key) => key.to === text);
  return isTable || !live.foreignKeys.some((key) => key.columns.join() === text) ? undefined : text;
}

/** `remove_foreign_key :orders, :users` */
export function removeForeignKey(editor: Editor, command: Command): void {
  const { vendor } = editor;
  const table = editor.tableOf(command);
  const name = keyMeant(editor, command, table);
  const live = editor.live(table);
  const column = mistakenColumn(command, live);
  if (column !== undefined) {
    const why = `Rails takes the second argument for a table: ${table.text} has no foreign key to ${column}`;
    editor.refuse(command, why, `write \`column: :${column}\``, "ALTER TABLE ");
    return;
  }
  const asks = isOn(command.options, "if_exists");
  const isThere = live?.foreignKeys.some((key) => key.name === name?.text) === true;
  if (asks && live?.isOpen === false && !isThere) return;
  if (name === undefined) {
    const to = command.args[1] ?? command.options.get("to_table");
    const target = to === undefined ? undefined : nameOf(to, command.at).text;
    if (live?.isOpen === false && target !== undefined && !command.options.has("column")) {
      const why = `Rails finds no foreign key of ${table.text ?? table.shown} to ${target}`;
      editor.refuse(command, why, "name the table that it refers to, or its `column:`", "ALTER TABLE ");
    } else editor.unknown(command, "ALTER TABLE ");
    return;
  }
  // The key of that name, if there is one, may refer to another table: then Rails leaves it alone.
  const isSure = !asks || isThere || command.options.has("name");
  const { site } = command;
  const own = isSure ? command : { ...command, site: { ...site, flow: { ...site.flow, conditional: true } } };
  editor.send(
    own,
    "ALTER TABLE ",
    vendor.table(table),
    vendor.isMysql ? " DROP FOREIGN KEY " : " DROP CONSTRAINT ",
    asks && live?.isOpen !== false && (!vendor.isMysql || vendor.isMariadb) ? "IF EXISTS " : "",
    vendor.column(name),
  );
  editor.change(table, own, (one) => ({
    ...one,
    foreignKeys: one.foreignKeys.filter((key) => key.name !== name.text),
  }));
}

/** `validate_foreign_key :orders, :users` */
export function validateForeignKey(editor: Editor, command: Command): void {
  if (editor.vendor.isMysql) return;
  const table = editor.tableOf(command);
  validate(editor, command, table, keyMeant(editor, command, table));
}

function validate(editor: Editor, command: Command, table: Name, name: Name | undefined): void {
  if (name === undefined) editor.unknown(command, "ALTER TABLE ");
  else
    editor.send(
      command,
      "ALTER TABLE ",
      editor.vendor.table(table),
      " VALIDATE CONSTRAINT ",
      editor.vendor.column(name),
    );
}

/** The kinds that the other constraints are of. */
const prefixes = { check: ["chk", "chk"], unique: ["uniq", "unique"], exclusion: ["excl", "excl"] } as const;
type Kind = keyof typeof prefixes;

/** By its option, else as Rails makes it of what the constraint is on. */
function constraintName(
  kind: Kind,
  table: Name,
  on: Value | undefined,
  options: Options,
  at: Place,
): Name | undefined {
  const given = options.get("name");
  if (given !== undefined && !isNil(given)) return nameOf(given, at);
  const words = namesIn(on ?? options.get(kind === "unique" ? "using_index" : "expression"), at).map(
    ({ text }) => text,
  );
  if (words.length === 0 || words.includes(undefined) || table.text === undefined) return undefined;
  const [prefix, suffix] = prefixes[kind];
  return named(hashed(prefix, `${table.text}_${words.join("_and_")}_${suffix}`), on?.at ?? at);
}

/** `CONSTRAINT name CHECK (…)` and the like. */
export function constraintSql(
  editor: Editor,
  kind: Kind,
  table: Name,
  on: Value | undefined,
  options: Options,
  at: Place,
): Sql {
  const { vendor } = editor;
  const name = constraintName(kind, table, on, options, at);
  const expression: Sql = on?.is === "text" ? on.segments : sqlAt(on?.at ?? at, "${expression}");
  const nameSql =
    name === undefined ? "${name}" : kind === "check" ? bareName(editor, name) : vendor.column(name);
  if (kind === "check")
    return joinSql(
      at,
      "CONSTRAINT ",
      nameSql,
      " CHECK (",
      expression,
      ")",
      isUnvalidated(editor, options) ? sqlAt(options.get("validate")?.at ?? at, " NOT VALID") : "",
    );
  if (kind === "exclusion") {
    const where = options.get("where");
    const using = textOf(options.get("using"));
    return joinSql(
      at,
      "CONSTRAINT ",
      nameSql,
      " EXCLUDE",
      using === undefined ? "" : ` USING ${using}`,
      " (",
      expression,
      ")",
      where?.is === "text" ? joinSql(at, " WHERE (", where.segments, ")") : "",
      deferrable(editor, options),
    );
  }
  const index = options.get("using_index");
  return joinSql(
    at,
    "CONSTRAINT ",
    nameSql,
    " UNIQUE ",
    isOn(options, "nulls_not_distinct") ? "NULLS NOT DISTINCT " : "",
    index === undefined || isNil(index)
      ? joinSql(
          at,
          "(",
          listSql(
            at,
            namesIn(on, at).map((one) => vendor.column(one)),
          ),
          ")",
        )
      : joinSql(at, "USING INDEX ", vendor.column(nameOf(index, at))),
    deferrable(editor, options),
  );
}

/** Rails doesn't quote the name of a check that it adds. */
const bareName = ({ vendor }: Editor, name: Name): Sql =>
  sqlAt(
    name.at,
    name.text !== undefined && !/^[a-z_]\w*$/.test(name.text) && vendor.since(7, 1)
      ? name.text
      : (name.text ?? name.shown),
  );

const isServed = ({ vendor }: Editor, kind: Kind): boolean => kind === "check" || !vendor.isMysql;

export const addConstraint =
  (kind: Kind) =>
  (editor: Editor, command: Command): void => {
    if (!isServed(editor, kind)) return;
    const { args, options, at } = command;
    const table = editor.tableOf(command);
    const name = constraintName(kind, table, args[1], options, at);
    if (isOn(options, "if_not_exists") && editor.live(table)?.constraints.has(name?.text ?? "") === true)
      return;
    editor.send(
      command,
      "ALTER TABLE ",
      editor.vendor.table(table),
      " ADD ",
      constraintSql(editor, kind, table, args[1], options, at),
    );
    rememberConstraint(editor, command, { kind, table, on: args[1], options, at });
  };

export function rememberConstraint(
  editor: Editor,
  command: Command,
  one: { kind: Kind; table: Name; on: Value | undefined; options: Options; at: Place },
): void {
  const { kind, table, on, options, at } = one;
  const name = constraintName(kind, table, on, options, at)?.text;
  if (name === undefined) return;
  const words = namesIn(on, at).flatMap(({ text }) => text ?? []);
  editor.change(table, command, (live) => ({
    ...live,
    constraints: new Map(live.constraints).set(name, words),
  }));
}

/** Of which the history may know another name than Rails would give it. */
function meant(editor: Editor, kind: Kind, { args, options, at }: Command, table: Name): Name | undefined {
  if (kind === "unique" && options.get("name") === undefined) {
    const words = namesIn(args[1], at).map(({ text }) => text);
    for (const [name, own] of editor.live(table)?.constraints ?? [])
      if (own.length > 0 && own.join("\0") === words.join("\0")) return named(name, args[1]?.at ?? at);
  }
  return constraintName(kind, table, args[1], options, at);
}

export const removeConstraint =
  (kind: Kind) =>
  (editor: Editor, command: Command): void => {
    if (!isServed(editor, kind)) return;
    const { vendor } = editor;
    const table = editor.tableOf(command);
    const name = meant(editor, kind, command, table);
    if (name === undefined) {
      editor.unknown(command, "ALTER TABLE ");
      return;
    }
    const drop = vendor.isMysql && !vendor.isMariadb ? " DROP CHECK " : " DROP CONSTRAINT ";
    const asks =
      isOn(command.options, "if_exists") && (!vendor.isMysql || vendor.isMariadb) ? "IF EXISTS " : "";
    editor.send(command, "ALTER TABLE ", vendor.table(table), drop, asks, vendor.column(name));
    editor.change(table, command, (live) => {
      const constraints = new Map(live.constraints);
      constraints.delete(name.text ?? "");
      return { ...live, constraints };
    });
  };

/** `validate_check_constraint :orders, name: "c"` */
export function validateCheck(editor: Editor, command: Command): void {
  if (editor.vendor.isMysql) return;
  const table = editor.tableOf(command);
  validate(
    editor,
    command,
    table,
    constraintName("check", table, command.args[1], command.options, command.at),
  );
}

/** `validate_constraint :orders, "c"` */
export function validateConstraint(editor: Editor, command: Command): void {
  if (editor.vendor.isMysql) return;
  validate(editor, command, editor.tableOf(command), nameOf(command.args[1], command.at));
}
