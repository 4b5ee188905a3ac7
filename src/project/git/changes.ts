/** What became of a project's files since some commit; `git.ts` asks git for it. */
import type { FileSystem } from "../migration.ts";
import { compareText, isWithin, join, parentOf, segments } from "../files/paths.ts";

export type FileStatus = "added" | "modified" | "unchanged";

/** Paths are as shown to the user. */
export interface Changes {
  /** For messages: `main`, `the last commit`. */
  readonly since: string;
  /**
   * Of a file that is there; of a link also what became of its target. One that was only moved to another folder, with
   * the same name, is as it was: `withArrivals` says which of these are new to their history.
   */
  readonly status: (path: string) => FileStatus;
  /** Of a migration that is only a part of its file; undefined: what is true of the file. See `statusOf`. */
  readonly ofPart?: ((path: string, name: string) => FileStatus | undefined) | undefined;
  /** New path → old path. */
  readonly moved: ReadonlyMap<string, string>;
  /** Submodules of which another commit is recorded: what is new in them isn't known. */
  readonly submodules: readonly string[];
  /** All files that are there and are new, changed or moved, sorted. */
  readonly files: readonly string[];
  /** What is no longer under its path, with its new path if it was renamed. */
  readonly gone: ReadonlyMap<string, string | undefined>;
  /** Files that were there have changed. */
  readonly touchesOld: boolean;
  /** The files as they were then. */
  readonly base: FileSystem;
  /**
   * What the branch that is compared with has got in these folders since this one left it; undefined: nothing, or it
   * isn't known. Asked only where something depends on it.
   */
  readonly upstream?: ((folders: readonly string[]) => Upstream | undefined) | undefined;
}

/** Of a migration: where several stand in one file, only those that are new or changed themselves are so. */
export const statusOf = (
  { status, ofPart }: Pick<Changes, "status" | "ofPart">,
  { name, up: { path } }: { readonly name: string; readonly up: { readonly path: string } },
): FileStatus => ofPart?.(path, name) ?? status(path);

/** The other branch. Paths are as shown to the user. */
export interface Upstream {
  /** New path → old path, of files that it has only moved or renamed. */
  readonly moved: ReadonlyMap<string, string>;
  /** Files that it has changed. */
  readonly modified: ReadonlySet<string>;
  /** The files where this branch left it. */
  readonly fork: FileSystem;
  /** Its files as they are now. */
  readonly tip: FileSystem;
  /** The files of both, as a merge makes them; of a file that both have changed, this branch's. */
  readonly merged: FileSystem;
}

/** What has become of files from one commit to another, with the texts of both. */
export interface SideChanges extends Pick<ChangedFiles, "added" | "modified" | "deleted" | "renamed"> {
  readonly before: (path: string) => string | undefined;
  readonly after: (path: string) => string | undefined;
}

export const noSideChanges: SideChanges = {
  added: new Set(),
  modified: new Set(),
  deleted: new Set(),
  renamed: new Map(),
  before: () => undefined,
  after: () => undefined,
};

/**
 * @param now what `changes` is about
 * @param later what the other branch has got and this one hasn't
 * @param merged what it had got before this branch was last merged with it, since they parted
 */
export function upstreamOf(
  changes: Changes,
  now: FileSystem,
  later: SideChanges,
  merged: SideChanges = noSideChanges,
): Upstream {
  const { base, gone, status, moved } = changes;
  const isOurs = (path: string): boolean => gone.has(path) || moved.has(path) || status(path) !== "unchanged";
  const theirs = (paths: Iterable<string>): Set<string> =>
    new Set([...paths].filter((path) => !isOurs(path)));
  const left = (side: SideChanges): readonly string[] => [...side.deleted, ...side.renamed.keys()];
  const come = (side: SideChanges): readonly string[] => [...side.added, ...side.renamed.values()];
  const forward = { hidden: left(later), restored: come(later), changed: later.modified, text: later.after };
  return {
    moved: new Map([merged, later].flatMap(({ renamed }) => [...renamed].map(([from, to]) => [to, from]))),
    modified: new Set([...merged.modified, ...later.modified]),
    fork: changedView(base, {
      hidden: new Set(come(merged)),
      restored: new Set(left(merged)),
      changed: merged.modified,
      text: merged.before,
    }),
    tip: changedView(base, {
      ...forward,
      hidden: new Set(forward.hidden),
      restored: new Set(forward.restored),
    }),
    merged: changedView(now, {
      hidden: theirs(forward.hidden),
      restored: theirs(forward.restored),
      changed: theirs(forward.changed),
      text: later.after,
    }),
  };
}

