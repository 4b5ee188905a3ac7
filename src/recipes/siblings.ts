/** The clauses of one statement that are treated together: one piece of advice for all of them. */
import { tableOf } from "../model/kinds.ts";
import type { Operation, OperationKind } from "../model/operation.ts";
import type { Step } from "../replay/step.ts";
import type { Advice, RecipeStep } from "./advice.ts";
import { behindHand, handsOf } from "./by-hand.ts";
import { stepsOf } from "./steps-of-statement.ts";
import { wayOfClause, type Recipe } from "./ways.ts";
import { addsColumn, mustBeAlone } from "./words.ts";

/** A clause with its way, and that without what is done by hand before it. */
interface Clause {
  readonly step: Step;
  readonly given: Advice;
  readonly advice: Advice;
}

/** Clauses whose ways may stand side by side, as none of them is in the way of another. */
const combined: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "addCheck",
  "addColumn",
  "addForeignKey",
  "addUnique",
  "setNotNull",
]);

/**
 * The advice for a clause with that for the clauses of its kind, and for the others that block the application as well or fail:
 * who follows it for one of them follows it for all. `recipe`: where it is from, if it can be asked again.
 */
export function treatedWith(
  step: Step,
  given: Advice,
  recipe: Recipe | undefined,
): { readonly treated: readonly Operation[]; readonly byHand: Advice; readonly advice: Advice } {
  const clauses =
    recipe === undefined ? [{ step, given, advice: behindHand(given) }] : clausesOf(step, given, recipe);
  const groups: Clause[][] = [];
  for (const clause of addedOnce(clauses)) {
    const group = groups.find(([first]) => first !== undefined && isOfGroup(clause, first));
    if (group === undefined) groups.push([clause]);
    else group.push(clause);
  }
  const ways = groups.map((group) => {
    const all = group.map(({ advice }) => advice);
    // Advice for the whole statement is the same from each of its clauses.
    const isOfAll = all.every((one) => textOf(one) === textOf(all[0] ?? []));
    return isOfAll ? (all[0] ?? []) : all.reduce(together(step));
  });
  return {
    treated: clauses.map((one) => one.step.operation),
    byHand: handsOf(clauses.map((one) => one.given)),
    advice: ways.reduce(besides(step)),
  };
}

const textOf = (advice: Advice): string => advice.flatMap(({ statements }) => statements).join("\n");

/** The clauses of the statement that are treated, the given one among them, in their order; what adds a column is first. */
function clausesOf(step: Step, given: Advice, recipe: Recipe): readonly Clause[] {
  const { operation } = step;
  const isCombined = combined.has(operation.kind) && isPlain(given);
  const found = stepsOf(step).flatMap((other): readonly Clause[] => {
    if (other.operation === operation) return [{ step, given, advice: behindHand(given) }];
    if (other.refused || other.skipped) return [];
    const isSame = other.operation.kind === operation.kind && isAlike(step, other);
    const isOther = isCombined && combined.has(other.operation.kind) && !isInline(other);
    const way = isSame ? recipe : isOther ? wayOfClause(other) : undefined;
    const made = way?.(other);
    if (made === undefined) return [];
    const advice = behindHand(made);
    const isOneShape = isSame && hasShape(advice, behindHand(given));
    return isOneShape || (isCombined && isPlain(made)) ? [{ step: other, given: made, advice }] : [];
  });
  const isAdded = ({ step: { operation: one } }: Clause): boolean => one.kind === "addColumn";
  // What the constraint of an ADD COLUMN needs comes behind the way of the column.
  const columns = found.flatMap(({ step: { operation: one } }) =>
    one.kind === "addColumn" ? [one.column.name.text] : [],
  );
  const own = found.filter(({ step: { operation: one } }) => {
    const inline = "inlineColumn" in one && isInline({ operation: one }) ? one.inlineColumn?.text : undefined;
    return inline === undefined || !columns.includes(inline);
  });
  return [...own.filter(isAdded), ...own.filter((one) => !isAdded(one))];
}

const isInline = ({ operation }: Pick<Step, "operation">): boolean =>
  "within" in operation && operation.within === "addColumn";

/** It takes the place of nothing but its clause. */
const isPlain = (advice: Advice): boolean =>
  advice.every(
    ({ language, intent, replaces }) =>
      intent === "external" || (language === "sql" && replaces === undefined),
  );

/** Without the ADD COLUMN of what another clause before has added. */
function addedOnce(clauses: readonly Clause[]): readonly Clause[] {
  const before: string[] = [];
  return clauses.map((clause) => {
    const { operations } = clause.step.statement;
    const advice = clause.advice.flatMap((part) => {
      const statements = part.statements.filter(
        (sql) =>
          !operations.some(
            (one) =>
              one.kind === "addColumn" &&
              addsColumn(sql, one.column.name.text) &&
              before.some((other) => addsColumn(other, one.column.name.text)),
          ),
      );
      return statements.length === 0 && part.statements.length > 0 ? [] : [{ ...part, statements }];
    });
    before.push(...advice.flatMap(({ statements }) => statements));
    return { ...clause, advice };
  });
}

const isNotValid = ({ step: { operation } }: Clause): boolean =>
  operation.kind === "addCheck" || operation.kind === "addForeignKey";

const isOfGroup = (one: Clause, first: Clause): boolean =>
  (one.step.operation.kind === first.step.operation.kind || (isNotValid(one) && isNotValid(first))) &&
  hasShape(one.advice, first.advice);

