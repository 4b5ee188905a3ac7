/** A call of a migration in code may send several statements: advice that takes its place is for all of them. */
import { tableOf } from "../model/kinds.ts";
import { pieceOf } from "../replay/code-piece.ts";
import type { Step } from "../replay/step.ts";
import type { OperationKind } from "../model/operation.ts";
import { sameType } from "../model/types.ts";
import type { Span } from "../text/span.ts";
import { inWords, type Advice, type RecipeStep } from "./advice.ts";
import { ownValuesFirst } from "./alike.ts";
import { mostStatements } from "./behind.ts";
import { isAddedAgain } from "./constraints.ts";
import { usingOf } from "./conversions.ts";
import { deprecateColumn } from "./dropped-columns.ts";
import { withListOf } from "./fills.ts";
import { withRest } from "./rest.ts";
import { needing } from "./needed-behind.ts";
import { callOf, senderOf, sentAt } from "./sent.ts";
import { renamedBack, withoutPairs } from "./statement-forms.ts";
import { inBatches, renameWithView } from "./tables.ts";
import { wayOfClause } from "./ways.ts";
import { columnsOf, quote, textOf } from "./words.ts";

/**
 * The advice for one statement of a call, with what the others need: those that wait get the same treatment, the rest
 * stays as it is. Only where the tool's migrations are written as such.
 */
export function withCall(step: Step, given: Advice): Advice {
  const { scope, script } = step;
  const isInstead = given.some(({ intent, language }) => intent === "same-schema" && language === "sql");
  if (script.transaction.codeSteps === undefined || !isInstead) return given;
  const groups = sentAt(scope.steps, script, senderOf(step));
  if (callOf(step) === undefined && !isLineOfBlock(step, groups)) return given;
  if (groups.size < 2 || groups.size > mostStatements || !groups.has(step.statement)) return given;
  const advice = oneWay(given);
  const sent = [...groups].filter(
    ([statement, [first]]) => first !== undefined && !isCheck(first, statement),
  );
  // Their order is that of the call, which batches, in transactions of their own, would leave.
  const isApart = !advice.every((one) => isHere(one) || isByHand(one));
  if (changesRows(step) && isApart && hasOrder(sent, step))
    return [
      inWords(oneAfterTheOther + dropsBehind(step) + deletesCopied(sent.flatMap(([, steps]) => steps))),
    ];
  const replaces = [...groups.keys()].filter((one) => one !== step.statement).map(({ span }) => span);
  const kept = keptKeys(sent.flatMap(([, steps]) => steps));
  // A new name is given where the key is added.
  const needed = sent.filter(([statement]) => !kept.has(statement) || kept.get(statement) !== undefined);
  const alone = scope.history.declared?.alone;
  if (kept.has(step.statement) && needed.length === 0 && alone !== undefined)
    return [inWords(`${sameKey}. The database needs no change: write ${alone}.`)];
  const isKept = kept.size > 0 && needed.length > 0;
  const text = isKept && kept.has(step.statement) ? "" : textOfAll(advice);
  const isLocking = advice.length === 1 && /^LOCK TABLE /m.test(text);
  // The new type needs that the constraint is gone, and blocks the application for longer than all else.
  const isAtOnce = isLocking && sent.some(([, steps]) => steps.some(changesType));
  const moved = new Set(spansOf(advice).map(({ start }) => start));
  const isMoved = ({ span }: Step["statement"]): boolean => moved.has(span.start);
  const behind = new Set(advice.every((one) => isHere(one) || isByHand(one)) ? [] : needing(step));
  const parts = (isKept ? needed : sent).flatMap(([statement, steps]) => {
    const [first] = steps;
    const renamed = isKept ? kept.get(statement) : undefined;
    if (renamed !== undefined) return [{ steps, advice: [asItIs(renamed)], isAsItIs: true }];
    const own = statement === step.statement;
    if (first === undefined || (!own && (isIn(steps, text) || isOfRename(step, steps)))) return [];
    if (!own && isMoved(statement)) return [];
    const rewritten = own || isAtOnce || !changesType(step) ? [] : steps.filter(rewritesColumn);
    if (rewritten.length > 0) return [{ steps, advice: rewritten.map(sameWay), isAsItIs: false }];
    const way = own ? advice : isAtOnce ? undefined : wayOf(steps, step);
    // One way for both: of a key that is exchanged.
    if (!own && way !== undefined && textsOf(way).every((sql) => text.includes(sql))) return [];
    return [
      {
        steps,
        advice: way ?? [
          asItIs(
            `${textOf(first, statement.span)}${missingUsing(steps)};`,
            // Behind the swap, its way back would make the index on the new column, which goes then.
            steps.some((one) => behind.has(one) && !isDropIndex(one)),
          ),
        ],
        isAsItIs: way === undefined,
      },
    ];
  });
  if (isLocking && parts.every(({ isAsItIs, steps: [one] }) => isAsItIs || one?.statement === step.statement))
    return advice.map((one) => ({
      ...one,
      statements: parts.flatMap((part) => textsOf(part.advice)),
      undo: undefined,
      replaces,
    }));
  // What adds the column comes before what the call does with it.
  const beginOf = ({ advice: own, steps: [one] }: (typeof parts)[number]): number =>
    Math.min(one?.statement.span.start ?? 0, ...spansOf(own).map(({ start }) => start));
  parts.sort((a, b) => beginOf(a) - beginOf(b));
  // A constraint that the advice exchanges is dropped at the end.
  const later = textOfAll(parts.flatMap((one) => (one.isAsItIs ? [] : one.advice)));
  const taken = new Set(
    parts.flatMap((one) => (one.isAsItIs ? [] : spansOf(one.advice).map(({ start }) => start))),
  );
  const all = parts.filter(
    ({ steps, isAsItIs }) =>
      !isAsItIs || !steps.every((one) => isDropIn(one, later) || taken.has(one.statement.span.start)),
  );
  const late = all.filter(({ steps }) => steps.some((one) => isOnNewName(step, one, text)));
  const whole = beforeDeploy(
    inOrder(all.filter((one) => !late.includes(one)).flatMap((one) => one.advice)),
    late.flatMap((one) => one.advice),
    changesType(step),
  );
  const first = whole.findIndex(({ language }) => language === "sql");
  return whole.map((one, at) =>
    at === first
      ? {
          ...one,
          when: isKept ? [sameKey, ...one.when] : one.when,
          replaces: [...replaces, ...parts.flatMap((part) => spansOf(part.advice))],
        }
      : one,
  );
}

