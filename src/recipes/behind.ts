/** Where advice for a call of a migration in code can't be written as code. */
import type { QualifiedName } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import type { UnitBlock } from "../model/tool.ts";
import type { Step } from "../replay/step.ts";
import { isAskedInCode } from "../replay/code-piece.ts";
import type { Advice, RecipeStep } from "./advice.ts";
import { blocksAround, callOf, hasHole, senderOf, sentAt } from "./sent.ts";
import { touchedBy } from "./statement-forms.ts";
import { backwardsOf } from "./writing.ts";

/** More are made by a loop: nobody reads advice for each of them. */
export const mostStatements = 12;

/**
 * What takes the call back isn't known; or what stands in place of the call loses some of its statements; or a part of it
 * moves behind the migration, and what the migration does after the call is in the way of that, forwards or backwards.
 */
export function isOutOfPlace(step: Step, advice: Advice): boolean {
  const { script, scope } = step;
  if (script.transaction.codeSteps === undefined || callOf(step) === undefined) return false;
  const own = advice.filter(({ language, intent }) => language === "sql" && intent !== "external");
  const isHere = ({ transaction, after }: RecipeStep): boolean =>
    transaction === "any" && after === undefined;
  const stays = new Set([
    ...own.filter(isHere).flatMap(({ undo = [] }) => undo.flatMap(touchedBy)),
    ...droppedInPlace(step, own),
  ]);
  const back = (backwardsOf(step) ?? []).filter((sql) => !touchedBy(sql).some((one) => stays.has(one)));
  if (back.some((sql) => hasHole(sql, script))) return true;
  const groups = sentAt(scope.steps, script, senderOf(step));
  if (own.some(({ intent }) => intent === "same-schema") && groups.size > mostStatements) return true;
  // Of a changeset, the first step moves as well.
  const isWhole = script.code?.unit?.terms !== undefined && !script.code.unit.isSole;
  const behind = own.filter((one, at) => !isHere(one) || (isWhole && at === 0));
  if (behind.every(isHere)) return false;
  const replaced = new Set(advice.flatMap(({ replaces = [] }) => replaces.map(({ start }) => start)));
  const rest = step
    .later()
    .filter(({ statement }) => !groups.has(statement) && !replaced.has(statement.span.start));
  if (rest.length === 0) return false;
  const text = [...behind.flatMap(({ statements }) => statements), ...back].join("\n");
  const names = (name: string): boolean =>
    new RegExp(`(?<![\\w$])${name.replaceAll(/[^\w]/g, "\\$&")}(?![\\w$])`, "i").test(text);
  const dropped = new Set(
    [...text.matchAll(/^DROP INDEX (?:CONCURRENTLY )?(?:IF EXISTS )?(?:\S+\.)?"?(\w+)"?;/gim)].map(
      ([, name = ""]) => name.toLowerCase(),
    ),
  );
  return rest.some(
    ({ operation }) =>
      isInTheWay(operation, step.operation, names) ||
      // Its name becomes free only behind the migration.
      (operation.kind === "createIndex" && dropped.has(operation.name?.name.toLowerCase() ?? "")),
  );
}

/** The constraints that the same call drops and the advice doesn't: they go in its place, and come back there. */
function droppedInPlace({ script, scope, statement }: Step, advice: Advice): readonly string[] {
  const exchanged = new Set(advice.flatMap(({ statements }) => statements).flatMap(touchedBy));
  const sent = sentAt(scope.steps, script, senderOf({ script, statement }));
  return [...sent]
    .filter(([, steps]) => steps.every(({ operation }) => operation.kind === "dropConstraint"))
    .flatMap(([{ span }]) => touchedBy(script.text.slice(span.start, span.end)))
    .filter((one) => !exchanged.has(one));
}

/** Elsewhere it would change rows that the code leaves as they are. */
const askedAgain =
  "The code changes these rows only under a condition, or in a `try`: where it stands then has to ask the same.";

/** Elsewhere it would run another number of times, or in another schema. */
const inSameBlock = ({ opens }: UnitBlock): string =>
  `It runs in the block \`${oneLine(opens)}\`: what runs later needs the same block around it.`;

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").slice(0, 80);

