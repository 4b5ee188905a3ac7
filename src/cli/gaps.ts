/** What a run was asked to read and didn't, or read and didn't understand. */
import {
  databaseOf,
  findUnread,
  readFolders,
  holdsFile,
  ignoredFolder,
  isWithin,
  likelyFolder,
  parentOf,
  shownPath,
  unreadKind,
  type Changes,
  type FileSystem,
  type AnyHistory,
  type LintResult,
  type UncheckedFile,
  type UnreadFolder,
} from "../index.ts";

/** Sentences for people. */
export interface Gaps {
  /** The run is no answer to what was asked: exit code 2. */
  readonly wrong: readonly string[];
  /** Left out; exit code 2 only where everything is to be understood. */
  readonly notUnderstood: readonly string[];
  /** What is read, and may never run. */
  readonly unused: readonly string[];
}

export interface Asked {
  readonly cwd: string;
  /** As they are shown. */
  readonly paths: readonly string[];
  /** Those of them that are folders. */
  readonly folders: readonly string[];
  /** Undefined: a text without a name. */
  readonly fs: FileSystem | undefined;
  /** Folders that the configuration names instead. */
  readonly stated: readonly string[] | undefined;
  readonly stdin: boolean;
  /** Since a commit: the histories as they were then. */
  readonly before: (() => readonly AnyHistory[]) | undefined;
  /** Since a commit: nothing new is a good answer. */
  readonly changes: Changes | undefined;
  readonly allowEmpty: boolean;
}

export function gapsIn(result: LintResult, asked: Asked): Gaps {
  const { fs, paths, stdin } = asked;
  const wrong: string[] = [];
  const notUnderstood = [
    ...leftOut(result),
    ...unknownStatements(result),
    ...skippedMigrations(result),
    ...unreadCode(result),
    ...notRead(result),
    // Since a commit, git says what is new there.
    ...(asked.changes === undefined ? ignoredFolders(result) : []),
    ...unreadFiles(result, asked),
  ];
  const unused = [
    ...result.histories.flatMap(({ unrun }) => unrun?.says ?? []),
    ...result.histories.flatMap(({ loose = [] }) => loose),
  ];
  if (fs === undefined || stdin) return { wrong, notUnderstood, unused };
  notUnderstood.push(...unchecked(result, asked));
  for (const path of paths) {
    if (asked.folders.includes(path) || holds(result.histories, path)) continue;
    const kind = unreadKind(path, { fs });
    if (kind !== undefined) wrong.push(`${path} is a migration in ${inWords(kind)}`);
    else if (holds(result.leftOut ?? [], path)) wrong.push(`${path} was not checked`);
    else notUnderstood.push(`${path} isn't a migration that ddlint knows: it was not checked`);
  }
  wrong.push(...fallenOut(result, asked));
  const folders = paths.length === 0 ? ["."] : asked.folders;
  const empty = folders.filter((folder) => !hasMigrations(result.histories, folder));
  if (empty.length === 0) {
    notUnderstood.push(...otherLanguages(result));
    return { wrong, notUnderstood, unused };
  }
  const isNothingNew = asked.changes !== undefined && paths.length === 0;
  const list = asked.allowEmpty || isNothingNew || isIdle(result) ? notUnderstood : wrong;
  list.push(...emptyFolders(result, asked, paths.length === 0 ? [] : empty));
  return { wrong, notUnderstood, unused };
}

/** All that was found is what nothing runs: the project has turned its migrations off, and nobody has made a mistake. */
const isIdle = ({ coverage, leftOut: others = [] }: LintResult): boolean =>
  others.length > 0 &&
  others.length === coverage.histories.notRead.length &&
  others.every(({ idle }) => idle !== undefined);

