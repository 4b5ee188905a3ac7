/** `001_x.sql` with its rollback in one of many spellings beside it; numbers compare as numbers. Hand-made, or any tool. */
import { compareText, join } from "../files/paths.ts";
import { compareDigits, compareNatural, isTimestamp, stripZeros } from "../version.ts";
import type { FileProblem } from "../file-problem.ts";
import type { Migration } from "../migration.ts";
import { tablesMade } from "../sql-words.ts";
import type { Tool } from "../tool.ts";
import { journalOf } from "./journal.ts";
import { assemble, badName, type Piece } from "./assemble.ts";
import { countFiles, type FolderView, type Layout, type ReadOptions, type Reading } from "./layout.ts";
import { dialectVariants, isDirect, isNoStep, isRollbackWord, isSql, stemOf, onlyAsks } from "./names.ts";
import { readNumberedName, type NumberedName } from "./numbered-name.ts";

export const numbered: Layout = {
  name: "numbered",
  detect(view) {
    const names = upNames(view);
    const count = names.filter((name) => !isTimestamp(name.version)).length;
    if (names.length === 0 || count * 2 <= names.length) return undefined;
    return { files: names.length, because: `${countFiles(names.length)} named like ${example(names)}` };
  },
  read: (view, options) => readNumbered(view, options, "{v}_rollback_{d}.sql", false),
};

export const timestamps: Layout = {
  name: "timestamps",
  detect(view) {
    const names = upNames(view);
    const count = names.filter((name) => isTimestamp(name.version)).length;
    if (count === 0 || count * 2 < names.length) return undefined;
    return { files: names.length, because: `${countFiles(names.length)} named like ${example(names)}` };
  },
  read: (view, options) => readNumbered(view, options, "{}_rollback.sql", true),
};

const example = (names: readonly NumberedName[]): string => `${names.at(-1)?.version ?? ""}_….sql`;

/** Files of the folder itself, and of the folders of rollbacks at it. */
function candidates(view: FolderView): readonly string[] {
  return view.files.filter((file) => {
    if (!isSql(file)) return false;
    if (isDirect(file)) return true;
    return inUpFolder(file) || inRollbackFolder(file);
  });
}

