/** What a project says of its migrations in JavaScript or TypeScript: their tools, and the folders of these. */
import { exists } from "./detect.ts";
import type { FolderView } from "./layouts/layout.ts";
import { rankedTools } from "./known-tools.ts";
import { depends } from "./manifests.ts";
import type { FileSystem } from "./migration.ts";
import { ancestors, join } from "./files/paths.ts";
import type { Tool } from "./tool.ts";

/** Asked for by folders of code alone. */
export function codeProject(
  fs: FileSystem,
  root: string,
): Required<Pick<FolderView, "namedTools" | "isNamedFolder">> {
  let tools: readonly Tool[] | undefined;
  let isNamed: boolean | undefined;
  return {
    namedTools: () => (tools ??= namedTools(fs, root)),
    isNamedFolder: () => (isNamed ??= isNamedFolder(fs, root)),
  };
}

const inCode = rankedTools.filter(({ code }) => code !== undefined);

/** The tools that the nearest folder at or above `root` names, as a dependency, or else by their settings. */
function namedTools(fs: FileSystem, root: string): readonly Tool[] {
  for (const folder of ancestors(root)) {
    const manifest = fs.list(folder).includes("package.json")
      ? fs.read(join(folder, "package.json"))
      : undefined;
    const needed = inCode.filter(
      ({ signs }) =>
        manifest !== undefined &&
        signs.some(({ dependencies }) => dependencies?.npm?.some((name) => depends(manifest, "npm", name))),
    );
    if (needed.length > 0) return needed;
    const set = inCode.filter(({ signs }) =>
      signs.some(({ files }) => files?.some((file) => exists(fs, join(folder, file)))),
    );
    if (set.length > 0) return set;
  }
  return [];
}

/** The settings of a tool for code name the folder. */
function isNamedFolder(fs: FileSystem, root: string): boolean {
  const settings = inCode.flatMap(({ code }) => code?.folder ?? []);
  return ancestors(root, levels).some((folder) => {
    const names = new Set(fs.list(folder));
    return settings.some(({ files, pattern }) =>
      files.some((file) => names.has(file) && foldersIn(fs, folder, file, pattern).includes(root)),
    );
  });
}

/** So far above the folder. */
const levels = 5;

function foldersIn(fs: FileSystem, folder: string, file: string, pattern: RegExp): readonly string[] {
  const text = (fs.read(join(folder, file)) ?? "").slice(0, 65_536);
  return Array.from(text.matchAll(new RegExp(pattern, "g")), ([, written = ""]) => {
    const [first = ""] = written.split(/,\s*["']?[\w-]{1,40}["']?\s*:|\n\s*\}/);
    const parts = Array.from(first.matchAll(/["'`]([^"'`]{1,100})["'`]/g), ([, part = ""]) => part);
    return parts.length === 0 ? "" : join(folder, ...parts);
  });
}
