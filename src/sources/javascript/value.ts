/** What an expression is known to be without running it. */
import type { Segment } from "../../text/source-map.ts";
import type { Span } from "../../text/span.ts";
import type { Reader } from "./evaluate.ts";
import type { Scope } from "./scope.ts";
import type { Tree } from "./tree.ts";

/** A constant text; `holes`: parts of it are placeholders `${…}` for what isn't known. */
export interface TextValue {
  readonly is: "text";
  readonly segments: readonly Segment[];
  readonly holes: boolean;
  readonly at: Span;
  /** It is a template with the tag `sql`: no string of SQL, but SQL itself. */
  readonly isSql?: true | undefined;
}

export interface PlainValue {
  readonly is: "plain";
  readonly value: number | boolean | null | undefined;
  readonly at: Span;
  /** It is that of a variable in one round of a loop, which alone changes it. */
  readonly ofRound?: true | undefined;
}

export interface ListValue {
  readonly is: "list";
  readonly items: readonly Value[];
  readonly at: Span;
}

export interface RecordValue {
  readonly is: "record";
  readonly fields: ReadonlyMap<string, Value>;
  /** Where each field is written, name included. */
  readonly places: ReadonlyMap<string, Span>;
  /** It has fields that aren't known. */
  readonly open: boolean;
  /** What those are taken from: `{ ...old }`. */
  readonly spread?: readonly Value[] | undefined;
  readonly at: Span;
}

export interface FunctionValue {
  readonly is: "function";
  readonly tree: Tree;
  readonly scope: Scope;
  readonly at: Span;
}

/** A function of another file: the value that it gives, and for tools that follow it, what it does. */
export interface ImportedValue {
  readonly is: "imported";
  readonly body: ImportedBody;
  /**
   * The value for the call at `at`; undefined: it does more than to give one. `calls`: how many functions have been
   * called on the way.
   */
  readonly call: (given: readonly Value[], calls: number, at: Span) => Value | undefined;
  readonly at: Span;
}

export interface ImportedBody {
  readonly file: Reader;
  readonly called: FunctionValue;
}

/** `new Table(…)` */
export interface NewValue {
  readonly is: "new";
  readonly name: string;
  readonly values: readonly Value[];
  /** Where its class is imported from. */
  readonly from?: Origin | undefined;
  readonly at: Span;
}

/** What the tool hands to a migration (`knex`, `queryInterface`, `pgm`, `this`), or a part of it. */
export interface HandleValue {
  readonly is: "handle";
  readonly at: Span;
  /** Which of several: see `CodeTool.parameters`. */
  readonly role?: string | undefined;
  /** Nothing hands it over: its declaration says what it is. */
  readonly isDeclared?: true | undefined;
}

export interface Link {
  /** Empty for a call of the root itself: `helper(…)`. */
  readonly name: string;
  /** Undefined: the property is only read. */
  readonly values?: readonly Value[] | undefined;
  readonly trees: readonly Tree[];
  /** From the name to the closing parenthesis. */
  readonly at: Span;
}

/** `knex.schema.createTable("t", …)`: a root with properties and calls. */
export interface ChainValue {
  readonly is: "chain";
  readonly root: Value;
  /** As written: `knex`, `this`; empty for an expression. */
  readonly rootName: string;
  readonly rootTree: Tree;
  readonly links: readonly Link[];
  /** What its first links are in the migration's own words: `getUsers()`, a function of another file. */
  readonly written?: { readonly code: string; readonly links: number } | undefined;
  readonly at: Span;
}

export interface UnknownValue {
  readonly is: "unknown";
  readonly at: Span;
  /** Where it is imported from: a file of the project, or a package. */
  readonly from?: Origin | undefined;
  /** Of a class: what is constant of it, by name. */
  readonly member?: ((name: string) => Value | undefined) | undefined;
}

export type Origin = "project" | "package";

export type Value =
  | TextValue
  | PlainValue
  | ListValue
  | RecordValue
  | FunctionValue
  | ImportedValue
  | NewValue
  | HandleValue
  | ChainValue
  | UnknownValue;

/** The characters of a text without holes; undefined for everything else. */
export function textOf(value: Value | undefined): string | undefined {
  if (value?.is !== "text" || value.holes) return undefined;
  return value.segments.map(({ text }) => text).join("");
}

export const booleanOf = (value: Value | undefined): boolean | undefined =>
  value?.is === "plain" && typeof value.value === "boolean" ? value.value : undefined;

export const numberOf = (value: Value | undefined): number | undefined =>
  value?.is === "plain" && typeof value.value === "number" ? value.value : undefined;

/** A field of a record literal; undefined if it has none, or the value is no record. */
export const fieldOf = (value: Value | undefined, name: string): Value | undefined =>
  value?.is === "record" ? value.fields.get(name) : undefined;

/** What a chain's first call calls, where it is known: `helper(…)`, `step.add(…)`. */
export const calleeOf = ({ root, links: [link] }: ChainValue): Value | undefined =>
  link?.name === "" ? root : link && fieldOf(root, link.name);

/** A list's items, one value as a list of itself, nothing as none. */
export const itemsOf = (value: Value | undefined): readonly Value[] =>
  value === undefined || (value.is === "plain" && value.value === undefined)
    ? []
    : value.is === "list"
      ? value.items
      : [value];

/** What stands at a place of a list; one that is wholly known has nothing behind its end. */
export function itemAt(value: Value, i: number, { start, end }: Span): Value {
  const at = { start, end };
  if (value.is !== "list") return { is: "unknown", at };
  const isEnd = i >= value.items.length && value.items.every((item) => item.is !== "unknown");
  return isEnd ? { is: "plain", value: undefined, at } : (value.items[i] ?? { is: "unknown", at });
}

/** True if an option is given and true. */
export const isOn = (options: Value | undefined, name: string): boolean =>
  booleanOf(fieldOf(options, name)) === true;

/** True if the value is left out, `undefined` or `null`. */
export const isNothing = (value: Value | undefined): boolean =>
  value === undefined || (value.is === "plain" && (value.value === undefined || value.value === null));
