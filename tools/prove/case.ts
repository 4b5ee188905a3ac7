/** An unsafe migration, the tables that it meets, and the application that runs meanwhile. */
import type { DialectName } from "../../src/model/dialect.ts";

/** What a version of the application writes: a text, a number, one of three words, a moment, or an object. */
export type Values = "text" | "number" | "status" | "moment" | "flag";

/** A version of the application. All of it is about `orders` unless stated otherwise. */
export interface Version {
  /** The table, as statements write it. */
  readonly table?: string;
  /** The column that it writes and reads back. */
  readonly value?: string;
  readonly values?: Values;
  /** An expression that reads the value as it was written; default: the column as text. */
  readonly read?: string;
  /** The column that finds the rows that it makes; rows from before have NULL there. */
  readonly key?: string;
  /** Other columns of an INSERT, each with an expression in which `{k}` is the key. */
  readonly columns?: Readonly<Record<string, string>>;
  /** The column that finds rows from before, by a number from 1 to the number of rows. */
  readonly row?: string;
  /** The column that it counts up in rows from before. */
  readonly touch?: string;
  /** Statements that take the place of those: `{k}` the key, `{v}` the value as a literal, `{r}` the number of a row. */
  readonly insert?: string;
  readonly update?: string;
  readonly delete?: string;
}

export interface Case {
  /** `rename-column-of-a-view`: names the situation. */
  readonly id: string;
  readonly on: readonly DialectName[];
  /** First release that has what the migration uses. */
  readonly since?: number;
  /** Tables beside those that all cases have, and changes of those. ddlint reads it as an earlier migration. */
  readonly setup?: string;
  /** Rows of these tables; `{rows}` is how many. */
  readonly seed?: string;
  readonly migration: string;
  /** What the plan can't know: `--value`. */
  readonly values?: Readonly<Record<string, string>>;
  readonly old?: Version;
  /** Default: the old one, which the migration doesn't concern. */
  readonly new?: Version;
  /** Further versions between the two, where a plan deploys more than once. */
  readonly between?: readonly Version[];
  /** When the new version is deployed where the plan doesn't say so: `after` its steps, unless stated. */
  readonly deploy?: "before" | "after";
  /** Columns whose values differ from run to run: `orders.token`. */
  readonly volatile?: readonly string[];
  /** What the plan needn't share with the direct change, with the reason: lines of the catalogue that match. */
  readonly differs?: { readonly lines: RegExp; readonly because: string };
}

/** What the plan of a case consists of, wherever it comes from. */
export type PlanStep =
  | {
      readonly kind: "sql";
      readonly title: string;
      readonly statements: readonly string[];
      /** True: all in one transaction; false: each by itself. */
      readonly transaction: boolean;
      /** What leads back; undefined: nobody says how. */
      readonly undo?: readonly UndoPart[] | undefined;
      /** What is lost for good. */
      readonly irreversible?: string | undefined;
      /** What the plan says that the application waits for on the way back. */
      readonly waitsBack?: string | undefined;
    }
  | { readonly kind: "deploy"; readonly title: string }
  /** Queries by hand that have to find no rows. */
  | { readonly kind: "check"; readonly title: string; readonly statements: readonly string[] }
  /** Command lines of another tool. */
  | { readonly kind: "command"; readonly title: string; readonly statements: readonly string[] };

export interface UndoPart {
  readonly statements: readonly string[];
  readonly transaction: boolean;
}

/** Steps that a machine can run, or the reason why there are none. */
export type Plan =
  | {
      readonly steps: readonly PlanStep[];
      /** What ddlint says that differs at the end. */
      readonly differences: readonly string[];
      /** It says that foreign keys get a leading _. */
      readonly renamesKeys: boolean;
    }
  | { readonly notRun: string };
