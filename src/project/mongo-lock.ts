/** What the settings of migrate-mongo say of its lock. They are read as text: nothing is executed. */
import { ancestors, join } from "./paths.ts";
import type { FileProblem } from "./migration.ts";
import type { FolderView } from "./layouts/layout.ts";

export const lockSettings: readonly string[] = ["js", "cjs", "mjs", "ts"].map(
  (ending) => `migrate-mongo-config.${ending}`,
);

const comments = /\/\*[^]*?\*\/|(?<=^|[\s,;{])\/\/[^\n]*/g;
const blank = (text: string): string => text.replaceAll(/[^\n]/g, " ");

/** Without comments, at the same offsets. */
const bare = (text: string): string => text.slice(0, 65536).replaceAll(comments, blank);

/** The lock is off unless `lockTtl` has another value than 0. */
export function lockProblems(view: FolderView): readonly FileProblem[] {
  for (const [up, folder] of ancestors(view.root, 4).entries()) {
    for (const name of lockSettings) {
      const text = view.read(`${"../".repeat(up)}${name}`);
      if (text === undefined) continue;
      const code = bare(text);
      const match = /\blockTtl["']?\s*:\s*([^,}\n]+)/.exec(code);
      if (match !== null && !/^0\s*$/.test(match[1] ?? "")) return [];
      // A value that another file gives isn't known.
      if (match === null && !/\b(?:module\.exports|export\s+default)\b/.test(code)) return [];
      if (match === null && /\.\.\.\s*[\w(]|\brequire\(\s*["']\.|\bmodule\.exports\s*=\s*[\w.]+\(/.test(code))
        return [];
      const version = statedVersion(view);
      return [
        {
          rule: "migration-lock-off",
          path: join(folder, name),
          span: { start: 0, end: 0 },
          wholeFile: true,
          message: `${lockless(version) ?? (match === null ? "lockTtl isn't set" : "lockTtl is 0")}: two deploys at once run the same migration twice`,
        },
      ];
    }
  }
  return [];
}

/** The oldest major release that the nearest package.json takes. */
function statedVersion(view: FolderView): number | undefined {
  for (const [up] of ancestors(view.root, 4).entries()) {
    const manifest = view.read(`${"../".repeat(up)}package.json`) ?? "";
    const match = /"migrate-mongo"\s*:\s*"[\^~>=v ]{0,4}(\d+)\./.exec(manifest);
    if (match !== null) return Number(match[1]);
  }
  return undefined;
}

/** Read in the packages of npm: 11.0.0 has no lock, 12.1.3 has. */
const lockless = (version: number | undefined): string | undefined =>
  version !== undefined && version < 12 ? `migrate-mongo ${version} has no lock` : undefined;
