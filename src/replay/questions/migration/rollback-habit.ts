/** Whether a project writes rollbacks: one that doesn't has chosen so, and each migration says it again. */
import { hasAutomaticRollback, type Migration } from "../../../project/migration.ts";
import type { MigrationScope } from "../../step.ts";

/** So many migrations before tell what the project does now. */
const looked = 20;
/** Where so many in a row have none, the project no longer writes them. */
const stopped = 4;

/** See `MigrationScope.rollbackHabit`. */
export function rollbackHabit({
  history,
  migration,
}: MigrationScope): ReturnType<MigrationScope["rollbackHabit"]> {
  // A tool that writes most rollbacks itself asks for the rest alone.
  const ofCode = migration.oneWay && habitOfCode(history.migrations.slice(0, migration.index));
  if (ofCode !== undefined) return ofCode;
  let needed = 0;
  let written = 0;
  let automatic: Migration | undefined;
  let part = "";
  for (let i = migration.index - 1; i >= 0 && needed < looked; i--) {
    const one = history.migrations[i];
    // One that states why there is no way back is no example of either habit.
    if (one?.kind !== "versioned" || one.up.empty || one.irreversible !== undefined) continue;
    if (hasAutomaticRollback(one)) {
      automatic = one;
      continue;
    }
    // Parts that take the place of one changeset are one decision.
    const whole = `${one.up.path} ${one.name.replace(/-\d+$/, "")}`;
    if (one.changeset !== undefined && whole === part) continue;
    part = whole;
    needed++;
    if (one.down?.empty === false) written++;
    else if (written === 0 && needed === stopped) return "seldom";
  }
  if (automatic !== undefined) {
    // Nobody wrote these, so one rollback alone is no habit. That a class can be taken back is expected until some can't.
    if (automatic.changeset !== undefined && written < 2) return "seldom";
    needed++;
    if (automatic.changeset === undefined) written += 0.5;
  }
  // At the start of a history nothing is known yet.
  return needed === 0 ? "seldom" : habit(written, needed, automatic === undefined ? 2 : 4);
}

/** @param least one in so many is written, or they are seldom */
function habit(written: number, needed: number, least: number): ReturnType<MigrationScope["rollbackHabit"]> {
  if (written * least < needed) return "seldom";
  return written * 4 < needed * 3 ? "at times" : "mostly";
}

/** Fewer tell nothing. */
const least = 4;

/** Of migrations with an operation that has no way back unless somebody writes one. */
function habitOfCode(before: readonly Migration[]): ReturnType<MigrationScope["rollbackHabit"]> | undefined {
  const asked = before
    .filter(({ oneWay, down }) => oneWay !== undefined || down?.code?.isWritten === true)
    .slice(-looked);
  const written = asked.filter(({ oneWay }) => oneWay === undefined).length;
  return asked.length < least ? undefined : habit(written, asked.length, 4);
}

/** See `MigrationScope.seldomExplains`. */
export function seldomExplains({ history, migration }: MigrationScope): boolean {
  const marked = history.migrations
    .slice(0, migration.index)
    .flatMap(({ irreversible }) => irreversible ?? [])
    .slice(-looked);
  return marked.length >= least && marked.filter((reason) => reason !== "").length * 4 < marked.length;
}
