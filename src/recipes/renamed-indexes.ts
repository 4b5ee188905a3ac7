/** An index that is dropped and built again, perhaps under another name. */
import type { Step } from "../replay/step.ts";
import { createIndex, indexColumns } from "../schema/index-definition.ts";
import { sameOrigin } from "../schema/later.ts";
import type { Index } from "../schema/model.ts";
import { heading, instead, inWords, type Advice } from "./advice.ts";
import { declaredBy } from "./declared.ts";
import { callOf } from "./sent.ts";
import { quote, textOf } from "./words.ts";

/** Renames it instead, which reads nothing, or leaves it as it is. Undefined: the migration builds no index that it also drops. */
export function renamedIndex(step: Step): Advice | undefined {
  const { operation, neighbours } = step;
  const pairs = (["earlier", "later"] as const).flatMap(
    (side): (readonly [Step<"dropIndex">, Step<"createIndex">])[] =>
      operation.kind === "createIndex"
        ? neighbours(side, "dropIndex").map((dropped) => [dropped, step as Step<"createIndex">] as const)
        : operation.kind === "dropIndex"
          ? neighbours(side, "createIndex").map((made) => [step as Step<"dropIndex">, made] as const)
          : [],
  );
  for (const [dropped, made] of pairs) {
    const old = made.operation.name && oldOf(dropped, made);
    if (old === undefined) continue;
    if (step === dropped && isLeftOut(made)) continue;
    const { text } = dropped.operation.index;
    const replaces = [dropped.statement.span, made.statement.span];
    if (old.name === made.indexes.indexMade(made.after)?.name)
      return [{ ...inWords(leftOut(text)), replaces }];
    // The models of the code know it by its name.
    if (step.script.code !== undefined)
      return instead(
        inWords(
          `it is ${text} under another name: rename it, and neither drop nor build it${byCall(dropped, made)}`,
        ),
      );
    const to = quote(made.indexes.indexMade(made.after)?.name ?? "");
    // Written for servers on which it isn't there, too.
    const isMaybeMissing = dropped.operation.ifExists && made.operation.ifNotExists;
    return instead(
      heading("this takes the place of both statements, the DROP INDEX and the CREATE INDEX:", { replaces }),
      `ALTER INDEX ${isMaybeMissing ? "IF EXISTS " : ""}${text} RENAME TO ${to};`,
      ...(isMaybeMissing ? [`${textOf(made, made.operation.span)};`] : []),
    );
  }
  return undefined;
}

function byCall(dropped: Step, made: Step): string {
  const call = declaredBy(made)?.renamedIndex?.(callOf(dropped)?.text ?? "", callOf(made)?.text ?? "");
  return call === undefined ? "" : `: ${call}`;
}

/** Its own advice is to leave it out: the old one only goes. */
export const isLeftOut = (made: Step<"createIndex">): boolean => made.indexes.needlessBeside() !== undefined;

const leftOut = (index: string): string =>
  `leave out both, the DROP INDEX and the CREATE INDEX: they make the same index again. To build it anew: REINDEX INDEX CONCURRENTLY ${index}, outside of a transaction.`;

/** Rows change before it is built again: they may need that it is gone. */
const changing = ["updateRows", "insertRows", "mergeRows", "copyRows"] as const;

/** The old one is unique, or isn't known, and rows of its table change before the new one is made. */
export function isFreed(dropped: Step<"dropIndex">, made: Step<"createIndex">): boolean {
  const old = dropped.before.index(dropped.operation.index);
  if (old.is === "absent" || (old.is === "present" ? !old.value.unique : !made.operation.unique))
    return false;
  const table = made.before.resolve(made.operation.table);
  const isBetween = ({ statement }: Step): boolean => statement.span.start > dropped.statement.span.start;
  const changed = changing.flatMap((kind): readonly Step[] => made.neighbours("earlier", kind));
  return changed.some(
    (one) => isBetween(one) && one.table !== undefined && made.before.resolve(one.table) === table,
  );
}

