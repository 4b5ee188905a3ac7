/** The runbook of migrations of MongoDB: the same parts, from what is known of its calls. */
import { toolNamed } from "../project/known-tools.ts";
import { documentsBack, inShell } from "../plan/documents/way-back.ts";
import { documentProofs } from "../plan/documents/proofs.ts";
import { isNamed, nameIn } from "../plan/documents/names.ts";
import { copiesOf } from "../plan/restore-point.ts";
import { phaseOf, type MigrationPhase } from "../replay/phase.ts";
import {
  collectionsAfter,
  isOfDocuments,
  type Collections,
} from "../replay/questions/documents/collections.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { Step } from "../replay/step.ts";
import type {
  Runbook,
  RunbookFailure,
  RunbookMigration,
  RunbookRollback,
  RunbookStatement,
} from "../report/runbook.ts";
import { changed } from "../model/kinds.ts";
import { checksOfBatch } from "./checks-of-batch.ts";
import { numberedStatements, type NumberedStatement } from "./failures.ts";
import { handCommands } from "./hand-commands.ts";
import type { OpenedBatch } from "./open-batch.ts";
import {
  commandsOf,
  historyFacts,
  namesOf,
  natureOf,
  phaseFacts,
  placeOf,
  statementFacts,
} from "./runbook-parts.ts";

export function documentRunbook(batch: OpenedBatch): Runbook {
  const { history, scopes, collections } = batch;
  const commands = toolNamed(history.tool).commands ?? handCommands(batch);
  const { proofs, sql, unproved } = documentProofs(scopes, collections);
  const stated = numberedStatements(scopes);
  let before = collections;
  const migrations = scopes.map((scope, at): RunbookMigration => {
    const phase = phaseOf(scope);
    const back = documentsBack(scope.steps, before);
    const lost = unique(back.lost.map(({ what }) => what));
    const previous = at === 0 ? batch.previous : batch.migrations[at - 1];
    const place = placeOf(batch, scope.migration, previous);
    const own = stated.filter((one) => one.scope === scope);
    const start = before;
    before = collectionsAfter(before, scope.steps);
    const isOwn = ownCalls(scope).length > 0;
    const rollback: RunbookRollback = {
      by: isOwn ? "project" : "ddlint",
      statements: isOwn ? ownCalls(scope) : back.gaps.length > 0 ? [] : back.statements.map(inShell),
      command: isOwn ? commands?.undo?.(place) : undefined,
      forget: isOwn && commands?.undo !== undefined ? undefined : commands?.forget?.(place),
      lost,
      writtenSince: unique(back.since.map(({ what }) => what)),
      stays: isOwn ? [] : back.stays,
      faults: (scope.rollbackDifference() ?? []).map(
        ({ text, change, detail }) => `the project's own rollback leaves ${text} (${detail ?? change})`,
      ),
      gaps: isOwn ? [] : unique(back.gaps.map(({ what }) => what)),
    };
    return {
      ...namesOf(scope.migration),
      statements: own.map((one) => shown(one, stated, start)),
      tables: unique(
        scope.steps.flatMap(({ operation }) => (isOfDocuments(operation) ? nameIn(operation) : [])),
      ),
      nature: natureOf(phase, lost),
      ...phaseFacts(phase),
      downtime: downtimeOf(scope, phase),
      lost,
      rollback,
    };
  });
  return {
    ...historyFacts(history),
    migrations,
    ...checksOfBatch(batch),
    commands: commandsOf(commands, batch),
    verify: { sql, facts: proofs.map(({ what }) => what), unproved },
    restore: {
      lost: unique(migrations.flatMap((one) => one.lost)),
      ...copiesOf(losing(scopes), scopes, history.dialect),
    },
  };
}

const unique = (all: readonly string[]): readonly string[] => [...new Set(all)];

function shown(
  one: NumberedStatement,
  all: readonly NumberedStatement[],
  start: Collections,
): RunbookStatement {
  const { steps } = one;
  const known = steps.flatMap((step) => step.documents.effects() ?? []);
  return {
    ...statementFacts(one),
    effects:
      known.length === 0
        ? "what it does isn't known before it runs"
        : unique(known.map(({ what }) => what)).join("; "),
    blocks: known.find(({ blocks }) => blocks !== "nothing")?.blocks ?? "nothing",
    size: undefined,
    failure: failureOf(one, all, start),
  };
}

/** No call is undone by another one's failure, unless both belong to one transaction. */
function failureOf(
  failed: NumberedStatement,
  all: readonly NumberedStatement[],
  start: Collections,
): RunbookFailure {
  const transaction = transactionOf(failed);
  const kept = all.filter(
    (one) =>
      one.number < failed.number &&
      (transaction === undefined || one.scope !== failed.scope || transactionOf(one) !== transaction),
  );
  const own = kept.filter(({ scope }) => scope === failed.scope).flatMap(({ steps }) => steps);
  const back = documentsBack(own, start);
  const partly = failed.steps.flatMap(({ operation, documents }) =>
    transaction === undefined &&
    isOfDocuments(operation) &&
    documents.effects()?.replicated === "an entry for each document" &&
    operation.kind !== "aggregateInto"
      ? [nameIn(operation)]
      : [],
  );
  return {
    kept: kept.map(({ number }) => number),
    transaction: transaction === undefined ? "none" : "rolled back",
    undo: back.gaps.length > 0 ? [] : back.statements.map(inShell),
    leaves: [],
    partly: unique(partly),
  };
}

/** A call without the session isn't part of it. */
function transactionOf({ steps }: NumberedStatement): number | undefined {
  const [operation] = steps.map((step) => step.operation);
  return operation !== undefined && isOfDocuments(operation) && operation.hasSession !== false
    ? operation.inTransaction
    : undefined;
}

function downtimeOf({ steps }: ReplayedMigration, { run }: MigrationPhase): readonly string[] {
  const waits = steps.flatMap((step) => {
    const effects = step.documents.effects();
    return effects === undefined || effects.blocks === "nothing"
      ? []
      : [`${effects.blocks} of ${step.documents.name()} wait while it ${effects.what}`];
  });
  return unique([
    ...waits,
    ...(run === "neither" ? ["no version of the application works both before and after it"] : []),
  ]);
}

/** The project's own rollback, call by call. */
function ownCalls({ migration: { down, irreversible }, parsed }: ReplayedMigration): readonly string[] {
  if (down === undefined || down.empty || irreversible !== undefined) return [];
  return (parsed.down?.statements ?? []).map(
    ({ span }) => `${down.text.slice(span.start, span.end).trim().replace(/;$/, "")};`,
  );
}

/** Collections whose documents lose something; those of other databases aren't in the address. */
function losing(scopes: readonly ReplayedMigration[]): readonly string[] {
  const steps: readonly Step[] = scopes.flatMap((scope) => scope.steps);
  return unique(
    steps.flatMap(({ operation, documents }) => {
      if (!isOfDocuments(operation) || documents.isNew() || !isNamed(operation.collection)) return [];
      const { collection } = operation;
      const isLoss =
        operation.kind === "dropCollection" ||
        (changed(operation) === "rows" && operation.kind !== "insertDocuments");
      return isLoss && collection?.name !== undefined && collection.database === undefined
        ? [collection.name]
        : [];
    }),
  );
}
