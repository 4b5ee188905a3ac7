/** What a Python expression is known to be without running it. */
import type { Ask } from "../../model/operations/base.ts";
import type { Segment } from "../../text/source-map.ts";
import type { Span } from "../../text/span.ts";
import type { Scope } from "./scope.ts";
import type { Tree } from "./tree.ts";

/** Where a value is written; helpers may stand in another file than the migration. */
export interface Place extends Span {
  readonly path: string;
}

/** A constant text; `holes`: parts of it are placeholders `${…}` for what isn't known. */
export interface TextValue {
  readonly is: "text";
  readonly segments: readonly Segment[];
  readonly holes: boolean;
  /** `b"…"` */
  readonly bytes?: boolean | undefined;
  readonly at: Place;
}

/** A number, True, False or None (null). */
export interface PlainValue {
  readonly is: "plain";
  readonly value: number | boolean | null;
  /** A number as Python's `str` prints it: `1.50` is "1.5", an integer of any size is exact. */
  readonly printed: string;
  readonly isFloat?: boolean | undefined;
  readonly at: Place;
}

export interface ListValue {
  readonly is: "list";
  readonly kind: "list" | "tuple" | "set";
  readonly items: readonly Value[];
  /** It has more items than these, or others in between: `[*unknown]`. */
  readonly open: boolean;
  /** It holds the names of what this gives: `[column["name"] for column in …]`. */
  readonly namesOf?: Value | undefined;
  readonly at: Place;
}

/** A dict with constant texts as keys (numbers as their `str`); `open`: it has fields that aren't known. */
export interface RecordValue {
  readonly is: "record";
  readonly fields: ReadonlyMap<string, Value>;
  readonly open: boolean;
  /** See `ListValue.namesOf`: of its keys. */
  readonly namesOf?: Value | undefined;
  readonly at: Place;
}

/**
 * `models.CharField(max_length=10)` is a call of "django.db.models.CharField"; a class or a function of the project's
 * own is in `target`. A method of something that isn't a name has an `object`: `Enum(…).create(bind)`.
 */
export interface CallValue {
  readonly is: "call";
  /** The dotted name through the imports; empty if the callee is no name. */
  readonly callee: string;
  readonly target?: FunctionValue | ClassValue | undefined;
  readonly object?: Value | undefined;
  /** The last name of the callee: `create`, `CharField`; empty if it has none. */
  readonly method: string;
  readonly values: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  /** Where each keyword is written, name included. */
  readonly places: ReadonlyMap<string, Place>;
  /** It has arguments that aren't known: `*args`, `**kwargs`. */
  readonly open: boolean;
  readonly at: Place;
}

/** A name that stands for itself: an import from outside of the project, a builtin. `django.conf.settings.AUTH_USER_MODEL` */
export interface NameValue {
  readonly is: "name";
  readonly dotted: string;
  /** The file that it is, if it is a module of the project. */
  readonly path?: string | undefined;
  readonly at: Place;
}

/** An attribute of something that isn't a name: `op.get_bind().dialect`. */
export interface AttributeValue {
  readonly is: "attribute";
  readonly object: Value;
  readonly name: string;
  readonly at: Place;
}

/** A function or a lambda of the project; `self` is bound for a method. */
export interface FunctionValue {
  readonly is: "function";
  /** Empty for a lambda. */
  readonly name: string;
  readonly tree: Tree;
  readonly scope: Scope;
  readonly self?: Value | undefined;
  /** Names of its decorators as written. */
  readonly decorators?: readonly string[] | undefined;
  readonly at: Place;
}

export interface ClassValue {
  readonly is: "class";
  /** With its module: "shop.fields.MoneyField". */
  readonly dotted: string;
  readonly tree: Tree;
  /** Where the class statement stands. */
  readonly scope: Scope;
  readonly at: Place;
}

export interface UnknownValue {
  readonly is: "unknown";
  /** Why, as the second half of a sentence: "it depends on the database"; undefined where there is no more to say. */
  readonly why?: string | undefined;
  /** A condition that asks the database all of this. */
  readonly asks?: readonly Ask[] | undefined;
  /** It is one of those that this gives, in a loop over it. */
  readonly itemOf?: Value | undefined;
  /** It is one of these functions of the module, by a name that isn't known as a whole. */
  readonly oneOf?: readonly FunctionValue[] | undefined;
  readonly at: Place;
}

export type Value =
  | TextValue
  | PlainValue
  | ListValue
  | RecordValue
  | CallValue
  | NameValue
  | AttributeValue
  | FunctionValue
  | ClassValue
  | UnknownValue;

/** The characters of a text without holes; undefined for everything else. */
export function textOf(value: Value | undefined): string | undefined {
  if (value?.is !== "text" || value.holes) return undefined;
  return value.segments.map(({ text }) => text).join("");
}

export const booleanOf = (value: Value | undefined): boolean | undefined =>
  value?.is === "plain" && typeof value.value === "boolean" ? value.value : undefined;

/** Of an option that is true or false: Alembic writes `unique=1` for what it found in SQLite. */
export const flagOf = (value: Value | undefined): boolean | undefined =>
  value?.is === "plain" && (value.value === 0 || value.value === 1) ? value.value === 1 : booleanOf(value);

export const numberOf = (value: Value | undefined): number | undefined =>
  value?.is === "plain" && typeof value.value === "number" ? value.value : undefined;

export const isNone = (value: Value | undefined): boolean => value?.is === "plain" && value.value === null;

/** True if the value is left out or None. */
export const isNothing = (value: Value | undefined): boolean => value === undefined || isNone(value);

/** An argument by its keyword or else by its position (0-based; -1: only by keyword). */
export const argument = (call: CallValue, keyword: string, position = -1): Value | undefined =>
  call.keywords.get(keyword) ?? (position < 0 ? undefined : call.values[position]);

/** The items of a closed list; undefined for everything else. */
export const itemsOf = (value: Value | undefined): readonly Value[] | undefined =>
  value?.is === "list" && !value.open ? value.items : undefined;
