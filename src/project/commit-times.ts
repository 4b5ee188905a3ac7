/**
 * When migrations were committed whose names don't say when they were written: for those that git knows something about.
 * What was committed at once when a repository began, or came from another one, has no time of its own.
 */
import { groupBy } from "../text/group.ts";
import type { Commit, FirstCommits, LineCommit } from "./git/first-commits.ts";
import { shownAt, type FileProblem } from "./file-problem.ts";
import type { History, Migration } from "./migration.ts";
import type { RelatedFile } from "./related-file.ts";

/** Nobody writes more in a commit: they came from elsewhere, or are the beginning of something new. */
const mostFiles = 10;
const mostMigrations = 30;
/** So many dates of one commit tell how a history grew before it. */
const leastGrown = 3;
/** A history that grew has more commits, and more than a week between them. */
const leastCommits = 3;
const leastAge = 7 * 86_400_000;
/** Nobody keeps so long what is written, in milliseconds: a date so long before its commit is made up, or it comes from elsewhere. */
const leastLate = 180 * 86_400_000;

export interface CommitTimesOptions {
  readonly read: (path: string) => string | undefined;
  /** The end of the day that a migration says it is of; undefined: it says none. */
  readonly statedDay: (migration: Migration) => number | undefined;
  /** What is asked about comes after what is there, which may be deployed already, however short before it was committed. */
  readonly isCompared: boolean;
  /** The tool doesn't run where a migration that it has applied is another one now. */
  readonly refusesEdited: boolean;
}

/** The history with `committedAt` of those migrations, where it has grown in this repository, else with `broughtBy`. */
export function withCommitTimes(
  history: History,
  undated: readonly Migration[],
  commits: FirstCommits,
  { read, statedDay, isCompared, refusesEdited }: CommitTimesOptions,
): History {
  const found = new Map<Migration, Commit>();
  for (const [path, own] of groupBy(undated, ({ up }) => up.path)) {
    const lines = commits.lines.get(path);
    const ofPart = lines && commitsOfParts(lines, read(path) ?? "");
    for (const migration of own) {
      const commit = ofPart === undefined ? commits.files.get(path) : ofPart(migration);
      if (commit !== undefined) found.set(migration, commit);
    }
  }
  const isMany = manyIn(found);
  const isUnknown = (commit: Commit): boolean => (commit.isRoot ? isMany(commit) : commit.isImport);
  const misdated = new Set<Migration>();
  const dated = [...found].flatMap(([migration, commit]) => {
    const day = statedDay(migration);
    return day === undefined ? [] : [{ migration, commit, day }];
  });
  for (const own of groupBy(dated, ({ commit }) => commit.id).values()) {
    const days = own.map(({ day }) => day);
    // Several over a longer time have grown somewhere else.
    const isOfOneTime = own.length < leastGrown || Math.max(...days) - Math.min(...days) < leastAge;
    for (const { migration, commit, day } of own)
      if (isOfOneTime && commit.at - day >= leastLate && !isMany(commit) && !isUnknown(commit))
        misdated.add(migration);
      else found.delete(migration);
  }
  const times = [...found.values()].map(({ at }) => at);
  const ids = new Set([...found.values()].map(({ id }) => id));
  const age = times.reduce((a, b) => Math.max(a, b), 0) - times.reduce((a, b) => Math.min(a, b), Infinity);
  const hasGrown = ids.size >= leastCommits && age >= leastAge;
  const editsFrom = isCompared || !refusesEdited ? () => undefined : editedBy(history, commits);
  const migrations = history.migrations.map((one) => {
    const commit = found.get(one);
    const from = commit && editsFrom(commit);
    const given = from === undefined || from >= one.index ? one : { ...one, editsFrom: from };
    if (commit === undefined || isUnknown(commit)) return given;
    const migration = misdated.has(one) ? { ...given, writtenAt: null } : given;
    if (hasGrown && !commit.isImport && !isMany(commit)) return { ...migration, committedAt: commit.at };
    const at = isCompared ? undefined : commit.at;
    return { ...migration, broughtBy: { id: commit.id, at, isMany: isMany(commit) } };
  });
  const problems = history.problems.map((problem) => ofNewest(problem, commits.files));
  const count = migrations.filter(({ committedAt }) => committedAt !== undefined).length;
  if (count === 0) return { ...history, migrations, problems };
  const said = `git says when ${count} of ${migrations.length} migrations were committed`;
  return { ...history, migrations, problems, evidence: [...history.evidence, said] };
}

