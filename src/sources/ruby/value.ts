/** What a Ruby expression is known to be without running it. */
import type { Segment } from "../../text/source-map.ts";
import type { Span } from "../../text/span.ts";
import type { BlockTree } from "./tree.ts";
import type { ClassInfo } from "./classes.ts";
import type { Scope } from "./scope.ts";

/** Where a value is written; helpers may stand in another file than the migration. */
export interface Place extends Span {
  readonly path: string;
}

/** A constant text or symbol; `holes`: parts of it are placeholders `${…}` for what isn't known. */
export interface TextValue {
  readonly is: "text";
  readonly segments: readonly Segment[];
  readonly holes: boolean;
  readonly isSymbol: boolean;
  readonly at: Place;
}

/** A number, true, false or nil (null). */
export interface PlainValue {
  readonly is: "plain";
  readonly value: number | boolean | null;
  /** As `to_s` prints it; of nil it is empty. */
  readonly printed: string;
  readonly isFloat: boolean;
  readonly at: Place;
}

export interface ListValue {
  readonly is: "list";
  readonly items: readonly Value[];
  /** It has more items than these, or others in between. */
  readonly open: boolean;
  readonly at: Place;
}

/** A hash with constant texts or symbols as keys; `open`: it has others that aren't known. */
export interface RecordValue {
  readonly is: "record";
  readonly fields: ReadonlyMap<string, Value>;
  readonly open: boolean;
  readonly at: Place;
}

/** A constant that no file of the project that is read defines. */
export interface NameValue {
  readonly is: "name";
  readonly name: string;
  readonly at: Place;
}

export interface ClassValue {
  readonly is: "class";
  readonly info: ClassInfo;
  readonly at: Place;
}

/** A block or a lambda with what it sees around it. */
export interface BlockValue {
  readonly is: "block";
  readonly tree: BlockTree;
  readonly scope: Scope;
  readonly self: Self;
  readonly at: Place;
}

/** A call whose value isn't known otherwise. */
export interface CallValue {
  readonly is: "call";
  /** Undefined: of the object itself. */
  readonly receiver: Value | undefined;
  readonly name: string;
  readonly args: readonly Value[];
  /** Of its last argument, if that is a hash. */
  readonly options: ReadonlyMap<string, Value>;
  /** It has arguments that aren't known: `*args`, `**options`. */
  readonly open: boolean;
  readonly block: BlockValue | undefined;
  readonly at: Place;
  readonly nameAt: Place;
}

/** Something that the host made: the `t` of a table. */
export interface ObjectValue {
  readonly is: "object";
  readonly data: object;
  readonly at: Place;
}

/** A regular expression whose characters are known. */
export interface RegexpValue {
  readonly is: "regexp";
  readonly source: string;
  readonly ignoresCase: boolean;
  readonly at: Place;
}

export interface UnknownValue {
  readonly is: "unknown";
  /** A row of this model, in a loop over its rows. */
  readonly rowOf?: ClassValue | NameValue | undefined;
  readonly at: Place;
}

export type Value =
  | TextValue
  | PlainValue
  | ListValue
  | RecordValue
  | NameValue
  | ClassValue
  | BlockValue
  | CallValue
  | ObjectValue
  | RegexpValue
  | UnknownValue;

/** What `self` is: an object of a class of the project, the class itself, or neither. */
export interface Self {
  readonly info: ClassInfo | undefined;
  readonly isClass: boolean;
}

/** The characters of a text or a symbol without holes; undefined for everything else. */
export function textOf(value: Value | undefined): string | undefined {
  if (value?.is !== "text" || value.holes) return undefined;
  return value.segments.map(({ text }) => text).join("");
}

/** The characters, placeholders included. */
export const written = ({ segments }: TextValue): string => segments.map(({ text }) => text).join("");

export const booleanOf = (value: Value | undefined): boolean | undefined =>
  value?.is === "plain" && typeof value.value === "boolean" ? value.value : undefined;

export const numberOf = (value: Value | undefined): number | undefined =>
  value?.is === "plain" && typeof value.value === "number" ? value.value : undefined;

export const isNil = (value: Value | undefined): boolean => value?.is === "plain" && value.value === null;

/** True, false, or not known. */
export function truth(value: Value): boolean | undefined {
  if (value.is === "plain") return value.value !== null && value.value !== false;
  return value.is === "unknown" || value.is === "call" ? undefined : true;
}

/** Ruby takes it for true, as any value but `false` and `nil`; not what isn't known. */
export const isTruthy = (value: Value | undefined): boolean => value !== undefined && truth(value) === true;

/** `false`, `nil`, or not given. */
export const isFalsy = (value: Value | undefined): boolean => value === undefined || truth(value) === false;

/** `true` itself, where Rails compares with it. */
export const isTrue = (value: Value | undefined): boolean => value?.is === "plain" && value.value === true;

export const itemsOf = (value: Value | undefined): readonly Value[] | undefined =>
  value?.is === "list" && !value.open ? value.items : undefined;

export const plain = (value: number | boolean | null, at: Place, printed?: string): PlainValue => ({
  is: "plain",
  value,
  printed: printed ?? (value === null ? "" : String(value)),
  isFloat: false,
  at,
});

/** A text that no literal spells: it was made by what stands at `at`. */
export const madeText = (text: string, at: Place, isSymbol = false): TextValue => ({
  is: "text",
  segments: text === "" ? [] : [{ text, path: at.path, at: { start: at.start, end: at.end }, exact: false }],
  holes: false,
  isSymbol,
  at,
});

export const joined = (texts: readonly TextValue[], at: Place): TextValue => ({
  is: "text",
  segments: texts.flatMap(({ segments }) => segments),
  holes: texts.some(({ holes }) => holes),
  isSymbol: false,
  at,
});

export const unknownAt = (at: Place): UnknownValue => ({ is: "unknown", at });

/** What `to_s` gives; undefined: not known. */
export function asText(value: Value): TextValue | undefined {
  if (value.is === "text") return value;
  if (value.is === "plain") return madeText(value.printed, value.at);
  if (value.is === "name") return madeText(value.name, value.at);
  if (value.is === "class") return madeText(value.info.name, value.at);
  return undefined;
}

/** Words, with what stands for their beginning and end: no such expression takes long. */
const plainWords = /^(?:[\w -]|\||\((?!\?)|\(\?:|\)|\\[Az_-]|[\^$])*$/;

/** As JavaScript writes it; undefined: they may differ. */
export function regExpOf({ source, ignoresCase }: RegexpValue, flags = ""): RegExp | undefined {
  if (source.length > 200 || !plainWords.test(source)) return undefined;
  const written = source
    .replaceAll("\\A", "^")
    .replaceAll("\\z", "$")
    .replaceAll(/\\(?=[_-])/g, "");
  try {
    return new RegExp(written, ignoresCase ? `${flags}i` : flags);
  } catch {
    return undefined;
  }
}

/** Whether a constant text matches; undefined: not known. */
export function matches(regexp: RegexpValue, value: Value): boolean | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : regExpOf(regexp)?.test(text);
}

/** True or false where both are constants. */
export function sameConstant(a: Value, b: Value): boolean | undefined {
  const [one, other] = [textOf(a), textOf(b)];
  if (one !== undefined && other !== undefined && a.is === "text" && b.is === "text")
    return one === other && a.isSymbol === b.isSymbol;
  if (a.is === "plain" && b.is === "plain") return a.value === b.value;
  const isConstant = (value: Value): boolean => value.is === "plain" || textOf(value) !== undefined;
  return isConstant(a) && isConstant(b) ? false : undefined;
}
