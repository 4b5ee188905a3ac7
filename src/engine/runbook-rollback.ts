/** What takes a migration back, with the data that it costs. */
import type { Operation } from "../model/operation.ts";
import { noted } from "./chosen-migration.ts";
import type { CommandPlace, Commands } from "../project/commands.ts";
import { wayBackOf } from "../plan/way-back.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { RunbookRollback } from "../report/runbook.ts";
import type { Origin } from "../schema/model.ts";

export type TextOf = (origin: Origin, makes: (operation: Operation) => boolean) => string | undefined;

export interface RollbackInput {
  readonly scope: ReplayedMigration;
  readonly textOf: TextOf;
  readonly commands: Commands | undefined;
  readonly place: CommandPlace;
}

export function rollbackOf({ scope, textOf, commands, place }: RollbackInput): RunbookRollback {
  const { down, irreversible } = scope.migration;
  const back = wayBackOf(scope, { backup: false, textOf });
  const lost = unique(back.losses.map(({ what }) => what));
  const isRefused = scope.downSteps.some((step) => step.refused && !step.skipped);
  const own =
    !isRefused && down !== undefined && !down.empty && irreversible === undefined ? ownStatements(scope) : [];
  const isOwn = own.length > 0;
  return {
    by: isOwn ? "project" : "ddlint",
    statements: isOwn ? own : back.gaps.length > 0 ? [] : back.statements,
    command: isOwn ? nonEmpty(commands?.undo?.(place)) : undefined,
    forget: isOwn && commands?.undo !== undefined ? undefined : commands?.forget?.(place),
    lost: isOwn ? unique([...lost, ...ownLosses(scope)]) : lost,
    writtenSince: writtenSince(scope),
    stays: isOwn ? [] : unique(back.stays),
    faults: unique(wrongOwn(scope)),
    gaps: isOwn ? [] : unique(back.gaps.map(({ what }) => what)),
  };
}

const words = {
  older: "is dropped, though it is older",
  overwritten: "keeps the new values",
  deleted: "keeps its rows deleted",
  removed: "loses rows that are older",
  found: "loses rows that existed before the migration",
  seeded: "loses rows that existed before the migration",
  flattened: "gets one value in every row",
} as const;

/** Beside what comes back without its data, which is told of the migration. */
const ownLosses = (scope: ReplayedMigration): readonly string[] =>
  scope
    .rollbackLosses()
    .flatMap(({ object, how }) =>
      how === "empty" || how === "alike" || how === "required" ? [] : [`${object} ${words[how]}`],
    );

const nonEmpty = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

const unique = (all: readonly string[]): readonly string[] => [...new Set(all)];

/** What is wrong with the project's own rollback. */
function wrongOwn(scope: ReplayedMigration): readonly string[] {
  const refused = scope.downSteps.find((step) => step.refused && !step.skipped);
  if (refused !== undefined) {
    const { file, line } = noted(scope)({
      what: "",
      at: { path: refused.script.path, span: refused.operation.head },
    });
    return [`the server refuses the project's own rollback (${file}:${line})`];
  }
  const left = scope.rollbackDifference() ?? [];
  return left.map(
    ({ text, change, detail }) => `the project's own rollback leaves ${text} (${detail ?? change})`,
  );
}

/** What the migration takes away, and nothing brings back. */
export const lostBy = (scope: ReplayedMigration, textOf: TextOf): readonly string[] =>
  unique(wayBackOf(scope, { backup: false, textOf }).losses.map(({ what }) => what));

/** The project's own rollback, statement by statement. */
function ownStatements({ migration: { down }, parsed }: ReplayedMigration): readonly string[] {
  if (down === undefined) return [];
  return (parsed.down?.statements ?? []).map(
    ({ span }) => `${down.text.slice(span.start, span.end).trim().replace(/;$/, "")};`,
  );
}

/** Tables and columns of the migration: what is in them goes with them. */
function writtenSince(scope: ReplayedMigration): readonly string[] {
  const { after } = scope;
  const found = scope.applied().flatMap(({ operation, show, createdHere }) => {
    if (operation.kind === "createTable")
      return after.relation(operation.table).is === "present" && !operation.temporary
        ? [`rows of ${show(operation.table)}`]
        : [];
    if (operation.kind !== "addColumn" || createdHere(operation.table) === "yes") return [];
    const column = operation.column.name.text;
    return after.column(operation.table, column).is === "present"
      ? [`values of ${show(operation.table, column)}`]
      : [];
  });
  return unique(found);
}
