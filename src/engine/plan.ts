/** `ddlint plan` for those who call it. */
import { UserError } from "../config/user-error.ts";
import type { Blocks, LockMode } from "../effects/effects.ts";
import type { DialectName } from "../model/dialect.ts";
import type { Opinions } from "../lint/opinions.ts";
import type { Rule, Severity } from "../lint/rule.ts";
import type { FileOptions } from "./files.ts";
import type { RollbackNote } from "./rollback.ts";

export interface PlanOptions extends FileOptions {
  /** Its file, version or name. Default: the newest of the only history. */
  readonly migration?: string | undefined;
  /** Statements that no migration has yet: they come behind the newest one. */
  readonly sql?: string | undefined;
  /** What only people know, as SQL by column: `orders.note` → `'none'`; by the placeholder of advice: `key`. */
  readonly values?: Readonly<Record<string, string>> | undefined;
  /** Also write the steps as files of this project. */
  readonly files?: boolean | undefined;
  /** Default: the clock's. */
  readonly now?: Date | undefined;
  /** Default: the preset `recommended`. */
  readonly opinions?: Opinions | undefined;
  /** Default: the built-in ones. */
  readonly rules?: readonly Rule[] | undefined;
}

/** What a step locks, on relations that are there before it. */
export interface PlanLock {
  readonly relation: string;
  /** As in PostgreSQL's manual; on MySQL and MariaDB LOCK of online DDL. */
  readonly mode: LockMode | "NONE" | "SHARED" | "EXCLUSIVE";
  /** What of the application waits for it. */
  readonly blocks: Blocks;
}

/** What takes a step back. */
export interface StepRollback {
  readonly statements: readonly string[];
  /** Data that isn't restored; with some, the step can't be undone. */
  readonly lost: readonly string[];
  /** What stays, and harms nothing. */
  readonly stays: readonly string[];
  /** Why there is no rollback: facts that are missing. */
  readonly gaps: readonly string[];
  /** What the application waits for meanwhile: `rewrites orders, which blocks reads and writes`. */
  readonly waits: readonly string[];
}

export interface PlanStep {
  readonly kind: "migration" | "deploy" | "command" | "by-hand";
  /** What the application notices: new things; changed rows; what old versions need goes, or what they write is refused. */
  readonly phase: "expand" | "data" | "contract";
  /** What is done and why: a line each. */
  readonly why: readonly string[];
  /** SQL with semicolons; of a command its lines; empty of what is only words. */
  readonly statements: readonly string[];
  /**
   * `own`: all statements in a transaction that holds nothing else; `none`: each statement outside of any transaction;
   * `any`: in the migration's transaction, if it has one.
   */
  readonly transaction: "own" | "none" | "any";
  /** What the tool wants at the top of the file. */
  readonly header?: string | undefined;
  readonly locks: readonly PlanLock[];
  /** Tables that are read or written as a whole. */
  readonly works: readonly { readonly relation: string; readonly what: "rewrite" | "scan" | "build" }[];
  /** Ids of the rules that it is the advice of. */
  readonly rules: readonly string[];
  /** Of a migration. */
  readonly rollback?: StepRollback | undefined;
}

export interface PlanFile {
  readonly file: string;
  readonly text: string;
  /** The step that it is of, by its place in `steps`. */
  readonly step: number;
  /** What of it the step is: `the changeset 3 of db/changelog.xml`. Default: all of it. */
  readonly name?: string | undefined;
  /** It is there already, and gets more: the changelog that names the others. */
  readonly isGrown?: boolean | undefined;
}

export interface Plan {
  /** Name and file of the migration; undefined: it isn't written yet. */
  readonly migration?: string | undefined;
  readonly file?: string | undefined;
  readonly dialect: DialectName;
  readonly tool: string;
  /** Of its statements; default: SQL. */
  readonly language?: "javascript" | undefined;
  readonly steps: readonly PlanStep[];
  /** Where they are asked for: files to be written, the first one in place of the migration. */
  readonly files?: readonly PlanFile[] | undefined;
  /** The project says that the migration is applied (`startAfter`). */
  readonly isApplied: boolean;
  /** Nothing takes its place: no safe steps are known for what is reported on it, if anything is. */
  readonly isUnchanged: boolean;
  /** Findings that it replaces. */
  readonly solved: readonly string[];
  /** What isn't planned: facts that are missing, and how to give them. */
  readonly gaps: readonly (RollbackNote & { readonly hint: string; readonly rule?: string | undefined })[];
  /** What it makes besides, for performance: `index order_items_product_id_idx`. */
  readonly additions: readonly string[];
  /** What differs at its end from the schema that the migration leads to. */
  readonly differences: readonly string[];
  /** What ddlint still reports on its migrations. `step`: its place in `steps`. */
  readonly findings: readonly {
    readonly ruleId: string;
    readonly severity: Severity;
    readonly message: string;
    readonly step: number;
  }[];
}

/**
 * The safe steps in place of a migration, checked by replaying and linting them. Nothing is written to the disk.
 *
 * @throws UserError if there is no such migration, or it isn't read
 */
export async function planSteps(options: PlanOptions = {}): Promise<Plan> {
  // No check of migrations pays for it.
  const { writePlan } = await import("./write-plan.ts");
  return writePlan(options);
}

/** Which files wait for a release: they belong into a pull request of their own. */
export function waitingFiles({ steps, files = [] }: Pick<Plan, "steps" | "files">): readonly string[] {
  const lines: string[] = [];
  for (const [at, { kind, why }] of steps.entries()) {
    if (kind !== "deploy") continue;
    const end = steps.findIndex((step, later) => later > at && step.kind === "deploy");
    const own = files
      .filter(({ step, isGrown }) => isGrown !== true && step > at && (end < 0 || step < end))
      .map(({ file, name }) => name ?? file);
    lines.push(`${why.join("; ")}, then merge ${own.join(", ")} in a separate pull request`);
  }
  return lines;
}

/** Why a plan isn't to be used, a line each: facts that are missing, and how to give them. Empty: it is whole. */
export function planMistakes({ gaps, differences, file = "the statements" }: Plan): readonly UserError[] {
  const mistakes = gaps.map(
    ({ what, hint, file: path, line }) =>
      new UserError(`can't plan this: ${what} (${path}:${line})`, { hint }),
  );
  if (differences.length > 0)
    mistakes.push(
      new UserError(`can't plan ${file}: ${differences.map(wrong).join("; ")}`, {
        hint: "please report this, with the migration",
      }),
    );
  return mistakes;
}

const wrong = (difference: string): string =>
  difference.startsWith("the server would refuse") ? difference : `the steps would leave ${difference}`;

/** What a plan doesn't keep to itself, a line each: additions, and what is still reported on its steps. */
export const planNotes = ({ findings, additions, isUnchanged, file }: Plan): readonly string[] => [
  ...(isUnchanged
    ? [`${file ?? "the migration"} stays as it is: there are no safer steps in its place`]
    : []),
  ...additions.map((what) => `it also makes ${what}`),
  ...findings.map(({ ruleId, message, step }) => `still reported on step ${step + 1}: ${ruleId}: ${message}`),
];
