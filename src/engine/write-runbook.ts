/** The runbook of some migrations: what they do, how they are applied, proved, taken back, and continued after a failure. */
import { describe, waits } from "../effects/describe.ts";
import { combine } from "../effects/effects.ts";
import { sizeInWords } from "../lint/sizes.ts";
import { proofsOf } from "../plan/proofs/index.ts";
import { restorePoint } from "../plan/restore-point.ts";
import { toolNamed } from "../project/known-tools.ts";
import { phaseOf } from "../replay/phase.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { Step } from "../replay/step.ts";
import type { Runbook, RunbookMigration, RunbookStatement } from "../report/runbook.ts";
import { isCodeOnly } from "../model/dialect.ts";
import { tableOf } from "../model/kinds.ts";
import { chosenOfAll, textsOf } from "./chosen-migration.ts";
import { checksOfBatch } from "./checks-of-batch.ts";
import { documentRunbook } from "./document-runbook.ts";
import { downtimeOf } from "./downtime.ts";
import { failureOf, numberedStatements, type NumberedStatement } from "./failures.ts";
import { handCommands } from "./hand-commands.ts";
import { openBatch, type BatchOptions } from "./open-batch.ts";
import {
  commandsOf,
  historyFacts,
  namesOf,
  natureOf,
  phaseFacts,
  placeOf,
  statementFacts,
} from "./runbook-parts.ts";
import { lostBy, rollbackOf, type TextOf } from "./runbook-rollback.ts";
import { writtenNames, type WrittenNames } from "./written-names.ts";

/** @throws UserError if there are no such migrations, or one isn't read */
export async function writeRunbook(options: BatchOptions): Promise<Runbook> {
  const batch = await openBatch(options, chosenOfAll);
  if (isCodeOnly[batch.history.dialect]) return documentRunbook(batch);
  const { history, scopes, base, flow } = batch;
  const last = scopes.at(-1)?.migration ?? { index: 0 };
  const asWritten = writtenNames(history, last, flow);
  const commands = toolNamed(history.tool).commands ?? handCommands(batch);
  const textOf = textsOf(history, flow);
  const { proofs, sql, unproved } = proofsOf(scopes, base);
  const stated = numberedStatements(scopes);
  const migrations = scopes.map((scope, at): RunbookMigration => {
    const phase = phaseOf(scope);
    const previous = at === 0 ? batch.previous : batch.migrations[at - 1];
    const rollback = rollbackOf({
      scope,
      textOf,
      commands,
      place: placeOf(batch, scope.migration, previous),
    });
    const migration: RunbookMigration = {
      ...namesOf(scope.migration),
      statements: stated.filter((one) => one.scope === scope).map((one) => shown(one, stated, textOf)),
      tables: tablesOf(scope),
      nature: natureOf(phase, lostBy(scope, textOf)),
      ...phaseFacts(phase),
      downtime: downtimeOf(scope, phase),
      lost: lostBy(scope, textOf),
      rollback,
    };
    return withNames(migration, asWritten);
  });
  const lost = migrations.flatMap((one) => one.lost);
  return {
    ...historyFacts(history),
    migrations,
    ...checksOfBatch(batch),
    commands: commandsOf(commands, batch),
    verify: { sql, facts: proofs.map(({ what }) => what), unproved },
    restore: { lost, ...restorePoint(scopes, base, history.dialect) },
  };
}

function shown(one: NumberedStatement, all: readonly NumberedStatement[], textOf: TextOf): RunbookStatement {
  const { steps } = one;
  const effects = combine(steps.map((step) => step.effects));
  const [first] = steps;
  const isRefused = steps.some((step) => step.refused && !step.skipped);
  const [size] = steps.flatMap((step) => sizeInWords(step) ?? []);
  return {
    ...statementFacts(one),
    effects: isRefused
      ? "the server refuses it"
      : first === undefined
        ? ""
        : describe(effects, (key) => first.show(key)),
    blocks: waits(effects)[0]?.blocks ?? "nothing",
    size,
    failure: failureOf(one, all, textOf),
  };
}

/** Tables, by what their names are at that place. */
function tablesOf(scope: ReplayedMigration): readonly string[] {
  const names = scope.applied().flatMap((step) => {
    const table = tableOf(step.operation);
    const { references } = step.operation as { readonly references?: Parameters<Step["show"]>[0] };
    return [table, references].flatMap((one) => (one === undefined ? [] : [step.show(one)]));
  });
  return [...new Set(names)];
}

function withNames(migration: RunbookMigration, { text }: WrittenNames): RunbookMigration {
  const { statements, rollback } = migration;
  return {
    ...migration,
    tables: migration.tables.map(text),
    downtime: migration.downtime.map(text),
    lost: migration.lost.map(text),
    statements: statements.map((one) => ({ ...one, text: text(one.text), effects: text(one.effects) })),
    rollback: {
      ...rollback,
      statements: rollback.statements.map(text),
      lost: rollback.lost.map(text),
      writtenSince: rollback.writtenSince.map(text),
      stays: rollback.stays.map(text),
      faults: rollback.faults.map(text),
      gaps: rollback.gaps.map(text),
    },
  };
}