/** Histories of databases that aren't linted, many of one database as one line; and those that nothing runs. */
function leftOut({ histories: linted, leftOut: all = [] }: LintResult): readonly string[] {
  const histories = all.filter(({ idle }) => idle === undefined);
  // One folder may hold the files of several databases.
  const isShared = ({ root }: AnyHistory): boolean => linted.some((other) => other.root === root);
  const shared = histories
    .filter(isShared)
    .map((one) => `what ${one.root} holds for ${databaseOf(one)} is left out: ddlint doesn't lint it yet`);
  const others = new Map<string, AnyHistory[]>();
  for (const one of histories.filter((history) => !isShared(history))) {
    const database = databaseOf(one);
    others.set(database, [...(others.get(database) ?? []), one]);
  }
  const lines = [...others].map(([database, [first, ...rest]]) => {
    const root = first?.root ?? "";
    const what = rest.length === 0 ? `${root} is` : `${root} and ${String(rest.length)} more are`;
    const because = (first?.dialectEvidence ?? []).slice(0, 1).map((one) => `${one}; `);
    return `${what} left out: ddlint doesn't lint ${database} yet (${because.join("")}--dialect postgres if it is wrong)`;
  });
  return [...shared, ...lines, ...all.flatMap(idleLine)];
}

function idleLine({ root, idle, migrations }: AnyHistory): readonly string[] {
  if (idle === undefined) return [];
  const [count, them] =
    migrations.length === 1 ? ["its migration", "it"] : [`its ${migrations.length} migrations`, "them"];
  return [`${root} is left out: nothing here runs ${count}, as ${idle} (ddlint ${root} lints ${them})`];
}

/** Folders in languages that aren't read, beside what is. */
function otherLanguages({ coverage, leftOut: others = [] }: LintResult): readonly string[] {
  const known = new Set(others.map(({ root }) => root));
  return coverage.histories.notRead
    .filter(({ root }) => !known.has(root))
    .map(
      ({ root, what, migrations }) =>
        `${root}: ${migrations} ${migrations === 1 ? "migration" : "migrations"} in ${what}, which ddlint doesn't read`,
    );
}

/** Histories that were linted before the change, which makes them look like those of another database. */
function fallenOut({ leftOut: histories = [] }: LintResult, { before }: Asked): readonly string[] {
  if (before === undefined || histories.length === 0) return [];
  const linted = new Set(before().map(({ root }) => root));
  return (
    histories
      // What no longer runs has nothing to check.
      .filter(({ root, idle }) => idle === undefined && linted.has(root))
      .map(({ root, dialectEvidence = [] }) => {
        const because = dialectEvidence.length === 0 ? "" : ` (${dialectEvidence.join("; ")})`;
        return `${root} was linted before this change, and is left out now${because}: state its dialect`;
      })
  );
}

/** What there is instead of migrations; `folders`: empty for the working directory. */
function emptyFolders(
  { histories, leftOut: others = [] }: LintResult,
  { cwd, fs }: Asked,
  folders: readonly string[],
): readonly string[] {
  const unread = unreadLines(cwd, folders, [...histories, ...others], fs);
  if (unread.length > 0) return unread;
  if (folders.length > 0)
    return folders.map((folder) => `found no migrations in ${folder} (--allow-empty if that is right)`);
  if (others.length > 0) return ["found no migrations here but those that are left out"];
  if (histories.length > 0) return ["found no migrations here that run"];
  const ignored = ignoredFolder({ cwd, fs });
  if (ignored !== undefined)
    return [
      `found no migrations here but in ${ignored}, which is in .gitignore: ddlint ${ignored} lints them`,
    ];
  const likely = likelyFolder({ cwd, fs });
  const asIn = likely === undefined || likely === "." ? "" : `, as in ddlint ${likely}`;
  return [`found no migrations here; name their folder: ddlint <folder>${asIn}`];
}

const holds = (histories: readonly AnyHistory[], file: string): boolean =>
  histories.some((history) => holdsFile(history, file));

