/** Folders that hold the same migrations once more: synced for another driver, written by a generator, or its sources. */
import { isNamedByAnySettings } from "../found-runner.ts";
import { rankedTools } from "../known-tools.ts";
import { statedChangelogs } from "../layouts/liquibase-settings.ts";
import type { AnyHistory, FileSystem } from "../migration.ts";
import { unbuiltBy } from "./not-in-build.ts";
import { baseName, compareText, join, parentOf, relative, segments } from "../files/paths.ts";
import { addTo } from "../../text/group.ts";

/** To where a build of IntelliJ, of Gradle or of Eclipse copies what lies in `src`. */
const ofBuild = /(?:^|\/)(?:out\/production|build\/resources|bin\/(?:main|default))$/;

/** A build writes the folder, and the sources lie beside it; or packages are installed into it. */
export const isMadeByTools = (fs: FileSystem, folder: string): boolean =>
  (ofBuild.test(folder) && fs.list(join(folder, "../..")).includes("src/")) || isInstalled(fs, folder);

/** The gems of a home of RubyGems, the modules of Go's cache, the packages of an environment of Python. */
function isInstalled(fs: FileSystem, folder: string): boolean {
  const name = baseName(folder);
  if (name === "gems") return fs.list(join(folder, "..")).includes("specifications/");
  return /@v\d/.test(name) || fs.list(folder).includes("pyvenv.cfg");
}

/** Which folder of copies belongs to which history, both by their keys in `histories`. */
export function copiesAmong(
  fs: FileSystem,
  histories: ReadonlyMap<string, AnyHistory>,
): ReadonlyMap<string, string> {
  const all = [...histories].filter(([, { migrations }]) => migrations.length > 0);
  const unbuilt = new Set(all.filter(([, { root }]) => unbuiltBy(fs, root) !== undefined));
  const folders = all
    .sort((a, b) => Number(unbuilt.has(a)) - Number(unbuilt.has(b)) || byRank(a, b))
    .map(([key, history]) => folderOf(fs, key, history));
  const firsts = new Set(folders.map(({ first }) => first));
  const copies = new Map<string, string>();
  const named = new Map<string, string>();
  // A copy begins with a file that the other one has, too, and with its text: only those are compared.
  const holders = new Map<string, Folder[]>();
  for (const folder of folders) {
    const whole = holders.get(beginning(folder, folder.first))?.find((other) => isCopy(folder, other));
    const main = whole ?? folders.find((other) => isCompiledFrom(folder, other) || isRecordOf(folder, other));
    if (main !== undefined) {
      copies.set(folder.key, main.key);
      if (whole !== undefined && !named.has(whole.key) && isNamedAlone(fs, folder, whole))
        named.set(whole.key, folder.key);
      continue;
    }
    for (const file of folder.files) if (firsts.has(file)) addTo(holders, beginning(folder, file), folder);
  }
  // The folder that settings name is the one that runs, wherever the other lies.
  for (const [main, key] of named) {
    for (const [other, of] of copies) if (of === main) copies.set(other, key);
    copies.delete(key);
    copies.set(main, key);
  }
  return copies;
}

/** What a build writes is linted where its sources lie. */
const isNamedAlone = (fs: FileSystem, one: Folder, other: Folder): boolean =>
  !/(?:^|\/)dist\//.test(one.root) &&
  !compiled.test(one.root) &&
  !ofTests.test(one.root) &&
  unbuiltBy(fs, one.root) === undefined &&
  isNamed(fs, one.root) &&
  !isNamed(fs, other.root);

/** What a tool finds the folder by lies right above it: `schema.prisma`. */
const isOfFileAbove = (fs: FileSystem, root: string): boolean =>
  rankedTools.some(({ signs }) =>
    signs.some(({ beside = [] }) =>
      beside.some((file) => file.startsWith("../") && fs.read(join(root, file)) !== undefined),
    ),
  );

const isNamed = (fs: FileSystem, root: string): boolean =>
  isOfFileAbove(fs, root) ||
  isNamedByAnySettings(fs, root) ||
  statedChangelogs(fs, root).some(
    (path) =>
      `/${root}/${baseName(path)}`.endsWith(`/${path}`) && fs.read(join(root, baseName(path))) !== undefined,
  );

type Entry = readonly [string, AnyHistory];

/** Sources of tests on the JVM: `src/integrationTest/resources/db/migration`. */
const ofTests = /(?:^|\/)src\/(?:test|\w*Test)\//;

/** What a compiler writes: `build/migrations`. */
const compiled = /(?:^|\/)(?:build|compiled|lib|out)\//;

/** Tests and what is compiled last; the longest first, as a copy may lack some; of equal ones that which lies nearest to the top. */
const byRank = ([, a]: Entry, [, b]: Entry): number =>
  Number(ofTests.test(a.root)) - Number(ofTests.test(b.root)) ||
  Number(compiled.test(a.root)) - Number(compiled.test(b.root)) ||
  b.migrations.length - a.migrations.length ||
  segments(a.root).length - segments(b.root).length ||
  compareText(a.root, b.root);

interface Folder {
  readonly key: string;
  readonly root: string;
  readonly dialect: AnyHistory["dialect"];
  /** Paths from its root, the first migration's first. */
  readonly files: ReadonlySet<string>;
  readonly first: string;
  /** What a file says, read once. */
  statements(file: string): string;
}

function folderOf(fs: FileSystem, key: string, { root, dialect, migrations }: AnyHistory): Folder {
  const files = new Set<string>();
  for (const { up, down } of migrations)
    for (const script of [up, down]) if (script !== undefined) files.add(relative(root, script.path));
  const [first = ""] = files;
  const known = new Map<string, string>();
  const statements = (file: string): string => {
    const text = known.get(file) ?? statementsOf(fs.read(join(root, file)) ?? "");
    known.set(file, text);
    return text;
  };
  return { key, root, dialect, files, first, statements };
}

const beginning = (folder: Folder, file: string): string =>
  `${folder.dialect} ${file}\n${folder.statements(file)}`;

/** Every file of `copy` has its counterpart in `whole`, with the same statements, and one of them says something. */
function isCopy(copy: Folder, whole: Folder): boolean {
  const files = [...copy.files];
  return (
    files.every((file) => whole.files.has(file)) &&
    files.every((file) => copy.statements(file) === whole.statements(file)) &&
    files.some((file) => copy.statements(file) !== "")
  );
}

const code = /\.[cm]?[jt]sx?$/;

/** Migrations in code under the names of sources, in a folder of what is compiled: their texts differ. */
function isCompiledFrom(copy: Folder, source: Folder): boolean {
  if (!compiled.test(copy.root) || compiled.test(source.root) || copy.dialect !== source.dialect)
    return false;
  const stems = new Set([...source.files].map((file) => file.replace(code, "")));
  return [...copy.files].every((file) => code.test(file) && stems.has(file.replace(code, "")));
}

/** Files without a statement under the names of those in the folder above: a script writes down there what it has run. */
const isRecordOf = (record: Folder, run: Folder): boolean =>
  parentOf(record.root) === run.root &&
  [...record.files].every((file) => run.files.has(file) && record.statements(file) === "");

/** Without lines of comments, blank ones, and the name of the database: what generators add to their sources. */
function statementsOf(text: string): string {
  return text
    .split(/\r?\n/)
    .filter((line) => !/^\s*(?:--|#|$)|^\s*USE\s+\S+\s*;?\s*$/i.test(line))
    .map((line) => line.trimEnd())
    .join("\n");
}
