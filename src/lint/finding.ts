import type { Cost, LockMode } from "../effects/effects.ts";
import type { RecipeStep } from "../recipes/advice.ts";
import type { Category, Fix, Severity } from "./rule.ts";

export interface RelatedPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly message: string;
}

/** `ALGORITHM=COPY, LOCK=SHARED on orders`: the cheapest way that the server can, and who may use the table meanwhile. */
export interface OnlineNote extends Cost {
  readonly relation: string;
}

/** One step of what to write instead, as its texts are shown. The steps are executed in their order. */
export interface AdviceStep extends Pick<
  RecipeStep,
  "language" | "header" | "transaction" | "after" | "intent"
> {
  /** The statements, each with its semicolon at the end of a line; the command lines; or a sentence. */
  readonly text: string;
  /** Where it belongs, in words; several lines are several remarks. */
  readonly when?: string | undefined;
}

/** One finding, as the API and `--format json` give it. Lines and columns count from 1; columns are UTF-16 code units. */
export interface Finding {
  readonly ruleId: string;
  readonly category: Category;
  readonly severity: Severity;
  /** What happens to whom: one line, in which names are printable wherever it is shown. */
  readonly message: string;
  /** What to write instead: SQL or a sentence. */
  readonly instead?: string | undefined;
  /** The same as steps that a program can execute; undefined where `instead` is only a sentence. */
  readonly advice?: readonly AdviceStep[] | undefined;
  /** As shown to the user: relative to the working directory, `/` separated. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Name of the migration: `20260130191544_initial_schema`. */
  readonly migration?: string | undefined;
  readonly direction?: "up" | "down" | undefined;
  /** Kind of the operation: `createIndex`. */
  readonly operation?: string | undefined;
  /** Locks that the operation takes on relations that are not new: what the message says they block. */
  readonly locks: readonly { readonly relation: string; readonly mode: LockMode }[];
  /** MySQL and MariaDB: what the statement does to its table, in the words of its clauses; then `locks` is empty. */
  readonly online?: OnlineNote | undefined;
  /** Sizes in production of the tables that it locks, reads or rewrites, where they are known. */
  readonly sizes?:
    readonly { readonly relation: string; readonly rows: number; readonly bytes: number }[] | undefined;
  readonly related: readonly RelatedPlace[];
  /** It is about the file itself (its name, header or rollback): the place only says where it is shown. */
  readonly wholeFile?: true | undefined;
  /** A secret stands there: the text report hides it. */
  readonly confidential?: true | undefined;
  /** Less severe findings with the same cause on the same operation, which this one stands for. */
  readonly also?: readonly Finding[] | undefined;
  /** What the same rule reports of further statements of this script. */
  readonly repeats?: readonly Finding[] | undefined;
  readonly fix?: Fix | undefined;
  readonly suggestions: readonly Fix[];
  /** Stable against moved lines: rule, file's base name, the statement's normalised text, its repetition. */
  readonly fingerprint: string;
}

/** A finding that isn't reported, and why: a comment in the file (`inSource`) or the baseline (`external`). */
export interface SuppressedFinding extends Finding {
  readonly suppression: {
    readonly kind: "inSource" | "external";
    /** What the comment gives as its reason. */
    readonly justification?: string | undefined;
  };
}
