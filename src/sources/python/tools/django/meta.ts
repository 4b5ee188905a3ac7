/** Indexes and constraints of models, as migrations write them. */
import {
  argument,
  flagOf,
  isNone,
  itemsOf,
  numberOf,
  textOf,
  type CallValue,
  type Place,
  type Value,
} from "../../value.ts";

export interface Index {
  readonly name: string | undefined;
  /** Its access method; undefined: the database's own choice. */
  readonly using: string | undefined;
  readonly fields: readonly { readonly name: string; readonly descending: boolean }[];
  readonly expressions: readonly Value[];
  readonly condition: Value | undefined;
  readonly include: readonly string[];
  readonly opclasses: readonly string[];
  /** Storage parameters: `fillfactor = 70`. */
  readonly with: readonly string[];
  readonly at: Place;
}

interface Named {
  readonly name: string;
  readonly at: Place;
}

export interface CheckConstraint extends Named {
  readonly is: "check";
  readonly condition: Value | undefined;
}

export interface UniqueConstraint extends Named {
  readonly is: "unique";
  readonly fields: readonly string[];
  readonly expressions: readonly Value[];
  readonly condition: Value | undefined;
  readonly deferrable: string;
  readonly include: readonly string[];
  readonly opclasses: readonly string[];
  readonly nullsDistinct: boolean | undefined;
}

export interface ExclusionConstraint extends Named {
  readonly is: "exclusion";
  readonly method: string;
  readonly expressions: readonly (readonly [expression: Value, operator: string])[];
  readonly condition: Value | undefined;
  readonly deferrable: string;
  readonly include: readonly string[];
}

export type Constraint = CheckConstraint | UniqueConstraint | ExclusionConstraint;

const methods: Readonly<Record<string, string>> = {
  Index: "",
  BloomIndex: "bloom",
  BrinIndex: "brin",
  BTreeIndex: "btree",
  GinIndex: "gin",
  GistIndex: "gist",
  HashIndex: "hash",
  SpGistIndex: "spgist",
};

/** In the order in which Django writes them. */
const parameters: readonly (readonly [option: string, write: (value: Value) => string | undefined])[] = [
  ["length", (value) => withNumber("length", value)],
  ["autosummarize", (value) => withSwitch("autosummarize", value)],
  ["pages_per_range", (value) => withNumber("pages_per_range", value)],
  ["buffering", (value) => withSwitch("buffering", value)],
  ["gin_pending_list_limit", (value) => withNumber("gin_pending_list_limit", value)],
  ["fastupdate", (value) => withSwitch("fastupdate", value)],
  ["fillfactor", (value) => withNumber("fillfactor", value)],
  ["deduplicate_items", (value) => withSwitch("deduplicate_items", value)],
];

function withNumber(name: string, value: Value): string | undefined {
  const number = numberOf(value);
  return number === undefined ? undefined : `${name} = ${String(number)}`;
}

function withSwitch(name: string, value: Value): string | undefined {
  const on = flagOf(value);
  return on === undefined ? undefined : `${name} = ${on ? "on" : "off"}`;
}

/** Undefined: no index that is known. */
export function readIndex(value: Value | undefined): Index | undefined {
  if (value?.is !== "call" || !/^django\./.test(value.callee)) return undefined;
  const method = methods[value.method];
  if (method === undefined || value.open) return undefined;
  const fields = names(value.keywords.get("fields"));
  const storage = parameters.flatMap(([option, write]) => {
    const given = value.keywords.get(option);
    return given === undefined ? [] : (write(given) ?? []);
  });
  const columns = itemsOf(value.keywords.get("columns")) ?? [];
  const bits = columns.map((one, i) => withNumber(`col${String(i + 1)}`, one) ?? "");
  return {
    name: textOf(value.keywords.get("name")),
    using: method === "" ? undefined : method,
    fields: fields.map((name) => ({ name: name.replace(/^-/, ""), descending: name.startsWith("-") })),
    expressions: value.values,
    condition: given(value, "condition"),
    include: names(value.keywords.get("include")),
    opclasses: names(value.keywords.get("opclasses")),
    with: [...storage, ...bits],
    at: value.at,
  };
}

