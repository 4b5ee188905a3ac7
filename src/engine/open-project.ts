/** The histories of a project, opened and read: what commands begin with that write something of them. */
import { join } from "../project/files/paths.ts";
import type { FileSystem, History } from "../project/migration.ts";
import { loadAskCommits, withCommits } from "./commit-times.ts";
import { openFiles, type FileOptions } from "./files.ts";
import { loadFlow, type Flow } from "./flow.ts";
import { openHistories, writable } from "./open.ts";

export interface OpenedProject {
  readonly fs: FileSystem;
  readonly flow: Flow;
  /** As they are replayed: migrations in code are the SQL that they send. */
  readonly histories: readonly History[];
  /** The same over other files. */
  readonly reopen: (fs: FileSystem) => readonly History[];
}

/** @throws UserError if `startAfter` names no migration, or `migrations` a folder that isn't there */
export async function openProject(options: FileOptions): Promise<OpenedProject> {
  const { facts = {}, paths = [] } = options;
  const fs = openFiles(options);
  const folders = paths.map((path) => join(path));
  const ask = (await loadAskCommits())(undefined);
  const open = (now: FileSystem): readonly History[] =>
    withCommits(now, writable(openHistories(now, folders, facts)), facts, ask);
  const opened = open(fs);
  const flow = await loadFlow(opened, facts.parser);
  return {
    fs,
    flow,
    histories: flow.complete(fs, opened),
    reopen: (now) => flow.complete(now, open(now)),
  };
}
