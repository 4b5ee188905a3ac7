/** Histories with the times of commits, where nothing else says when their migrations were written. */
import { digestOf } from "../cache/digest.ts";
import type { Store } from "../cache/store.ts";
import { withCommitTimes } from "../project/commit-times.ts";
import { factsIn, type Facts } from "../project/facts.ts";
import { toolNamed } from "../project/known-tools.ts";
import type { Tool } from "../project/tool.ts";
import type { AskedFiles, FirstCommits } from "../project/git/first-commits.ts";
import type { Changes } from "../project/git/changes.ts";
import type { FileSystem, History, Migration } from "../project/migration.ts";
import { isChangeset, isUndated, statedDay } from "../replay/questions/migration/written-at.ts";
import type { Opened } from "./open.ts";

/** Asks git; see `firstCommits`. */
export type AskCommits = (cwd: string, asked: AskedFiles) => FirstCommits;

/** What git said holds as long as its last commit and the question are the same: in this process, and in `store`. */
export async function loadAskCommits(): Promise<(store: Store | undefined) => AskCommits> {
  // Loaded here, so that a run without it doesn't pay for child processes.
  const { firstCommits } = await import("../project/git/first-commits.ts");
  return (store) => (cwd, asked) =>
    firstCommits(cwd, asked, {
      read(question) {
        const name = nameOf(question);
        return lately.get(name) ?? (store?.read(name) as FirstCommits | undefined);
      },
      write(question, answer) {
        const name = nameOf(question);
        if (lately.size >= mostKept) lately.clear();
        lately.set(name, answer);
        store?.write(name, answer);
      },
    });
}

/** Asks git the same again only once it is told that there may be another commit. */
export function askOnce(ask: AskCommits): AskCommits & { readonly forget: () => void } {
  let last: { readonly question: string; readonly answer: FirstCommits } | undefined;
  const asked: AskCommits = (cwd, files) => {
    const question = digestOf([cwd, files]);
    if (last?.question !== question) last = { question, answer: ask(cwd, files) };
    return last.answer;
  };
  return Object.assign(asked, {
    forget: () => {
      last = undefined;
    },
  });
}

const nameOf = (question: readonly unknown[]): string => `commits-${digestOf(question)}`;

const mostKept = 16;
const lately = new Map<string, FirstCommits>();

/** What has been opened, with these times; git is asked once for all histories, and only where one of them needs it. */
export async function openedWithCommits(
  fs: FileSystem,
  opened: Opened,
  facts: Facts,
  { store, changes }: { readonly store?: Store | undefined; readonly changes?: Changes | undefined },
): Promise<Opened> {
  if (!opened.histories.some((history) => undatedOf(history, facts).length > 0)) return opened;
  if (fs.folder?.() === undefined) return opened;
  const histories = withCommits(fs, opened.histories, facts, (await loadAskCommits())(store), changes);
  return { ...opened, histories };
}

/** The same for those who have loaded what asks. Files that `changes` call modified say what no commit of old brought. */
export function withCommits(
  fs: FileSystem,
  histories: readonly History[],
  facts: Facts,
  ask: AskCommits,
  changes?: Changes,
): readonly History[] {
  const cwd = fs.folder?.();
  const several = severalIn(histories);
  const isEdited = (path: string): boolean => !several.has(path) && changes?.status(path) === "modified";
  const undated = new Map(
    histories.map((history) => [history, undatedOf(history, facts).filter(({ up }) => !isEdited(up.path))]),
  );
  const files = [...new Set([...undated.values()].flatMap((own) => own.map(({ up }) => up.path)))].sort();
  if (cwd === undefined || files.length === 0) return histories;
  const commits = ask(cwd, { files, several });
  if (commits.files.size + commits.lines.size === 0) return histories;
  return histories.map((history) =>
    withCommitTimes(history, undated.get(history) ?? [], commits, {
      read: (path) => fs.read(path),
      statedDay: (migration) => statedDay(migration, history),
      isCompared: changes !== undefined,
      refusesEdited: refusesEdited(toolNamed(history.tool)),
    }),
  );
}

/**
 * Without a time of the day: a date may be made up. Not what is still written. Of a changeset that runs again whenever it
 * changes, the commit says when its tables came.
 */
function undatedOf(history: History, facts: Facts): readonly Migration[] {
  if (factsIn(history.root, facts).commitTimes === false) return [];
  return history.migrations.filter(
    (migration) =>
      (migration.kind === "versioned" || isChangeset(migration)) &&
      migration.inWork !== true &&
      (isUndated(migration, history) || statedDay(migration, history) !== undefined),
  );
}

const refusesEdited = (tool: Tool | undefined): boolean =>
  tool?.edited !== undefined && tool.deploysEdited !== true;

/** Files that hold several migrations. */
function severalIn(histories: readonly History[]): ReadonlySet<string> {
  const several = new Set<string>();
  for (const { migrations } of histories) {
    const seen = new Set<string>();
    for (const { up } of migrations) (seen.has(up.path) ? several : seen).add(up.path);
  }
  return several;
}
