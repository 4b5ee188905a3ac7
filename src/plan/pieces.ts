/** What a plan is made from: statements that belong together, in the order in which they are executed. */
import type { Advice, RecipeStep } from "../recipes/advice.ts";
import type { Settings } from "./settings.ts";

/** Statements for one transaction, a command, or something that people do. */
export interface Piece extends Pick<
  RecipeStep,
  "language" | "statements" | "when" | "transaction" | "header" | "after" | "undo"
> {
  /** What is released before it: `the version that no longer uses orders.note`. */
  readonly deploys: readonly string[];
  /** The statement of the migration that it comes from. */
  readonly chain: string;
  /** It stays apart from the statements around it. */
  readonly alone?: true | undefined;
  /** Beside what the migration does. */
  readonly extra?: true | undefined;
  /** The rules whose advice it is; empty: the migration itself has it. */
  readonly rules: readonly string[];
  /** Done outside of the migrations: what does the same where these are all that runs. */
  readonly standsFor?: readonly string[] | undefined;
  /** What the migration has set for its statement. */
  readonly settings?: Settings | undefined;
}

/** A statement of the migration as it is. */
export const ownPiece = (
  sql: string,
  chain: string,
  transaction: Piece["transaction"] = "any",
  settings?: Settings,
): Piece => ({
  deploys: [],
  chain,
  language: "sql",
  statements: [sql],
  when: [],
  transaction,
  rules: [],
  settings,
});

/** What only people know, and SQL that a recipe leaves open: `<value>`. */
const placeholder = /<[a-z]\w*(?: (?:\w+|"[^"]+"|`[^`]+`))*>|\beach_partition\b/;

/** What has to be known before the advice can be executed; undefined: nothing. */
export function missingIn(advice: Advice): string | undefined {
  for (const { language, statements, guess } of advice) {
    if (language === "words") continue;
    if (guess !== undefined) return "<value>";
    for (const text of statements) {
      const [found] = placeholder.exec(text.replaceAll(/'(?:[^']|'')*'/g, "''")) ?? [];
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The advice with what people know in the place of what only they know. */
export function filledIn(
  advice: Advice,
  values: Readonly<Record<string, string>>,
  column: string | undefined,
): Advice {
  const names = Object.keys(values);
  if (names.length === 0 || missingIn(advice) === undefined) return advice;
  const known = column === undefined ? undefined : values[column];
  return advice.map((step) => {
    const fill = (text: string): string => {
      const sure =
        step.guess === undefined || known === undefined
          ? text
          : text.replaceAll(step.guess, `DEFAULT ${known}`);
      const out = known === undefined ? sure : sure.replaceAll("<value>", known);
      return names.reduce((now, name) => now.replaceAll(`<${name}>`, values[name] ?? ""), out);
    };
    return {
      ...step,
      statements: step.statements.map(fill),
      undo: step.undo?.map(fill),
      guess: known === undefined ? step.guess : undefined,
    };
  });
}

/** It stands in place of its statement. */
export const isInstead = (advice: Advice): boolean =>
  advice.some(
    ({ intent, language, statements }) =>
      language === "shell" ||
      (language === "sql" &&
        (intent === "same-schema" ||
          (intent === "external" && statements.some((sql) => !/^(?:SELECT|WITH)\b/i.test(sql))))),
  );

/** Something of it is executed, and it isn't a matter of how the file as a whole is written. */
export const isExecuted = (advice: Advice): boolean =>
  advice.some(({ language }) => language !== "words") &&
  !advice.some(({ statements }) => statements.includes("BEGIN;") && !statements.includes("COMMIT;"));

/** What is true of a piece as a whole only. */
const whole = { after: undefined, deploys: [], undo: undefined } as const;

/** The piece with the advice in place of one of its statements, or around it. */
export function withAdvice(piece: Piece, at: number, advice: Advice, rule: string): readonly Piece[] {
  const rules = [...piece.rules, rule];
  const statement = piece.statements[at] ?? "";
  const rest = (statements: readonly string[]): readonly Piece[] =>
    statements.length === 0 ? [] : [{ ...piece, statements, ...whole }];
  const command = advice.find(({ language }) => language === "shell");
  const isBeside = !isInstead(advice);
  const usual = advice.filter(
    ({ onlyIf, language, replaces }) =>
      // What the words say of other statements is done.
      onlyIf === undefined && !(language === "words" && replaces !== undefined),
  );
  const own = usual.map((step): Piece => {
    const { language, statements, when, transaction, header, after, undo, intent } = step;
    const isOutside = language === "sql" && intent === "external";
    const isQuery = statements.every((sql) => /^(?:SELECT|WITH)\b/i.test(sql));
    return {
      language,
      statements,
      when,
      transaction,
      header,
      after,
      undo,
      deploys: after === "deploy" ? [step.deploy ?? when.join(" ")] : [],
      chain: piece.chain,
      rules,
      settings: piece.settings,
      standsFor:
        step === command || (isOutside && !isQuery)
          ? (step.standsFor ?? [statement])
          : isOutside
            ? []
            : undefined,
      ...(intent === "prepares" ? { extra: true } : {}),
    };
  });
  if (isBeside && usual.every((step) => step.transaction === "any" && step.after === undefined)) {
    const first = own.flatMap(({ language, statements }) => (language === "sql" ? statements : []));
    return [{ ...piece, statements: piece.statements.toSpliced(at, 0, ...first), rules }];
  }
  const behind = usual.findIndex((step) => step.after !== undefined);
  const place = behind < 0 ? own.length : behind;
  const between = isBeside
    ? own.toSpliced(place, 0, { ...piece, statements: [statement], ...whole, rules })
    : own;
  const all = [...rest(piece.statements.slice(0, at)), ...between, ...rest(piece.statements.slice(at + 1))];
  // What the piece waited for, the first of its parts waits for.
  return all.map((part, first) =>
    first === 0
      ? { ...part, after: part.after ?? piece.after, deploys: [...piece.deploys, ...part.deploys] }
      : part,
  );
}

/**
 * The same pieces, those first that no release has to come before, then those behind the first release of each statement's
 * own, and so on: each stage waits for one release. As given where that changes nothing.
 */
export function inStages(pieces: readonly Piece[]): readonly Piece[] {
  const stages: Piece[][] = [];
  let stage = 0;
  let chain: string | undefined;
  for (const piece of pieces) {
    if (piece.chain !== chain) stage = 0;
    chain = piece.chain;
    if (piece.deploys.length > 0) stage++;
    (stages[stage] ??= []).push(piece);
  }
  const staged = stages.flatMap((own) => {
    const deploys = [...new Set(own.flatMap((piece) => piece.deploys))];
    return own.map((piece, at) =>
      at === 0
        ? { ...piece, deploys, after: deploys.length > 0 ? ("deploy" as const) : piece.after }
        : { ...piece, deploys: [] },
    );
  });
  return staged.length === pieces.length &&
    staged.every((one, at) => one.statements === pieces[at]?.statements)
    ? pieces
    : staged;
}
