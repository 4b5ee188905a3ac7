/**
 * What may be read and written on the disk, decided in this one place: ordinary files and folders below the project's
 * root, and what the command line names outside of it. A pull request decides what links lead to and which paths the
 * configuration names; it must not decide what is shown of the machine that lints it.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { rootAround } from "./root.ts";
import { codeOf, reasonOf } from "./system-error.ts";

/** Larger files are dumps, not migrations; reading one would only cost memory. In bytes. */
const largestText = 64 * 1024 * 1024;
/** Larger programs are bundles: their syntax tree would take some hundred times as much. In bytes. */
const largestCode = 8 * 1024 * 1024;

/** What is there, why it isn't read although it is there, or nothing. */
export type Answer<T> = { readonly is: "there"; readonly value: T } | Refused | { readonly is: "absent" };

export interface Refused {
  readonly is: "refused";
  /** Follows a colon: `permission denied`. */
  readonly because: string;
}

/** What a folder holds. */
export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly isFile: boolean;
  /** Why it isn't read whatever it holds: no path leads to it, or no tool's pattern fits a file's name. */
  readonly odd: Refused | undefined;
}

/** Paths are absolute; nothing here throws. */
export interface Disk {
  /** A file's text, decoded as UTF-8; a BOM is kept as U+FEFF. */
  text(path: string): Answer<string>;
  entries(folder: string): Answer<readonly Entry[]>;
  /** True if the path is a folder, or a link to one. */
  isFolder(path: string): boolean;
  /** Changes when the file does; undefined: there is none. */
  stamp(path: string): string | undefined;
  /** Why a path may not be used, read or written; undefined: it may. What isn't there yet counts as a file. */
  refusal(path: string): string | undefined;
}

export interface DiskOptions {
  /** The folder that holds the project. */
  readonly root: string;
  /** Files and folders that the command line names: with the project that each lies in, if that is another one. */
  readonly paths?: readonly string[] | undefined;
  /** Single files that the command line names: a report, the sizes of tables. */
  readonly files?: readonly string[] | undefined;
}

const outside = "it is outside the project";
const otherKind = "it is a link to another kind of file";
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

export function openDisk({ root, paths = [], files = [] }: DiskOptions): Disk {
  const top = attempt(() => realpathSync.native(root)) ?? resolve(root);
  const isOutside = (path: string): boolean => !passes(top, path);
  const named = new Set(files.map((file) => resolve(file)).filter(isOutside));
  const roots = [
    top,
    ...paths
      .map((path) => resolve(path))
      .filter(isOutside)
      .map(projectAround),
  ];

  /** The path without links, if what it leads to may be used. */
  const allowed = (path: string): Answer<string> => {
    const real = realPath(path);
    if (real.is !== "there" || named.has(path)) return real;
    const own = roots.find((one) => isBelow(real.value, one));
    // A link inside of the project speaks for itself; a path that leaves it by its own words isn't looked at.
    if (own === undefined) return passes(top, path) ? refused(outside) : { is: "absent" };
    return isGitsOwn(own, real.value) ? refused("it is git's own") : real;
  };
  return {
    text(path) {
      const real = nameRefusal(basename(path)) ?? allowed(path);
      if (real.is !== "there") return real;
      // The endings of a link and of what it leads to agree, so that no x.sql shows an .env or a key.
      if (!isOfKind(path, real.value)) return refused(otherKind);
      return readText(real.value);
    },
    entries(folder) {
      const real = allowed(folder);
      if (real.is !== "there") return real;
      try {
        return { is: "there", value: entriesOf(real.value) };
      } catch (error) {
        return isCode(error, "ENOTDIR", "ENOENT") ? { is: "absent" } : refused(reasonOf(error));
      }
    },
    isFolder,
    stamp: (path) =>
      attempt(() => {
        const { mtimeMs, ctimeMs, size } = statSync(path);
        return `${mtimeMs} ${ctimeMs} ${size}`;
      }),
    refusal(path) {
      if (named.has(path)) return undefined;
      const real = realTarget(path);
      const own = real === undefined ? undefined : roots.find((one) => isBelow(real, one));
      if (own === undefined || real === undefined) return outside;
      if (isGitsOwn(own, real)) return "it is git's own";
      return isFolder(real) || isOfKind(path, real) ? undefined : otherKind;
    },
  };
}

const refused = (because: string): Refused => ({ is: "refused", because });

