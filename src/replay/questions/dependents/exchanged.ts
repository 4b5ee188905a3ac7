/** What a table has that the one which takes its name doesn't have. */
import { normalise } from "../../../schema/expression-text.ts";
import type { Constraint, Policy, Relation, Trigger } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import { laterRelation } from "../../../schema/later.ts";
import type { Step } from "../../step.ts";
import { sameTransaction } from "../same-transaction.ts";

type Exchanged = Step<"dropTable" | "renameTable">;

export interface Exchange {
  /** `trigger t_audit`, `policy own_rows`, `row-level security`, `foreign key orders_shop_fkey`. */
  readonly lost: readonly string[];
  /** What dropped the old table, or took its name from it. */
  readonly by: Step;
  /** No transaction holds both, so that nothing has the name between them; false where nothing has filled the copy. */
  readonly isApart: boolean;
}

/** See `DependentQuestions.exchange`. */
export function exchange(step: Step): Exchange | undefined {
  const { operation, before, after, scope } = step;
  const copy = operation.kind === "renameTable" ? before.relation(operation.table) : undefined;
  const taken = copy?.is === "present" ? laterRelation(after, copy.value) : undefined;
  if (copy?.is !== "present" || taken === undefined || copy.value.origin === undefined) return undefined;
  // It shows the table under its old name.
  if (copy.value.kind === "view") return undefined;
  const by = step
    .neighbours("earlier", "dropTable", "renameTable")
    .findLast((other) => other.before.resolve(other.operation.table) === taken.key);
  const old = by?.before.relation(taken.key);
  const now = scope.after.relation(taken.key);
  if (by === undefined || by.skipped || by.refused || old?.is !== "present" || now.is !== "present")
    return undefined;
  if (by.madeHere(taken.key) || !isCopy(copy.value, old.value)) return undefined;
  return {
    lost: [
      ...(step.isHere(copy.value.origin) ? lostColumns(by, old.value, now.value) : []),
      ...lost(old.value, now.value, copy.value.name, by),
    ],
    by,
    isApart:
      by.operation.kind === "dropTable" &&
      !sameTransaction(by, step) &&
      by.dependents.emptySuccessor() === undefined,
  };
}

/** Columns that the application may still use. */
function lostColumns({ operation, dependents }: Exchanged, old: Relation, now: Relation): readonly string[] {
  if (!now.complete || old.kind !== "table") return [];
  const gone = old.columns.filter(({ name }) => !now.columns.some((column) => column.name === name));
  return gone
    .filter(({ name }) => dependents.deprecation(operation.table, name) === undefined)
    .map(({ name, written }) => `column ${written ?? name}`);
}

/** It has most of the columns. */
function isCopy(copy: Relation, { columns }: Relation): boolean {
  const names = new Set(copy.columns.map(({ name }) => name));
  return columns.length > 0 && columns.filter(({ name }) => names.has(name)).length > columns.length / 2;
}

function lost(old: Relation, now: Relation, copyName: string, { before, isHere }: Step): readonly string[] {
  const triggers = old.triggers.filter(
    (trigger) =>
      trigger.inherited !== true &&
      !isHere(trigger.origin) &&
      !mentions(before, trigger, copyName) &&
      !now.triggers.some((other) => isLikeTrigger(other, trigger)),
  );
  const policies = old.policies.filter(
    (policy) => !now.policies.some((other) => isLikePolicy(other, policy)),
  );
  const keys = old.constraints.filter(
    (key) =>
      wordOf(key) !== undefined &&
      hasColumns(now, key) &&
      !now.constraints.some((other) => isLikeKey(other, key)),
  );
  return [
    ...triggers.map(({ name, written }) => `trigger ${written ?? name}`),
    ...(old.rowSecurity.enabled && !now.rowSecurity.enabled ? ["row-level security"] : []),
    ...policies.map(({ name }) => `policy ${name}`),
    ...keys.map((key) => `${wordOf(key) ?? ""} ${key.written ?? key.name}`),
  ];
}

/** It keeps the copy in step, and has nothing to do any more. */
function mentions(schema: Schema, { function: name, body }: Trigger, copy: string): boolean {
  const routines = name === undefined ? undefined : schema.routines(name);
  const texts =
    routines?.is === "present" ? routines.value.map(({ definition }) => definition.body?.text ?? "") : [];
  return [body ?? "", ...texts].some((text) => text.toLowerCase().includes(copy.toLowerCase()));
}

const isLikeTrigger = (one: Trigger, other: Trigger): boolean =>
  one.name === other.name ||
  (one.function !== undefined
    ? one.function === other.function
    : one.timing === other.timing && String(one.events) === String(other.events));

const isLikePolicy = (one: Policy, other: Policy): boolean =>
  one.name === other.name ||
  (one.command === other.command && normalise(one.using?.text ?? "") === normalise(other.using?.text ?? ""));

const wordOf = ({ kind }: Constraint): string | undefined =>
  kind === "foreign key" || kind === "unique"
    ? kind.replace("unique", "unique key")
    : kind === "primary key"
      ? kind
      : undefined;

const hasColumns = ({ columns }: Relation, key: Constraint): boolean =>
  "columns" in key && key.columns.every((column) => columns.some(({ name }) => name === column));

/** Another key with these columns does the same; which columns are replaced isn't compared. */
const isLikeKey = (one: Constraint, other: Constraint): boolean =>
  "columns" in one &&
  "columns" in other &&
  (one.kind === "foreign key") === (other.kind === "foreign key") &&
  [...one.columns].sort().join() === [...other.columns].sort().join();