/** The first migration that a commit edited; not where it edited many: of their line ends, or all the same. */
function editedBy({ migrations }: History, { edits }: FirstCommits): (commit: Commit) => number | undefined {
  return ({ id }) => {
    const paths = edits.get(id) ?? [];
    if (paths.length === 0 || paths.length > mostFiles) return undefined;
    return migrations.find(
      ({ kind, accepts, up }) => kind === "versioned" && accepts === undefined && paths.includes(up.path),
    )?.index;
  };
}

/** Of files that share a problem, the one that was committed last is to blame, if nothing holds it in its place; where git doesn't know each, the last by name. */
function ofNewest(problem: FileProblem, commits: FirstCommits["files"]): FileProblem {
  const { path, related = [], isShared } = problem;
  const own = commits.get(path)?.at;
  if (isShared !== true || own === undefined) return problem;
  let newest = own;
  let found: RelatedFile | undefined;
  for (const one of related) {
    const at = commits.get(one.path)?.at;
    if (at === undefined) return problem;
    if (at <= newest || one.isHeld === true) continue;
    newest = at;
    found = one;
  }
  return found === undefined ? problem : shownAt(problem, found);
}

function manyIn(found: ReadonlyMap<Migration, Commit>): (commit: Commit) => boolean {
  const many = new Set<string>();
  for (const [id, own] of groupBy(found, ([, commit]) => commit.id))
    if (own.length > mostMigrations || new Set(own.map(([{ up }]) => up.path)).size > mostFiles) many.add(id);
  return ({ id }) => many.has(id);
}

/**
 * Which commit brought a migration that is a part of a file: the oldest of its lines that the file has once. Others may
 * be those of a neighbour, and somebody may have changed some later.
 */
function commitsOfParts(
  lines: readonly LineCommit[],
  text: string,
): (migration: Migration) => Commit | undefined {
  const rows = text.split("\n");
  const now = rows.map((line) => line.trim());
  const counts = new Map<string, number>();
  for (const line of now) counts.set(line, (counts.get(line) ?? 0) + 1);
  const commits = aligned(lines, now);
  const starts: number[] = [];
  let at = 0;
  for (const line of rows) {
    starts.push(at);
    at += line.length + 1;
  }
  return ({ changeset, up }) => {
    const { start, end } = changeset?.node.at ?? up.part;
    let oldest: Commit | undefined;
    for (let i = lineAt(starts, start); i < now.length && (starts[i] ?? 0) < end; i++) {
      const line = now[i] ?? "";
      const commit = commits[i];
      if (!/\p{L}/u.test(line) || counts.get(line) !== 1) continue;
      if (commit !== undefined && (oldest === undefined || commit.at < oldest.at)) oldest = commit;
    }
    return oldest;
  };
}

/** The last line that starts at or before an offset. */
function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Of each line as it is now: those of the last commit up to where they differ, from both ends. */
function aligned(lines: readonly LineCommit[], now: readonly string[]): readonly (Commit | undefined)[] {
  const found: (Commit | undefined)[] = now.map(() => undefined);
  const most = Math.min(lines.length, now.length);
  let top = 0;
  while (top < most && lines[top]?.text === now[top]) found[top] = lines[top++]?.commit;
  for (let i = 1; i <= most - top && lines.at(-i)?.text === now.at(-i); i++)
    found[now.length - i] = lines.at(-i)?.commit;
  return found;
}
