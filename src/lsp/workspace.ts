/** The folders that are open, and the projects in them: each file belongs to the nearest configuration above it. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { homedir } from "node:os";
import { configFolder, findConfig } from "../index.ts";
import type { Project } from "./project.ts";
import { within } from "./uris.ts";

export interface Workspace {
  setFolders(paths: readonly string[]): void;
  readonly folders: () => readonly string[];
  /** The folder of the project that a file belongs to. */
  rootOf(path: string): string;
  /** The project of that folder; opened once. */
  project(root: string): Promise<Project>;
  /** Those that are open already. */
  readonly opened: () => readonly Promise<Project>[];
  /** Forgets a project: its configuration is another one now. */
  forget(root: string): void;
  /** Configurations may have come or gone: which file belongs to whom is found anew. */
  forgetRoots(): void;
}

export function createWorkspace(open: (root: string) => Promise<Project>): Workspace {
  let folders: readonly string[] = [];
  const projects = new Map<string, Promise<Project>>();
  const roots = new Map<string, string>();

  const findRoot = (folder: string): string => {
    const top = folders
      .filter((one) => within(one, folder) !== undefined)
      .sort((a, b) => b.length - a.length)
      .at(0);
    if (top === undefined) return loneRoot(folder);
    return configFolder(folder, top);
  };

  return {
    setFolders(paths) {
      folders = paths;
      roots.clear();
    },
    folders: () => folders,
    rootOf(path) {
      const folder = dirname(path);
      const known = roots.get(folder) ?? findRoot(folder);
      roots.set(folder, known);
      return known;
    },
    project(root) {
      const known = projects.get(root);
      if (known !== undefined) return known;
      const opening = open(root);
      projects.set(root, opening);
      // What failed once may not fail the next time.
      opening.catch(() => projects.delete(root));
      return opening;
    },
    opened: () => [...projects.values()],
    forget: (root) => {
      projects.delete(root);
    },
    forgetRoots: () => {
      roots.clear();
    },
  };
}

/** Of a file without a workspace: the project around it, never all of somebody's home. */
function loneRoot(folder: string): string {
  const config = findConfig(folder);
  if (config !== undefined && dirname(config.path) !== homedir()) return dirname(config.path);
  for (let at = folder; at !== homedir() && dirname(at) !== at; at = dirname(at)) {
    if ([".git", "package.json"].some((name) => existsSync(join(at, name)))) return at;
  }
  return folder;
}
