/** A syntax tree of Ruby, as far as migrations need it. */
import type { Span } from "../../text/span.ts";

interface Base extends Span {
  /** Offset and end of the name that it is found by, in a call or a definition. */
  readonly nameAt?: Span | undefined;
}

/** `receiver.name(args) { block }`; an operator is a call, too. */
export interface CallTree extends Base {
  readonly is: "call";
  readonly receiver: Tree | undefined;
  readonly name: string;
  readonly args: readonly Tree[];
  readonly block: BlockTree | undefined;
  /** `&.` */
  readonly isSafe: boolean;
  /** A name without arguments, which may be a local variable elsewhere. */
  readonly isBare: boolean;
}

/** `{ |a, b| … }`, `-> (a) { … }`, `&:name`, `&block` */
export interface BlockTree extends Base {
  readonly is: "block";
  readonly parameters: readonly Parameter[];
  readonly body: Tree | undefined;
  /** `&expression` */
  readonly passed?: Tree | undefined;
  readonly isLambda: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly kind: "required" | "optional" | "rest" | "key" | "keyRest" | "block" | "parts";
  /** Of an optional one. */
  readonly value?: Tree | undefined;
  /** `(a, b)` */
  readonly parts?: readonly Parameter[] | undefined;
}

/** A part of a text: characters with the place that spells them, or `#{…}`. */
export interface TextPart extends Span {
  readonly text: string;
  /** The characters are those of the file. */
  readonly exact: boolean;
}

export interface TextTree extends Base {
  readonly is: "text";
  readonly isSymbol: boolean;
  readonly parts: readonly (TextPart | Tree)[];
}

export interface PairTree {
  /** Undefined: `**value`. */
  readonly key: Tree | undefined;
  readonly value: Tree;
}

export interface BranchTree {
  readonly values: readonly Tree[];
  readonly body: Tree | undefined;
}

export type Tree =
  | CallTree
  | BlockTree
  | TextTree
  | (Base & { readonly is: "number"; readonly printed: string; readonly isFloat: boolean })
  | (Base & { readonly is: "constant" } & { readonly value: true | false | null })
  | (Base & { readonly is: "self" })
  | (Base & { readonly is: "array"; readonly items: readonly Tree[] })
  | (Base & { readonly is: "hash"; readonly pairs: readonly PairTree[]; readonly isKeywords: boolean })
  | (Base & { readonly is: "splat"; readonly value: Tree | undefined })
  | (Base & {
      readonly is: "range";
      readonly from: Tree | undefined;
      readonly to: Tree | undefined;
      readonly open: boolean;
    })
  /** `A::B`; `parent` where that isn't a name. */
  | (Base & { readonly is: "name"; readonly name: string })
  | (Base & { readonly is: "variable"; readonly name: string })
  | (Base & {
      readonly is: "assign";
      readonly name: string;
      readonly value: Tree;
      readonly operator?: string | undefined;
    })
  | (Base & {
      readonly is: "assignAll";
      readonly names: readonly (string | undefined)[];
      readonly value: Tree;
    })
  | (Base & { readonly is: "setConstant"; readonly name: string; readonly value: Tree })
  | (Base & {
      readonly is: "if";
      readonly test: Tree;
      readonly negated: boolean;
      readonly then: Tree | undefined;
      readonly other: Tree | undefined;
    })
  | (Base & {
      readonly is: "case";
      readonly test: Tree | undefined;
      readonly branches: readonly BranchTree[];
      readonly other: Tree | undefined;
    })
  | (Base & { readonly is: "while"; readonly test: Tree; readonly body: Tree | undefined })
  | (Base & {
      readonly is: "for";
      readonly names: readonly (string | undefined)[];
      readonly over: Tree;
      readonly body: Tree | undefined;
    })
  | (Base & {
      readonly is: "begin";
      readonly body: Tree | undefined;
      readonly rescues: readonly (Tree | undefined)[];
      /** The first of them catches every error. */
      readonly catchesAll: boolean;
      readonly other: Tree | undefined;
      readonly ensure: Tree | undefined;
    })
  | (Base & {
      readonly is: "def";
      readonly name: string;
      readonly parameters: readonly Parameter[];
      readonly body: Tree | undefined;
      readonly ofSelf: boolean;
    })
  | (Base & {
      readonly is: "class";
      readonly name: string;
      readonly superclass: Tree | undefined;
      readonly body: Tree | undefined;
      readonly isModule: boolean;
    })
  | (Base & {
      readonly is: "leave";
      readonly how: "return" | "next" | "break";
      readonly value: Tree | undefined;
    })
  | (Base & { readonly is: "and" | "or"; readonly left: Tree; readonly right: Tree })
  | (Base & { readonly is: "block-of"; readonly items: readonly Tree[] })
  | (Base & { readonly is: "yield"; readonly args: readonly Tree[] })
  | (Base & { readonly is: "super" })
  /** `source`: undefined where parts of it are put in when it runs. */
  | (Base & { readonly is: "regexp"; readonly source: string | undefined; readonly ignoresCase: boolean })
  /** What isn't followed, with what it holds. */
  | (Base & { readonly is: "other"; readonly items: readonly Tree[] });
