/** Libraries of a platform that serves the tables to programs: the project's programs use it, whatever runs the migrations. */
import { rankedTools } from "./known-tools.ts";
import { depends, manifestsIn, readManifest } from "./manifests.ts";
import type { FileSystem } from "./migration.ts";
import { ancestors, join } from "./files/paths.ts";
import { skipped } from "./left-out/folder-names.ts";

const clients = rankedTools.flatMap((tool) => tool.clients ?? []);
/** So many modules beside one another are looked at. */
const mostModules = 30;

/** A package around the folder, or one directly below such a package, depends on one. */
export const callsPlatform = (fs: FileSystem, root: string): boolean =>
  ancestors(root, 5).some((folder) =>
    [folder, ...modulesIn(fs, folder)].some((module) =>
      [...manifestsIn(fs.list(module))].some(([file, kind]) => {
        const wanted = clients.flatMap((one) => one[kind] ?? []);
        const text = wanted.length === 0 ? undefined : readManifest(fs, join(module, file));
        return text !== undefined && wanted.some((name) => depends(text, kind, name));
      }),
    ),
  );

const modulesIn = (fs: FileSystem, folder: string): readonly string[] =>
  fs
    .list(folder)
    .filter((name) => /^\w.*\/$/.test(name) && !skipped.test(name.slice(0, -1)))
    .slice(0, mostModules)
    .map((name) => join(folder, name.slice(0, -1)));