/** The statement runs only where something is there: steps that don't ask for it would fail elsewhere. */
const askedInSql =
  "The SQL does this only where it finds what it changes: each of these steps then has to ask the same.";

const changesExisting = /^(?:rename|setNotNull|changeColumnType|drop(?:Column|Table))/;

/** A condition of a block, or `ALTER TABLE IF EXISTS`, which the advice has no longer. */
function losesGuard(step: Step, advice: Advice): boolean {
  const { inBody, operation, script, statement, table, createdHere } = step;
  if (inBody)
    return (
      (operation.conditional === true || operation.asked === true) && changesExisting.test(operation.kind)
    );
  // Nothing is asked of a table that the history is certain to make.
  if (table !== undefined && (createdHere(table) === "yes" || isSurelyThere(step, table))) return false;
  const { start, end } = statement.span;
  return (
    /^\s*ALTER\s+TABLE\s+IF\s+EXISTS\s/i.test(script.text.slice(start, end)) &&
    advice.some(({ statements }) => statements.some((sql) => !keepsGuard.test(sql)))
  );
}

function isSurelyThere({ before }: Step, table: QualifiedName): boolean {
  const found = before.relation(table);
  return found.is === "present" && before.certain(found.value.key) && before.closed;
}

const keepsGuard = /^(?:ALTER TABLE IF EXISTS|DO \$\$ BEGIN IF EXISTS|SET|RESET)\s/;

/** Why the advice can't be written as code there, whatever it consists of: a sentence. */
export function whyInWords(step: Step, advice: Advice): string | undefined {
  const unit = step.script.code?.unit;
  const own = advice.filter(({ language, intent }) => language === "sql" && intent !== "external");
  if (own.length === 0 || step.script.transaction.codeSteps === undefined) return undefined;
  if (losesGuard(step, own)) return askedInSql;
  const call = callOf(step);
  if (call?.noSql !== undefined) return call.noSql;
  const isInPlace = own.every(({ transaction, after }) => transaction === "any" && after === undefined);
  if (isInPlace) return undefined;
  const bound = blocksAround(step).find(({ isBound }) => isBound);
  if (bound !== undefined) return inSameBlock(bound);
  // A migration of one operation takes the first step.
  if (call !== undefined && unit?.isSole === true && own.length === 1) return undefined;
  const changesRows = /^(?:update|delete)Rows$/.test(step.operation.kind);
  return changesRows && unit?.terms === undefined && isAskedInCode(step) ? askedAgain : unit?.closed;
}

/** `names`: what moves behind the migration names it. */
function isInTheWay(later: Operation, own: Operation, names: (name: string) => boolean): boolean {
  const isFilled = (column: string): boolean =>
    own.kind === "updateRows" && own.columns.some(({ text }) => text === column);
  // It would be made on the copy, before the names are swapped.
  const isCopied = (table: string, column: string): boolean =>
    own.kind === "renameColumn" && names(table) && own.to.text === column;
  switch (later.kind) {
    case "dropTable":
    case "renameTable":
      return names(later.table.name);
    case "dropColumn":
    case "renameColumn":
      return names(later.table.name) && names(later.column.text);
    // A name becomes free only behind the migration.
    case "addColumn":
      return own.kind === "dropColumn" && names(later.table.name) && names(later.column.name.text);
    // The values have to be there first, or are copied.
    case "setNotNull":
    case "changeColumnType":
      return (
        /^(?:updateRows|renameColumn|changeColumnType)$/.test(own.kind) &&
        names(later.table.name) &&
        names(later.column.text)
      );
    case "addForeignKey":
    case "addUnique":
      return later.columns.some(({ text }) => isFilled(text) || isCopied(later.table.name, text));
    case "addCheck":
      return later.expression.columns.some(
        ({ column }) => isFilled(column) || isCopied(later.table.name, column),
      );
    case "createIndex":
      return later.elements.some(
        ({ column }) =>
          column !== undefined && ((later.unique && isFilled(column)) || isCopied(later.table.name, column)),
      );
    // The rows that it adds, too, would be changed or deleted.
    case "insertRows":
      return (own.kind === "deleteRows" || own.kind === "updateRows") && names(later.table.name);
    default:
      return false;
  }
}
