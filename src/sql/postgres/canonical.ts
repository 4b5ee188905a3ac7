/** An expression or a query without what the server writes otherwise when it prints it. */
import { parseSql } from "./libpg.ts";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
type Fields = { readonly [key: string]: Json | undefined };

/**
 * Texts that mean the same have one: casts, brackets, names of schemas and tables, `IN` and `= ANY`, `BETWEEN`, `NOT LIKE` and
 * the like don't count. Undefined: it can't be parsed.
 */
export function canonicalText(text: string): string | undefined {
  const query = /^[\s(]*(?:select|with|values|table)\b/i.test(text);
  const outcome = parseSql(query ? text : `SELECT (${text})`);
  if (outcome.is !== "parsed" || outcome.statements.length !== 1) return undefined;
  return JSON.stringify(plain(outcome.statements[0]?.stmt as unknown as Json));
}

function plain(node: Json | undefined): Json {
  if (node === undefined || node === null || typeof node !== "object") return node ?? null;
  if (isList(node)) return node.map(plain);
  const entries = Object.entries(node);
  const [only] = entries;
  const rewrite = entries.length === 1 && only !== undefined ? rewrites[only[0]] : undefined;
  if (rewrite !== undefined && only !== undefined) return rewrite(fieldsOf(only[1]));
  return Object.fromEntries(
    entries.filter(([key]) => !ignored.test(key)).map(([key, value]) => [key, plain(value)]),
  );
}

/** Where a node stands, and in which of several ways it is written. */
const ignored = /location$|^list_(?:start|end)$|^funcformat$/;

const isList = (node: Json | undefined): node is readonly Json[] => Array.isArray(node);
const fieldsOf = (node: Json | undefined): Fields =>
  node !== null && typeof node === "object" && !isList(node) ? node : {};
const textOf = (node: Json | undefined): string =>
  node === undefined || node === null || typeof node === "object" ? "" : String(node);
const list = (node: Json | undefined): readonly Json[] => (isList(node) ? node : []);

/** The last part of a name: `count` of `pg_catalog.count`. */
function lastName(parts: Json | undefined): string {
  const last = fieldsOf(list(parts).at(-1));
  return "A_Star" in last ? "*" : textOf(fieldsOf(last["String"])["sval"]);
}

const rewrites: Readonly<Record<string, ((fields: Fields) => Json) | undefined>> = {
  TypeCast: ({ arg }) => plain(arg),
  A_Const: constant,
  A_Expr: operator,
  BoolExpr: ({ boolop, args }) => condition(textOf(boolop), list(args).map(plain)),
  CaseExpr: ({ defresult, ...rest }) => {
    const otherwise = plain(defresult);
    return { case: plain(rest), ...(isNull(otherwise) ? {} : { otherwise }) };
  },
  ColumnRef: ({ fields }) => ({ column: lastName(fields) }),
  FuncCall: ({ funcname, ...rest }) => ({ call: lastName(funcname), ...fieldsOf(plain(rest)) }),
  RangeVar: ({ relname, alias }) => ({
    table: relname,
    alias: fieldsOf(alias)["aliasname"] ?? relname,
    columns: plain(fieldsOf(alias)["colnames"]),
  }),
  ResTarget: ({ name, val }) => {
    const value = plain(val);
    const { column, call } = fieldsOf(value);
    return { value, name: name ?? column ?? call };
  },
};

/** Nothing, or NULL. */
const isNull = (node: Json): boolean => node === null || fieldsOf(node)["constant"] === null;

/** In the words of the server: a literal of any type is a text. */
function constant({ sval, ival, fval, boolval, bsval, isnull }: Fields): Json {
  if (isnull === true) return { constant: null };
  if (boolval !== undefined) return { constant: textOf(fieldsOf(boolval)["boolval"] ?? false) };
  if (ival !== undefined) return { constant: textOf(fieldsOf(ival)["ival"] ?? 0) };
  if (fval !== undefined) return { constant: textOf(fieldsOf(fval)["fval"]) };
  if (bsval !== undefined) return { constant: textOf(fieldsOf(bsval)["bsval"]) };
  const text = textOf(fieldsOf(sval)["sval"]);
  if (/^(?:t|f)$/.test(text)) return { constant: text === "t" ? "true" : "false" };
  // Blanks in an array or in JSON.
  return { constant: /^[[{]/.test(text) ? text.replace(/([[\]{},:])\s+/g, "$1") : text };
}

const named = (name: string, lexpr: Json, rexpr: Json): Json => ({ operator: name, lexpr, rexpr });

function operator({ kind, name, lexpr, rexpr }: Fields): Json {
  const own = lastName(name);
  const [left, right] = [plain(lexpr), plain(rexpr)];
  const of = fieldsOf(right);
  const items = (): readonly Json[] =>
    list(fieldsOf(of["List"])["items"] ?? fieldsOf(of["A_ArrayExpr"])["elements"]);
  switch (kind) {
    case "AEXPR_IN":
      return among(own, left, items());
    case "AEXPR_OP_ANY":
    case "AEXPR_OP_ALL":
      if ("A_ArrayExpr" in of && own === (kind === "AEXPR_OP_ANY" ? "=" : "<>"))
        return among(own, left, items());
      return { kind, ...fieldsOf(named(own, left, right)) };
    case "AEXPR_BETWEEN":
      return condition("AND_EXPR", [
        named(">=", left, items()[0] ?? null),
        named("<=", left, items()[1] ?? null),
      ]);
    case "AEXPR_NOT_BETWEEN":
      return condition("OR_EXPR", [
        named("<", left, items()[0] ?? null),
        named(">", left, items()[1] ?? null),
      ]);
    case "AEXPR_OP":
    case "AEXPR_LIKE":
    case "AEXPR_ILIKE": {
      const number = of["constant"];
      const isNegative = lexpr === undefined && own === "-" && typeof number === "string";
      return isNegative ? { constant: `-${number}` } : named(own, left, right);
    }
    default:
      return { kind, ...fieldsOf(named(own, left, right)) };
  }
}

/** `a IN (1)` is `a = 1`. */
const among = (own: string, left: Json, items: readonly Json[]): Json =>
  items.length === 1 ? named(own, left, items[0] ?? null) : { among: own, left, items };

/** Of several with one word between them, the brackets mean nothing. */
function condition(word: string, args: readonly Json[]): Json {
  const [only] = args;
  const inner = fieldsOf(only);
  if (word === "NOT_EXPR" && inner["among"] === "=") return { ...inner, among: "<>" };
  if (word === "NOT_EXPR") return { condition: word, args };
  const flat = args.flatMap((one): readonly Json[] => {
    const { condition: other, args: parts } = fieldsOf(one);
    return other === word ? list(parts) : [one];
  });
  return { condition: word, args: flat };
}