/** What stands in place of the statement. */
const isHere = ({ language, transaction, after, intent }: RecipeStep): boolean =>
  language === "sql" && transaction === "any" && after === undefined && intent !== "external";

/** Two pieces of advice of different shapes: what takes the place of the statement is one step, and so are steps alike. */
const besides =
  (step: Step) =>
  (a: Advice, b: Advice): Advice => {
    const both = together(step);
    const [here, there] = [a.find(isHere), b.find(isHere)];
    const first = here && there ? both([here], [there]) : [here ?? there].filter((one) => one !== undefined);
    const rest = a.filter((one) => one !== here);
    let at = 0;
    for (const one of b) {
      if (one === there) continue;
      const same = rest.findIndex((other, place) => place >= at && isSameStep(one, other));
      if (same < 0) rest.splice(at, 0, one);
      else rest.splice(same, 1, ...both([rest[same] ?? one], [one]));
      at = (same < 0 ? at : same) + 1;
    }
    return [...first, ...rest];
  };

/** At the same time, in a transaction that may hold both. */
const isSameStep = (a: RecipeStep, b: RecipeStep): boolean =>
  a.language === "sql" &&
  b.language === "sql" &&
  a.transaction === b.transaction &&
  a.transaction !== "none" &&
  a.after === b.after &&
  a.when.join("\n") === b.when.join("\n");

/** The same reason to treat it. */
function isAlike(step: Step, other: Step): boolean {
  const [a, b] = [step.operation, other.operation];
  if (tableOf(a) !== undefined && tableOf(b) !== undefined && isHazardous(step) !== isHazardous(other))
    return false;
  if (a.kind !== "addColumn" || b.kind !== "addColumn") return true;
  return factsOf(a) === factsOf(b);
}

const factsOf = ({ column }: Operation & { readonly kind: "addColumn" }): string =>
  [
    column.notNull,
    column.serial,
    column.identity !== undefined,
    column.generated !== undefined,
    column.default?.volatility,
  ].join();

const isHazardous = ({ effects }: Step): string =>
  [effects.rewrites.length, effects.scans.length, effects.builds.length].map((count) => count > 0).join();

const hasShape = (a: Advice, b: Advice): boolean =>
  a.length === b.length &&
  a.every((one, at) => {
    const other = b[at];
    return (
      other !== undefined &&
      one.language === other.language &&
      one.transaction === other.transaction &&
      (one.when.length === other.when.length || isMore(one.when, other.when) || isMore(other.when, one.when))
    );
  });

/** Says the same, and something else about its own column. */
const isMore = (long: readonly string[], short: readonly string[]): boolean =>
  short.length > 0 && long.length > short.length && short.every((line, at) => line === long[at]);

/** Two pieces of advice of one shape, step by step. */
const together =
  (step: Step) =>
  (a: Advice, b: Advice): Advice =>
    a.map((one, at): RecipeStep => {
      const other = b[at];
      if (other === undefined) return one;
      const spans = [...(one.replaces ?? []), ...(other.replaces ?? [])];
      const replaces = spans.length === 0 ? undefined : spans;
      const undo =
        one.undo === undefined || other.undo === undefined ? undefined : [...other.undo, ...one.undo];
      if (one.language !== "sql")
        return {
          ...one,
          statements: [...new Set([...one.statements, ...other.statements])],
          undo,
          replaces,
        };
      const apart = mustBeAlone(step) ? eachAlone : (line: string): string => line;
      const rows = one.when.length < other.when.length ? other.when : one.when;
      const when = rows.flatMap((line, row) => [
        apart(one.when[row] ?? line),
        apart(other.when[row] ?? line),
      ]);
      return {
        ...one,
        when: [...new Set(when)],
        statements: joined(step, one.statements, other.statements),
        undo,
        replaces,
      };
    });

/** Several statements, each of which has to be alone in its file. */
const eachAlone = (line: string): string => line.replace(/^alone in a/, "each alone in a");

/** Their last statements are alike, then those before: `ALTER TABLE t a;` and `ALTER TABLE t b;` become one. */
function joined(step: Step, a: readonly string[], b: readonly string[]): readonly string[] {
  const head = `ALTER TABLE ${tableOf(step.operation)?.text ?? ""} `;
  const isAlter = (text: string): boolean =>
    text.startsWith(head) && !/^(?:rename|set\s+schema|attach|detach)\b/i.test(text.slice(head.length));
  // What holds several tables together goes before the first of them.
  const isDrop = (text: string): boolean => text.startsWith("DROP TABLE ");
  if (a.some(isDrop) && b.some(isDrop)) {
    const all = [...new Set([...a, ...b])];
    return [...all.filter((text) => !isDrop(text)), ...all.filter(isDrop)];
  }
  const isWithin = (text: string, clauses: string): boolean =>
    `${text.replace(/;$/, "").slice(head.length)}, `.includes(`${clauses.replace(/;$/, "")}, `);
  // Both may need the same column first.
  const own = a.filter((text) => !b.includes(text));
  const out: string[] = [];
  for (let back = 1; back <= Math.max(own.length, b.length); back++) {
    const [one, other] = [own.at(-back), b.at(-back)];
    const pair =
      one !== undefined && other !== undefined && isAlter(one) && isAlter(other)
        ? isWithin(one, other.slice(head.length))
          ? [one]
          : [`${one.replace(/;$/, "")}, ${other.slice(head.length)}`]
        : [one, other].filter((text) => text !== undefined);
    out.unshift(...new Set(pair));
  }
  return out;
}
