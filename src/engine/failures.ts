/** Where the database is when a statement fails: what stays, by the runner's transactions, and what takes that back. */
import { wayBackOf } from "../plan/way-back.ts";
import type { OperationKind } from "../model/operation.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { Step } from "../replay/step.ts";
import type { RunbookFailure } from "../report/runbook.ts";
import type { Statement } from "../sql/front-end.ts";
import type { TextOf } from "./runbook-rollback.ts";

export interface NumberedStatement {
  readonly scope: ReplayedMigration;
  readonly statement: Statement;
  readonly steps: readonly Step[];
  /** From 1, through all migrations. */
  readonly number: number;
}

/** Those that do something; what opens and ends transactions isn't shown. */
export function numberedStatements(scopes: readonly ReplayedMigration[]): readonly NumberedStatement[] {
  const all: NumberedStatement[] = [];
  for (const scope of scopes) {
    const groups = new Map<Statement, Step[]>();
    for (const step of scope.steps) {
      const group = groups.get(step.statement);
      if (group === undefined) groups.set(step.statement, [step]);
      else group.push(step);
    }
    for (const [statement, steps] of groups)
      if (steps.some(({ operation }) => !isControl.has(operation.kind)))
        all.push({ scope, statement, steps, number: all.length + 1 });
  }
  return all;
}

const isControl: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "begin",
  "commit",
  "savepoint",
  "setOption",
  "useSchema",
]);

export function failureOf(
  failed: NumberedStatement,
  all: readonly NumberedStatement[],
  textOf: TextOf,
): RunbookFailure {
  const [first] = failed.steps;
  const kind = first?.transaction.kind ?? "unknown";
  const earlier = all.filter(({ number }) => number < failed.number);
  const kept = earlier.filter((one) => !isRolledBackWith(one, failed));
  const own = kept.filter(({ scope }) => scope === failed.scope).flatMap(({ steps }) => steps);
  return {
    kept: kept.map(({ number }) => number),
    transaction: kind === "unknown" ? "unknown" : kind === "none" ? "none" : "rolled back",
    undo: own.length === 0 ? [] : undoOf(failed.scope, own, textOf),
    leaves: failed.steps.flatMap((step) => leftBy(step)),
  };
}

/** The same transaction holds both, and nothing between them has committed it. */
function isRolledBackWith(one: NumberedStatement, failed: NumberedStatement): boolean {
  const [a, b] = [one.steps.at(-1)?.transaction, failed.steps[0]?.transaction];
  // The first statement of a pipeline commits by itself only if it can't run in a transaction.
  if (a === undefined || b === undefined || b.kind === "none") return false;
  // MySQL: the failed statement commits first.
  if (b.commits !== undefined) return false;
  if (one.scope === failed.scope) return a.id === b.id;
  const opened = one.scope.batch?.open.start;
  return opened !== undefined && opened === failed.scope.batch?.open.start;
}

/** What takes the first steps of a migration back, as if they were all. */
function undoOf(scope: ReplayedMigration, steps: readonly Step[], textOf: TextOf): readonly string[] {
  const part = Object.create(scope, {
    steps: { value: steps },
    after: { value: steps.at(-1)?.after ?? scope.after },
  }) as ReplayedMigration;
  const { statements, gaps } = wayBackOf(part, { backup: false, textOf });
  return gaps.length > 0 ? [] : statements;
}

/** A concurrent build that fails leaves an index that isn't used, but is kept up to date. */
function leftBy({ operation, before, show, spell }: Step): readonly string[] {
  if (operation.kind === "reindex" && operation.concurrently)
    return ["-- DROP INDEX CONCURRENTLY, for each index that ends in _ccnew"];
  if (operation.kind !== "createIndex" || !operation.concurrently || operation.name === undefined) return [];
  const table = before.relation(operation.table);
  const schema = table.is === "present" ? table.value.schema : operation.table.schema;
  const name = schema === undefined ? spell(operation.name.name) : show(`${schema}.${operation.name.name}`);
  return [`DROP INDEX CONCURRENTLY IF EXISTS ${name};`];
}
