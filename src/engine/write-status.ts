/** The files of a history against the table that its tool keeps. */
import { UserError } from "../config/user-error.ts";
import { toolNamed } from "../project/known-tools.ts";
import type { History, Migration } from "../project/migration.ts";
import { trackingQuery, type Tracking } from "../project/tracking.ts";
import { openProject } from "./open-project.ts";
import type { MigrationStatus, Status, StatusOptions, StatusQuery, TrackingRow } from "./status.ts";

interface Tracked {
  readonly history: History;
  readonly tracking: Tracking;
}

export async function queryOf(options: StatusOptions): Promise<StatusQuery> {
  const { history, tracking } = await trackedHistory(options);
  return { tool: history.tool, dialect: history.dialect, sql: trackingQuery(tracking, history.dialect) };
}

async function trackedHistory({ table, ...options }: StatusOptions): Promise<Tracked> {
  const { histories } = await openProject(options);
  const [history, second] = histories.filter(({ migrations }) => migrations.length > 0);
  if (history === undefined) throw new UserError("no migrations found", { hint: "give their folder" });
  if (second !== undefined)
    throw new UserError(`there are several histories of migrations here: ${history.root}, ${second.root}`, {
      hint: "give the folder of one",
    });
  const { tracking } = toolNamed(history.tool);
  if (tracking === undefined)
    throw new UserError(
      history.handMade
        ? "no migration tool is known here, so the table of applied migrations isn't either"
        : `what ${history.tool} writes down of applied migrations isn't known`,
      { hint: "name the tool with --tool" },
    );
  return { history, tracking: table === undefined ? tracking : { ...tracking, table } };
}

export async function writeStatus(rows: readonly TrackingRow[], options: StatusOptions): Promise<Status> {
  const { history, tracking } = await trackedHistory(options);
  const tool = toolNamed(history.tool);
  const last = new Map(rows.map((row) => [row.migration, row]));
  const keys = new Map<Migration, string>();
  for (const migration of history.migrations) {
    const key = tracking.keyOf(migration);
    if (key !== undefined) keys.set(migration, key);
  }
  const stateOf = appliedOnes(history, tracking, keys, last);
  const newest = history.migrations.findLast((one) => one.kind === "versioned" && stateOf(one) === "applied");
  const migrations = history.migrations.flatMap((migration): readonly MigrationStatus[] => {
    const state = stateOf(migration);
    if (state === undefined && isNotMeant(migration, newest)) return [];
    const row = last.get(keys.get(migration) ?? "");
    const common = { name: migration.name, file: migration.up.path };
    if (state === "failed") return [{ ...common, state, note: undefined }];
    if (state === "applied") {
      const isOther = isEdited(migration, tracking, row);
      const note = migration.kind === "repeatable" ? "it runs again" : tool.edited;
      return [isOther ? { ...common, state: "edited", note } : { ...common, state }];
    }
    const isLate =
      migration.kind === "versioned" &&
      history.inGraph !== true &&
      newest !== undefined &&
      migration.index < newest.index;
    return [isLate ? { ...common, state: "late", note: tool.late?.what } : { ...common, state: "pending" }];
  });
  const known = new Set(keys.values());
  return {
    tool: history.tool,
    dialect: history.dialect,
    root: history.root,
    migrations,
    unknown: [...last.values()].flatMap(({ migration, state }) =>
      known.has(migration) || state === "undone" || state === "baseline" ? [] : [migration],
    ),
    comparesTexts: tracking.checksum !== undefined,
  };
}

/** Made for new databases only, and this one isn't new. */
const isNotMeant = (
  { kind, beforeBaseline, emptyHere, inWork }: Migration,
  newest: Migration | undefined,
): boolean =>
  emptyHere === true ||
  inWork === true ||
  ((kind === "baseline" || beforeBaseline === true) && newest !== undefined);

/** Undefined: it isn't applied. */
function appliedOnes(
  { migrations }: History,
  { newestOnly, follows }: Tracking,
  keys: ReadonlyMap<Migration, string>,
  last: ReadonlyMap<string, TrackingRow>,
): (migration: Migration) => "applied" | "failed" | undefined {
  const rowOf = (migration: Migration): TrackingRow | undefined => last.get(keys.get(migration) ?? "");
  const applied = new Set<Migration>();
  const failed = new Set<Migration>();
  const byKey = new Map([...keys].map(([migration, key]) => [key, migration]));
  const add = (migration: Migration): void => {
    if (applied.has(migration)) return;
    applied.add(migration);
    for (const key of follows?.(migration) ?? []) {
      const before = byKey.get(key);
      if (before !== undefined) add(before);
    }
  };
  for (const migration of migrations) {
    const state = rowOf(migration)?.state;
    if (state === "failed") failed.add(migration);
    if (state === "applied" || state === "baseline") add(migration);
    const isAllBefore =
      state === "baseline" || (newestOnly === true && follows === undefined && state !== undefined);
    if (isAllBefore) for (const before of migrations) if (before.index < migration.index) add(before);
  }
  // A baseline's own version may have no file.
  for (const { migration: key, state } of last.values())
    if (state === "baseline" && !byKey.has(key)) for (const one of migrations) if (isUpTo(one, key)) add(one);
  return (migration) => (failed.has(migration) ? "failed" : applied.has(migration) ? "applied" : undefined);
}

/** Versions part by part, as numbers. */
function isUpTo({ version, kind }: Migration, key: string): boolean {
  if (version === undefined || kind !== "versioned") return false;
  const [a, b] = [version, key].map((text) => text.split(/[._]/).map(Number));
  for (let at = 0; at < Math.max(a?.length ?? 0, b?.length ?? 0); at++) {
    const [left, right] = [a?.[at] ?? 0, b?.[at] ?? 0];
    if (left !== right) return left < right;
  }
  return true;
}

function isEdited(migration: Migration, { checksum }: Tracking, row: TrackingRow | undefined): boolean {
  const own = checksum?.of(migration);
  const theirs = row?.checksum;
  return (
    own !== undefined && theirs !== undefined && theirs !== null && own.toLowerCase() !== theirs.toLowerCase()
  );
}