const inRollbackFolder = (file: string): boolean => {
  const [folder = "", ...rest] = file.replace(/^\.\.\//, "").split("/");
  return rest.length === 1 && isRollbackWord(folder);
};

const inUpFolder = (file: string): boolean => /^(?:up|forward|deploy)\/[^/]+$/i.test(file);

/** The names of migrations; none where most files have other names: then the numbers mean nothing. */
function upNames(view: FolderView): readonly NumberedName[] {
  const { names, unread } = settle(candidates(view), journalOf(view));
  if (unread.filter((file) => !isNoStep(file)).length > names.length) return [];
  return names.filter((name) => name.rollback === undefined);
}

/**
 * Decides which names with a doubtful marker are rollbacks: those whose migration is there, under the same number. What
 * the journal lists is a migration whatever its name.
 */
function settle(
  files: readonly string[],
  journal: ReadonlyMap<string, number> | undefined,
): { names: readonly NumberedName[]; unread: readonly string[] } {
  const names: NumberedName[] = [];
  const unread: string[] = [];
  const variants = dialectVariants(files);
  for (const file of files) {
    const variant = variants.get(file);
    const name =
      readNumberedName(variant?.common ?? file) ??
      (journal?.has(stemOf(file)) === true ? listedName(file) : undefined);
    if (name === undefined) unread.push(file);
    else names.push({ ...name, file, dialect: variant?.dialect });
  }
  const migrations = new Set<string>();
  for (const name of names) if (name.rollback === undefined) migrations.add(stripZeros(name.version));
  // One sure pair makes the spelling a habit: then one without its migration is an orphan.
  const habits = new Set<string>();
  for (const name of names) {
    if (name.rollback !== undefined && migrations.has(stripZeros(name.version))) habits.add(name.rollback);
  }
  const settled = names.map((name): NumberedName => {
    if (!name.weak || name.rollback === undefined) return name;
    const paired = migrations.has(stripZeros(name.version));
    const habitual = habits.has(name.rollback) && /rollback/i.test(name.rollback);
    if (paired || habitual) return name;
    const description = stemOf(name.file)
      .slice(name.version.length)
      .replace(/^[ _.-]+/, "");
    return { file: name.file, version: name.version, description, dialect: name.dialect, weak: false };
  });
  return { names: settled, unread };
}

/** `0011a_x`, `init`: the place in the list orders it. */
function listedName(file: string): NumberedName {
  const stem = stemOf(file);
  const version = /^\d+/.exec(stem)?.[0] ?? stem;
  return { file, version, description: stem, weak: false };
}

const fewMisnamed = 3;

/** A person runs it when it is needed: a number would run it with the others. */
const isForHand = (file: string, text: string): boolean =>
  isRollbackWord(stemOf(file).split(/[_. -]/)[0] ?? "") || byHand.test(text.slice(0, 500));

/** In a comment at the beginning. */
const byHand =
  /^\s*(?:--|\/\*)[^;]{0,300}?\b(?:run|execute)d? (?:(?:this|it)(?: (?:script|file|sql))? )?(?:only )?(?:once|manually|by hand)\b/i;

const unordered = (view: FolderView, files: readonly string[]): string =>
  `${join(view.root, files[0] ?? "")} and ${String(files.length - 1)} more have no number: they were not checked, as it isn't known when they run`;

const runByHand =
  (view: FolderView) =>
  (file: string): string =>
    `${join(view.root, file)} is for a person to run when it is needed, as its name or its first comment says: it was not checked`;

function readNumbered(
  view: FolderView,
  options: ReadOptions,
  standard: string,
  wantsTimestamps: boolean,
): Reading {
  const settled = settle(candidates(view), options.tool.listed?.(view));
  const { unread } = settled;
  const names = settled.names.map((name) => asToolReads(name, options.tool));
  const problems: FileProblem[] = [];
  const isByHand = options.tool.handMade === true;
  const nameless = unread.filter((file) => !isNoStep(file) && !(isByHand && onlyAsks(view.read(file) ?? "")));
  const forHand = nameless.filter((file) => isByHand && isForHand(file, view.read(file) ?? ""));
  const others = nameless.filter((file) => !forHand.includes(file));
  const [misnamed, unnumbered] = options.takesAnyName === true ? [[], others.filter(isDirect)] : [others, []];
  // By hand, many names without a number are no mistake: the project knows the order from elsewhere.
  const hasOwnOrder = isByHand && misnamed.length >= fewMisnamed;
  for (const file of hasOwnOrder ? [] : misnamed) {
    const fault = /^\d/.test(stemOf(file))
      ? "no _ follows its number"
      : "the name doesn't begin with a number";
    const message = `${options.badName}: ${fault}`;
    const instead = wantsTimestamps
      ? "name it like 20260130191544_description.sql"
      : "name it like 001_description.sql";
    problems.push(badName(view, file, message, instead));
  }
  const ups = names.filter((name) => name.rollback === undefined);
  const list = listOf(view, options, ups);
  problems.push(...unlisted(view, ups, list));
  if (list === undefined || list.isProgram) problems.push(...mixed(view, ups, wantsTimestamps));
  const forms = options.tool.handMade === true ? otherForms(ups) : new Set<string>();
  const isRun = ({ file, rollback }: NumberedName): boolean =>
    list === undefined || list.places.has(stemOf(file)) || (list.isProgram && rollback !== undefined);
  const run = names.filter(isRun);
  const pieces = run.flatMap((name, at): Piece[] => {
    const direction = name.rollback === undefined ? "up" : "down";
    const description = name.description;
    const isBaseline = options.tool.isBaseline?.(view.read(name.file) ?? "") === true;
    // Where the files that it replaces are here, it isn't run after them.
    if (isBaseline && at > 0) return [];
    const kind = isBaseline ? "baseline" : "versioned";
    const piece: Piece = {
      ...name,
      direction,
      description,
      kind,
      name: stemOf(name.file),
      key: stripZeros(name.version),
      stated: forms.has(name.file) ? { skippable: true } : undefined,
    };
    return [piece];
  });
  for (const file of unnumbered) {
    const name = stemOf(file);
    pieces.push({ file, direction: "up", key: name, description: name, name, kind: "versioned" });
  }
  const place = ({ file }: Piece): number => list?.places.get(stemOf(file)) ?? 0;
  const compare = (a: Piece, b: Piece): number =>
    place(a) - place(b) ||
    (options.order === "text" || unnumbered.length > 0
      ? compareText(stemOf(a.file), stemOf(b.file))
      : compareDigits(a.version ?? "", b.version ?? "") || compareNatural(stemOf(a.file), stemOf(b.file)));
  const read = assemble(
    view,
    list?.isProgram ? { ...options, duplicates: "fine" } : options,
    pieces,
    compare,
  );
  if (options.order === "text")
    problems.push(...misordered(view, options.sortedBy ?? options.tool.name, read.migrations));
  const style = mostFrequent(names.flatMap((name) => name.rollback ?? [])) ?? standard;
  return {
    rollbacks: "file",
    rollbackName: (migration) => rollbackName(style, migration),
    migrations: read.migrations,
    problems: [...problems, ...read.problems],
    ...(hasOwnOrder ? { continues: true } : {}),
    ...(hasOwnOrder || forHand.length > 0
      ? { notRead: [...(hasOwnOrder ? [unordered(view, misnamed)] : []), ...forHand.map(runByHand(view))] }
      : {}),
    notes: list?.isProgram ? [`${list.by} names the files in the order in which they run`] : undefined,
  };
}

const otherForm =
  /[-_](?:alt(?:ernative)?|clean|compat(?:ible)?|complete|final|fix(?:ed)?|idempotent|manual|minimal|new|old|orig(?:inal)?|safe|simple|simplified|updated|v\d{1,2})$/;

/** What runs in one environment is called so behind its name. */
const environment = /[-_](prod(?:uction)?|staging|stage|dev(?:elopment)?|local)$/;

/**
 * `006_profiles_compatible.sql` or `006_profiles_prod.sql` beside `006_profiles.sql`: somebody runs one of the two. Where
 * an environment has such a form, what is called after it is its own, too: `007_rules_prod.sql`.
 */
function otherForms(ups: readonly NumberedName[]): ReadonlySet<string> {
  const stems = new Map(ups.map(({ file }) => [file, stemOf(file).toLowerCase()]));
  const all = new Set(stems.values());
  const isForm = (stem: string, words: RegExp): boolean => {
    const at = stem.search(words);
    return at >= 0 && all.has(stem.slice(0, at));
  };
  const own = new Set(
    [...all].flatMap((stem) => (isForm(stem, environment) ? [environment.exec(stem)?.[1]] : [])),
  );
  return new Set(
    [...stems].flatMap(([file, stem]) =>
      isForm(stem, otherForm) || own.has(environment.exec(stem)?.[1] ?? "") ? [file] : [],
    ),
  );
}

interface List {
  /** The tool, or the program. */
  readonly by: string;
  readonly isProgram: boolean;
  /** By the stems of the files. */
  readonly places: ReadonlyMap<string, number>;
}

/** The tool's own list; where numbers are used twice, what a program of the project names tells their order. */
function listOf(
  view: FolderView,
  { tool, programList }: ReadOptions,
  ups: readonly NumberedName[],
): List | undefined {
  const places = tool.listed?.(view);
  if (places !== undefined) return { by: tool.name, isProgram: false, places };
  const versions = new Set(ups.map(({ version }) => stripZeros(version)));
  if (versions.size === ups.length) return undefined;
  const found = programList?.(ups.map(({ file }) => file));
  return found && { by: found.path, isProgram: true, places: found.places };
}

/**
 * Some tools take only the digits for the version: 20260105 of `20260105_1533_notes`. Those without a way back run what
 * is called a rollback like any other file of the folder.
 */
function asToolReads(name: NumberedName, { digitVersions, rollbacks }: Tool): NumberedName {
  const version = (digitVersions === true && /^\d+/.exec(name.version)?.[0]) || name.version;
  const isRun = name.rollback !== undefined && rollbacks === "none" && isDirect(name.file);
  if (version === name.version && !isRun) return name;
  const description = stemOf(name.file)
    .slice(version.length)
    .replace(/^[ _.-]+/, "");
  return { ...name, version, description, ...(isRun ? { rollback: undefined, weak: false } : {}) };
}

function rollbackName(style: string, migration: Migration): string {
  return style.replace(/\{[vd]?\}/g, (hole) =>
    hole === "{v}" ? (migration.version ?? "") : hole === "{d}" ? migration.description : migration.name,
  );
}

/** Files that the list doesn't name; where that is most of them, one sentence of the tool's names them all. */
function unlisted(view: FolderView, ups: readonly NumberedName[], list: List | undefined): FileProblem[] {
  if (list === undefined) return [];
  const strangers = ups.filter((name) => !list.places.has(stemOf(name.file)));
  if (strangers.length * 2 > ups.length) return [];
  if (list.isProgram)
    return strangers.map(({ file }) => badName(view, file, `${list.by} doesn't name it: nothing runs it`));
  const why = `${list.by} skips it: its journal doesn't name it`;
  const stems = new Set(ups.map(({ file }) => stemOf(file)));
  // It may be the one that the journal names otherwise.
  if ([...list.places.keys()].some((stem) => !stems.has(stem)))
    return strangers.map(({ file }) => badName(view, file, why));
  const texts = ups.filter((name) => !strangers.includes(name)).map(({ file }) => view.read(file) ?? "");
  const made = strangers.length === 0 ? new Set<string>() : new Set(texts.flatMap(tablesMade));
  return strangers.map(({ file }) => {
    const tables = tablesMade(view.read(file) ?? "");
    return tables.length > 0 && tables.every((name) => made.has(name))
      ? {
          ...badName(view, file, why, "delete it: what the journal names makes its tables"),
          severity: "warning",
        }
      : badName(view, file, why, "delete it, or add it to the end of the journal if it has to run");
  });
}

/** A number among timestamps, or the reverse, doesn't stand where its author thinks. */
function mixed(view: FolderView, ups: readonly NumberedName[], wantsTimestamps: boolean): FileProblem[] {
  if (ups.length < 3) return [];
  const strangers = ups.filter((name) => isTimestamp(name.version) !== wantsTimestamps);
  if (!wantsTimestamps) {
    // Unix times and other long numbers are no strangers to timestamps; what is mixed throughout is a choice.
    const longest = Math.max(
      ...ups.filter((n) => !strangers.includes(n)).map((n) => stripZeros(n.version).length),
    );
    if (longest >= 8) return [];
  }
  if (strangers.length * 4 > ups.length || (wantsTimestamps && beginsWith(strangers))) return [];
  return strangers.map((name) =>
    wantsTimestamps
      ? badName(
          view,
          name.file,
          `runs ${place(name.version)}: its version is a number, theirs are timestamps`,
        )
      : badName(
          view,
          name.file,
          "runs after all numbered files: its version is a timestamp, theirs are numbers",
        ),
  );
}

/** `001` … `022`, or `000` alone, before the first timestamp: a history that used to be numbered, in the order meant. */
function beginsWith(strangers: readonly NumberedName[]): boolean {
  const numbers = [...new Set(strangers.map(({ version }) => stripZeros(version)))].sort(compareDigits);
  const first = Number(numbers[0]);
  return first <= 1 && numbers.every((version, i) => Number(version) === first + i);
}

const place = (version: string): string =>
  stripZeros(version).length < 12 ? "before all others" : "after all others";

const beginsWithDay = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/;

/** Where a tool sorts names as text, `10_x` comes before `2_x`. */
export function misordered(view: FolderView, tool: string, migrations: readonly Migration[]): FileProblem[] {
  const problems: FileProblem[] = [];
  let newest: Migration | undefined;
  for (const migration of migrations) {
    if (migration.version === undefined) continue;
    const isBehind = newest?.version !== undefined && compareDigits(migration.version, newest.version) < 0;
    // Days and times, `20260305200206` and `20260313`, are meant to be sorted as text.
    const areDates = beginsWithDay.test(migration.version) && beginsWithDay.test(newest?.version ?? "");
    if (newest?.version !== undefined && isBehind && !areDates) {
      const file = migration.up.path.slice(view.root === "." ? 0 : view.root.length + 1);
      const message = `${tool} sorts names as text: ${migration.version} runs after ${newest.version}`;
      problems.push(badName(view, file, message, "pad the numbers with zeros to one width"));
    } else newest = migration;
  }
  return problems;
}

function mostFrequent(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]))[0]?.[0];
}
