/** Advice as data: what is executed, in which transaction and after what. Texts are derived from it, never read back. */

import { isAskedInCode } from "../replay/code-piece.ts";
import type { Step } from "../replay/step.ts";
import type { Span } from "../text/span.ts";

/** One step of advice; the steps are executed in their order. */
export interface RecipeStep {
  /**
   * `sql`: statements that can be sent as they are, apart from values in `<…>`; `shell`: a command line each; `words`: a
   * sentence.
   */
  readonly language: "sql" | "shell" | "words";
  /** Statements with their semicolons, one each; or command lines, or the sentence. */
  readonly statements: readonly string[];
  /** Where the step belongs and why, in words: a line each. */
  readonly when: readonly string[];
  /** What the migration tool wants at the top of the file that the step is put into: `-- +goose NO TRANSACTION`. */
  readonly header?: string | undefined;
  /**
   * `own`: all statements in a transaction that holds nothing else; `none`: each statement outside of any transaction;
   * `any`: in the migration's transaction, if it has one.
   */
  readonly transaction: "own" | "none" | "any";
  /** What comes before it: the statement itself, a release of the application, or values in all old rows. */
  readonly after?: "statement" | "deploy" | "backfill" | undefined;
  /** Of what is released before it: `the version that no longer uses orders.note`. */
  readonly deploy?: string | undefined;
  /** A clause of its statements with a value that may be another one: `DEFAULT ''`. */
  readonly guess?: string | undefined;
  /** It takes the place of the other steps where this is so. */
  readonly onlyIf?: string | undefined;
  /** It is a migration before the one that it is taken from. */
  readonly ahead?: true | undefined;
  /** It sends nothing: it is the migration that changes only what the tool knows of the declaration. */
  readonly ofState?: true | undefined;
  /** Other statements of the script that the advice takes the place of, too. */
  readonly replaces?: readonly Span[] | undefined;
  /**
   * `same-schema`: a part of what replaces the statement; `prepares`: stands beside the statement, which stays as it is;
   * `external`: is done outside of the migrations.
   */
  readonly intent: "same-schema" | "prepares" | "external";
  /** Of a step that is done outside of the migrations: statements that do the same; undefined: the statement itself does. */
  readonly standsFor?: readonly string[] | undefined;
  /** What undoes it, in its order; empty: there is nothing to undo; undefined: that isn't known. */
  readonly undo?: readonly string[] | undefined;
}

export type Advice = readonly RecipeStep[];

type Facts = Partial<
  Pick<
    RecipeStep,
    | "transaction"
    | "after"
    | "header"
    | "undo"
    | "deploy"
    | "replaces"
    | "onlyIf"
    | "guess"
    | "standsFor"
    | "ahead"
    | "ofState"
  >
>;

/** A line that begins a step. */
export interface Heading extends Facts {
  readonly heading: readonly string[];
}

/** What advice is made from: statements, lines that begin a step, and other advice. */
export type Part = string | Heading | RecipeStep | readonly Part[];

/** Begins a step: where its statements go. */
export const heading = (text: string, facts: Facts = {}): Heading => ({ heading: [text], ...facts });

/** Drops the default that only versions without the column need. */
export const defaultDroppedLater = (
  table: string,
  column: string,
  value: string,
  facts: Pick<Facts, "guess"> = {},
): readonly Part[] => [
  heading("once every writer sets it, a later migration may drop the default:", {
    after: "deploy",
    deploy: `the version that sets ${table}.${column} in every INSERT`,
    ...facts,
    undo: [`ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT ${value};`],
  }),
  `ALTER TABLE ${table} ALTER COLUMN ${column} DROP DEFAULT;`,
];

/** Begins the step that drops something. */
const unused = (object: string, where = "in a later migration", how = ""): Heading =>
  heading(`deploy the version that no longer uses it${how}; then, ${where}:`, {
    after: "deploy",
    deploy: `the version that no longer uses ${object}`,
  });

/**
 * The same of a column, which the application may have to leave out by name. What a statement has copied from it is
 * as old as that: until then the running version writes to the column alone.
 */
export function unusedColumn(step: Step, table: string, column: string): Heading {
  const begun = unused(`${table}.${column}`, undefined, leftOut(step, column));
  const asked = isAskedInCode(step) ? { ...begun, heading: [...begun.heading, sameCondition] } : begun;
  return step.dependents.copiedBefore() === undefined ? asked : copiedAgain(asked, `${table}.${column}`);
}

const sameCondition = "under the condition, or in the `try`, that is around this here:";

