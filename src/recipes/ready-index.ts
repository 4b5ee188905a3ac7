/** A key that is there already, or for which there is an index. */
import type { Step } from "../replay/step.ts";
import type { Index, Lookup, Relation } from "../schema/model.ts";
import { heading, instead, inWords, type Advice } from "./advice.ts";
import { senderOf, sentAt } from "./sent.ts";
import { constraintName, quote } from "./words.ts";

/** What may need that the key is gone. */
const changing = [
  "renameColumn",
  "changeColumnType",
  "dropColumn",
  "updateRows",
  "insertRows",
  "copyRows",
] as const;

/**
 * A new name in place of a DROP and an ADD of a key of the same columns: it is there all the time, and nothing is built.
 * Undefined: the migration drops no such key before.
 */
export function renamedKey(step: Step): Advice | undefined {
  const { operation, statement, inBody } = step;
  if (operation.kind !== "addPrimaryKey" && operation.kind !== "addUnique") return undefined;
  const { table, include, deferrable } = operation;
  if (inBody || deferrable || include.length > 0 || statement.operations.length > 1) return undefined;
  if (operation.kind === "addUnique" && operation.nullsNotDistinct) return undefined;
  const dropped = step.neighbours("earlier", "dropConstraint").find((one) => isMadeAgain(one, step as Added));
  const name = constraintName(step);
  if (dropped === undefined || name === undefined) return undefined;
  // What comes before the DROP has the old key.
  const isBetween =
    step.neighbours("earlier", ...changing).length > dropped.neighbours("earlier", ...changing).length;
  if (isBetween || dropsMore(dropped)) return undefined;
  const old = quote(dropped.operation.name.text);
  const replaces = [dropped.statement.span, statement.span];
  return old === name
    ? [{ ...inWords("leave out the DROP CONSTRAINT and this: they make the same key again"), replaces }]
    : instead(
        heading("this takes the place of the DROP CONSTRAINT, too, as they make the same key again:", {
          replaces,
        }),
        `ALTER TABLE ${table.text} RENAME CONSTRAINT ${old} TO ${name};`,
      );
}

type Added = Step<"addPrimaryKey" | "addUnique">;

/** The key that is dropped and the one that is added are of the same columns. */
function isMadeAgain(dropped: Step<"dropConstraint">, { operation, before }: Added): boolean {
  const kind = operation.kind === "addPrimaryKey" ? "primary key" : "unique";
  const old = dropped.before.constraint(dropped.operation.table, dropped.operation.name.text);
  return (
    old.is === "present" &&
    old.value.kind === kind &&
    old.value.columns.join() === operation.columns.map(({ text }) => text).join() &&
    isOneTable(dropped.before.relation(dropped.operation.table), before.relation(operation.table)) &&
    dropped.statement.operations.length === 1 &&
    !dropped.operation.cascade
  );
}

/** Its call does more than that (Django's AlterUniqueTogether): what takes the place of the call would lose it. */
function dropsMore(dropped: Step<"dropConstraint">): boolean {
  const { scope, script, statement } = dropped;
  const isRenamed = (one: Step): boolean =>
    one.operation.kind === "dropConstraint" &&
    (["addPrimaryKey", "addUnique"] as const)
      .flatMap((kind): readonly Added[] => one.neighbours("later", kind))
      .some((added) => isMadeAgain(one as Step<"dropConstraint">, added));
  const sent = sentAt(scope.steps, script, senderOf(dropped));
  return [...sent].some(([other, steps]) => other !== statement && !steps.every(isRenamed));
}

/** Under its name of then, and that of now. */
const isOneTable = (then: Lookup<Relation>, now: Lookup<Relation>): boolean =>
  then.is === "present" && now.is === "present" && then.value.origin === now.value.origin;

/**
 * The key from the unique index of the same columns that the migration drops behind it: nothing is built. It takes the
 * place of the DROP INDEX, too, as the index becomes that of the key. Undefined: there is no such index.
 */
export function keyFromIndex(step: Step): Advice | undefined {
  const { operation, before, statement, inBody } = step;
  if (operation.kind !== "addPrimaryKey" && operation.kind !== "addUnique") return undefined;
  const { table, columns, include, deferrable } = operation;
  if (inBody || deferrable || include.length > 0 || statement.operations.length > 1) return undefined;
  if (operation.kind === "addUnique" && operation.nullsNotDistinct) return undefined;
  const isRequired = (name: string): boolean => {
    const found = before.column(table, name);
    return found.is === "present" && found.value.notNull === "yes";
  };
  const names = columns.map(({ text }) => text);
  if (operation.kind === "addPrimaryKey" && !names.every(isRequired)) return undefined;
  const index = before.indexesOn(table).find((one) => isPlain(one) && isOf(one, names));
  const dropped = step
    .neighbours("later", "dropIndex")
    .find((one) => one.operation.index.name === index?.name && one.statement.operations.length === 1);
  const name = constraintName(step);
  if (index === undefined || dropped === undefined || name === undefined) return undefined;
  const kind = operation.kind === "addPrimaryKey" ? "PRIMARY KEY" : "UNIQUE";
  return instead(
    heading("this takes the place of both statements, the ADD CONSTRAINT and the DROP INDEX:", {
      replaces: [statement.span, dropped.statement.span],
    }),
    `ALTER TABLE ${table.text} ADD CONSTRAINT ${name} ${kind} USING INDEX ${quote(index.name)};`,
  );
}

/** One that a key can be made from (manual, ALTER TABLE). */
const isPlain = ({ unique, valid, where, method, include, constraint, nullsNotDistinct }: Index): boolean =>
  unique &&
  valid &&
  where === undefined &&
  method === "btree" &&
  include.length === 0 &&
  constraint === undefined &&
  !nullsNotDistinct;

const isOf = ({ elements }: Index, names: readonly string[]): boolean =>
  elements.length === names.length &&
  elements.every(
    (one, at) =>
      one.column === names[at] &&
      !one.descending &&
      one.nullsFirst === undefined &&
      one.operatorClass === undefined &&
      one.collation === undefined,
  );
