/**
 * Which tool runs the files of a folder. Asked in this order: the nearest package root (its files, its dependencies),
 * lines in the files, files beside them, package roots further out. The shape of the names alone proves nothing: `raw`.
 */
import { manifestsIn, signs, type Manifest, type Signs } from "./detect-data.ts";
import { isRecord, parseJson } from "./json.ts";
import type { FileSystem } from "./migration.ts";
import type { FolderView } from "./layouts/layout.ts";
import { codeEvidence } from "./layouts/code.ts";
import { dialectWord, isSql, stemOf } from "./layouts/names.ts";
import { infixDialects } from "./layouts/pairs.ts";
import { sectionStyle } from "./layouts/sections.ts";
import { ancestors, baseName, join, parentOf } from "./paths.ts";
import { hasLine } from "./scan.ts";
import { toolNamed } from "./tools.ts";

export interface ToolGuess {
  readonly tool: string;
  readonly evidence: readonly string[];
}

/** True if `path` (a folder's ends in `/`) is there. */
export function exists(fs: FileSystem, path: string): boolean {
  const isFolder = path.endsWith("/");
  const clean = join(path);
  const parent = parentOf(clean);
  if (parent === undefined) return fs.list(clean).length > 0;
  return fs.list(parent).includes(isFolder ? `${baseName(clean)}/` : baseName(clean));
}

/** The nearest folder at or above `folder` with a manifest (`package.json`, `go.mod`, …). */
export function packageRootOf(fs: FileSystem, folder: string): string | undefined {
  return ancestors(folder).find((candidate) => manifestsIn(fs.list(candidate)).size > 0);
}

/** Decides for one folder whose files have the shapes `shapes` (names of layouts, best first). */
export function detectTool(fs: FileSystem, view: FolderView, shapes: readonly string[]): ToolGuess {
  const isInCode = shapes[0] === "code";
  const style =
    shapes[0] === "sections"
      ? sectionStyle(view)?.style.tool
      : shapes[0] === "liquibase"
        ? "liquibase"
        : isInCode
          ? codeEvidence(view)?.tool
          : undefined;
  const proofs = new Map<string, string>();
  const possible = signs.filter((sign) => {
    const fits = toolNamed(sign.tool).shapes.some((shape) => shapes.includes(shape));
    if (!fits) return false;
    if (sign.firstShape === true && !toolNamed(sign.tool).shapes.includes(shapes[0] ?? "")) return false;
    if (style !== undefined && style !== "raw" && style !== sign.tool) return false;
    const proof =
      style === sign.tool
        ? isInCode
          ? `code for ${sign.tool}`
          : `lines as in "${sign.tool}" files`
        : (lineProof(view, sign) ?? besideProof(fs, view, sign));
    if (sign.needsCode === true && !loadedByCode(view)) return false;
    if (sign.name !== undefined && !view.files.some((file) => sign.name?.test(baseName(file)))) return false;
    if (proof !== undefined) proofs.set(sign.tool, proof);
    return proof !== undefined || sign.needsProof !== true;
  });
  const inside = packageRootOf(fs, view.root);
  const roots = ancestors(view.root);
  const limit = inside === undefined ? roots.length : roots.indexOf(inside) + 1;
  const near = bySigns(fs, roots.slice(0, limit), possible, proofs, view);
  if (near !== undefined) return near;
  const first = possible.find((sign) => proofs.has(sign.tool));
  if (first !== undefined) return { tool: first.tool, evidence: [proofs.get(first.tool) ?? ""] };
  const far = bySigns(fs, roots.slice(limit), possible, proofs, view);
  if (far !== undefined) return far;
  if (infixDialects(view).size > 1)
    return { tool: "pop", evidence: ["file names with several dialects in them"] };
  return bySideFiles(view, shapes) ?? { tool: "raw", evidence: [] };
}

/** What lies in the folders of single steps, or a word in a name, where nothing else speaks. */
function bySideFiles(view: FolderView, shapes: readonly string[]): ToolGuess | undefined {
  const found = sideFiles.find(
    ({ shape, pattern }) => shapes.includes(shape) && view.files.some((file) => pattern.test(file)),
  );
  return found && { tool: found.tool, evidence: [`${found.what} as ${found.tool} has them`] };
}