/** How the application's version that doesn't use a column leaves it out by name, behind the words for that version. */
export function leftOut({ script }: Step, column: string): string {
  const way = script.code?.unit?.leavesOut?.replace("<column>", column.replaceAll(/["`]/g, ""));
  return way === undefined ? "" : `, with \`${way}\` in its model`;
}

/** The same of a table. */
export const unusedTable = ({ dependents }: Step, table: string, where?: string): Heading =>
  dependents.rowsCopied() !== undefined ? copiedAgain(unused(table, where), table) : unused(table, where);

const copiedAgain = (begun: Heading, object: string): Heading => ({
  ...begun,
  heading: [...begun.heading, `first copy again what was written to ${object} since`],
});

/** A step that is only a sentence. */
export const inWords = (sentence: string, after?: RecipeStep["after"]): RecipeStep => ({
  language: "words",
  statements: [sentence],
  when: [],
  transaction: "any",
  after,
  intent: "prepares",
});

/** Command lines, run outside of the migrations. */
export const inShell = (when: string, lines: readonly string[]): RecipeStep => ({
  language: "shell",
  statements: lines,
  when: [when],
  transaction: "none",
  intent: "external",
});

/** Steps that replace the statement. */
export const instead = (...parts: readonly Part[]): Advice => stepsOf(parts, "same-schema");

/** Steps beside the statement, which stays as it is. */
export const beside = (...parts: readonly Part[]): Advice => stepsOf(parts, "prepares");

/** Steps that are done by hand, outside of the migrations. */
export const outside = (...parts: readonly Part[]): Advice => stepsOf(parts, "external");

/** Queries whose rows somebody has to look at: no migration shows what it selects. */
export const asked = (when: string, ...queries: readonly string[]): Advice =>
  queries.length === 0
    ? []
    : outside(heading(`by hand before it, ${when}:`, { transaction: "none" }), ...queries);

/** The same of rows that only the time between two statements may have brought. */
export const askedBehind = (...queries: readonly string[]): Advice =>
  queries.length === 0
    ? []
    : outside(
        heading("by hand after it: these find rows that were written without the foreign key", {
          transaction: "none",
          after: "statement",
        }),
        ...queries,
      );

type Intent = RecipeStep["intent"];

/** The same steps, none of which is in a place before the statement. */
export const afterStatement = (advice: Advice): Advice =>
  advice.map((step) => ({ ...step, after: step.after ?? "statement", intent: "prepares" }));

/** Puts the parts of a recipe together: each heading begins a step, headings in a row begin one. */
function stepsOf(parts: readonly Part[], intent: Intent): Advice {
  const steps: RecipeStep[] = [];
  let open: Heading | undefined;
  let statements: string[] = [];
  const isWhole = (): boolean => statements.length > 0 || open?.ofState === true;
  const close = (): void => {
    const when = open?.heading ?? [];
    if (isWhole())
      steps.push({
        language: "sql",
        statements,
        when,
        header: open?.header,
        transaction: open?.transaction ?? "any",
        after: open?.after,
        intent,
        undo: open?.undo,
        ...(open?.deploy === undefined ? {} : { deploy: open.deploy }),
        ...(open?.guess === undefined ? {} : { guess: open.guess }),
        ...(open?.onlyIf === undefined ? {} : { onlyIf: open.onlyIf }),
        ...(open?.ahead === undefined ? {} : { ahead: open.ahead }),
        ...(open?.ofState === undefined ? {} : { ofState: open.ofState }),
        ...(open?.replaces === undefined ? {} : { replaces: open.replaces }),
        ...(open?.standsFor === undefined ? {} : { standsFor: open.standsFor }),
      });
    else if (when.length > 0) steps.push({ ...inWords(when.join("\n"), open?.after), intent });
    open = undefined;
    statements = [];
  };
  const add = (part: Part): void => {
    if (typeof part === "string") {
      if (part !== "") statements.push(part);
    } else if ("heading" in part) {
      if (isWhole()) close();
      open = open === undefined ? part : joined(open, part);
    } else if ("language" in part) {
      const before = isWhole() ? undefined : open;
      if (before === undefined || part.language === "words") {
        close();
        steps.push(part);
        // What the heading says of its statements is also true behind the sentence.
        open = before && { ...before, heading: [] };
      } else {
        steps.push({ ...part, when: [...before.heading, ...part.when], after: part.after ?? before.after });
        open = undefined;
      }
    } else for (const one of part) add(one);
  };
  parts.forEach(add);
  close();
  return steps;
}

const joined = (first: Heading, second: Heading): Heading => ({
  ...first,
  ...second,
  heading: [...first.heading, ...second.heading],
  after: second.after ?? first.after,
});

/** Advice with each of its texts changed. */
export const mapAdvice = (advice: Advice, change: (text: string) => string): Advice =>
  advice.map((step) => ({
    ...step,
    statements: step.statements.map(change),
    when: step.when.map(change),
    header: step.header === undefined ? undefined : change(step.header),
  }));

/** It prepares the statement, which stays as it is. */
const isBefore = ({ intent, after }: RecipeStep): boolean => intent === "prepares" && after === undefined;

/** It stands in the file that the advice is for. */
const isInFile = ({ language, transaction, after }: RecipeStep): boolean =>
  language === "sql" && transaction === "any" && after !== "deploy";

/** The statements of a step with what the file has between them, and between them and what stands beside them. */
function divided(
  step: RecipeStep,
  next: RecipeStep | undefined,
  divider: string | undefined,
): readonly string[] {
  // What runs outside of any transaction is run by hand.
  if (divider === undefined || step.transaction === "none") return step.statements;
  const isFollowed = isInFile(step) && (isBefore(step) || (next !== undefined && isInFile(next)));
  const last = step.statements.length - 1;
  const ended = step.statements.map((sql, at) =>
    at < last || isFollowed ? `${sql}${/ -- [^\n]*$/.test(sql) ? "\n" : ""}${divider}` : sql,
  );
  return isInFile(step) && step.after === "statement" ? [divider, ...ended] : ended;
}

/** How a file writes what advice consists of. */
export interface Writing {
  /** A line as a comment. */
  readonly comment: (text: string) => string;
  /** A statement as the file sends it. */
  readonly statement: (sql: string) => string;
  /** Where statements go that stand in the file itself, a line each: before the call, in place of it, or behind it. */
  readonly place?: ((at: "before" | "instead" | "behind") => readonly string[]) | undefined;
  /** A step behind the call, as calls in the same callback; undefined: there is none, or they would send something else. */
  readonly inside?: (step: RecipeStep) => readonly string[] | undefined;
  /** A step that is a migration of its own; undefined: it stands in the file that the advice is for. `at`: of how many. */
  readonly file?: (step: RecipeStep, at: number, advice: Advice) => string | undefined;
  /** The first line of each such migration's file. */
  readonly fileHead?: string | undefined;
  /** Stands between two statements of the file. */
  readonly divider?: string | undefined;
  /** The file's last statement has no semicolon. `own`: the advice is for that one. */
  readonly unended?: { readonly own: boolean } | undefined;
  /** The statement stands in a file of SQL that the code loads: what takes its place there is SQL, too. */
  readonly isLoaded?: boolean;
}

export const inSql: Writing = { comment: (text) => `-- ${text}`, statement: (sql) => sql };

/** It goes behind a statement that no semicolon ends. */
const isBehindUnended = (step: RecipeStep, { unended }: Writing): boolean =>
  unended !== undefined &&
  isInFile(step) &&
  step.after === "statement" &&
  (unended.own || step.when.some((text) => /\bat the end of the\b/.test(text)));

/** The steps one below the other, with comments between them; a single sentence is that sentence. */
export function textOfAdvice(advice: Advice, writing: Writing = inSql): string {
  const [first] = advice;
  if (first?.language === "words" && advice.length === 1) return first.statements.join("\n");
  const { place = () => [], file } = writing;
  const { comment, statement } = writing.isLoaded === true ? inSql : writing;
  const line = (text: string): readonly string[] => text.split("\n").map(comment);
  const ended = advice.find((step) => isBehindUnended(step, writing));
  return advice
    .flatMap((step, at) => {
      if (step.language === "words") return step.statements.flatMap(line);
      // No call of a migration runs a command line.
      const isSent = step.language === "sql" && (step.statements.length > 0 || step.ofState === true);
      const whole = isSent ? file?.(step, at, advice) : undefined;
      // A call may make several statements: what stands beside one of them takes the place of none.
      if (file !== undefined && at === 0 && step.after === "statement" && step.when.length === 0)
        return (
          writing.inside?.(step) ??
          [place("behind").map(comment), whole ?? step.statements.map(statement)].flat()
        );
      if (whole !== undefined)
        return [
          ...step.when.flatMap((text) => text.split("\n")).map(writing.comment),
          ...(writing.fileHead === undefined
            ? []
            : [writing.comment("in a new file, from the next line on:"), writing.fileHead]),
          whole,
        ];
      const isSql = step.language === "sql";
      const sent = isSql ? divided(step, advice[at + 1], writing.divider).map(statement) : step.statements;
      const header = step.header === undefined ? [] : [step.header];
      return [
        ...header,
        ...(isSent && at === 0 ? place(isBefore(step) ? "before" : "instead") : []).map(comment),
        ...step.when.flatMap(line),
        ...(step === ended ? [comment("the last statement of the file has no semicolon yet:"), ";"] : []),
        ...sent,
      ];
    })
    .join("\n");
}
