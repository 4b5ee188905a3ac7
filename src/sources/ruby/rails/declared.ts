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
}

/** What to copy where nothing is known of the model. */
export const unread: Declared = { lines: [], others: [], path: undefined };

/** Names of calls by what they do to the values of a column, or to the rows that are meant. */
const ofColumns = /^(?:enum|attribute|serialize|store|store_accessor|alias_attribute|encrypts)$/;
const ofRows = /^(?:default_scope|acts_as_paranoid)$/;
const ofClass = /^(?:primary_key|implicit_order_column)=$/;

/** A longer line is nobody's to read. */
const longest = 300;

/** @param has whether the table has a column at the migration; a declaration of another one fails there */
export function declaredIn(info: ClassInfo, has: (column: string) => boolean): Declared {
  const lines: string[] = [];
  const others: string[] = [];
  for (const item of info.body) {
    if (item.is !== "call") continue;
    const { name } = item;
    if (ofColumns.test(name) && item.receiver === undefined) {
      const columns = columnsOf(item);
      if (columns.length > 0 && !columns.every(has)) continue;
    } else if (!(ofRows.test(name) && item.receiver === undefined))
      if (!ofClass.test(name) || item.receiver?.is !== "self") continue;
    const line = oneLine(info.file.text.slice(item.start, item.end));
    if (line !== undefined && standsAlone(item, has)) lines.push(line);
    else others.push([name.replace(/=$/, ""), ...columnsOf(item)].join(" "));
  }
  return { lines, others, path: info.file.path };
}

/** `enum :status, …` or, up to Rails 7, `enum status: …, kind: …, _prefix: true`; a store is the column of its keys. */
function columnsOf({ name, args }: CallTree): readonly string[] {
  const [first] = args;
  if (!ofColumns.test(name)) return [];
  if (name === "alias_attribute") return args.slice(1).flatMap(textIn);
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
function standsAlone({ name, args, block }: CallTree, has: (column: string) => boolean): boolean {
  if (name !== "default_scope") return block === undefined && args.every(isLiteral);
  const [given] = args;
  const scope = block ?? (given?.is === "block" ? given : undefined);
  const [only, second] = scope?.body?.is === "block-of" ? scope.body.items : [scope?.body];
  return only !== undefined && second === undefined && isScope(only, has);
}

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
  /^(?:where|order|not|unscoped)$/.test(tree.name) &&
  (tree.receiver === undefined || isScope(tree.receiver, has)) &&
  tree.args.every((arg) =>
    arg.is === "hash"
      ? arg.pairs.every(({ key, value }) => textIn(key).some(has) && isLiteral(value))
      : arg.is === "text" && arg.isSymbol && textIn(arg).every(has),
  );
