/**
 * Headers of Liquibase's formatted SQL that a service has kept from its former life: its own program sends the files
 * whole, and nothing of the project runs Liquibase.
 */
import { callerOf, exists } from "./detect.ts";
import { ancestors, join } from "./files/paths.ts";
import { liquibase } from "./layouts/liquibase.ts";
import { planOf } from "./layouts/liquibase-plan.ts";
import type { FolderView } from "./layouts/layout.ts";
import { manifestsIn, readManifest } from "./manifests.ts";
import type { FileSystem } from "./migration.ts";
import { ownRunner } from "./own-runner.ts";

const tool = /liquibase/i;
const reads = /liquibase|changeset/i;

/** The program of the project that runs the files as they are, where their headers alone speak for Liquibase. */
export function runnerDespiteHeaders(fs: FileSystem, view: FolderView): string | undefined {
  const { roots, others, leftOutBy } = planOf(view);
  if (roots.length + others.length > 0 || leftOutBy !== undefined) return undefined;
  if ((view.statedChangelogs?.() ?? []).length > 0 || isNamed(fs, view.root)) return undefined;
  const path = ownRunner(fs, view.root)?.path;
  return path === undefined || reads.test(fs.read(path) ?? "") ? undefined : path;
}

/** A manifest, a script, a container or settings above the folder. */
const isNamed = (fs: FileSystem, root: string): boolean =>
  callerOf(fs, root, tool) !== undefined ||
  ancestors(root).some(
    (folder) =>
      exists(fs, join(folder, `${liquibase.name}.properties`)) ||
      [...manifestsIn(fs.list(folder)).keys()].some((file) =>
        tool.test(readManifest(fs, join(folder, file)) ?? ""),
      ),
  );
