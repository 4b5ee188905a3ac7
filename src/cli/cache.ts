/** What is kept from run to run: which folder a run uses, and `ddlint cache clean`. */
import { resolve } from "node:path";
import { cleanCache, folderStore, projectStore, reasonOf, type CacheOptions } from "../index.ts";
import type { Outcome } from "./check.ts";
import type { CheckOptions } from "./options.ts";

/**
 * Undefined: nothing is kept.
 *
 * @param own the user's own folder for it
 * @param root the project's folder
 */
export function cacheFor(
  { cache, cacheLocation, verbose }: CheckOptions,
  cwd: string,
  own: string | undefined,
  root: string,
): CacheOptions | undefined {
  if (cache === false) return undefined;
  const report = (problem: unknown): void => {
    if (verbose === true) process.stderr.write(`ddlint: can't keep what was found: ${reasonOf(problem)}\n`);
  };
  const store =
    cacheLocation === undefined
      ? own && projectStore(own, root, report)
      : folderStore(resolve(cwd, cacheLocation), report);
  return store === undefined || store === "" ? undefined : { store };
}

export function cleanCacheIn(own: string | undefined): Outcome {
  if (own !== undefined) cleanCache(own);
  const stdout = own === undefined ? "nothing is kept: there is no folder for it\n" : `cleaned ${own}\n`;
  return { exitCode: 0, stdout, stderr: "" };
}
