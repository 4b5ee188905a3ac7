/** Calls of models: what they change in tables. */
import { camelized, pluralized, singularized, underscored } from "../inflect.ts";
import type { ClassInfo } from "../classes.ts";
import type { Project } from "../project.ts";
import type { Tree } from "../tree.ts";
import {
  itemsOf,
  textOf,
  type CallValue,
  type ClassValue,
  type NameValue,
  type Place,
  type Value,
} from "../value.ts";
import { defaultSql } from "./types.ts";
import { joinSql, listSql, named, sqlAt, type Sql } from "./sql.ts";
import type { Editor } from "./editor.ts";
import type { LiveTable } from "./live.ts";

/** What a method does to rows. */
const changing: Readonly<Record<string, string>> = {
  update_all: "UPDATE",
  update_columns: "UPDATE",
  update_column: "UPDATE",
  update: "UPDATE",
  update_attribute: "UPDATE",
  update_attributes: "UPDATE",
  save: "UPDATE",
  increment: "UPDATE",
  decrement: "UPDATE",
  toggle: "UPDATE",
  touch: "UPDATE",
  touch_all: "UPDATE",
  update_counters: "UPDATE",
  increment_counter: "UPDATE",
  reset_counters: "UPDATE",
  upsert: "INSERT",
  upsert_all: "INSERT",
  create: "INSERT",
  insert: "INSERT",
  insert_all: "INSERT",
  import: "INSERT",
  find_or_create_by: "INSERT",
  first_or_create: "INSERT",
  create_or_find_by: "INSERT",
  delete_all: "DELETE",
  destroy_all: "DELETE",
  delete_by: "DELETE",
  destroy_by: "DELETE",
  destroy: "DELETE",
  delete: "DELETE",
};

/** Methods that no other object is likely to have. */
const sure =
  /^(?:update_all|update_columns?|update_attributes?|save|touch_all|upsert_all|insert_all|delete_all|destroy_all|find_or_create_by|first_or_create|create_or_find_by|update|destroy|increment|reset_counters|toggle)!?$/;

/** `UPDATE`, `INSERT`, `DELETE`; undefined: it changes no rows. */
export const changeOf = (method: string): string | undefined => changing[method.replace(/!$/, "")];

export const isSureChange = (method: string): boolean => sure.test(method);

/** A constant with the calls that lead from it to this one. */
export interface ModelCall {
  readonly root: ClassValue | NameValue;
  /** From the constant on, the call itself last. */
  readonly chain: readonly CallValue[];
}

/** Undefined: it begins with something else. */
export function modelCall(call: CallValue): ModelCall | undefined {
  const chain = [call];
  for (let receiver = call.receiver; receiver !== undefined;) {
    if (receiver.is === "class" || receiver.is === "name")
      return { root: receiver, chain: chain.toReversed() };
    if (receiver.is !== "call") return undefined;
    chain.push(receiver);
    receiver = receiver.receiver;
  }
  return undefined;
}

const framework =
  /^(?:ActiveRecord|ActiveSupport|ActiveModel|Rails|Arel|File|FileUtils|Dir|IO|Time|Date|DateTime|JSON|YAML|CSV|SecureRandom|Digest|ENV|Set|Hash|Array|String|Struct|OpenStruct|Class|Module|Kernel|Process|Thread|Mutex|Logger|URI|Net|Base64|BCrypt|Pathname|StrongMigrations|Comparable|Math|BigDecimal|Integer|Float|Rake|Benchmark|Timeout|PG|Mysql2|ActionMailer|ActiveStorage::Engine|I18n|Object|Zlib|Marshal|ERB|Psych|Sidekiq|Redis|Elasticsearch|Chewy|Searchkick|Parallel|ProgressBar|RubyProgressbar|TTY|Concurrent|GC|ObjectSpace|Ractor|Signal|STDOUT|STDERR|STDIN|ARGV|DATA)\b/;

