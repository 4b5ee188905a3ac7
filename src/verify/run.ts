/** What became of the statements of a script on a server. */
import type { LockMode } from "../effects/effects.ts";
import type { Statement } from "../sql/front-end.ts";
import type { ServerError } from "./connection.ts";

/** What one statement held and wrote anew, of relations that were there before its migration; by name. */
export interface Observed {
  /** Of its transaction so far: before it, and after it. */
  readonly heldBefore: ReadonlyMap<string, LockMode>;
  readonly held: ReadonlyMap<string, LockMode>;
  readonly rewritten: readonly string[];
  /** MySQL and MariaDB, which don't say what a statement held: what it was accepted with. */
  readonly online?: { readonly relation: string; readonly mode: string };
  /** All of those relations, with their kinds as in `pg_class`. */
  readonly relations: ReadonlyMap<string, string>;
}

export interface Run {
  readonly statement: Statement;
  /** `undone`: it ran, and what failed later undid it. */
  is: "ran" | "failed" | "undone" | "unreached";
  error?: ServerError;
  /** Undefined: nothing could be read in time, or was asked for. */
  observed?: Observed;
}

export interface PlayOptions {
  /** The tool opens a transaction around it. */
  readonly wrapped: boolean;
  /** It is one change with the migration before it: what that made is new here, too. */
  readonly continues?: boolean;
  /** The tool's transaction goes on with the next migration. */
  readonly staysOpen?: boolean;
  /** Also read locks and files behind each statement. */
  readonly observes: boolean;
}

export const failureOf = (runs: readonly Run[]): Run | undefined => runs.find(({ is }) => is === "failed");
