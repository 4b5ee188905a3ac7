/** Some migrations that follow each other, replayed as one release, with the schema before them. */
import { UserError } from "../config/user-error.ts";
import type { FileSystem, History, Migration } from "../project/migration.ts";
import type { Collections } from "../replay/questions/documents/collections.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { Schema } from "../schema/schema.ts";
import { chosen, lastApplied, stateBefore } from "./chosen-migration.ts";
import { replayer } from "./replayer.ts";
import type { FileOptions } from "./files.ts";
import type { Flow } from "./flow.ts";
import { openProject } from "./open-project.ts";
import { openWorlds, type World } from "./open.ts";

export interface BatchOptions extends FileOptions {
  /** Files, versions or names of migrations that follow each other. Default: the newest of the only history. */
  readonly migrations?: readonly string[] | undefined;
  /** Instead: all after this one. */
  readonly after?: string | undefined;
}

export interface OpenedBatch {
  readonly fs: FileSystem;
  readonly flow: Flow;
  readonly history: History;
  readonly world: World;
  readonly scopes: readonly ReplayedMigration[];
  readonly migrations: readonly Migration[];
  /** The migration before the first of them. */
  readonly previous: Migration | undefined;
  /** The schema before the first of them. */
  readonly base: Schema;
  /** The collections before it. */
  readonly collections: Collections;
}

/**
 * @param choose which migrations may be meant; default: those with SQL
 * @throws UserError if there are no such migrations, or one isn't read
 */
export async function openBatch(options: BatchOptions, choose = chosen): Promise<OpenedBatch> {
  const { facts = {} } = options;
  const { fs, flow, histories } = await openProject(options);
  const { history, migrations } = chosenOnes(histories, options, choose);
  const [first] = migrations;
  if (first === undefined) throw new UserError("no migrations are pending", { hint: "name one" });
  const unread = migrations.find((one) => one.unread === true);
  if (unread !== undefined)
    throw new UserError("ddlint doesn't read this migration", { file: unread.up.path });
  const previous = history.migrations[first.index - 1];
  // They are one release, whatever the project says of older ones.
  const startAfter = previous?.name;
  const world = openWorlds(
    fs,
    { ...facts, startAfter, folders: withoutStart(facts.folders) },
    flow,
  )({
    ...history,
    startAfter,
  });
  const before = stateBefore(history, first, flow, world);
  const replay = replayer(history, flow, world);
  let state = before;
  const scopes = migrations.map((migration) => {
    const replayed = replay(migration, state);
    state = replayed.state;
    return replayed.scope;
  });
  return {
    fs,
    flow,
    history,
    world,
    scopes,
    migrations,
    previous,
    base: before.schema,
    collections: before.collections,
  };
}

const withoutStart = (folders: NonNullable<FileOptions["facts"]>["folders"]): typeof folders =>
  folders &&
  Object.fromEntries(
    Object.entries(folders).map(([folder, own]) => [folder, { ...own, startAfter: undefined }]),
  );

function chosenOnes(
  histories: readonly History[],
  { migrations: names = [], after, facts = {} }: BatchOptions,
  choose: typeof chosen,
): { readonly history: History; readonly migrations: readonly Migration[] } {
  if (after !== undefined) {
    const { history, migration } = choose(histories, after);
    return { history, migrations: history.migrations.slice(migration.index + 1).filter(isRun) };
  }
  if (names.length === 0) {
    const { history, migration } = choose(histories, undefined);
    const last = lastApplied(history, facts);
    const pending = last && history.migrations.slice(last.index + 1).filter(isRun);
    return { history, migrations: pending !== undefined && pending.length > 0 ? pending : [migration] };
  }
  const found = names.map((name) => choose(histories, name));
  const [first] = found;
  const other = found.find(({ history }) => history !== first?.history);
  if (first === undefined || other !== undefined)
    throw new UserError("these migrations aren't of one history", { hint: "name those of one" });
  const { history } = first;
  const wanted = new Set(found.map(({ migration }) => migration.index));
  const migrations = history.migrations.filter(({ index }) => wanted.has(index));
  const [from, to] = [migrations[0]?.index ?? 0, migrations.at(-1)?.index ?? 0];
  const missing = history.migrations.find(
    (one) => one.index > from && one.index < to && !wanted.has(one.index),
  );
  if (missing !== undefined && isRun(missing))
    throw new UserError(`${missing.name} is between these migrations`, { hint: "name it, too" });
  return { history, migrations };
}

const isRun = ({ kind, emptyHere, beforeBaseline }: Migration): boolean =>
  kind !== "baseline" && emptyHere !== true && beforeBaseline !== true;
