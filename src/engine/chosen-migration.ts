/** One migration of a project that a command is about: finding it, replaying what comes before it, naming places in it. */
import { UserError } from "../config/user-error.ts";
import { dialectTitles, isCodeOnly } from "../model/dialect.ts";
import type { Operation } from "../model/operation.ts";
import { factsOf, type Facts } from "../project/facts.ts";
import type { History, Migration, Script } from "../project/migration.ts";
import { join } from "../project/files/paths.ts";
import { addressOf, isNamed } from "../replay/pending.ts";
import { replayMigration } from "../replay/replay.ts";
import { initialState, type ReplayState } from "../replay/state.ts";
import type { MigrationScope, Place } from "../replay/step.ts";
import type { Origin } from "../schema/model.ts";
import { indexLines } from "../text/lines.ts";
import { nearest } from "../text/nearest.ts";
import { onceFor } from "../text/once-for.ts";
import { placeOf } from "../text/source-map.ts";
import type { Flow } from "./flow.ts";
import type { World } from "./open.ts";
import type { RollbackNote } from "./rollback.ts";

/** @throws UserError if none of them is for a database with SQL: nothing can be written for the others */
function withSql(histories: readonly History[]): readonly History[] {
  const found = histories.filter(({ dialect }) => !isCodeOnly[dialect]);
  const [other] = histories;
  if (found.length === 0 && other !== undefined)
    throw new UserError(`${dialectTitles[other.dialect]} has no SQL that could be written`, {
      hint: "rollback, plan, runbook, new and preflight --dry-run write calls of its driver and its shell",
    });
  return found;
}

/** The migration that is meant, of a database with SQL. */
export const chosen = (histories: readonly History[], asked: string | undefined): Chosen =>
  chosenOfAll(withSql(histories), asked);

export interface Chosen {
  readonly history: History;
  readonly migration: Migration;
}

/** The migration that is meant, whatever its database. */
export function chosenOfAll(histories: readonly History[], asked: string | undefined): Chosen {
  const all = histories.flatMap((history) => history.migrations.map((migration) => ({ history, migration })));
  if (all.length === 0) throw new UserError("no migrations found", { hint: "give their folder" });
  const versioned = all.filter(({ migration }) => migration.kind === "versioned");
  if (asked === undefined) {
    const last = versioned.at(-1);
    if (last !== undefined && new Set(all.map(({ history }) => history)).size === 1) return last;
    throw new UserError("there are several histories of migrations here", {
      hint: "name the migration: its file",
    });
  }
  const path = join(asked);
  const found = all.filter(
    ({ history, migration }) =>
      migration.up.path === path || migration.down?.path === path || isNamed(history, migration, asked),
  );
  const [first, second] = found;
  if (first === undefined)
    throw new UserError(`there is no migration "${asked}"`, {
      nearest: nearest(
        asked,
        all.flatMap(({ migration }) => [migration.name, migration.up.path]),
      ),
      hint: "give its file, its version or its name, or of several in one file `file::name`",
    });
  if (second === undefined) return first;
  // Changesets of one changelog share its file.
  const isShared = ({ migration }: Chosen): boolean =>
    all.some((other) => other.migration !== migration && other.migration.up.path === migration.up.path);
  const [one, other] = [first, second].map((each) =>
    isShared(each) ? addressOf(each.migration) : each.migration.up.path,
  );
  throw new UserError(`"${asked}" names several migrations: ${one ?? ""}, ${other ?? ""}`, {
    hint: "give one as it stands here",
  });
}

/** The last migration that is stated as applied. */
export function lastApplied(history: History, facts: Facts): Migration | undefined {
  const { startAfter } = factsOf(history, facts);
  return history.migrations.find((one) => isNamed(history, one, startAfter));
}

export const isApplied = (history: History, { index }: Migration, facts: Facts): boolean =>
  index <= (lastApplied(history, facts)?.index ?? -1);

/** What the migrations before one leave. */
export function stateBefore(
  history: History,
  { index }: Pick<Migration, "index">,
  { dialects, read }: Flow,
  { facts, snapshot }: World,
): ReplayState {
  const dialect = dialects.of(history.dialect);
  let state = initialState(history, dialect, facts, snapshot);
  for (const earlier of history.migrations.slice(0, index))
    state = replayMigration(history, dialect, earlier, state, read, facts).state;
  return state;
}

/** The texts of statements in a history, by where they stand; each script is read once. `dump`: what was there before it. */
export function textsOf(
  history: History,
  flow: Pick<Flow, "read">,
  dump?: Script,
): (origin: Origin, makes: (operation: Operation) => boolean) => string | undefined {
  const statementsOf = onceFor((script: Script) => flow.read(script, history).statements);
  return ({ migration, span }, makes) => {
    const script = migration < 0 ? dump : history.migrations[migration]?.up;
    if (script === undefined) return undefined;
    const statement = statementsOf(script).find((one) =>
      one.operations.some((op) => op.span.start === span.start && makes(op)),
    );
    const [only, second] = statement?.operations ?? [];
    if (statement === undefined || only === undefined || second !== undefined) return undefined;
    return script.text.slice(statement.span.start, statement.span.end).trim().replace(/;$/, "");
  };
}

/** Places as a person counts lines. */
export const noted =
  ({ migration: { up } }: Pick<MigrationScope, "migration">) =>
  ({ what, at }: { readonly what: string; readonly at: Place }): RollbackNote => {
    const place = up.code === undefined ? at : (placeOf(up.code.map, at.span) ?? at);
    const source = up.code?.source ?? up.text;
    return { what, file: place.path, line: indexLines(source).position(place.span.start).line };
  };
