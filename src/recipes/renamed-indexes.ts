/** An index that is dropped, and built again under another name. */
import type { Step } from "../replay/step.ts";
import { createIndex, indexColumns } from "../schema/index-definition.ts";
import { sameOrigin } from "../schema/later.ts";
import type { Index } from "../schema/model.ts";
import { heading, instead, inWords, type Advice } from "./advice.ts";
import { quote, textOf } from "./words.ts";

/** Renames it instead, which reads nothing. Undefined: the migration builds no index that it also drops. */
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
    const old = oldOf(dropped, made);
    const { name } = made.operation;
    if (old === undefined || name === undefined) continue;
    const { text } = dropped.operation.index;
    // The models of the code know it by its name.
    if (step.script.code !== undefined)
      return instead(inWords(`it is ${text} under another name: rename it, and neither drop nor build it`));
    const to = quote(made.indexes.indexMade(made.after)?.name ?? "");
    // Written for servers on which it isn't there, too.
    const isMaybeMissing = dropped.operation.ifExists && made.operation.ifNotExists;
    return instead(
      heading("this takes the place of both statements, the DROP INDEX and the CREATE INDEX:", {
        replaces: [dropped.statement.span, made.statement.span],
      }),
      `ALTER INDEX ${isMaybeMissing ? "IF EXISTS " : ""}${text} RENAME TO ${to};`,
      ...(isMaybeMissing ? [`${textOf(made, made.operation.span)};`] : []),
    );
  }
  return undefined;
}

/** The index that is dropped, where the other one differs from it in its name alone. */
function oldOf(dropped: Step<"dropIndex">, made: Step<"createIndex">): Index | undefined {
  const isAlone = [dropped, made].every((one) => !one.inBody && one.statement.operations.length === 1);
  // The schema doesn't hold them.
  if (/\b(?:WITH|TABLESPACE)\b/i.test(textOf(made, made.operation.span))) return undefined;
  const found = dropped.before.index(dropped.operation.index);
  const next = made.indexes.indexMade(made.after);
  if (!isAlone || found.is !== "present" || next === undefined || dropped.operation.cascade) return undefined;
  const old = found.value;
  if (old.constraint !== undefined || old.name === next.name || old.schema !== next.schema) return undefined;
  const text = written(next);
  if (text === undefined || text !== written({ ...old, name: next.name })) return undefined;
  if (isInTheWay(dropped, made)) return undefined;
  return isOfOtherColumns(old, dropped, made) ? undefined : old;
}

/** A column in its expressions or its predicate gets another type in between, in which these may mean nothing. */
export function isInTheWay(dropped: Step<"dropIndex">, made: Step<"createIndex">): boolean {
  const { operation, before } = made;
  const found = dropped.before.index(dropped.operation.index);
  const mentioned = [operation.where, ...operation.elements.map(({ expression }) => expression)].flatMap(
    (expression) => expression?.columns.map(({ column }) => column) ?? [],
  );
  const columns = found.is === "present" ? indexColumns(found.value).inExpressions : mentioned;
  return made
    .neighbours("earlier", "changeColumnType")
    .some(
      ({ operation: { table, column }, statement }) =>
        statement.span.start > dropped.statement.span.start &&
        before.resolve(table) === before.resolve(operation.table) &&
        columns.includes(column.text),
    );
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
  createIndex(index, false, { show: (key) => key, spell: (name) => name, list: (names) => names.join() });