/** `t.change :email, :string, null: false` in a block; what adds columns there keeps its line. */
function isLineOfBlock({ script, statement }: Step, groups: ReturnType<typeof sentAt>): boolean {
  const piece = pieceOf(script, statement);
  if (piece === undefined || piece.repeated || piece.conditional || piece.inCall !== undefined) return false;
  return ![...groups.values()].flat().some(({ operation }) => operation.kind === "addColumn");
}

const isDropIndex = ({ operation }: Step): boolean => operation.kind === "dropIndex";

const changesType = ({ operation }: Step): boolean => operation.kind === "changeColumnType";

/** Another column of the call that needs a copy. */
const rewritesColumn = (one: Step): one is Step<"changeColumnType"> =>
  changesType(one) && one.effects.rewrites.length > 0;

const sameWay = ({ operation: { table, column } }: Step<"changeColumnType">): RecipeStep =>
  inWords(`the same way, in steps of its own, for ${column.text} of ${table.text}`);

function redefinesType({ operation, before }: Step): boolean {
  if (operation.kind !== "redefineColumn") return false;
  const { table, column, definition } = operation;
  const old = before.column(table, column.text);
  const type = old.is === "present" ? old.value.type : undefined;
  return type === undefined || !sameType(type, definition.type);
}

const spansOf = (advice: Advice): readonly Span[] => advice.flatMap(({ replaces = [] }) => replaces);
const textsOf = (advice: Advice): readonly string[] => advice.flatMap(({ statements }) => statements);
const textOfAll = (advice: Advice): string => textsOf(advice).join("\n");

/** Checks a constraint at once that is no longer there yet. */
const isCheck = (step: Step, { span }: Step["statement"]): boolean =>
  /^set constraints\b/i.test(textOf(step, span));

/** The advice drops the constraint, or its column and so the constraint. */
function isDropIn({ operation, before }: Step, text: string): boolean {
  if (operation.kind !== "dropConstraint") return false;
  if (text.includes(`DROP CONSTRAINT ${quote(operation.name.text)};`)) return true;
  // MySQL refuses to drop a column that has one.
  if (!before.dialect.transactionalDdl) return false;
  const found = before.constraint(operation.table, operation.name.text);
  const columns = found.is === "present" && "columns" in found.value ? found.value.columns : [];
  return columns.some((one) =>
    text.includes(`ALTER TABLE ${operation.table.name} DROP COLUMN ${quote(one)};`),
  );
}

const sameKey = "the foreign key stays: its definition is the same before and after";