const sideFiles = [
  {
    tool: "diesel",
    shape: "folders",
    pattern: /^[^/]+\/metadata\.toml$/,
    what: "a metadata.toml beside up.sql",
  },
  {
    tool: "drizzle",
    shape: "folders",
    pattern: /^[^/]+\/snapshot\.json$/,
    what: "a snapshot.json beside migration.sql",
  },
  { tool: "pop", shape: "pairs", pattern: /\.autocommit\.(?:up|down)\.sql$/, what: "names with .autocommit" },
];

/** The best of the tools that a package root speaks for: one with proof in the folder, else the first of the list. */
function bySigns(
  fs: FileSystem,
  roots: readonly string[],
  possible: readonly Signs[],
  proofs: ReadonlyMap<string, string>,
  view: FolderView,
): ToolGuess | undefined {
  const found: { sign: Signs; evidence: string; isFile: boolean }[] = [];
  for (const root of roots) {
    for (const sign of possible) {
      if (found.some((earlier) => earlier.sign === sign)) continue;
      const file = sign.files?.find((path) => exists(fs, join(root, path) + (path.endsWith("/") ? "/" : "")));
      const dependency = file === undefined ? dependencyOf(fs, root, sign) : undefined;
      if (file !== undefined) found.push({ sign, evidence: `${join(root, file)} is there`, isFile: true });
      else if (dependency !== undefined) found.push({ sign, evidence: dependency, isFile: false });
      else {
        const mention = mentionOf(fs, root, sign);
        if (mention !== undefined) found.push({ sign, evidence: mention, isFile: true });
      }
    }
  }
  const proved = found.find((candidate) => proofs.has(candidate.sign.tool));
  // A folder with dialects in its names is pop's even where another Go tool is used elsewhere.
  const popular =
    infixDialects(view).size > 0 ? found.find((candidate) => candidate.sign.tool === "pop") : undefined;
  const plain = found.filter((candidate) => candidate.sign.tool !== "pop" || infixDialects(view).size > 0);
  const chosen = proved ?? popular ?? plain.find((candidate) => candidate.isFile) ?? plain[0];
  if (chosen === undefined) return undefined;
  const proof = proofs.get(chosen.sign.tool);
  return {
    tool: chosen.sign.tool,
    evidence: proof === undefined ? [chosen.evidence] : [chosen.evidence, proof],
  };
}

function mentionOf(fs: FileSystem, root: string, sign: Signs): string | undefined {
  const { files = [], pattern } = sign.mentions ?? {};
  const all = files.flatMap((name) => (name.includes("*") ? matching(fs, root, name) : [name]));
  const file = all
    .slice(0, mostMentions)
    .find((name) => pattern?.test((fs.read(join(root, name)) ?? "").slice(0, 65536)));
  return file === undefined ? undefined : `${join(root, file)} speaks of ${sign.tool}`;
}

const mostMentions = 80;

/** The paths below `root` that fit `pattern`, in which a `*` stands for a name or for its beginning. */
function matching(fs: FileSystem, root: string, pattern: string): readonly string[] {
  const parts = pattern.split("/");
  return parts.reduce<readonly string[]>(
    (folders, part, at) => {
      const ending = at < parts.length - 1 ? "/" : "";
      if (!part.startsWith("*")) return folders.map((folder) => join(folder, part));
      return folders.flatMap((folder) =>
        fs
          .list(join(root, folder))
          .filter((name) => name.endsWith(part.slice(1) + ending) && name.endsWith("/") === (ending === "/"))
          .map((name) => join(folder, name)),
      );
    },
    ["."],
  );
}

function lineProof(view: FolderView, sign: Signs): string | undefined {
  if (sign.line === undefined) return undefined;
  const pattern = sign.line;
  const files = view.files.filter(isSql);
  const step = Math.max(1, Math.floor(files.length / 40));
  for (let i = 0; i < files.length; i += step) {
    const file = files[i] ?? "";
    if (hasLine(view.read(file) ?? "", pattern)) return `${file} has a line of ${sign.tool}`;
  }
  return undefined;
}