/** A constant that may be a model of the application. */
export const mayBeModel = (name: string): boolean => !framework.test(name) && /[a-z]/.test(name);

/** A class of records, as far as its text says. */
export function isModel(root: ClassValue | NameValue, project: Project): boolean {
  if (root.is === "name") return mayBeModel(root.name);
  if (statedTable(root.info) !== undefined) return true;
  const [parent] = project.inherits(root.info);
  // The table of a class that inherits from another model is that one's.
  return parent !== undefined && isRecord(parent);
}

const isRecord = (superclass: Tree): boolean =>
  superclass.is === "name" && /(?:^|::)(?:Base|ApplicationRecord|\w*Record)$/.test(superclass.name);

/**
 * Its rows are in a table of the database, whichever that is: a class that inherits from another model, or one in a
 * namespace. Of a class without a file, only the names of the tables tell that it was a model.
 */
export function hasRows(root: ClassValue | NameValue, project: Project, { tables }: Editor): boolean {
  if (root.is === "class") return project.inherits(root.info).some(isRecord);
  if (!mayBeModel(root.name)) return false;
  const parts = root.name.replace(/^::/, "").split("::");
  const last = parts.pop() ?? "";
  const tableNamed = (words: string): LiveTable | null | undefined =>
    tables.get(pluralized(underscored(words)));
  // `NewMeasure::Humidity` has its rows in `new_measures`, by their `type`.
  const isKindOf = parts.length > 0 && tableNamed(parts.at(-1) ?? "")?.columns.has("type") === true;
  return isKindOf || tableNamed(last) != null || tableNamed([...parts, last].join("_")) != null;
}

/** The table of a model; undefined: not known. */
export function tableOfModel(root: ClassValue | NameValue, project: Project): string | undefined {
  if (!isModel(root, project)) return undefined;
  if (root.is === "name") return tableFor(root.name, undefined, project);
  return statedTable(root.info) ?? tableFor(root.info.name, root.info, project);
}

/**
 * Modules have a say in the names of their models' tables: engines and namespaces begin them with their own. So does a
 * model directly around: `course_forums` makes the table of `Course::Forum::Topic` `course_forum_topics`.
 */
function tableFor(name: string, info: ClassInfo | undefined, project: Project): string | undefined {
  const prefix = prefixOf(name, info, project);
  const around = containing(name, info, project);
  if (prefix === undefined || around === undefined) return undefined;
  return prefix + around + pluralized(underscored(name.replace(/^.*::/, "")));
}

/** What the model directly around a model begins its table's name with; undefined: not known. */
function containing(name: string, info: ClassInfo | undefined, project: Project): string | undefined {
  const [, outer] = /^(?:::)?(.+)::\w+$/.exec(name) ?? [];
  if (outer === undefined) return "";
  const around = project.classNamed(outer, undefined) ?? info?.outer;
  if (around === undefined || isAbstract(around) || !project.inherits(around).some(isRecord)) return "";
  const table = tableOfModel({ is: "class", info: around, at: noPlace }, project);
  return table === undefined ? undefined : `${singularized(table)}_`;
}

const isAbstract = ({ body }: ClassInfo): boolean =>
  body.some((item) => item.is === "call" && item.name === "abstract_class=");

/** As the nearest module around says it; undefined: nothing is known of one of them. */
function prefixOf(name: string, info: ClassInfo | undefined, project: Project): string | undefined {
  const modules = name.replace(/^::/, "").split("::").slice(0, -1);
  for (let around = info?.outer; modules.length > 0; around = around?.outer) {
    // A module is opened in many files; the one with its name says how its tables are called.
    const own = project.classNamed(modules.join("::"), undefined);
    const isOwn = own?.file.path.endsWith(`/${modules.map(underscored).join("/")}.rb`) === true;
    const method = around?.ownMethods.get("table_name_prefix") ?? own?.ownMethods.get("table_name_prefix");
    if (method !== undefined) return constantText(method.tree.body);
    if (!isOwn && (around === undefined || around.tree.isModule)) return undefined;
    modules.pop();
  }
  return "";
}

