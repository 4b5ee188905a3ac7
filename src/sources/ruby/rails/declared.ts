/** What a model declares that changes its rows and values: a class in its place does so only with the same words. */
import type { ClassInfo } from "../classes.ts";
import type { CallTree, Tree } from "../tree.ts";

export interface Declared {
  /** Lines that hold in any class, on one line each. */
  readonly lines: readonly string[];
  /** What has to be copied by hand, as it needs other parts of the model: `enum status`. */
  readonly others: readonly string[];
  /** The model's file; undefined: it wasn't found. */
  readonly path: string | undefined;
  /** Columns of `others` may come later, as the table isn't known as a whole. */
  readonly isUnsure: boolean;
}

/** What to copy where nothing is known of the model. */
export const unread: Declared = { lines: [], others: [], path: undefined, isUnsure: true };

/** Names of calls by what they do to the values of a column, or to the rows that are meant. */
const ofColumns = /^(?:enum|attribute|serialize|store|store_accessor|alias_attribute|encrypts)$/;
const ofRows = /^(?:default_scope|acts_as_paranoid)$/;
const ofClass = /^(?:primary_key|implicit_order_column)=$/;

/** A longer line is nobody's to read. */
const longest = 300;

/**
 * @param known the columns of the table at the migration; a declaration of another one fails there. Undefined: not all are known,
 * so that somebody has to look
 */
export function declaredIn(info: ClassInfo, known: ReadonlySet<string> | undefined): Declared {
  const has = (column: string): boolean => known?.has(column) !== false;
  const lines: string[] = [];
  const others: string[] = [];
  for (const item of info.body) {
    if (item.is !== "call") continue;
    const { name } = item;
    const isOwn = item.receiver === undefined && (ofColumns.test(name) || ofRows.test(name));
    if (!isOwn && (!ofClass.test(name) || item.receiver?.is !== "self")) continue;
    const columns = columnsOf(item);
    const present = columns.filter(has);
    if (
      columns.length > 0 &&
      (name === "default_scope" ? present.length < columns.length : present.length === 0)
    )
      continue;
    const line = oneLine(info.file.text.slice(item.start, item.end));
    const isWhole = present.length === columns.length && (known !== undefined || columns.length === 0);
    if (line !== undefined && isWhole && standsAlone(item, has)) lines.push(line);
    else others.push([name.replace(/=$/, ""), ...(name === "default_scope" ? [] : present)].join(" "));
  }
  return { lines, others, path: info.file.path, isUnsure: known === undefined };
}

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
