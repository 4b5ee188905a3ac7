/** Texts of files as git keeps them, and whether one on the disk is still the same. */
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import type { Git } from "./run-git.ts";

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Larger files aren't read as migrations either. */
const largest = 64 * 1024 * 1024;

/** An object's name; all zeros: git hasn't made one, or there is no file. */
export type ObjectId = string;

export const isNone = (id: ObjectId): boolean => /^0+$/.test(id);

/**
 * Texts by objects' names; `wanted` are got at once when the first is asked for. undefined: there is no such text, or a
 * partial clone lacks it.
 */
export function blobReader(git: Git, wanted: readonly ObjectId[]): (id: ObjectId) => string | undefined {
  let texts: Map<ObjectId, string> | undefined;
  return (id) => {
    if (texts === undefined) {
      // Where one is missing others are, and for each of them an old git starts a program, which fails.
      if (git.isPartial && readOne(git, id) === undefined) return undefined;
      texts = readBatch(git, [...new Set(wanted)]);
    }
    // Some versions end the batch at the first that is missing, so what it doesn't have is asked for alone.
    const text = texts.get(id) ?? readOne(git, id);
    if (text !== undefined) texts.set(id, text);
    return text;
  };
}

function readOne(git: Git, id: ObjectId): string | undefined {
  const { status, stdout } = git.ask(["cat-file", "blob", id]);
  return status === 0 ? utf8.decode(stdout) : undefined;
}

/** The answer of `cat-file --batch`: a line with the size, the bytes, a line break, for each object in turn. */
function readBatch(git: Git, ids: readonly ObjectId[]): Map<ObjectId, string> {
  const texts = new Map<ObjectId, string>();
  if (ids.length === 0) return texts;
  const { stdout } = git.ask(["cat-file", "--batch"], ids.map((id) => `${id}\n`).join(""));
  for (let at = 0; at < stdout.length;) {
    const end = stdout.indexOf(10, at);
    if (end < 0) break;
    const [, id = "", type, size] = /^(\S+) (\w+) (\d+)$/.exec(stdout.toString("utf8", at, end)) ?? [];
    at = end + 1;
    if (size === undefined) continue; // missing
    if (type === "blob") texts.set(id, utf8.decode(stdout.subarray(at, at + Number(size))));
    at += Number(size) + 1;
  }
  return texts;
}

/**
 * True: what git calls modified, since its time or size has changed, has the text that the object has. Nothing is asked
 * of git, whose filters would be run: an object's name is a sum of its text. Line ends count for nothing.
 */
export function isSameAsBlob(path: string, id: ObjectId): boolean {
  const bytes = readBytes(path);
  if (bytes === undefined) return false;
  for (const kept of spellings(bytes)) if (nameOf("blob", kept, id.length) === id) return true;
  return false;
}

function readBytes(path: string): Buffer | undefined {
  try {
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return readlinkSync(path, { encoding: "buffer" });
    return stat.isFile() && stat.size <= largest ? readFileSync(path) : undefined;
  } catch {
    return undefined; // gone, or not for us: git's word counts
  }
}

/** As git may keep a text: with the line ends that it has, with others, or, by git-lfs, as a note of its sum. */
function* spellings(bytes: Buffer): Generator<Buffer> {
  yield bytes;
  // Each byte is a character, so that none is lost.
  const unix = bytes.toString("latin1").replaceAll("\r\n", "\n");
  yield Buffer.from(unix, "latin1");
  yield Buffer.from(unix.replaceAll("\n", "\r\n"), "latin1");
  const sum = createHash("sha256").update(bytes).digest("hex");
  yield Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${sum}\nsize ${bytes.length}\n`);
}

/** What git calls an object; `length` says by which sum the repository does. */
export const nameOf = (type: string, bytes: Buffer, length: number): ObjectId =>
  createHash(length === 64 ? "sha256" : "sha1")
    .update(`${type} ${bytes.length}\0`)
    .update(bytes)
    .digest("hex");
