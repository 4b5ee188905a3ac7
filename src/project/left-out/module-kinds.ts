/** CommonJS in files that Node.js takes for ES modules, as the package says `"type": "module"`: no runner loads them. */
import { ancestors, join, parentOf } from "../files/paths.ts";
import type { FolderView } from "../layouts/layout.ts";
import { readManifest } from "../manifests.ts";
import type { FileSystem } from "../migration.ts";

const commonJs = /^[ \t]*(?:module\.exports\b|exports\.\w{1,80}[ \t]*=)/m;
const esModule = /^[ \t]*(?:import\b[ \t]*[\w{*"']|export\b[ \t]*[\w{*])/m;
/** They compile what they load, or take both kinds in one file. */
const loaders = /\b(?:tsx|ts-node|bun|bunx|babel\S{0,40}|esbuild\S{0,20}|swc\S{0,20}|jiti|sucrase|esm)\b/;
const code = /\.(?:[cm]?js|ts)$/;

/** The view without them, where others beside them load: `create-users.cjs` beside `create-users.js`. */
export function withoutUnloadable(
  fs: FileSystem,
  view: FolderView,
): { readonly view: FolderView; readonly says: readonly string[] } {
  const refusing = new Map<string, boolean>();
  const isRefused = (path: string): boolean => {
    const folder = parentOf(path) ?? "";
    const refuses = refusing.get(folder) ?? refusesCommonJs(fs, folder);
    refusing.set(folder, refuses);
    return refuses && isCommonJs(fs.read(path) ?? "");
  };
  const out = new Set(view.files.filter((file) => file.endsWith(".js") && isRefused(join(view.root, file))));
  const [first, ...others] = out;
  const isAlone = !view.files.some((file) => code.test(file) && !out.has(file));
  if (first === undefined || isAlone) return { view, says: [] };
  const more = others.length === 0 ? "" : ` and ${String(others.length)} more`;
  const says = `${join(view.root, first)}${more} ${others.length === 0 ? "is" : "are"} left out: CommonJS, which Node.js refuses in a .js file of a package with "type": "module"`;
  return { view: { ...view, files: view.files.filter((file) => !out.has(file)) }, says: [says] };
}

/** By the nearest `package.json`. */
function refusesCommonJs(fs: FileSystem, folder: string): boolean {
  for (const above of ancestors(folder)) {
    const manifest = readManifest(fs, join(above, "package.json"));
    if (manifest !== undefined)
      return /"type"\s{0,9}:\s{0,9}"module"/.test(manifest) && !loaders.test(manifest);
  }
  return false;
}

const isCommonJs = (text: string): boolean => commonJs.test(text) && !esModule.test(text);