/** The index that is dropped, where the other one is the same but perhaps for its name. */
function oldOf(dropped: Step<"dropIndex">, made: Step<"createIndex">): Index | undefined {
  const old = droppedAlone(dropped);
  const next = madeAlone(made);
  if (old === undefined || next === undefined || old.text !== next.text) return undefined;
  if (isInTheWay(dropped, made)) return undefined;
  if (old.index.name === next.index.name && isFreed(dropped, made)) return undefined;
  return isOfOtherColumns(old.index, dropped, made) ? undefined : old.index;
}

/** `text`: all of it but its name. */
type Definition = { readonly index: Index; readonly text: string };

/** Long migrations ask for each pair of a drop and a CREATE INDEX. */
const definitions = new WeakMap<Step, { readonly definition: Definition | undefined }>();

function droppedAlone(step: Step<"dropIndex">): Definition | undefined {
  return onceOf(step, () => {
    const found = step.before.index(step.operation.index);
    if (!isAlone(step) || step.operation.cascade || found.is !== "present") return undefined;
    return found.value.constraint === undefined ? found.value : undefined;
  });
}

function madeAlone(step: Step<"createIndex">): Definition | undefined {
  return onceOf(step, () => {
    // The schema doesn't hold them.
    if (!isAlone(step) || /\b(?:WITH|TABLESPACE)\b/i.test(textOf(step, step.operation.span)))
      return undefined;
    return step.indexes.indexMade(step.after);
  });
}

const isAlone = (step: Step): boolean => !step.inBody && step.statement.operations.length === 1;

function onceOf(step: Step, read: () => Index | undefined): Definition | undefined {
  let known = definitions.get(step);
  if (known === undefined) {
    const index = read();
    const text = index && written(index);
    known = { definition: index && text !== undefined ? { index, text } : undefined };
    definitions.set(step, known);
  }
  return known.definition;
}

/** A column in its expressions or its predicate gets another type in between, in which these may mean nothing. */
export function isInTheWay(dropped: Step<"dropIndex">, made: Step<"createIndex">): boolean {
  const { operation, before } = made;
  const found = dropped.before.index(dropped.operation.index);
  const mentioned = [operation.where, ...operation.elements.map(({ expression }) => expression)].flatMap(
    (expression) => expression?.columns.map(({ column }) => column) ?? [],
  );
  const columns = found.is === "present" ? indexColumns(found.value).inExpressions : mentioned;
  const table = before.resolve(operation.table);
  const isBetween = ({ statement }: Step): boolean => statement.span.start > dropped.statement.span.start;
  // The index follows a column that is renamed.
  const renamed = made.neighbours("earlier", "renameColumn").filter(isBetween);
  return made.neighbours("earlier", "changeColumnType").some((changed) => {
    if (!isBetween(changed) || before.resolve(changed.operation.table) !== table) return false;
    const former = renamed.findLast(
      ({ operation: of, statement }) =>
        statement.span.start < changed.statement.span.start &&
        before.resolve(of.table) === table &&
        of.to.text === changed.operation.column.text,
    );
    const { text } = changed.operation.column;
    return columns.includes(text) || columns.includes(former?.operation.column.text ?? text);
  });
}

/** A column that goes in between takes its index along. */
function isOfOtherColumns(old: Index, dropped: Step<"dropIndex">, made: Step<"createIndex">): boolean {
  const { plain, inExpressions } = indexColumns(old);
  return [...plain, ...inExpressions].some((name) => {
    const then = dropped.before.column(old.table, name);
    const now = made.before.column(old.table, name);
    return then.is === "present" && now.is === "present" && !sameOrigin(then.value.origin, now.value.origin);
  });
}

const written = (index: Index): string | undefined =>
  createIndex({ ...index, name: "" }, false, {
    show: (key) => key,
    spell: (name) => name,
    list: (names) => names.join(),
  });
