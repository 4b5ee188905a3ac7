/** Runs of one build on one project, each in a process of its own. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "./projects.ts";
import type { Outcome } from "./report.ts";

/** Most megabytes of a job: a build that takes more than that is broken. */
const heap = 4096;

/**
 * What a build of ddlint finds in a project; what went wrong, as a text, where the program ended otherwise. `folder` is
 * for files of this run.
 */
export async function lint(build: string, { name, job }: Project, folder: string): Promise<Outcome | string> {
  const file = join(folder, `${name.replaceAll("/", "+")}.json`);
  writeFileSync(file, JSON.stringify(job));
  const worker = join(import.meta.dirname, "lint.mjs");
  const args = [`--max-old-space-size=${heap}`, "--liftoff-only", worker, build, file];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  const code = await new Promise<number | null>((done) => child.on("close", done));
  if (code === 0) return JSON.parse(Buffer.concat(out).toString("utf8")) as Outcome;
  return (
    Buffer.concat(err).toString("utf8").trim().split("\n").slice(0, 5).join(" | ") || `exit code ${code ?? 0}`
  );
}

/** All of them, `width` at once; results in the order of the items. */
export async function inTurn<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Map<number, R>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results.set(at, await work(items[at] as T));
  };
  await Promise.all(Array.from({ length: width }, worker));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