/** The statements that drop a foreign key and add the same again, with what gives it its new name. */
function keptKeys(steps: readonly Step[]): ReadonlyMap<Step["statement"], string | undefined> {
  const is =
    <K extends OperationKind>(kind: K) =>
    (one: Step): one is Step<K> =>
      one.operation.kind === kind && one.statement.operations.length === 1;
  const added = steps.filter(is("addForeignKey"));
  const kept = new Map<Step["statement"], string | undefined>();
  // MySQL renames no foreign key, drops no index that one needs, and changes no type of its columns.
  const isMysql = steps[0]?.before.dialect.transactionalDdl === false;
  if (isMysql && steps.some((one) => isDropIndex(one) || redefinesType(one))) return kept;
  for (const one of steps.filter(is("dropConstraint"))) {
    const again = added.find((other) => isAddedAgain(one, other));
    if (again === undefined) continue;
    const { table, name } = again.operation;
    const [from, to] = [quote(one.operation.name.text), quote(name?.text ?? "")];
    const rename =
      from === to || isMysql ? undefined : `ALTER TABLE ${table.text} RENAME CONSTRAINT ${from} TO ${to};`;
    kept.set(one.statement, undefined).set(again.statement, rename);
  }
  return kept;
}

const next = "then, in the next migration:";

/** What it drops of what they read isn't left in front of them. */
const dropsBehind = ({ neighbours }: Step): string =>
  neighbours("later", "dropColumn").length + neighbours("later", "dropTable").length === 0
    ? ""
    : "; what this migration drops behind them goes to one behind the last of these";

/** Of what they copy and then delete, others write more rows once each commits by itself. */
function deletesCopied(steps: readonly Step[]): string {
  const isCopied = ({ operation: { table }, before }: Step<"deleteRows">, until: number): boolean =>
    steps
      .slice(0, until)
      .some(
        ({ operation }) =>
          operation.kind === "insertRows" &&
          operation.query.relations.some((one) => before.resolve(one) === before.resolve(table)),
      );
  const deletes = steps.some(
    (one, at) => one.operation.kind === "deleteRows" && isCopied(one as Step<"deleteRows">, at),
  );
  return deletes
    ? "; rows that come between a copy and its DELETE are lost: delete only those that were copied"
    : "";
}

const oneAfterTheOther =
  "write the statements that change rows as migrations of their own, in this order; those that change many rows in batches, outside of a transaction";

/** What stays of a call would fail without it, as the call does. */
function missingUsing(steps: readonly Step[]): string {
  const using = steps.length === 1 ? steps.map(usingOf)[0] : undefined;
  return using === undefined ? "" : ` USING ${using}`;
}

const asItIs = (statement: string, isBehind = false): RecipeStep => ({
  language: "sql",
  statements: [statement],
  when: isBehind ? [next] : [],
  transaction: isBehind ? "own" : "any",
  intent: "same-schema",
  undo: renamedBack(statement),
});

/** The advice makes the index already. */
const isIn = (steps: readonly Step[], own: string): boolean =>
  steps.some(
    ({ operation }) =>
      operation.kind === "createIndex" &&
      operation.name !== undefined &&
      new RegExp(`INDEX CONCURRENTLY "?${operation.name.text.replaceAll(/\W/g, ".")}"? `).test(own),
  );

/** The index of a renamed column: the new column has one of its own. */
const isOfRename = ({ operation }: Step, steps: readonly Step[]): boolean =>
  operation.kind === "renameColumn" && steps.every(({ operation: one }) => one.kind === "renameIndex");

/**
 * Until the names are swapped, the copy of a renamed column has the new one, and the old column that of a changed type:
 * what is made of it waits. `text`: the advice for the step.
 */
function isOnNewName({ operation, before }: Step, { operation: other }: Step, text: string): boolean {
  const name =
    operation.kind === "renameColumn"
      ? operation.to.text
      : operation.kind === "changeColumnType" &&
          text.includes(` RENAME COLUMN ${quote(operation.column.text)} TO `)
        ? operation.column.text
        : undefined;
  const [own, of] = [tableOf(operation), tableOf(other)];
  if (name === undefined || own === undefined || of === undefined) return false;
  return before.resolve(of) === before.resolve(own) && columnsOf(other).includes(name);
}

/** The advice with more of it between what is done at once and what waits for a release, or at the end. */
function beforeDeploy(advice: Advice, more: Advice, isAtEnd: boolean): Advice {
  const at = isAtEnd ? -1 : advice.findIndex(({ after }) => after === "deploy");
  const own = inOrder(more).map((one) =>
    isHere(one) ? { ...one, when: [...one.when, next], transaction: "own" as const } : one,
  );
  return at < 0 ? [...advice, ...own] : advice.toSpliced(at, 0, ...own);
}

const isByHand = ({ intent }: RecipeStep): boolean => intent === "external";

const isHere = (one: RecipeStep): boolean =>
  one.language === "sql" && one.transaction === "any" && one.after === undefined && !isByHand(one);