/** The text that a method consists of. */
function constantText(tree: Tree | undefined): string | undefined {
  const [only, second] = tree?.is === "block-of" ? tree.items : [tree];
  if (only?.is !== "text" || second !== undefined) return undefined;
  return only.parts.every((part) => "text" in part)
    ? only.parts.map((part) => ("text" in part ? part.text : "")).join("")
    : undefined;
}

const ignoring =
  /^[ \t]*self\.ignored_columns[ \t]*(?:\+?=|<<|\|=)[ \t]*(%[wi][[(][^\])]*[\])]|\[[^\]]*\]|["':]\w+)/gm;

/** Columns that the model of a table ignores: `self.ignored_columns += ["note"]`. Undefined: none. */
export function ignoredColumns(
  project: Project,
  table: string | undefined,
): ReadonlyMap<string, string> | undefined {
  const info =
    table === undefined ? undefined : project.classNamed(camelized(singularized(table)), undefined);
  if (info === undefined || tableOfModel({ is: "class", info, at: noPlace }, project) !== table)
    return undefined;
  const { path, text } = info.file;
  const names = [...text.matchAll(ignoring)].flatMap(([, list = ""]) =>
    [...list.replace(/^%[wi]/, "").matchAll(/\w+/g)].map(([name]) => name),
  );
  return names.length === 0 ? undefined : new Map(names.map((name) => [name, path]));
}

const noPlace: Place = { path: "", start: 0, end: 0 };

/** `self.table_name = "orders"` */
function statedTable(info: ClassInfo): string | undefined {
  for (const item of info.body) {
    if (item.is !== "call" || item.name !== "table_name=" || item.receiver?.is !== "self") continue;
    return constantText(item.args[0]);
  }
  return undefined;
}

/** The column by a name that a call uses: `alias_attribute :paid, :settled`. Undefined: it isn't known. */
type ColumnOf = (name: string) => string | undefined;

function columnsOf({ tables }: Editor, table: string, { root }: ModelCall): ColumnOf {
  if (root.is === "class") {
    const aliases = new Map(
      root.info.body.flatMap((item) => {
        if (item.is !== "call" || item.name !== "alias_attribute") return [];
        const [name, column] = item.args.map(constantText);
        return name === undefined || column === undefined ? [] : [[name, column] as const];
      }),
    );
    return (name) => aliases.get(name) ?? name;
  }
  // A model that isn't read may have other names for what the table has.
  const live = tables.get(table);
  return (name) => (live?.isOpen === false && !live.columns.has(name) ? undefined : name);
}

/** `Order.where(paid: nil).update_all(paid: false)` as SQL; undefined: its rows or values aren't known. */
export function changeSql(editor: Editor, table: string, call: ModelCall): Sql | undefined {
  const { chain } = call;
  const columnOf = columnsOf(editor, table, call);
  const last = chain.at(-1);
  const method = last?.name;
  if (last === undefined || (method !== "update_all" && method !== "delete_all")) return undefined;
  const { vendor } = editor;
  const conditions: Sql[] = [];
  for (const [i, one] of chain.slice(0, -1).entries()) {
    if (/^(?:all|unscoped)$/.test(one.name) && one.args.length === 0) continue;
    if (one.name === "where" && one.args.length === 0 && chain[i + 1]?.name === "not") continue;
    const isNot = one.name === "not" && chain[i - 1]?.name === "where";
    if (one.name !== "where" && !isNot) return undefined;
    const found = condition(editor, table, columnOf, one, isNot);
    if (found === undefined) return undefined;
    conditions.push(...found);
  }
  const { at } = last;
  const relation = vendor.table(named(table, at));
  // Up to Rails 5.0: `delete_all(role: 10)`; up to 3.2: `update_all("paid = true", id: 10)`.
  const also = last.args.slice(method === "delete_all" ? 0 : 1);
  if (also.length > 0) {
    const found = condition(editor, table, columnOf, { ...last, args: also }, false);
    if (found === undefined) return undefined;
    conditions.push(...found);
  }
  const where = conditions.length === 0 ? [] : joinSql(at, " WHERE ", listSql(at, conditions, " AND "));
  if (method === "delete_all") return joinSql(at, "DELETE FROM ", relation, where);
  const [value] = last.args;
  if (value?.is === "text" && !value.holes)
    return joinSql(at, "UPDATE ", relation, " SET ", value.segments, where);
  if (value?.is !== "record" || value.open) return undefined;
  const sets: Sql[] = [];
  for (const [name, one] of value.fields) {
    const column = columnOf(name);
    if (column === undefined) return undefined;
    // Whatever a call gives, each row gets it.
    const sql = literal(editor, table, column, one) ?? sqlAt(one.at, "${value}");
    sets.push(joinSql(one.at, vendor.column(named(column, one.at)), " = ", sql));
  }
  return sets.length === 0 ? undefined : joinSql(at, "UPDATE ", relation, " SET ", listSql(at, sets), where);
}

function literal(editor: Editor, table: string, column: string, value: Value): Sql | undefined {
  const type = editor.tables.get(table)?.columns.get(column)?.type;
  if (value.is !== "text" && value.is !== "plain") return undefined;
  const sql = defaultSql(editor.vendor, value, type);
  return sql === undefined ? undefined : sqlAt(value.at, sql);
}

function condition(
  editor: Editor,
  table: string,
  columnOf: ColumnOf,
  { args }: CallValue,
  isNot: boolean,
): readonly Sql[] | undefined {
  const [first] = args;
  if (args.length !== 1 || first === undefined) return undefined;
  if (first.is === "text" && !first.holes && !/[?:]/.test(textOf(first) ?? "?")) {
    return [joinSql(first.at, isNot ? "NOT (" : "(", first.segments, ")")];
  }
  if (first.is !== "record" || first.open) return undefined;
  // Before 6.1, each of several is denied.
  const isWhole = isNot && first.fields.size > 1 && editor.vendor.since(6, 1);
  const all: Sql[] = [];
  for (const [given, value] of first.fields) {
    const name = columnOf(given);
    const one = name === undefined ? undefined : equals(editor, table, name, value, isNot && !isWhole);
    if (one === undefined) return undefined;
    all.push(one);
  }
  return isWhole ? [joinSql(first.at, "NOT (", listSql(first.at, all, " AND "), ")")] : all;
}

/** As Rails compares a column with a value, a list of values or nil: `IN` meets no NULL. */
function equals(editor: Editor, table: string, name: string, value: Value, isNot: boolean): Sql | undefined {
  const { at } = value;
  const column = editor.vendor.column(named(name, at));
  const isNone = joinSql(at, column, isNot ? " IS NOT NULL" : " IS NULL");
  if (isNull(value)) return isNone;
  const items = itemsOf(value);
  if (items === undefined) {
    const sql = literal(editor, table, name, value);
    return sql && joinSql(at, column, isNot ? " != " : " = ", sql);
  }
  const others = items.filter((item) => !isNull(item));
  const hasNull = others.length < items.length;
  if (others.length === 0) return hasNull ? isNone : undefined;
  const list: Sql[] = [];
  for (const item of others) {
    const sql = literal(editor, table, name, item);
    if (sql === undefined) return undefined;
    list.push(sql);
  }
  const listed = joinSql(at, column, isNot ? " NOT IN (" : " IN (", listSql(at, list), ")");
  return hasNull ? joinSql(at, "(", listed, isNot ? " AND " : " OR ", isNone, ")") : listed;
}

const isNull = (value: Value): boolean => value.is === "plain" && value.value === null;
