/** What a model declares that changes its rows and values: a class in its place does so only with the same words. */
import type { ClassInfo } from "../classes.ts";
import type { CallTree, Tree } from "../tree.ts";

/** `has_rich_text :content`, `has_many :comments, as: :commentable` */
export interface NameStoring {
  readonly name: string;
  /** Undefined: it needs other parts of the model. */
  readonly line: string | undefined;
  /** `has_rich_text content` */
  readonly shown: string;
}

export interface Declared {
  /** Lines that hold in any class, on one line each. */
  readonly lines: readonly string[];
  /** What has to be copied by hand, as it needs other parts of the model: `enum status`. */
  readonly others: readonly string[];
  /** Of lines and others that only matter to code that names one of these words; all others always do. */
  readonly usedBy: ReadonlyMap<string, readonly string[]>;
  /** Associations whose rows store the name of the class. */
  readonly namesOf: readonly NameStoring[];
  /** Calls that define methods of a row that are no columns: `devise`. */
  readonly makers: readonly string[];
  /** The model's file; undefined: it wasn't found. */
  readonly path: string | undefined;
  /** Columns of `others` may come later, as the table isn't known as a whole. */
  readonly isUnsure: boolean;
}

/** What to copy where nothing is known of the model. */
export const unread: Declared = {
  lines: [],
  others: [],
  usedBy: new Map(),
  namesOf: [],
  makers: [],
  path: undefined,
  isUnsure: true,
};

/** Names of calls by what they do to the values of a column, or to the rows that are meant. */
const ofColumns = /^(?:enum|attribute|serialize|store|store_accessor|alias_attribute|encrypts)$/;
const ofRows = /^(?:default_scope|acts_as_paranoid)$/;
/** What defines methods that set something else than a column, or lets them be set. */
const ofMakers =
  /^(?:devise|has_secure_password|authenticates_with_sorcery!|acts_as_authentic|attr_(?:accessor|writer|accessible)|mount_uploaders?|has_attached_file|has_(?:one|many)_attached|has_rich_text|monetize|translates|accepts_nested_attributes_for)$/;
/** Action Text and Active Storage have one table for the rows of all models. */
const ofNames = /^has_(?:rich_text|(?:one|many)_attached)$/;
const ofAccess = /^attr_(?:accessible|protected)$/;
const ofClass = /^(?:primary_key|implicit_order_column)=$/;

/** A longer line is nobody's to read. */
const longest = 300;

/**
 * @param known the columns of the table at the migration; a declaration of another one fails there. Undefined: not all are known,
 * so that somebody has to look
 * @param whitelists a class without its words takes no value of a call
 */
export function declaredIn(
  info: ClassInfo,
  known: ReadonlySet<string> | undefined,
  whitelists: boolean,
): Declared {
  const has = (column: string): boolean => known?.has(column) !== false;
  const lines: string[] = [];
  const others: string[] = [];
  const usedBy = new Map<string, readonly string[]>();
  const makers = new Set<string>();
  const namesOf: NameStoring[] = [];
  for (const item of info.body) {
    if (item.is !== "call") continue;
    const { name } = item;
    if (item.receiver === undefined && ofMakers.test(name)) makers.add(name);
    if (item.receiver === undefined && storesName(item))
      namesOf.push(
        ...textIn(item.args[0]).map((one) => ({
          name: one,
          line: standsAlone(item, has) ? oneLine(info.file.text.slice(item.start, item.end)) : undefined,
          shown: `${name} ${one}`,
        })),
      );
    const isOwn =
      item.receiver === undefined &&
      (ofColumns.test(name) || ofRows.test(name) || (whitelists && ofAccess.test(name)));
    if (!isOwn && (!ofClass.test(name) || item.receiver?.is !== "self")) continue;
    if (name === "default_scope" && onlyLoads(scopeOf(item))) continue;
    const columns = columnsOf(item);
    const present = columns.filter(has);
    if (
      columns.length > 0 &&
      (name === "default_scope" ? present.length < columns.length : present.length === 0)
    )
      continue;
    const line = oneLine(info.file.text.slice(item.start, item.end));
    const isWhole = present.length === columns.length && (known !== undefined || columns.length === 0);
    const other = [name.replace(/=$/, ""), ...(name === "default_scope" ? [] : present)].join(" ");
    const isLine = line !== undefined && isWhole && standsAlone(item, has);
    (isLine ? lines : others).push(isLine ? line : other);
    const words = name === "enum" ? wordsOfEnum(item, present) : undefined;
    if (words !== undefined) usedBy.set(isLine ? line : other, words);
  }
  return {
    lines,
    others,
    usedBy,
    namesOf,
    makers: [...makers],
    path: info.file.path,
    isUnsure: known === undefined,
  };
}

const storesName = ({ name, args }: CallTree): boolean =>
  ofNames.test(name) ||
  (/^has_(?:one|many)$/.test(name) &&
    args.some((arg) => arg.is === "hash" && arg.pairs.some(({ key }) => textIn(key)[0] === "as")));