/** What stands in place of the call is one step; what needs transactions of its own follows. */
function inOrder(advice: Advice): Advice {
  const here = advice.filter(isHere);
  const from = advice.findIndex(isHere);
  const isBefore = (one: RecipeStep): boolean => isByHand(one) && advice.indexOf(one) < from;
  const rest = afterOneDeploy(advice.filter((one) => !isHere(one) && !isBefore(one)));
  const [first] = here;
  if (first === undefined) return rest;
  const statements = withoutPairs(here.flatMap((one) => one.statements));
  if (statements.length === 0) return [...advice.filter(isBefore), ...rest];
  const joined: RecipeStep = {
    ...first,
    statements,
    when: [...new Set(here.flatMap(({ when }) => when))],
    undo: here.some(({ undo }) => undo === undefined)
      ? undefined
      : here.toReversed().flatMap(({ undo = [] }) => undo),
  };
  return [...advice.filter(isBefore), joined, ...rest];
}

/** What waits for the same deploy is one step. */
function afterOneDeploy(advice: Advice): Advice {
  const found: RecipeStep[] = [];
  for (const one of advice) {
    const last = found.at(-1);
    const isSame = last?.after === "deploy" && one.after === "deploy" && last.when.join() === one.when.join();
    if (last === undefined || !isSame || last.transaction !== one.transaction) found.push(one);
    else
      found[found.length - 1] = {
        ...last,
        statements: [...last.statements, ...one.statements],
        undo: last.undo && one.undo && [...one.undo, ...last.undo],
      };
  }
  return found;
}

/** The safe way of what blocks the application; undefined: it may stay as it is. */
function wayOf(steps: readonly Step[], own: Step): Advice | undefined {
  for (const step of steps) {
    const first = ownValuesFirst(step);
    if (first !== undefined) return first;
    // The application uses one column or table as it does the other; what fills a column comes before NOT NULL.
    const isAlike =
      step.operation.kind === own.operation.kind ||
      (changesRows(step) && (changesRows(own) || own.operation.kind === "setNotNull"));
    const alike = isAlike ? usedAlike[step.operation.kind] : undefined;
    const recipe = alike ?? wayOfClause(step);
    if (recipe === undefined) continue;
    const advice = recipe(step);
    if (advice !== undefined) return oneWay(withRest(step, advice, recipe));
  }
  return undefined;
}

/** Beside the ways of other statements, two ways of one can't be told apart: the shorter one is a sentence. */
const oneWay = (advice: Advice): Advice =>
  advice.flatMap((one, at) => {
    if (one.onlyIf !== undefined) return [];
    const before = advice[at - 1];
    if (before?.onlyIf === undefined) return [one];
    const [setting = ""] = before.statements;
    return [
      { ...one, when: one.when.filter((line) => line !== "otherwise:") },
      inWords(`if ${before.onlyIf}, \`${setting.replace(/;$/, "")}\` in front of the call is enough`),
    ];
  });

const usedAlike: Readonly<Partial<Record<OperationKind, (step: Step) => Advice | undefined>>> = {
  dropColumn: deprecateColumn,
  renameTable: (step) => (isTable(step) ? renameWithView(step) : undefined),
  insertRows: withListOf,
  deleteRows: (step) => alsoInBatches(step),
  updateRows: (step) => alsoInBatches(step),
};

/** Rows are added between its changes, or one of them is made again: it finds what those before it left. */
function hasOrder(sent: readonly (readonly [Step["statement"], readonly Step[]])[], step: Step): boolean {
  const writing = sent.filter(([, steps]) => steps.some(writesRows));
  const texts = writing.map(([{ span }]) => textOf(step, span));
  return new Set(texts).size < texts.length || writing.some(([, steps]) => !steps.some(changesRows));
}

const writesRows = ({ operation }: Step): boolean =>
  /^(?:update|delete|insert|merge)Rows$/.test(operation.kind);

const changesRows = ({ operation }: Step): boolean => /^(?:update|delete)Rows$/.test(operation.kind);

/** Of as many rows as the change that the advice is for, in their order. */
function alsoInBatches(step: Step): Advice | undefined {
  const advice = step.before.dialect.transactionalDdl && !step.values.bounded() ? inBatches(step) : undefined;
  return advice?.some(({ language }) => language === "sql") === true ? advice : undefined;
}

/** ALTER TABLE renames sequences and indexes as well, which the application doesn't name. */
function isTable({ operation, before }: Step): boolean {
  const found = operation.kind === "renameTable" ? before.relation(operation.table) : undefined;
  return found?.is === "present" && found.value.kind === "table";
}
