/** The rollback of a migration, written from what its steps do to the schema, and checked by replaying it. */
import { UserError } from "../config/user-error.ts";
import { isCodeOnly } from "../model/dialect.ts";
import { downText } from "../plan/down-text.ts";
import { wayBackOf, type WayBack } from "../plan/way-back.ts";
import type { FileSystem, History, Migration, Script } from "../project/migration.ts";
import { join } from "../project/files/paths.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { Difference } from "../schema/model.ts";
import { chosenOfAll, isApplied, noted, stateBefore, textsOf } from "./chosen-migration.ts";
import { replayer } from "./replayer.ts";
import { documentRollback } from "./document-rollback.ts";
import type { Flow } from "./flow.ts";
import { mapWayBack, writtenNames } from "./written-names.ts";
import { openProject } from "./open-project.ts";
import { openWorlds, type World } from "./open.ts";
import type { RollbackOptions, RollbackPlan } from "./rollback.ts";

/**
 * Writes the rollback of one migration. Nothing is written to the disk.
 *
 * @throws UserError if there is no such migration, or it isn't read
 */
export async function writeRollback(options: RollbackOptions): Promise<RollbackPlan> {
  const { facts = {} } = options;
  const { fs, flow, histories } = await openProject(options);
  const { history, migration } = chosenOfAll(histories, options.migration);
  if (migration.unread === true)
    throw new UserError("ddlint doesn't read this migration", { file: migration.up.path });
  const world = openWorlds(fs, { ...facts, startAfter: undefined }, flow)(history);
  if (isCodeOnly[history.dialect])
    return documentRollback({ history, migration, flow, world, facts, backup: options.backup === true });
  const run = replayOf(history, migration, flow, world);
  const scope = run(migration);
  const textOf = textsOf(history, flow);
  const asWritten = writtenNames(history, migration, flow);
  const written = (everyStep: boolean) => {
    const found = wayBackOf(scope, { backup: options.backup === true, everyStep, textOf });
    const back = mapWayBack(found, asWritten.text);
    const text = downText(scope, back);
    const up = withKept(migration.up, back);
    const checked = back.gaps.length > 0 ? [] : differencesOf(run, { ...migration, up }, text, back);
    return { back, text, up, differences: checked };
  };
  const short = written(false);
  const { back, text, up, differences } = short.differences.length > 0 ? written(true) : short;
  const isCode = migration.up.code !== undefined;
  const note = noted(scope);
  return {
    migration: migration.name,
    file: migration.up.path,
    isCode,
    statements: back.statements,
    text,
    target:
      isCode || history.rollbacks === "none" ? undefined : targetOf(fs, history, migration, up.text, text),
    place: history.rollbacks === "none" ? undefined : history.rollbackName(migration),
    isApplied: isApplied(history, migration, facts),
    edited: history.edited,
    exists: migration.down?.empty === false,
    migrationText: up === migration.up ? undefined : up.text,
    lost: back.losses.map(note),
    stays: [...new Set(back.stays)],
    gaps: back.gaps.map((gap) => ({ ...note(gap), isRefused: gap.isRefused })),
    differences: differences.map(({ text: of, change, detail }) =>
      asWritten.text(`${of} (${detail ?? change})`),
    ),
  };
}

/** The migration with what keeps its data. */
function withKept(up: Script, { keep }: WayBack): Script {
  if (keep.length === 0 || up.code !== undefined) return up;
  let { text, part } = up;
  // From the last on, so that the places before stay what they are.
  const inOrder = [...keep].sort((a, b) => b.before.span.start - a.before.span.start);
  for (const { before, statements } of inOrder) {
    const { start } = before.span;
    const added = statements.map((sql) => `${sql}\n`).join("");
    text = text.slice(0, start) + added + text.slice(start);
    part = { start: part.start, end: part.end + added.length };
  }
  return { ...up, text, part };
}

/** Replays the migration in one form or another, each time as one that is still to be applied; those before it once. */
function replayOf(
  history: History,
  migration: Migration,
  flow: Flow,
  world: World,
): (migration: Migration) => ReplayedMigration {
  const state = stateBefore(history, migration, flow, world);
  const replay = replayer(history, flow, world);
  return (form) => replay(form, state).scope;
}

/** The schema before the migration against that after its rollback. */
function differencesOf(
  run: (migration: Migration) => ReplayedMigration,
  migration: Migration,
  text: string,
  { statements, nullable }: WayBack,
): readonly Difference[] {
  const { up } = migration;
  const sql = up.code === undefined ? text : statements.join("\n");
  const down: Script = {
    path: migration.down?.path ?? up.path,
    text: sql,
    part: { start: 0, end: sql.length },
    transaction: up.transaction,
    empty: false,
  };
  const scope = run({ ...migration, down, irreversible: undefined, partOf: undefined });
  const refused = scope.downSteps.flatMap(
    ({ refused: isRefused, skipped, operation, failures, effects }): readonly Difference[] =>
      isRefused && !skipped
        ? [
            {
              change: "changed",
              object: operation.kind,
              text: sql.slice(operation.span.start, operation.span.end),
              detail: [...failures.map(({ kind }) => kind), effects.fails ?? ""].join(", "),
            },
          ]
        : [],
  );
  const isAnnounced = ({ text: of, detail }: Difference): boolean =>
    detail === "no NOT NULL" && nullable.some((column) => of === `column ${column}`);
  return [...refused, ...(scope.rollbackDifference() ?? []).filter((one) => !isAnnounced(one))];
}

/** A changeset: its file may hold others and say how it runs, or a changelog says it. */
export const isInChangelog = (history: History, migration: Migration): boolean => {
  const place = history.rollbackName(migration);
  return place.startsWith("--rollback") || (history.rollbacks === "section" && !isMarker(place));
};

/** What begins a section of the file, and not words for a place elsewhere. */
export const isMarker = (place: string): boolean => /^\W/.test(place);

/** Where the tool finds the rollback, with the text that is to stand there. */
export function targetOf(
  fs: FileSystem,
  history: History,
  migration: Migration,
  upText: string,
  text: string,
): RollbackPlan["target"] {
  const { up, down } = migration;
  if (history.rollbacks === "file") {
    const file = down?.path ?? join(history.root, history.rollbackName(migration));
    return { file, before: fs.read(file), after: `${text}\n` };
  }
  const marker = history.rollbackName(migration);
  if (!isMarker(marker)) return undefined;
  const before = fs.read(up.path) ?? up.text;
  if (down !== undefined) {
    const grown = upText.length - up.text.length;
    const [start, end] = [down.part.start + grown, down.part.end + grown];
    return { file: up.path, before, after: `${upText.slice(0, start)}${text}\n${upText.slice(end)}` };
  }
  const end = up.part.end + upText.length - up.text.length;
  const own = isInChangelog(history, migration)
    ? text
        .split("\n")
        .map((line) => (line.startsWith("--") ? line : `--rollback ${line}`))
        .join("\n")
    : `${marker}\n${text}`;
  return {
    file: up.path,
    before,
    after: `${upText.slice(0, end).trimEnd()}\n\n${own}\n${upText.slice(end)}`,
  };
}
