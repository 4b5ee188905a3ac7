/** Syntax inside of statements that older grammars lack (release notes of 14 to 18), and the word at which they stop. */
import type { Node } from "@pgsql/types";
import { isObject } from "./tree.ts";
import { dictionary } from "../../../text/dictionary.ts";

export interface Since {
  readonly version: number;
  readonly word: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** By tag of the tree: undefined where the node is as old as the oldest server. */
const byTag: Readonly<Record<string, (node: Fields) => Since | undefined>> = dictionary({
  CommonTableExpr: ({ search_clause: search, cycle_clause: cycle }) =>
    search !== undefined || cycle !== undefined
      ? { version: 14, word: search === undefined ? "CYCLE" : "SEARCH" }
      : undefined,
  JoinExpr: ({ join_using_alias: alias }) => (alias === undefined ? undefined : { version: 14, word: "AS" }),
  SelectStmt: ({ groupDistinct }) => (groupDistinct === true ? { version: 14, word: "DISTINCT" } : undefined),
  ColumnDef: ({ storage_name: storage, compression }) => {
    if (storage !== undefined) return { version: 16, word: "STORAGE" };
    return compression === undefined ? undefined : { version: 14, word: "COMPRESSION" };
  },
  Constraint: ({ fk_del_set_cols: columns }) =>
    columns === undefined ? undefined : { version: 15, word: "(" },
  RangeSubselect: ({ alias }) => (alias === undefined ? { version: 16, word: "(" } : undefined),
  MergeStmt: ({ returningClause }) =>
    returningClause === undefined ? undefined : { version: 17, word: "RETURNING" },
  MergeWhenClause: ({ matchKind }) =>
    matchKind === "MERGE_WHEN_NOT_MATCHED_BY_SOURCE" ? { version: 17, word: "BY" } : undefined,
  returningClause: ({ options }) => (options === undefined ? undefined : { version: 18, word: "WITH" }),
  JsonIsPredicate: () => ({ version: 16, word: "JSON" }),
  JsonObjectConstructor: () => ({ version: 16, word: ":" }),
  JsonArrayConstructor: () => ({ version: 16, word: "JSON_ARRAY" }),
  JsonArrayQueryConstructor: () => ({ version: 16, word: "SELECT" }),
  JsonObjectAgg: () => ({ version: 16, word: ":" }),
  JsonArrayAgg: () => ({ version: 16, word: "JSON_ARRAYAGG" }),
  JsonFuncExpr: () => ({ version: 17, word: "JSON" }),
  JsonScalarExpr: () => ({ version: 17, word: "JSON_SCALAR" }),
  JsonSerializeExpr: () => ({ version: 17, word: "JSON_SERIALIZE" }),
  JsonTable: () => ({ version: 17, word: "JSON_TABLE" }),
  CopyStmt: ({ options }) => latest(Array.isArray(options) ? options.map(copyOption) : []),
  ReindexStmt: ({ params }) =>
    hasOption(params, "tablespace") ? { version: 14, word: "TABLESPACE" } : undefined,
});

const copySince: Readonly<Record<string, number>> = dictionary({
  default: 16,
  log_verbosity: 17,
  on_error: 17,
  reject_limit: 18,
});

const element = (node: unknown): Fields => (isObject(node) && isObject(node.DefElem) ? node.DefElem : {});

const hasOption = (options: unknown, name: string): boolean =>
  Array.isArray(options) && options.some((node) => element(node).defname === name);

function copyOption(node: unknown): Since | undefined {
  const { defname, arg } = element(node);
  const name = typeof defname === "string" ? defname : "";
  if (name === "header" && isObject(arg) && JSON.stringify(arg).toLowerCase().includes('"match"'))
    return { version: 15, word: "match" };
  // All columns, written as an asterisk.
  if ((name === "force_null" || name === "force_not_null") && isObject(arg) && "A_Star" in arg)
    return { version: 17, word: "*" };
  const version = copySince[name];
  return version === undefined ? undefined : { version, word: name };
}

function latest(found: readonly (Since | undefined)[]): Since | undefined {
  let last: Since | undefined;
  for (const since of found)
    if (since !== undefined && (last === undefined || since.version > last.version)) last = since;
  return last;
}

/** Without one of these words nothing is new: most statements aren't walked. */
const hints = new RegExp(
  [
    String.raw`\b(?:json_\w+|json(?=\s*\()|is\s+(?:not\s+)?json|merge|search|cycle|copy|storage|compression|reindex)\b`,
    String.raw`\bgroup\s+by\s+distinct\b`,
    String.raw`\busing\s*\([^)]*\)\s*as\b`,
    String.raw`\breturning\s+with\b`,
    String.raw`\bset\s+(?:null|default)\s*\(`,
    String.raw`(?:\bfrom|\bjoin|\blateral|,)\s*\(\s*(?:select|values|with|table|\()`,
  ].join("|"),
  "i",
);

/** The newest syntax in the statement; its text spares most the search. */
export function newestSyntax(node: Node, text: string): Since | undefined {
  return hints.test(text) ? search(node) : undefined;
}

function search(value: unknown): Since | undefined {
  if (Array.isArray(value)) return latest(value.map(search));
  if (!isObject(value)) return undefined;
  return latest(
    Object.entries(value).flatMap(([tag, child]) =>
      isObject(child) ? [byTag[tag]?.(child), search(child)] : [search(child)],
    ),
  );
}
