/** What the settings of migrate-mongo say of its lock. They are read as text: nothing is executed. */
import { npmVersion } from "../manifests.ts";
import { ancestors, join } from "../files/paths.ts";
import type { FileProblem } from "../file-problem.ts";
import type { FolderView } from "../layouts/layout.ts";

export const lockSettings: readonly string[] = ["js", "cjs", "mjs", "ts"].map(
  (ending) => `migrate-mongo-config.${ending}`,
);

const comments = /\/\*[^]*?\*\/|(?<=^|[\s,;{])\/\/[^\n]*/g;
const blank = (text: string): string => text.replaceAll(/[^\n]/g, " ");

/** Without comments, at the same offsets. */
const bare = (text: string): string => text.slice(0, 65536).replaceAll(comments, blank);

/** The lock is off unless `lockTtl` has another value than 0, and `lockCollectionName` one at all. */
export function lockProblems(view: FolderView): readonly FileProblem[] {
  for (const [up, folder] of ancestors(view.root, 4).entries()) {
    for (const name of lockSettings) {
      const text = view.read(`${"../".repeat(up)}${name}`);
      if (text === undefined) continue;
      const stated = statedPackage(view);
      if (stated === "fork") return [];
      const off = lockless(stated) ?? offIn(bare(text));
      return off === undefined
        ? []
        : [
            {
              rule: "migration-lock-off",
              path: join(folder, name),
              span: { start: 0, end: 0 },
              wholeFile: true,
              message: `${off}: two deploys at once run the same migration twice`,
              ...(hasOldDriver(view) ? { instead: withOldDriver } : {}),
            },
          ];
    }
  }
  return [];
}

/** Why settings switch the lock off; undefined: they don't, or another file gives the value. */
function offIn(code: string): string | undefined {
  const ttl = /\blockTtl["']?\s*:\s*([^,}\n]+)/.exec(code)?.[1];
  if (ttl !== undefined && /^0\s*$/.test(ttl)) return "lockTtl is 0";
  const collection = /\blockCollectionName["']?\s*(?::\s*([^,}\n]+)|[,}])/.exec(code);
  const isUnnamed = collection === null || /^(?:""|''|null|undefined)\s*$/.test(collection[1] ?? "");
  if (ttl !== undefined && !isUnnamed) return undefined;
  const isElsewhere =
    !/\b(?:module\.exports|export\s+default)\b/.test(code) ||
    /\.\.\.\s*[\w(]|\brequire\(\s*["']\.|\bmodule\.exports\s*=\s*[\w.]+\(/.test(code);
  if (isElsewhere) return undefined;
  const missing = [
    ...(isUnnamed ? ["lockCollectionName"] : []),
    ...(ttl === undefined && !/\blockTtl\s*[,}]/.test(code) ? ["lockTtl"] : []),
  ];
  return missing.length === 0
    ? undefined
    : `${missing.join(" and ")} ${missing.length === 1 ? "isn't" : "aren't"} set`;
}

/** npm refuses migrate-mongo 12 beside a driver before 4.4.1. */
function hasOldDriver(view: FolderView): boolean {
  for (const [up] of ancestors(view.root, 4).entries()) {
    const range = npmVersion(view.read(`${"../".repeat(up)}package.json`) ?? "", "mongodb");
    if (range === undefined) continue;
    const [, major = "5", minor = "4", patch = "1"] =
      /^[\^~>=v ]{0,4}(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(range) ?? [];
    // `^4.1.0` takes later ones as well.
    if (Number(major) === 4 && range.startsWith("^")) return false;
    const [own, wanted] = [[major, minor, patch].map(Number), [4, 4, 1]];
    const at = own.findIndex((part, i) => part !== wanted[i]);
    return at >= 0 && (own[at] ?? 0) < (wanted[at] ?? 0);
  }
  return false;
}

const withOldDriver =
  "Let one job of the deploy run the migrations. migrate-mongo has a lock from 12 on, which needs `mongodb` 4.4.1 or later: this project has an older driver.";

/** The oldest major release that the nearest package.json takes. Other releases may have another lock. */
function statedPackage(view: FolderView): number | "fork" | undefined {
  for (const [up] of ancestors(view.root, 4).entries()) {
    const manifest = view.read(`${"../".repeat(up)}package.json`) ?? "";
    const range = npmVersion(manifest, "migrate-mongo");
    if (range === undefined && !/"@[^"/]+\/migrate-mongo"\s*:/.test(manifest)) continue;
    if (range === undefined || /[:/]/.test(range.replace(/^npm:migrate-mongo@/, ""))) return "fork";
    const major = /^(?:npm:migrate-mongo@)?[\^~>=v ]{0,4}(\d+)\./.exec(range)?.[1];
    return major === undefined ? undefined : Number(major);
  }
  return undefined;
}

/** Read in the packages of npm: 11.0.0 has no lock, 12.1.3 has. */
const lockless = (version: number | undefined): string | undefined =>
  version !== undefined && version < 12 ? `migrate-mongo ${version} has no lock` : undefined;
