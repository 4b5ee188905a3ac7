import { statusOf } from "../project/git/changes.ts";
import { filesOf, type History, type Migration } from "../project/migration.ts";
import { baseName, join } from "../project/files/paths.ts";
import { compareComponents, compareDigits } from "../project/version.ts";
import type { Relation } from "../schema/model.ts";
import type { ReplayFacts } from "./replay-facts.ts";
import type { MigrationScope } from "./step.ts";

/** Its tool does nothing with what it says: that isn't applied like this. */
const isDoneElsewhere = ({ emptyHere, up }: Migration): boolean => emptyHere === true && !up.empty;

/**
 * True if it is still to be applied. `reached`: it comes after `startAfter`, or nothing says what is applied.
 *
 * What is new in git and comes before `startAfter` is a late one: no server had it when that was written.
 */
export function isPending(
  history: History,
  migration: Migration,
  reached: boolean,
  facts: ReplayFacts,
): boolean {
  const { changes, startAfter } = facts;
  if (isDoneElsewhere(migration)) return false;
  if (!isChanged(migration, facts)) return false;
  if (reached || changes === undefined || statusOf(changes, migration) !== "added") return reached;
  const last = history.migrations.find((one) => isNamed(history, one, startAfter));
  return last !== undefined && statusOf(changes, last) !== "added";
}

/**
 * True if `name` is the version, in any spelling that the tool takes for the same, the name or the file name, or the file
 * and one of these: `file::name`, `file::id::author`.
 */
export function isNamed(
  { comparesParts }: Pick<History, "comparesParts">,
  { version, name: own, description, up }: Migration,
  name: string | undefined,
): boolean {
  if (name === undefined) return false;
  if ([version, own, baseName(up.path), up.path].includes(name)) return true;
  const [file = "", id, author] = name.split("::");
  if (id !== undefined && `/${up.path}`.endsWith(`/${join(file)}`))
    return author === undefined ? [own, version, description].includes(id) : own === `${author}:${id}`;
  // Flyway's file names begin with a V that is no part of the version.
  const asked = comparesParts === true ? name.replace(/^v(?=\d)/i, "") : name;
  if (version === undefined || !/^\d[\d._-]*$/.test(asked) || !/^\d[\d._-]*$/.test(version)) return false;
  if (comparesParts === true) return compareComponents(version, asked) === 0;
  // Elsewhere separators only group the digits of a date: `2026-01-31-120000`.
  return /^\d+$/.test(asked) && compareDigits(version, asked) === 0;
}

/** A name that is that of this migration alone, of those that share its file: `changes.sql::7::ann`. */
export function addressOf({ name, description, up }: Migration): string {
  const author = name.endsWith(`:${description}`) ? name.slice(0, -description.length - 1) : undefined;
  return [up.path, ...(author === undefined ? [name] : [description, author])].join("::");
}

/**
 * New or changed since the commit that is compared with. Without one all are, but for repeatable ones where the project
 * says what is applied: only git knows which of them have changed since.
 */
function isChanged(migration: Migration, { changes, startAfter }: ReplayFacts): boolean {
  const { kind, inWork, up } = migration;
  if (changes === undefined) return kind !== "repeatable" || inWork === true || startAfter === undefined;
  // A file of SQL that it loads is a part of it.
  const others = filesOf(migration).filter((path) => path !== up.path);
  return (
    statusOf(changes, migration) !== "unchanged" ||
    others.some((path) => changes.status(path) !== "unchanged")
  );
}

/**
 * Tests whether a migration, by its number, is deployed with this one: all that are new in git are, and what was
 * written at once, unless one of the two is applied.
 */
export function deployOf(
  { migration, history: { migrations }, pending, firstPending }: DeployScope,
  { changes }: Pick<ReplayFacts, "changes">,
): (index: number) => boolean {
  const { index, beforeBaseline, deployment } = migration;
  if (beforeBaseline === true) return (other) => other <= index;
  const isNew = (one: Migration | undefined): boolean =>
    one !== undefined && changes !== undefined && statusOf(changes, one) === "added";
  if (isNew(migration)) return (other) => other >= firstPending && isNew(migrations[other]);
  const isWrittenWith = (other: number): boolean =>
    deployment !== undefined && migrations[other]?.deployment === deployment;
  return (other) => other === index || (isWrittenWith(other) && (!pending || other >= firstPending));
}

/**
 * Tests whether a table comes with what is deployed with this migration. One that IF NOT EXISTS makes may be older, unless
 * what is behind it was written with it.
 */
export function comesWith(
  scope: DeployScope,
  facts: Pick<ReplayFacts, "changes">,
): (table: Pick<Relation, "origin" | "maybeOlder">) => boolean {
  const isDeployedWith = deployOf(scope, facts);
  const { migration, history } = scope;
  const isWrittenWith = (other: number): boolean =>
    migration.deployment !== undefined && history.migrations[other]?.deployment === migration.deployment;
  return ({ origin, maybeOlder }) =>
    origin !== undefined &&
    isDeployedWith(origin.migration) &&
    (maybeOlder !== true || isWrittenWith(origin.migration));
}

type DeployScope = Pick<MigrationScope, "migration" | "history" | "pending" | "firstPending">;

/** The same of a release: that has all that comes after `startAfter`, too. */
export function releaseOf(scope: DeployScope, facts: ReplayFacts): (index: number) => boolean {
  const { changes, startAfter } = facts;
  const isByGit = changes !== undefined || scope.migration.beforeBaseline === true;
  if (isByGit || startAfter === undefined || !scope.pending) return deployOf(scope, facts);
  return (other) => other >= scope.firstPending;
}