/** Undefined: no constraint that is known. */
export function readConstraint(value: Value | undefined): Constraint | undefined {
  if (value?.is !== "call" || !/^django\./.test(value.callee) || value.open) return undefined;
  const name = textOf(value.keywords.get("name"));
  if (name === undefined) return undefined;
  const own = { name, at: value.at };
  const condition = given(value, "condition");
  const deferrable = deferred(value.keywords.get("deferrable"));
  const include = names(value.keywords.get("include"));
  switch (value.method) {
    case "CheckConstraint":
      return { is: "check", ...own, condition: condition ?? given(value, "check") };
    case "UniqueConstraint":
      return {
        is: "unique",
        ...own,
        fields: names(value.keywords.get("fields")),
        expressions: value.values,
        condition,
        deferrable,
        include,
        opclasses: names(value.keywords.get("opclasses")),
        nullsDistinct: flagOf(value.keywords.get("nulls_distinct")),
      };
    case "ExclusionConstraint":
      return {
        is: "exclusion",
        ...own,
        method: textOf(value.keywords.get("index_type")) ?? "GIST",
        expressions: (itemsOf(value.keywords.get("expressions")) ?? []).flatMap(pair),
        condition,
        deferrable,
        include,
      };
    default:
      return undefined;
  }
}

function pair(value: Value): (readonly [Value, string])[] {
  const [expression, operator] = itemsOf(value) ?? [];
  if (expression === undefined) return [];
  return [[expression, textOf(operator) ?? operatorOf(operator)]];
}

/** `RangeOperators.OVERLAPS` */
const rangeOperators: Readonly<Record<string, string>> = {
  EQUAL: "=",
  NOT_EQUAL: "<>",
  CONTAINS: "@>",
  CONTAINED_BY: "<@",
  OVERLAPS: "&&",
  FULLY_LT: "<<",
  FULLY_GT: ">>",
  NOT_LT: "&>",
  NOT_GT: "&<",
  ADJACENT_TO: "-|-",
};

const operatorOf = (value: Value | undefined): string =>
  value?.is === "name" ? (rangeOperators[value.dotted.slice(value.dotted.lastIndexOf(".") + 1)] ?? "=") : "=";

function given(call: CallValue, name: string): Value | undefined {
  const value = argument(call, name);
  return value === undefined || isNone(value) ? undefined : value;
}

function deferred(value: Value | undefined): string {
  const name = value?.is === "name" ? value.dotted : value?.is === "text" ? (textOf(value) ?? "") : "";
  if (/DEFERRED$/i.test(name)) return " DEFERRABLE INITIALLY DEFERRED";
  return /IMMEDIATE$/i.test(name) ? " DEFERRABLE INITIALLY IMMEDIATE" : "";
}

/** The texts of a list. */
export const names = (value: Value | undefined): readonly string[] =>
  (itemsOf(value) ?? []).flatMap((one) => textOf(one) ?? []);

/** `{("a", "b")}`, `[["a", "b"]]` and `("a", "b")` are sets of columns. */
export function together(value: Value | undefined): readonly (readonly string[])[] {
  const items = itemsOf(value);
  if (items === undefined || items.length === 0) return [];
  if (items.every(({ is }) => is === "text")) return [names(value)];
  return items.map(names);
}

/** Of django-pgtrigger. */
export interface Trigger {
  readonly name: string;
  /** What the database calls it and its function. */
  readonly id: string;
  /** In quotes. */
  readonly table: string;
  /** CREATE TRIGGER, among the statements that make it and its functions. */
  readonly create: string;
  readonly install: readonly string[];
}