/** Steps in code have the names of the SQL files. */
function loadedByCode(view: FolderView): boolean {
  const steps = new Set(
    view.files.flatMap((file) => /(?:^|\/)(\d[^/]*)\.[cm]?[jt]s$/.exec(file.slice(-300))?.[1] ?? []),
  );
  if (steps.size === 0) return false;
  const names = view.files.filter(isSql).map((file) => stemOf(file).replace(/[._-](?:up|down)$/i, ""));
  return names.some((name) => steps.has(name));
}

function besideProof(fs: FileSystem, view: FolderView, sign: Signs): string | undefined {
  for (const folder of [view.root, ...otherDialects(fs, view.root)]) {
    const file = sign.beside?.find((path) =>
      exists(fs, join(folder, path) + (path.endsWith("/") ? "/" : "")),
    );
    if (file !== undefined) return `${join(folder, file)} is there`;
  }
  return undefined;
}

/** `migrations/postgres` beside `migrations/mysql`: the same tool runs both. */
function otherDialects(fs: FileSystem, root: string): readonly string[] {
  const parent = parentOf(root);
  if (parent === undefined || dialectWord(baseName(root)) === undefined) return [];
  return fs
    .list(parent)
    .flatMap((name) => (name.endsWith("/") ? [name.slice(0, -1)] : []))
    .filter((name) => name !== baseName(root) && dialectWord(name) !== undefined)
    .map((name) => join(parent, name));
}

function dependencyOf(fs: FileSystem, root: string, sign: Signs): string | undefined {
  if (sign.dependencies === undefined) return undefined;
  for (const [file, kind] of manifestsIn(fs.list(root))) {
    const wanted = sign.dependencies[kind];
    if (wanted === undefined) continue;
    const text = fs.read(join(root, file));
    if (text === undefined) continue;
    const name = wanted.find((dependency) => depends(text, kind, dependency));
    if (name !== undefined) return `${join(root, file)} depends on ${name}`;
  }
  return undefined;
}

function depends(text: string, kind: Manifest, name: string): boolean {
  switch (kind) {
    case "npm":
      return npmVersion(text, name) !== undefined;
    case "composer":
    case "dotnet":
    case "ruby":
      return text.includes(`"${name}"`) || text.includes(`'${name}'`);
    case "go":
      return text
        .split("\n")
        .some((line) => line.includes(name) && !line.includes("// indirect") && !line.startsWith("module"));
    case "cargo":
      return text.split("\n").some((line) => {
        const found = line.trim().replace(/^\[[a-z-]*dependencies\./, "");
        return found.startsWith(name) && /^[ \t.=\]]/.test(found.slice(name.length));
      });
    case "jvm":
    case "pypi":
      return text.includes(name);
    default:
      return kind satisfies never;
  }
}

/** The version that a lock file beside a `package.json` settles on for `name`; undefined if there is none. */
export function lockedVersion(fs: FileSystem, root: string, name: string): string | undefined {
  for (const folder of ancestors(root)) {
    for (const file of fs.list(folder).filter((entry) => lockFiles.has(entry))) {
      const text = fs.read(join(folder, file)) ?? "";
      const found = lockPatterns.map((pattern) => {
        const at = text.indexOf(pattern(name));
        return at < 0 ? undefined : /\d+\.\d+\.\d+/.exec(text.slice(at + name.length, at + 300))?.[0];
      });
      const version = found.find((known) => known !== undefined);
      if (version !== undefined) return version;
    }
  }
  return undefined;
}

const lockFiles = new Set(["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "bun.lock"]);
/** How npm's, bun's and pnpm's lock files begin to speak of one package. */
const lockPatterns: readonly ((name: string) => string)[] = [
  (name) => `"node_modules/${name}": {`,
  (name) => `"${name}": ["${name}@`,
  (name) => `\n  ${name}@`,
  (name) => `\n  /${name}@`,
];

/** The range that a `package.json` gives for `name`; undefined if it doesn't depend on it. */
export function npmVersion(text: string, name: string): string | undefined {
  const json = parseJson(text);
  if (!isRecord(json)) return undefined;
  for (const field of ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"]) {
    const all = json[field];
    const range = isRecord(all) && Object.hasOwn(all, name) ? all[name] : undefined;
    if (typeof range === "string") return range;
  }
  return undefined;
}