export interface ChangedFiles {
  readonly since: string;
  readonly added: ReadonlySet<string>;
  readonly modified: ReadonlySet<string>;
  readonly deleted: ReadonlySet<string>;
  /** Old path → new path; a new one that also changed stands in `modified`. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly submodules?: ReadonlySet<string> | undefined;
  /** Where the links of a path lead, as it is shown; the path itself if it has none. */
  readonly target?: Target | undefined;
  /** Text at that time of a file that has since changed, gone or moved. */
  readonly before: (path: string) => string | undefined;
}

export type Target = (path: string) => string;

const unlinked: Target = (path) => path;

export function changesOf(files: ChangedFiles, now: FileSystem): Changes {
  const { since, added, modified, deleted, renamed, before, target = unlinked } = files;
  const submodules = [...(files.submodules ?? [])].sort(compareText);
  const gone = new Map<string, string | undefined>([...deleted].map((path) => [path, undefined]));
  for (const [from, to] of renamed) gone.set(from, to);
  const changed = new Set([
    ...modified,
    ...[...renamed].flatMap((pair) => (isOnlyMoved(...pair) ? [] : [pair[1]])),
  ]);
  const newPaths = new Set([...added, ...renamed.values()]);
  const own = (path: string): FileStatus =>
    added.has(path)
      ? "added"
      : changed.has(path) || submodules.some((folder) => isWithin(folder, path))
        ? "modified"
        : "unchanged";
  return {
    since,
    gone,
    moved: new Map([...renamed].map(([from, to]) => [to, from])),
    submodules,
    files: [...new Set([...newPaths, ...changed])].sort(compareText),
    touchesOld: modified.size + gone.size > 0,
    status(path) {
      const status = own(path);
      const real = status === "unchanged" ? target(path) : path;
      if (real === path) return status;
      return gone.has(real) ? "modified" : own(real);
    },
    base: changedView(now, {
      hidden: newPaths,
      restored: new Set(gone.keys()),
      changed: modified,
      text: before,
      target,
    }),
  };
}

/** The changes, with files that moved counted as added where they arrive from elsewhere. */
export function withArrivals(changes: Changes, isArrival: (to: string, from: string) => boolean): Changes {
  const { moved, status } = changes;
  const known = new Map<string, boolean>();
  const arrives = (path: string): boolean => {
    const from = moved.get(path);
    const answer = known.get(path) ?? (from !== undefined && isArrival(path, from));
    known.set(path, answer);
    return answer;
  };
  return { ...changes, status: (path) => (arrives(path) ? "added" : status(path)) };
}

/** Another folder around the same migration: where each has a folder of its own, that one's name counts. */
function isOnlyMoved(from: string, to: string): boolean {
  const [old, now] = [segments(from), segments(to)];
  const own = /^(?:up|down|migration)\.sql$/.test(now.at(-1) ?? "") ? 2 : 1;
  return old.slice(-own).join("/") === now.slice(-own).join("/");
}

export interface ChangedView {
  /** Files that aren't seen. */
  readonly hidden: ReadonlySet<string>;
  /** Files that are seen although they aren't there. */
  readonly restored: ReadonlySet<string>;
  /** Files with another text. */
  readonly changed: ReadonlySet<string>;
  /** Text of those restored and changed. */
  readonly text: (path: string) => string | undefined;
  readonly target?: Target | undefined;
}

/** `fs` with some files hidden, others restored, and texts exchanged. */
export function changedView(fs: FileSystem, view: ChangedView): FileSystem {
  const { hidden, restored, changed, text, target = unlinked } = view;
  const extra = new Map<string, Set<string>>();
  const known = new Set([...hidden, ...restored, ...changed]);
  for (const path of restored) {
    let name = path;
    for (let folder = parentOf(path); folder !== undefined; folder = parentOf(folder)) {
      const names = extra.get(folder) ?? new Set();
      extra.set(folder, names.add(name.slice(folder === "." ? 0 : folder.length + 1)));
      name = `${folder}/`;
    }
  }
  return {
    read(path) {
      const at = known.has(path) ? path : target(path);
      return restored.has(at) || changed.has(at) ? text(at) : hidden.has(at) ? undefined : fs.read(path);
    },
    folder: () => fs.folder?.(),
    refused: () => new Map([...(fs.refused?.() ?? [])].filter(([path]) => !known.has(path))),
    list(folder) {
      const there = fs.list(folder).filter((name) => !hidden.has(join(folder, name)));
      const more = extra.get(folder);
      return more === undefined ? there : [...new Set([...there, ...more])].sort(compareText);
    },
  };
}
