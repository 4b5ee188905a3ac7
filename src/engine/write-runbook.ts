/** The runbook of some migrations: what they do, how they are applied, proved, taken back, and continued after a failure. */
import { describe, waits } from "../effects/describe.ts";
import { combine } from "../effects/effects.ts";
import { sizeInWords } from "../lint/sizes.ts";
import { proofsOf } from "../plan/proofs/index.ts";
import { restorePoint } from "../plan/restore-point.ts";
import { toolNamed } from "../project/known-tools.ts";
import { shellWord, type CommandLine, type CommandPlace, type Commands } from "../project/commands.ts";
import type { Migration } from "../project/migration.ts";
import { phaseOf, releaseBefore, type MigrationPhase } from "../replay/phase.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { Step } from "../replay/step.ts";
import type { Runbook, RunbookMigration, RunbookStatement } from "../report/runbook.ts";
import { tableOf } from "../model/kinds.ts";
import { noted, textsOf } from "./chosen-migration.ts";
import { checksOfBatch } from "./checks-of-batch.ts";
import { downtimeOf } from "./downtime.ts";
import { failureOf, numberedStatements, type NumberedStatement } from "./failures.ts";
import { handCommands } from "./hand-commands.ts";
import { openBatch, type BatchOptions, type OpenedBatch } from "./open-batch.ts";
import { lostBy, rollbackOf, type TextOf } from "./runbook-rollback.ts";
import { writtenNames, type WrittenNames } from "./written-names.ts";

/** @throws UserError if there are no such migrations, or one isn't read */
export async function writeRunbook(options: BatchOptions): Promise<Runbook> {
  const batch = await openBatch(options);
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
      name: scope.migration.name,
      version: scope.migration.version,
      description: scope.migration.description,
      file: scope.migration.up.path,
      statements: stated.filter((one) => one.scope === scope).map((one) => shown(one, stated, textOf)),
      tables: tablesOf(scope),
      nature: natureOf(phase, lostBy(scope, textOf)),
      reasons: phase.reasons.map(({ why }) => why),
      run: phase.run,
      releases: phase.reasons.flatMap((reason) => releaseBefore(reason) ?? []),
      downtime: downtimeOf(scope, phase),
      lost: lostBy(scope, textOf),
      rollback,
    };
    return withNames(migration, asWritten);
  });
  const lost = migrations.flatMap((one) => one.lost);
  return {
    tool: history.handMade ? undefined : history.tool,
    dialect: history.dialect,
    serverVersion: history.serverVersion,
    migrations,
    ...checksOfBatch(batch),
    commands: commandsOf(commands, batch),
    verify: { sql, facts: proofs.map(({ what }) => what), unproved },
    restore: { lost, ...restorePoint(scopes, base, history.dialect) },
  };
}

function placeOf(
  { history }: OpenedBatch,
  migration: Migration,
  previous: Migration | undefined,
): CommandPlace {
  return { folder: shellWord(history.root), dialect: history.dialect, migration, previous };
}

/** The worst of its reasons. */
function natureOf({ reasons }: MigrationPhase, lost: readonly string[]): RunbookMigration["nature"] {
  const has = (...phases: readonly string[]): boolean => reasons.some(({ phase }) => phases.includes(phase));
  if (lost.length > 0) return "destructive";
  if (has("contract", "break")) return "breaking";
  if (has("unknown")) return "unknown";
  if (has("data")) return "changes data";
  return has("expand") ? "additive" : "no change";
}

const longest = 100;

function shown(one: NumberedStatement, all: readonly NumberedStatement[], textOf: TextOf): RunbookStatement {
  const { scope, statement, steps, number } = one;
  const effects = combine(steps.map((step) => step.effects));
  const [first] = steps;
  const text = scope.migration.up.text.slice(statement.span.start, statement.span.end);
  const short = text.replaceAll(/\s+/g, " ").trim();
  const { file, line } = noted(scope)({
    what: "",
    at: { path: scope.migration.up.path, span: statement.span },
  });
  const isRefused = steps.some((step) => step.refused && !step.skipped);
  const [size] = steps.flatMap((step) => sizeInWords(step) ?? []);
  return {
    number,
    text: short.length > longest ? `${short.slice(0, longest - 1)}…` : short,
    file,
    line,
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

function commandsOf(commands: Commands | undefined, batch: OpenedBatch): Runbook["commands"] {
  const last = batch.migrations.at(-1);
  if (commands === undefined || last === undefined)
    return {
      server: undefined,
      status: undefined,
      apply: [],
      appliesAll: false,
      afterFailure: undefined,
      mark: [],
    };
  const place = placeOf(batch, last, batch.history.migrations[last.index - 1]);
  const isNewest = last.index === batch.history.migrations.length - 1;
  const line: CommandLine = isNewest ? commands.apply : (commands.applyTo ?? commands.apply);
  const { afterFailure } = commands;
  return {
    server: commands.server,
    status: commands.status?.(place),
    apply: line(place).split("\n"),
    appliesAll: !isNewest && commands.applyTo === undefined,
    afterFailure: afterFailure && { when: afterFailure.when, line: afterFailure.line(place) },
    mark: batch.migrations.flatMap((migration, at) => {
      const previous = at === 0 ? batch.previous : batch.migrations[at - 1];
      return commands.mark?.(placeOf(batch, migration, previous)) ?? [];
    }),
  };
}