const hasMigrations = (histories: readonly AnyHistory[], folder: string): boolean =>
  histories.some(({ root, migrations, problems }) =>
    isWithin(folder, root)
      ? migrations.length + problems.length > 0
      : migrations.some(({ up, down }) =>
          [up, down].some((script) => script !== undefined && isWithin(folder, script.path)),
        ),
  );

/** Statements that the parser reads and the model doesn't know. */
function unknownStatements({
  unknownStatements: known,
  firstUnknown,
  parser,
}: LintResult): readonly string[] {
  // Another sentence tells what the second parser doesn't read.
  if (parser !== undefined && parser.name !== "libpg-query") return [];
  const kinds = Object.entries(known).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return [];
  const shown = kinds
    .slice(0, 5)
    .map(([kind, count]) => `${kind === "unparsable" ? "syntax errors" : kind} (${count})`);
  const more = kinds.length > shown.length ? ", …" : "";
  const were = total === 1 ? "1 statement was" : `${total} statements were`;
  const first =
    firstUnknown === undefined ? "" : `; ${total === 1 ? "it is" : "the first is"} at ${firstUnknown}`;
  return [`${were} not understood, and not checked: ${shown.join(", ")}${more}${first}`];
}

/** A branch that moves `startAfter` to a migration of its own would check nothing. */
function skippedMigrations({ counts: { skipped } }: LintResult): readonly string[] {
  if (skipped === 0) return [];
  const are = skipped === 1 ? "1 new migration was" : `${skipped} new migrations were`;
  return [
    `${are} not checked: startAfter names a migration that is new here, too, as the last one that is applied`,
  ];
}

/** Migrations in a language that isn't read, between those that are. */
function unreadCode({ histories }: LintResult): readonly string[] {
  const refused = reportedFiles(histories);
  const files = histories.flatMap(({ migrations }) =>
    migrations.flatMap(({ unread, up }) => (unread === true && !refused.has(up.path) ? [up.path] : [])),
  );
  const [first] = files;
  if (first === undefined) return [];
  const others = files.length === 1 ? "" : ` and ${files.length - 1} more`;
  const are = files.length === 1 ? "is a migration" : "are migrations";
  return [
    `${first}${others} ${are} in code that ddlint doesn't read: what ${files.length === 1 ? "it does" : "they do"} isn't known`,
  ];
}

const ignoredFolders = ({ histories }: LintResult): readonly string[] =>
  histories.flatMap(({ ignored = [] }) =>
    ignored.map((folder) => `${folder} is in .gitignore: the migrations there were not checked`),
  );

/** What a list of the tool's own names, and that isn't there or can't be read. */
const notRead = ({ histories }: LintResult): readonly string[] =>
  histories.flatMap(({ notRead: lines = [] }) =>
    lines.length <= mostNamed
      ? lines
      : [...lines.slice(0, mostNamed), `${lines.length - mostNamed} more like it`],
  );

/** Files that findings are about already. */
const reportedFiles = (histories: readonly AnyHistory[]): ReadonlySet<string> =>
  new Set(histories.flatMap(({ problems }) => problems.map(({ path }) => path)));

/** Files of one kind that are named; the others are counted. */
const mostNamed = 5;

/** What is there, can't be read, and is no migration by its name: that is a finding. */
function unreadFiles({ histories }: LintResult, { fs, paths }: Asked): readonly string[] {
  const reported = reportedFiles(histories);
  // A search for the history of one file looks at its surroundings, which weren't asked for.
  const asked = paths.length === 0 ? ["."] : [...paths, ...histories.map(({ root }) => root)];
  const refused = [...(fs?.refused?.() ?? [])]
    .filter(([path]) => !reported.has(path) && asked.some((one) => isWithin(one, path)))
    .sort();
  const lines = refused
    .slice(0, mostNamed)
    .map(([path, { because }]) => `${path} can't be read, and was left out: ${because}`);
  const more = refused.length - lines.length;
  return more > 0 ? [...lines, `${more} more can't be read`] : lines;
}

