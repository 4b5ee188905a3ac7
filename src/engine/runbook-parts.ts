/** Parts of a runbook that are the same for SQL and documents. */
import { type CommandLine, type CommandPlace, type Commands } from "../project/commands.ts";
import type { History, Migration } from "../project/migration.ts";
import { releaseBefore, type MigrationPhase } from "../replay/phase.ts";
import type { Runbook, RunbookMigration, RunbookStatement } from "../report/runbook.ts";
import { shellWord } from "../text/shell-word.ts";
import { noted } from "./chosen-migration.ts";
import type { NumberedStatement } from "./failures.ts";
import type { OpenedBatch } from "./open-batch.ts";

export function placeOf(
  { history }: OpenedBatch,
  migration: Migration,
  previous: Migration | undefined,
): CommandPlace {
  return { folder: shellWord(history.root), dialect: history.dialect, migration, previous };
}

export const historyFacts = ({
  handMade,
  tool,
  dialect,
  serverVersion,
}: History): Pick<Runbook, "tool" | "dialect" | "serverVersion"> => ({
  tool: handMade ? undefined : tool,
  dialect,
  serverVersion,
});

export const namesOf = ({
  name,
  version,
  description,
  up,
}: Migration): Pick<RunbookMigration, "name" | "version" | "description" | "file"> => ({
  name,
  version,
  description,
  file: up.path,
});

export const phaseFacts = ({
  reasons,
  run,
}: MigrationPhase): Pick<RunbookMigration, "reasons" | "run" | "releases"> => ({
  reasons: reasons.map(({ why }) => why),
  run,
  releases: reasons.flatMap((reason) => releaseBefore(reason) ?? []),
});

/** The statement in one line, and where it stands. */
export function statementFacts({
  number,
  scope,
  statement: { span },
}: NumberedStatement): Pick<RunbookStatement, "number" | "text" | "file" | "line"> {
  const { path, text } = scope.migration.up;
  const { file, line } = noted(scope)({ what: "", at: { path, span } });
  return { number, text: oneLine(text.slice(span.start, span.end)), file, line };
}

/** The worst of its reasons. */
export function natureOf({ reasons }: MigrationPhase, lost: readonly string[]): RunbookMigration["nature"] {
  const has = (...phases: readonly string[]): boolean => reasons.some(({ phase }) => phases.includes(phase));
  if (lost.length > 0) return "destructive";
  if (has("contract", "break")) return "breaking";
  if (has("unknown")) return "unknown";
  if (has("data")) return "changes data";
  return has("expand") ? "additive" : "no change";
}

const longest = 100;

/** A statement in one line, cut where it is long. */
function oneLine(text: string): string {
  const short = text.replaceAll(/\s+/g, " ").trim();
  return short.length > longest ? `${short.slice(0, longest - 1)}…` : short;
}

export function commandsOf(commands: Commands | undefined, batch: OpenedBatch): Runbook["commands"] {
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