/** Why a file isn't read whose name no tool's pattern fits; undefined: its name is no reason. */
const nameRefusal = (name: string): Refused | undefined =>
  /[\n\r]/.test(name) ? refused("its name has a line break") : undefined;

/** @throws an error of the system */
function entriesOf(folder: string): readonly Entry[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (!entries.some(({ name }) => name.includes("\uFFFD")))
    return entries.map((one) => entryOf(one.name, one));
  // Some name may be no UTF-8: then what was decoded leads nowhere, or to another file.
  return readdirSync(folder, { withFileTypes: true, encoding: "buffer" }).map((one) => {
    const name = utf8.decode(one.name);
    return Buffer.from(name).equals(one.name)
      ? entryOf(name, one)
      : { ...entryOf(name, one), odd: refused("its name isn't UTF-8") };
  });
}

const entryOf = (name: string, kind: { isDirectory(): boolean; isFile(): boolean }): Entry => ({
  name,
  isFolder: kind.isDirectory(),
  isFile: kind.isFile(),
  odd: kind.isDirectory() ? undefined : nameRefusal(name),
});

/** Without links; refused where a link leads nowhere. */
function realPath(path: string): Answer<string> {
  try {
    // Asked first, since a search tries many names that aren't there, and an exception costs more.
    if (statSync(path, { throwIfNoEntry: false }) === undefined)
      return lstatSync(path, { throwIfNoEntry: false }) === undefined
        ? { is: "absent" }
        : refused("it is a broken link");
    return { is: "there", value: realpathSync.native(path) };
  } catch (error) {
    return isCode(error, "ENOTDIR", "ENOENT", "ENAMETOOLONG") ? { is: "absent" } : refused(reasonOf(error));
  }
}

const mostLinks = 40;

/** Where a file lies, or will lie once it is written; undefined: its links lead in a ring. */
export function realTarget(path: string, links = 0): string | undefined {
  const real = attempt(() => realpathSync.native(path));
  if (real !== undefined) return real;
  const to = attempt(() => readlinkSync(path));
  if (to !== undefined)
    return links < mostLinks ? realTarget(resolve(dirname(path), to), links + 1) : undefined;
  const parent = dirname(path);
  const folder = parent === path ? undefined : realTarget(parent, links);
  return folder === undefined ? undefined : join(folder, basename(path));
}

function readText(path: string): Answer<string> {
  let file: number | undefined;
  try {
    // Opening a named pipe would wait for a writer; a link that came in between isn't followed.
    const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants as Partial<typeof constants>;
    file = openSync(path, (O_RDONLY ?? 0) | O_NONBLOCK | O_NOFOLLOW);
    const stat = fstatSync(file);
    if (stat.isDirectory()) return { is: "absent" };
    if (!stat.isFile()) return refused("it isn't a regular file");
    const largest = isProgram(path) ? largestCode : largestText;
    if (stat.size > largest) return refused(`it is larger than ${largest / 1024 / 1024} MB`);
    return { is: "there", value: utf8.decode(readFileSync(file)) };
  } catch (error) {
    if (isFolder(path)) return { is: "absent" };
    // A socket can't be opened.
    return refused(isCode(error, "ENXIO") ? "it isn't a regular file" : reasonOf(error));
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const isFolder = (path: string): boolean =>
  attempt(() => statSync(path, { throwIfNoEntry: false })?.isDirectory()) === true;

const isOfKind = (link: string, target: string): boolean =>
  extname(link).toLowerCase() === extname(target).toLowerCase();

const isProgram = (path: string): boolean => /\.[cm]?[jt]sx?$/i.test(path);

const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** What git keeps for itself has keys to servers; nobody writes migrations there. */
const isGitsOwn = (root: string, path: string): boolean =>
  relative(root, path)
    .split(sep)
    .some((part) => part.toLowerCase() === ".git");

/** True if the path goes through the folder: what lies behind it may be a link that the project has made. */
function passes(folder: string, path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    const real = attempt(() => realpathSync.native(at));
    if (real !== undefined && isBelow(real, folder)) return true;
    if (dirname(at) === at) return false;
  }
}

/** The project that a file or folder lies in: what the command line names is read with it. */
function projectAround(path: string): string {
  const real = realTarget(path) ?? path;
  const folder = isFolder(real) ? real : dirname(real);
  return rootAround(folder);
}

const isCode = (error: unknown, ...codes: readonly string[]): boolean => codes.includes(codeOf(error) ?? "");

/** Undefined where the file system has no answer. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
