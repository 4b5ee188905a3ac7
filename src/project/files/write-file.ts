/**
 * Writes a file whole or not at all: whatever happens meanwhile, a full disk or the end of the process, what stands
 * there is the old text or the new one.
 */
import { randomBytes } from "node:crypto";
import * as disk from "node:fs";
import type { Stats } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { openDisk, type DiskOptions } from "./disk.ts";
import { codeOf, reasonOf } from "./system-error.ts";

/**
 * The calls that a write is made of.
 *
 * @internal
 */
export type FileCalls = Pick<
  typeof disk,
  | "accessSync"
  | "closeSync"
  | "fchmodSync"
  | "fchownSync"
  | "fstatSync"
  | "fsyncSync"
  | "lstatSync"
  | "openSync"
  | "readFileSync"
  | "readlinkSync"
  | "realpathSync"
  | "renameSync"
  | "statSync"
  | "unlinkSync"
  | "writeFileSync"
>;

/** A file that can't be written; its message is the reason in plain words. What stood there still stands there. */
export class WriteError extends Error {}

export interface WriteOptions {
  /** The text that the new one was made of: a file that has another one by now is left as it is. */
  readonly before?: string | undefined;
  /**
   * Default: the real one.
   *
   * @internal
   */
  readonly on?: FileCalls | undefined;
  /** Where it may be written; default: anywhere. */
  readonly within?: DiskOptions | undefined;
}

/**
 * Replaces a file's text, or makes the file: written beside it under another name, then renamed. Mode, owner and group
 * stay, as far as this user may set them; so do symbolic links, whose target is replaced. Of several hard links only
 * this one gets the new text: the only way to give it to all is to write over the old one, which a full disk would cut
 * off. Access lists and other attributes beyond the mode aren't copied: Node has no call for them. What is no file (a
 * pipe, a terminal, `/dev/stdout`) is written to as it is.
 *
 * @throws WriteError
 */
export function writeFile(path: string, text: string, options: WriteOptions = {}): void {
  const { before, on = disk, within } = options;
  try {
    const refusal = within && openDisk(within).refusal(resolve(path));
    if (refusal !== undefined) throw new WriteError(refusal);
    const target = targetOf(path, on);
    const old = on.statSync(target ?? path, { throwIfNoEntry: false });
    if (old?.isDirectory() === true) throw new WriteError("it is a folder");
    if (target === undefined || old?.isFile() === false) writeThrough(path, text, on);
    else replace(target, old, text, before, on);
  } catch (error) {
    if (error instanceof WriteError) throw error;
    throw new WriteError(reasonOf(error), { cause: error });
  }
}

/**
 * Makes a folder, and those above it.
 *
 * @throws WriteError
 */
export function makeFolder(path: string, within: DiskOptions): void {
  const refusal = openDisk(within).refusal(path);
  if (refusal !== undefined) throw new WriteError(refusal);
  try {
    disk.mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new WriteError(reasonOf(error), { cause: error });
  }
}

const mostLinks = 40;

/** The file behind all symbolic links, which needn't be there; undefined for one of a process's open files. */
function targetOf(path: string, on: FileCalls): string | undefined {
  let at = resolve(path);
  for (let links = 0; links < mostLinks; links++) {
    // Devices of Windows, as NUL.
    if (at.startsWith("\\\\.\\")) return undefined;
    const folder = folderOf(at, on);
    // What a shell has opened for us may be a file, but its name isn't ours to give to another one.
    if (/^\/dev(?:\/fd)?$|^\/proc\/(?:[^/]+\/)+fd$/.test(folder)) return undefined;
    const full = join(folder, basename(at));
    if (on.lstatSync(full, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return full;
    at = resolve(folder, on.readlinkSync(full));
  }
  throw new WriteError("too many symbolic links");
}

function folderOf(path: string, on: FileCalls): string {
  try {
    return on.realpathSync(dirname(path));
  } catch (error) {
    if (codeOf(error) === "ENOENT") throw new WriteError("its folder doesn't exist");
    throw error;
  }
}

/** Appends, since a shell's `>>` may have put something there already; a pipe and a terminal know no difference. */
function writeThrough(path: string, text: string, on: FileCalls): void {
  // Without O_CREAT: Linux refuses that for the pipes of others in shared folders.
  const flag = disk.constants.O_WRONLY | disk.constants.O_APPEND;
  const opened = on.openSync(path, flag);
  try {
    on.writeFileSync(opened, text);
  } finally {
    on.closeSync(opened);
  }
}

function replace(
  target: string,
  old: Stats | undefined,
  text: string,
  before: string | undefined,
  on: FileCalls,
): void {
  // A rename asks for no right to the file itself: without this, one that is write-protected would be replaced.
  if (old !== undefined) on.accessSync(target, disk.constants.W_OK);
  const temporary = join(dirname(target), temporaryName());
  const opened = openBeside(temporary, old, on);
  try {
    try {
      on.writeFileSync(opened, text);
      if (old !== undefined) keepRights(opened, old, on);
      flush(opened, on);
    } finally {
      // A network's file system may say only here that the disk is full.
      on.closeSync(opened);
    }
    refuseChanged(target, before, on);
    on.renameSync(temporary, target);
  } catch (error) {
    attempt(() => {
      on.unlinkSync(temporary);
    });
    throw error;
  }
}

/** Hidden, and with an ending that no tool reads: one that a killed process leaves behind is no migration. */
export const temporaryName = (): string => `.ddlint-${randomBytes(9).toString("hex")}.tmp`;

/** Until it has its final rights, only its owner may read what will replace an existing file. */
function openBeside(temporary: string, old: Stats | undefined, on: FileCalls): number {
  try {
    return on.openSync(temporary, "wx", old === undefined ? 0o666 : 0o600);
  } catch (error) {
    const code = codeOf(error);
    const isDenied = code === "EACCES" || code === "EPERM";
    throw isDenied ? new WriteError("permission denied to make a new file in its folder") : error;
  }
}

/** The rights of the file that is replaced; never more than it gave to anybody. */
function keepRights(opened: number, old: Stats, on: FileCalls): void {
  const own = on.fstatSync(opened);
  const isSame = own.uid === old.uid && own.gid === old.gid;
  if (
    !isSame &&
    !attempt(() => {
      on.fchownSync(opened, old.uid, old.gid);
    })
  )
    attempt(() => {
      on.fchownSync(opened, own.uid, old.gid);
    });
  // After the owner: a change of owner takes away the bits that act in the owner's name.
  on.fchmodSync(opened, modeFor(old, on.fstatSync(opened)));
}

/** The old mode. Another group gets only what everybody has, and nothing acts in the name of another owner or group. */
function modeFor(old: Stats, own: Stats): number {
  let mode = old.mode & 0o7777;
  if (own.uid !== old.uid) mode &= ~0o4000;
  if (own.gid !== old.gid) mode = (mode & ~0o2070) | (mode & ((mode & 0o007) << 3));
  return mode;
}

/** To the disk itself, so that the rename never comes before the text; some file systems have no such call. */
function flush(opened: number, on: FileCalls): void {
  try {
    on.fsyncSync(opened);
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(codeOf(error) ?? "")) throw error;
  }
}

/** As late as can be: the moment between this and the rename can't be closed without locks that editors don't know. */
function refuseChanged(target: string, before: string | undefined, on: FileCalls): void {
  if (before === undefined) return;
  const isSame = attempt(() => {
    if (!on.readFileSync(target).equals(Buffer.from(before))) throw new Error("changed");
  });
  if (!isSame) throw new WriteError("it has changed since it was read");
}

function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
