/**
 * Data kept from one run to another, in files of one folder. What isn't whole, or was written by another build of ddlint
 * or another Node.js, counts as missing; what can't be written isn't kept. Two runs at once each write whole files.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { version } from "../version.ts";
import { build } from "./build.ts";

export interface Store {
  /** Undefined: nothing of this name that can be used. */
  readonly read: (name: string) => unknown;
  /** Plain data, in which an object may occur several times. */
  readonly write: (name: string, data: unknown) => void;
}

/** Larger ones take longer to read than what they save. */
const mostBytes = 64 * 2 ** 20;
/** Of one kind: the newest are kept. */
const mostOfKind = 8;

const head = Buffer.from(`ddlint ${version} ${build} ${process.version} ${process.arch}\n`);
const digestLength = 32;
const digest = (body: Uint8Array): Buffer => createHash("sha256").update(body).digest();

/** The file as it is kept. */
export function sealed(data: unknown): Uint8Array {
  const body = serialize(data);
  return Buffer.concat([head, digest(body), body]);
}

/** Undefined: it is damaged, or not of this build. */
export function unsealed(file: Uint8Array): unknown {
  const start = head.length + digestLength;
  if (file.length < start || !head.equals(file.subarray(0, head.length))) return undefined;
  const body = file.subarray(start);
  return digest(body).equals(file.subarray(head.length, start)) ? deserialize(body) : undefined;
}

/** @param report for a user who asks why nothing is kept */
export function folderStore(folder: string, report: (problem: unknown) => void = () => undefined): Store {
  return {
    read(name) {
      try {
        const file = join(folder, name);
        const found = isOwn(file) ? unsealed(readFileSync(file)) : undefined;
        const now = new Date();
        if (found !== undefined) utimesSync(file, now, now);
        return found;
      } catch {
        return undefined;
      }
    },
    write(name, data) {
      try {
        const file = sealed(data);
        if (file.length > mostBytes) return;
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        // One that a crash leaves goes with the oldest.
        const unfinished = join(folder, `${name}.${randomBytes(6).toString("hex")}`);
        writeFileSync(unfinished, file, { mode: 0o600, flag: "wx" });
        renameSync(unfinished, join(folder, name));
        forgetOldest(folder, kindOf(name));
      } catch (error) {
        report(error);
      }
    },
  };
}

/** `run-4fE…` → `run-`. */
const kindOf = (name: string): string => name.slice(0, name.indexOf("-") + 1);

/** Nobody else has put it there. */
function isOwn(file: string): boolean {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat?.isFile() !== true || stat.size > mostBytes) return false;
  return process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & 0o022) === 0);
}

function forgetOldest(folder: string, kind: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.startsWith(kind))
    .map((name) => ({ name, time: lstatSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { name } of files.slice(mostOfKind)) rmSync(join(folder, name), { force: true });
}