/** Names of its columns and values; undefined: not all are known, or new rows get one by themselves. */
function wordsOfEnum({ args }: CallTree, columns: readonly string[]): readonly string[] | undefined {
  if (!args.every(isLiteral)) return undefined;
  const words: string[] = [...columns];
  const collect = (tree: Tree): void => {
    if (tree.is === "text") words.push(...textIn(tree));
    if (tree.is === "array") tree.items.forEach(collect);
    if (tree.is === "hash")
      for (const { key, value } of tree.pairs) {
        if (key !== undefined) collect(key);
        collect(value);
      }
  };
  args.forEach(collect);
  return words.some((word) => /^_?default$/.test(word)) ? undefined : words;
}

/** `includes(address: :city)` and the like choose no rows. */
const onlyLoads = (tree: Tree | undefined): boolean =>
  tree?.is === "call" && loading.test(tree.name) && (tree.receiver === undefined || onlyLoads(tree.receiver));

const loading = /^(?:includes|preload|eager_load|references|strict_loading|all)$/;

/**
 * `enum :status, …` or, up to Rails 7, `enum status: …, kind: …, _prefix: true`; a store is the column of its keys. Of a
 * default scope and of soft deletion, the columns that they certainly read.
 */
function columnsOf(call: CallTree): readonly string[] {
  const { name, args } = call;
  const [first] = args;
  if (name === "default_scope") return columnsOfScope(scopeOf(call));
  if (name === "acts_as_paranoid") return [paranoidColumn(args)];
  if (name === "primary_key=" || name === "implicit_order_column=") return textIn(first);
  if (!ofColumns.test(name)) return [];
  if (name === "alias_attribute") return args.slice(1).flatMap(textIn);
  if (name === "encrypts") return args.flatMap(textIn);
  if (first?.is !== "hash") return textIn(first);
  return first.pairs.flatMap(({ key }) => textIn(key)).filter((key) => !key.startsWith("_"));
}

const textIn = (tree: Tree | undefined): readonly string[] =>
  tree?.is === "text" ? [tree.parts.map((part) => ("text" in part ? part.text : "")).join("")] : [];

/** Undefined: it is too long for one, or has comments or texts of several lines. */
function oneLine(text: string): string | undefined {
  if (/#(?!\{)|<<[-~]/.test(text)) return undefined;
  const line = text.replaceAll(/\s*\n\s*/g, " ");
  return line.length > longest ? undefined : line;
}

/** It needs no method, constant or scope of the model. */
function standsAlone(call: CallTree, has: (column: string) => boolean): boolean {
  if (call.name !== "default_scope") return call.block === undefined && call.args.every(isLiteral);
  const scope = scopeOf(call);
  return scope !== undefined && isScope(scope, has);
}

/** What a scope consists of, if that is one expression. */
function scopeOf({ args: [given], block }: CallTree): Tree | undefined {
  const scope = block ?? (given?.is === "block" ? given : undefined);
  const [only, second] = scope?.body?.is === "block-of" ? scope.body.items : [scope?.body];
  return second === undefined ? only : undefined;
}

/** `where(deleted_at: nil)`: those of hashes and symbols. */
const columnsOfScope = (tree: Tree | undefined): readonly string[] =>
  tree?.is === "call" && scopes.test(tree.name)
    ? [
        ...columnsOfScope(tree.receiver),
        ...tree.args.flatMap((arg) =>
          arg.is === "hash"
            ? // The rows of another table: `where(orders: { paid: true })`.
              arg.pairs.flatMap(({ key, value }) => (value.is === "hash" ? [] : textIn(key)))
            : arg.is === "text" && arg.isSymbol
              ? textIn(arg)
              : [],
        ),
      ]
    : [];

const scopes = /^(?:where|order|not|unscoped)$/;

/** `acts_as_paranoid column: :destroyed_at` */
const paranoidColumn = (args: readonly Tree[]): string =>
  args
    .flatMap((arg) => (arg.is === "hash" ? arg.pairs : []))
    .flatMap(({ key, value }) => (textIn(key)[0] === "column" ? textIn(value) : []))[0] ?? "deleted_at";

function isLiteral(tree: Tree): boolean {
  switch (tree.is) {
    case "number":
    case "constant":
      return true;
    case "text":
      return tree.parts.every((part) => "text" in part);
    case "array":
      return tree.items.every(isLiteral);
    case "hash":
      return tree.pairs.every(({ key, value }) => key !== undefined && isLiteral(key) && isLiteral(value));
    case "name":
      return /^(?:::)?(?:JSON|Hash|Array|String|Integer)$/.test(tree.name);
    case "call":
      return tree.name === "freeze" && tree.receiver !== undefined && isLiteral(tree.receiver);
    default:
      return false;
  }
}

/** `where(deleted_at: nil).order(:name)` of columns that are there. */
const isScope = (tree: Tree, has: (column: string) => boolean): boolean =>
  tree.is === "call" &&
  scopes.test(tree.name) &&
  (tree.receiver === undefined || isScope(tree.receiver, has)) &&
  tree.args.every((arg) =>
    arg.is === "hash"
      ? arg.pairs.every(({ key, value }) => textIn(key).some(has) && isLiteral(value))
      : arg.is === "text" && arg.isSymbol && textIn(arg).every(has),
  );