/** What may be run, and is in no history. */
function unchecked(
  { histories, leftOut: others = [], unchecked: files }: LintResult,
  { paths, folders, stated, changes }: Asked,
): readonly string[] {
  if (changes === undefined) {
    const rootOf = (path: string): string => innermost(histories, path);
    const roots = new Set(files.map(({ path }) => rootOf(path)));
    return [...roots].map((root) =>
      uncheckedBelow(
        root,
        files.filter(({ path }) => rootOf(path) === root),
      ),
    );
  }
  const asked = paths.length === 0 ? (stated ?? ["."]) : folders;
  const isAsked = (path: string): boolean => asked.some((folder) => isWithin(folder, path));
  const lines = files
    .slice(0, mostNamed)
    .map(({ path, is }) =>
      is === "a link to a folder"
        ? `${path} is a link to a folder: what lies there was not checked`
        : `${path} ${is === "new" ? "is new and in" : "has changed and is in"} no history: it was not checked`,
    );
  const more = files.length - lines.length;
  const rest = more === 0 ? [] : [`${more} more that are new or changed are in no history`];
  const all = [...histories, ...others];
  return [...submodules(changes.submodules.filter(isAsked), all), ...lines, ...rest];
}

/** Of a submodule only the recorded commit is compared. */
const submodules = (changed: readonly string[], histories: readonly AnyHistory[]): readonly string[] =>
  changed
    .filter((folder) => /migrat/i.test(folder) || hasMigrations(histories, folder))
    .map((folder) => `the submodule ${folder} has changed: what is new in it isn't known`);

/** The root of the innermost history around a file, else its folder. */
const innermost = (histories: readonly AnyHistory[], path: string): string =>
  histories
    .map(({ root }) => root)
    .filter((root) => isWithin(root, path))
    .sort((a, b) => b.length - a.length)[0] ??
  parentOf(path) ??
  ".";

function uncheckedBelow(root: string, files: readonly UncheckedFile[]): string {
  const first = files[0]?.path ?? "";
  if (files.length === 1) return `${first} is in no history, and was not checked`;
  const what = `${files.length} files below ${root}`;
  return `${what} are in no history, and were not checked: ${first} and ${files.length - 1} more`;
}

/** Migrations below `paths` that can't be read: a sentence for each kind, and how its SQL is got at. */
export function unreadLines(
  cwd: string,
  paths: readonly string[],
  known: readonly AnyHistory[],
  fs?: FileSystem,
): readonly string[] {
  const shown = paths.map((path) => shownPath(path, cwd)).filter((path) => path !== "");
  const isRead = readFolders(known);
  const kinds = new Map<string, UnreadFolder[]>();
  for (const folder of findUnread({ cwd, fs })) {
    const isAsked = shown.length === 0 || shown.some((path) => `${folder.root}/`.startsWith(`${path}/`));
    if (!isAsked || isRead(folder.root)) continue;
    kinds.set(folder.what, [...(kinds.get(folder.what) ?? []), folder]);
  }
  return [...kinds.values()].flatMap((folders) => {
    const [first] = folders;
    if (first === undefined) return [];
    if (first.says !== undefined) return folders.flatMap(({ says }) => says ?? []);
    const files = folders.reduce((sum, folder) => sum + folder.files, 0);
    const more = folders.length === 1 ? "" : ` and ${folders.length - 1} more`;
    const count = `${files} ${files === 1 ? "migration" : "migrations"}`;
    return [`${first.root}${more}: ${count} in ${inWords(first)}`];
  });
}

/** `Python for Django, which ddlint doesn't read; lint their SQL: …`. */
const inWords = ({ what, sql }: UnreadFolder): string =>
  `${what}, which ddlint doesn't read${sql === undefined ? "" : `; lint their SQL: ${sql} | ddlint --stdin`}`;
