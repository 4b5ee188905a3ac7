/** Which calls of a revision matter, beside those of `op`. */
import type { CodeUnit } from "../../../model/tool.ts";
import { child, type Tree } from "../tree.ts";
import { argument, textOf, type CallValue, type FunctionValue, type Value } from "../value.ts";

/** Functions of others that change no schema. */
export const harmless =
  /^(?:print|len|isinstance|sqlalchemy|sqlmodel|sqlalchemy_utils|geoalchemy2|alembic\.context|logging|warnings|time|datetime|os|sys|re|json|uuid|random|math|typing|collections|itertools|functools|pathlib|textwrap|inspect|enum|contextlib|secrets|hashlib|string|decimal|copy|click|structlog|loguru|tqdm|rich|pprint|map|filter|setattr|getattr|hasattr|next|iter|exit|quit|any|all|sum|min|max|super|type|repr|id|vars|round|abs|\w*(?:Error|Exception|Warning))(?:\.|$)/;

/** Methods by which rows are changed. */
export const changing =
  /^(?:add|add_all|bulk_save_objects|bulk_insert_mappings|bulk_update_mappings|merge|delete|update|executemany|copy_from|copy_expert)$/;

const asks = /^(?:print|log(?:ger|ging)?|warnings|context|op\.(?:f|get_bind|get_context))\b/;

/** True if there is a call that may do something. */
export function callsSomething(tree: Tree, text: string): boolean {
  if (tree.type === "CallExpression" && !asks.test(text.slice(tree.start, tree.end))) return true;
  if (tree.type === "RaiseStatement") return false;
  const { children } = tree;
  // What a condition calls, it only asks.
  const run = tree.type === "IfStatement" ? children.filter(({ type }) => type === "Body") : children;
  return run.some((one) => callsSomething(one, text));
}

/** What only SQLite has. */
export const forSqlite =
  /\b(?:datetime|strftime|julianday|unixepoch)\s{0,9}\(|^\s{0,99}PRAGMA\b|\bsqlite_(?:master|schema|sequence)\b/i;

export const executing = /^(?:execute|exec|scalar|scalars|exec_driver_sql|execute_batch|stream)$/;

export const isBatch = (value: Value): boolean =>
  value.is === "call" && value.callee === "alembic.op.batch_alter_table";

/** Also a connection of its own: `engine.connect().execution_options(isolation_level="AUTOCOMMIT")`. */
export const isAutocommit = (value: Value): boolean =>
  value.is === "call" &&
  (value.method === "autocommit_block" ||
    (value.method === "execution_options" &&
      textOf(value.keywords.get("isolation_level"))?.toUpperCase() === "AUTOCOMMIT"));

export const isApart = (value: Value): boolean =>
  isAutocommit(value) || (value.is === "call" && value.method === "begin_nested");

/** Code that can continue behind a statement that has failed, or may. */
export const withoutTransaction = /\b(?:begin_nested|autocommit_block|AUTOCOMMIT|SAVEPOINT|rollback)\b/i;

/** The first words of what a plug-in's operation sends, or a call for all tables of the models. */
export const prefixes: Readonly<Record<string, string>> = {
  create_all: "CREATE TABLE ",
  drop_all: "DROP TABLE ",
  sync_trigger: "CREATE TRIGGER ",
  drop_trigger: "DROP TRIGGER ",
  create_entity: "CREATE FUNCTION ",
  replace_entity: "CREATE FUNCTION ",
  drop_entity: "DROP FUNCTION ",
};

/** The same for one table of the models: `User.__table__.create(bind)`, `metadata.tables["users"].create(bind)`. */
export const tablePrefixes: Readonly<Record<string, string | undefined>> = {
  create: prefixes.create_all,
  drop: prefixes.drop_all,
};

export const prefixOf = ({ callee, method }: Pick<CallValue, "callee" | "method">): string | undefined =>
  (/\.(?:__table__|tables)\.\w+$/.test(callee) ? tablePrefixes[method] : undefined) ?? prefixes[method];

/** `checkfirst` of SQLAlchemy's create and drop: the server is asked whether the object is there; `usual`: if unstated. */
export function checksFirst(call: CallValue, usual: boolean): boolean {
  const stated = argument(call, "checkfirst", 1);
  return stated?.is === "plain" && typeof stated.value === "boolean" ? stated.value : usual;
}

export const callOf = ({ name, at }: FunctionValue, keywords: ReadonlyMap<string, Value>): CallValue => ({
  is: "call",
  callee: "",
  method: name,
  values: [],
  keywords,
  places: new Map(),
  open: true,
  at,
});

export function parametersOf(tree: Tree, text: string): string | undefined {
  const list = child(tree, "ParamList");
  return list && text.slice(list.start, list.end);
}

/** What a function with these statements consists of. `calls`: what certainly runs; undefined: other functions do, too. */
export function wholeOf(
  { length }: readonly Tree[],
  calls: readonly CallValue[] | undefined,
): Pick<CodeUnit, "isSole" | "onlyIndexes"> {
  const areIndexes = calls?.length === length && calls.every(({ method }) => method === "create_index");
  return {
    isSole: length === 1 && calls !== undefined,
    onlyIndexes: (length > 1 && areIndexes) || undefined,
  };
}
