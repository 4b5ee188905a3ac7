/**
 * Which tool runs the files of a folder. Asked in this order: the nearest package root (its files, its dependencies),
 * lines in the files, files beside them, package roots further out. The shape of the names alone proves nothing: `raw`.
 */
import { handMade, rankedTools } from "./known-tools.ts";
import { jvmSourceWith } from "./jvm-sources.ts";
import { depends, manifestsIn, readManifest, packageRootOf } from "./manifests.ts";
import type { FileSystem } from "./migration.ts";
import type { FolderView } from "./layouts/layout.ts";
import { codeTool } from "./layouts/code.ts";
import { dialectWord } from "../model/database-words.ts";
import { isSql, stemOf, stepsAmong } from "./layouts/names.ts";
import { infixDialects, pairs, readPairName } from "./layouts/pairs.ts";
import { sectionStyle } from "./layouts/sections.ts";
import { ancestors, baseName, join, parentOf } from "./files/paths.ts";
import { foundRunner } from "./found-runner.ts";
import { isInPrograms, ownRunner, readerOfMarks } from "./own-runner.ts";
import { isInScripts } from "./script-sources.ts";
import { hasLine } from "./scan.ts";
import { composeFiles, endings, type Sign, type Tool } from "./tool.ts";

export interface ToolGuess {
  readonly tool: string;
  readonly evidence: readonly string[];
  /** The files have a tool's marks, but the project's own program reads them. */
  readonly ownReader?: true;
  /** Nothing but the marks in the files speaks for the tool. */
  readonly isByMarks?: true;
  /** The tool whose own list names none of the files, and whether it names others. */
  readonly unlistedBy?: { readonly tool: string; readonly namesOthers: boolean };
}

/** True if `path` (a folder's ends in `/`) is there. */
export function exists(fs: FileSystem, path: string): boolean {
  const isFolder = path.endsWith("/");
  const clean = join(path);
  const parent = parentOf(clean);
  if (parent === undefined) return fs.list(clean).length > 0;
  return fs.list(parent).includes(isFolder ? `${baseName(clean)}/` : baseName(clean));
}

/** A sign with its tool. */
interface ToolSign extends Sign {
  readonly tool: Tool;
}

const signs: readonly ToolSign[] = rankedTools.flatMap((tool) =>
  tool.signs.map((sign) => ({ ...sign, tool })),
);

function markerLines({ name, marks }: Tool): string {
  const mark = marks?.up ?? marks?.down;
  return mark === undefined ? `marker lines of ${name}` : `lines such as "${mark}"`;
}

/** Decides for one folder whose files have the shapes `shapes` (names of layouts, best first). */
export function detectTool(fs: FileSystem, view: FolderView, shapes: readonly string[]): ToolGuess {
  const byAll = likelyTool(fs, view, shapes);
  const likely = (byAll.isByMarks === true ? despiteMarks(fs, view, shapes) : undefined) ?? byAll;
  const guess = ownGuess(fs, view, likely) ?? likely;
  const listed = rankedTools.find(({ name }) => name === guess.tool)?.listed?.(view);
  if (listed === undefined || view.files.some((file) => listed.has(stemOf(file)))) return guess;
  return {
    tool: handMade.name,
    evidence: [`${guess.tool} runs none of the files: its own list names none of them`],
    unlistedBy: { tool: guess.tool, namesOthers: listed.size > 0 },
  };
}

/** What the project itself says runs the pairs of the folder: marks in files beside them are comments to that tool. */
function despiteMarks(fs: FileSystem, view: FolderView, shapes: readonly string[]): ToolGuess | undefined {
  const found = shapes.includes(pairs.name) ? likelyTool(fs, view, [pairs.name]) : undefined;
  return found === undefined || found.tool === handMade.name ? undefined : found;
}

/**
 * A tool that only wrote the files, or some of them: a program of the project applies them. What calls the tool speaks
 * against that, except where the tool's own list leaves files out.
 */
function ownGuess(fs: FileSystem, view: FolderView, guess: ToolGuess): ToolGuess | undefined {
  const tool = rankedTools.find(({ name }) => name === guess.tool);
  if (tool?.applies === undefined) return undefined;
  const listed = tool.listed?.(view);
  const isWhole = listed === undefined || stepsAmong(view.files).every((file) => listed.has(stemOf(file)));
  const calls = isWhole ? appliedBy(fs, view.root, tool) : undefined;
  const runner = ownRunner(fs, view.root, calls);
  if (runner === undefined || (calls && callerOf(fs, view.root, calls)) !== undefined) return undefined;
  const because = isWhole ? `nothing calls ${tool.name}` : `the list of ${tool.name} leaves some out`;
  return { tool: handMade.name, evidence: [`${runner.path} applies these files: ${because}`] };
}

/** The script, container or workflow of the project that says so. */
export const callerOf = (
  fs: FileSystem,
  root: string,
  calls: RegExp,
  files: readonly string[] = callers,
): string | undefined =>
  ancestors(root)
    .flatMap((folder) => pathsLike(fs, folder, files).map((file) => join(folder, file)))
    .find((file) => calls.test(head(fs, file)));

/** What applies the tool's files there. */
const appliedBy = (fs: FileSystem, root: string, tool: Tool): RegExp | undefined =>
  tool.appliesIn?.(fs, root) ?? tool.applies;

/** The outermost package around a folder. */
const projectOf = (fs: FileSystem, root: string): string =>
  ancestors(root).findLast((folder) => fs.list(folder).includes("package.json")) ?? root;

/** What changes the database without the tool's files, where nothing of the project applies these. */
export function pushedBy(fs: FileSystem, root: string, tool: Tool): string | undefined {
  const { pushes } = tool;
  const applies = appliedBy(fs, root, tool);
  const pusher = pushes && callerOf(fs, root, pushes);
  if (pusher === undefined || applies === undefined) return undefined;
  const isApplied =
    callerOf(fs, root, applies) !== undefined ||
    callerOf(fs, root, applies, instructions) !== undefined ||
    isInPrograms(fs, root, applies) ||
    isInScripts(fs, projectOf(fs, root), applies) !== false;
  return isApplied ? undefined : pusher;
}

function likelyTool(fs: FileSystem, view: FolderView, shapes: readonly string[]): ToolGuess {
  const [firstShape = ""] = shapes;
  const inCode = firstShape === "code" ? codeTool(view) : undefined;
  const marked = firstShape === "sections" ? sectionStyle(view)?.tool : undefined;
  const own = inCode ?? (marked?.handMade === true ? undefined : marked) ?? ownerOf(firstShape);
  const proofs = new Map<Tool, string>();
  const possible = signs.filter((sign) => {
    const { tool } = sign;
    if (!tool.shapes.some((shape) => shapes.includes(shape))) return false;
    if (sign.firstShape === true && !tool.shapes.includes(firstShape)) return false;
    if (own !== undefined && own !== tool) return false;
    const proof =
      own === undefined
        ? (lineProof(view, sign) ??
          besideProof(fs, view, sign) ??
          importProof(fs, view, sign) ??
          folderProof(view, sign))
        : inCode === undefined
          ? markerLines(tool)
          : `code for ${tool.name}`;
    if (sign.needsCode === true && !loadedByCode(view)) return false;
    if (sign.list !== undefined && isListedAbove(fs, view.root, sign.list)) return false;
    if (sign.name !== undefined && !view.files.some((file) => sign.name?.test(baseName(file)))) return false;
    if (proof !== undefined && !proofs.has(tool)) proofs.set(tool, proof);
    return proof !== undefined || sign.needsProof !== true;
  });
  const inside = packageRootOf(fs, view.root);
  const roots = ancestors(view.root);
  const limit = inside === undefined ? roots.length : roots.indexOf(inside) + 1;
  const near = bySigns(fs, roots.slice(0, limit), possible, proofs, view);
  if (near !== undefined) return near;
  const first = possible.find(({ tool }) => proofs.has(tool));
  const far = bySigns(fs, roots.slice(limit), possible, proofs, view);
  if (first !== undefined) {
    const reader =
      far?.tool === first.tool.name ? undefined : ownReader(fs, roots.slice(0, limit), view.root, first.tool);
    return reader === undefined
      ? {
          tool: first.tool.name,
          evidence: [proofs.get(first.tool) ?? ""],
          ...(far?.tool === first.tool.name || first.tool !== marked ? {} : { isByMarks: true }),
        }
      : {
          tool: handMade.name,
          evidence: [`${reader} reads these files: there is no other trace of ${first.tool.name}`],
          ownReader: true,
        };
  }
  if (far !== undefined) return far;
  const infixed = infixDialects(view).size > 1 ? rankedTools.find(({ infixes }) => infixes) : undefined;
  if (infixed !== undefined)
    return { tool: infixed.name, evidence: ["file names that name several databases"] };
  return (
    bySideFiles(view, shapes) ??
    byModules(fs, view, roots, possible, proofs) ??
    bySources(fs, inside, possible) ??
    byOwnNames(fs, view, inside, firstShape) ?? { tool: handMade.name, evidence: [] }
  );
}

/** So many modules beside the folder's own are looked at. */
const mostModules = 60;

/**
 * A module of the same project whose manifest names the tool. On the JVM, migrations lie in one module and the program
 * in another; elsewhere a package that has a manifest speaks for itself.
 */
function byModules(
  fs: FileSystem,
  view: FolderView,
  roots: readonly string[],
  possible: readonly ToolSign[],
  proofs: ReadonlyMap<Tool, string>,
): ToolGuess | undefined {
  const inside = packageRootOf(fs, view.root);
  const kinds = new Set(inside === undefined ? [] : manifestsIn(fs.list(inside)).values());
  const speaks = possible.filter(
    ({ dependencies = {} }) => kinds.size === 0 || (kinds.has("jvm") && dependencies.jvm !== undefined),
  );
  if (speaks.length === 0) return undefined;
  const outer = roots.slice(inside === undefined ? 1 : roots.indexOf(inside) + 1);
  for (const folder of outer.slice(0, 6)) {
    const modules = fs
      .list(folder)
      .filter((name) => name.endsWith("/") && !name.startsWith("."))
      .slice(0, mostModules)
      .map((name) => join(folder, name));
    const found = bySigns(fs, modules, speaks.map(dependenciesOnly), proofs, view);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A source of the folder's own module uses the tool: the manifest may take it from a catalog that lies elsewhere. */
function bySources(
  fs: FileSystem,
  inside: string | undefined,
  possible: readonly ToolSign[],
): ToolGuess | undefined {
  if (inside === undefined) return undefined;
  for (const { tool, inSources } of possible) {
    const path = inSources && jvmSourceWith(fs, inside, inSources);
    if (path !== undefined) return { tool: tool.name, evidence: [`${path} uses ${tool.name}`] };
  }
  return undefined;
}

const dependenciesOnly = ({ tool, dependencies }: ToolSign): ToolSign => ({
  tool,
  ...(dependencies === undefined ? {} : { dependencies }),
});

/** Where a tool's name stands if it is run as a program of its own. */
const callers: readonly string[] = [
  "Makefile",
  "Procfile",
  "Taskfile.yml",
  "justfile",
  "Dockerfile",
  "package.json",
  ...composeFiles,
  ".gitlab-ci.yml",
  "nixpacks.toml",
  "railway.json",
  "railway.toml",
  "render.yaml",
  ...endings(".github/workflows/*", "yml", "yaml"),
  "scripts/*.sh",
];

/** What other packages of the workspace run, hosts start, and people read. */
const instructions: readonly string[] = [
  "*.sh",
  ...["docker", ".docker", "deploy"].map((folder) => `${folder}/*.sh`),
  ...["apps", "packages"].flatMap((folder) => [`${folder}/*/package.json`, `${folder}/*/Dockerfile`]),
  "*.md",
  "docs/*.md",
  "docs/*/*.md",
];

const source = /(?<!_test|\.test|\.spec)\.(?:go|rs|py|rb|php|java|kt|cs|[cm]?[jt]s)$/;

/** The project's own program that looks for the marks of a tool, which nothing of the project calls. */
function ownReader(
  fs: FileSystem,
  folders: readonly string[],
  root: string,
  { name, marks }: Tool,
): string | undefined {
  const mark = (marks?.up ?? "").replace(/^--\s*/, "");
  const top = folders.at(-1);
  if (mark === "" || top === undefined) return undefined;
  const called = new RegExp(`\\b${name}\\b`, "i");
  const isCalled = pathsLike(fs, top, callers).some((file) => called.test(head(fs, join(top, file))));
  if (isCalled) return undefined;
  const near = folders
    .slice(0, 4)
    .flatMap((folder) =>
      fs
        .list(folder)
        .filter((file) => source.test(file))
        .slice(0, mostMentions)
        .map((file) => join(folder, file)),
    )
    .find((file) => {
      const text = head(fs, file);
      return text.includes(mark) && !called.test(text);
    });
  return near ?? readerOfMarks(fs, root, mark, called);
}

const head = (fs: FileSystem, path: string): string => (fs.read(path) ?? "").slice(0, 65536);

/** The tool whose alone a layout is. */
const ownerOf = (layout: string): Tool | undefined => rankedTools.find(({ ownShape }) => ownShape === layout);

/** What lies in the folders of single steps, or a word in a name, where nothing else speaks. */
function bySideFiles(view: FolderView, shapes: readonly string[]): ToolGuess | undefined {
  for (const { name, sideFile } of rankedTools) {
    if (sideFile === undefined || !shapes.includes(sideFile.shape)) continue;
    if (view.files.some((file) => sideFile.pattern.test(file)))
      return { tool: name, evidence: [`${sideFile.what} as ${name} has them`] };
  }
  return undefined;
}

/** The names of all files of the folder that have a direction, in a package of the tool's language. */
function byOwnNames(
  fs: FileSystem,
  view: FolderView,
  inside: string | undefined,
  firstShape: string,
): ToolGuess | undefined {
  if (inside === undefined) return undefined;
  const manifests = [...manifestsIn(fs.list(inside)).values()];
  for (const { name, ownNames } of rankedTools) {
    if (ownNames?.shape !== firstShape || !manifests.includes(ownNames.manifest)) continue;
    const steps = view.files.filter((file) => readPairName(file) !== undefined);
    if (steps.length === 0 || !steps.every((file) => ownNames.pattern.test(file))) continue;
    // A script or a program of the project may send them to the server itself.
    const isCalled = callerOf(fs, view.root, ownNames.calls, instructions) !== undefined;
    if (isCalled || (foundRunner(fs, view.root) ?? ownRunner(fs, view.root)) === undefined)
      return { tool: name, evidence: [ownNames.what] };
  }
  return undefined;
}

/** The best of the tools that a package root speaks for: one with proof in the folder, else the first of the list. */
function bySigns(
  fs: FileSystem,
  roots: readonly string[],
  possible: readonly ToolSign[],
  proofs: ReadonlyMap<Tool, string>,
  view: FolderView,
): ToolGuess | undefined {
  const found: { sign: ToolSign; evidence: string; isFile: boolean }[] = [];
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
  const proved = found.find(({ sign }) => proofs.has(sign.tool));
  // A folder with dialects in its names is that tool's even where another one is used elsewhere.
  const hasInfixes = infixDialects(view).size > 0;
  const popular = hasInfixes ? found.find(({ sign }) => sign.tool.infixes) : undefined;
  const plain = found.filter(({ sign }) => sign.tool.infixes !== true || hasInfixes);
  const chosen = proved ?? popular ?? plain.find((candidate) => candidate.isFile) ?? plain[0];
  if (chosen === undefined) return undefined;
  const { tool } = chosen.sign;
  const proof = proofs.get(tool);
  return { tool: tool.name, evidence: proof === undefined ? [chosen.evidence] : [chosen.evidence, proof] };
}

function mentionOf(fs: FileSystem, root: string, sign: ToolSign): string | undefined {
  const { files = [], pattern } = sign.mentions ?? {};
  const file = pathsLike(fs, root, files).find((name) => pattern?.test(head(fs, join(root, name))));
  return file === undefined ? undefined : `${join(root, file)} mentions ${sign.tool.name}`;
}

const mostMentions = 80;

/** Paths from `root`, with those that fit a pattern in its place. */
const pathsLike = (fs: FileSystem, root: string, names: readonly string[]): readonly string[] =>
  names.flatMap((name) => (name.includes("*") ? matching(fs, root, name) : [name])).slice(0, mostMentions);

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

function lineProof(view: FolderView, sign: ToolSign): string | undefined {
  if (sign.line === undefined) return undefined;
  const pattern = sign.line;
  const files = view.files.filter(isSql);
  const step = Math.max(1, Math.floor(files.length / 40));
  for (let i = 0; i < files.length; i += step) {
    const file = files[i] ?? "";
    if (hasLine(view.read(file) ?? "", pattern)) return `${file} has a line of ${sign.tool.name}`;
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

function besideProof(fs: FileSystem, view: FolderView, sign: ToolSign): string | undefined {
  for (const folder of [view.root, ...otherDialects(fs, view.root)]) {
    const file = sign.beside?.find((path) =>
      exists(fs, join(folder, path) + (path.endsWith("/") ? "/" : "")),
    );
    if (file !== undefined) return `${join(folder, file)} is there`;
  }
  return undefined;
}

const folderProof = ({ root }: FolderView, { folder, tool }: ToolSign): string | undefined =>
  folder !== undefined && `/${root}`.endsWith(`/${folder}`)
    ? `${root} is where ${tool.name} keeps them`
    : undefined;

/** So many programs of a folder are looked at, and so much of each. */
const mostPrograms = 40;
const longestImports = 8192;

/** Go: a program in the folder, or in the one above, imports the library. It says more than a module that names several. */
function importProof(fs: FileSystem, view: FolderView, { dependencies }: Sign): string | undefined {
  const wanted = dependencies?.go ?? [];
  if (wanted.length === 0) return undefined;
  for (const folder of [view.root, parentOf(view.root) ?? view.root]) {
    const programs = fs.list(folder).filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"));
    for (const name of programs.slice(0, mostPrograms)) {
      const text = (fs.read(join(folder, name)) ?? "").slice(0, longestImports);
      const found = wanted.find((path) => text.includes(`"${path}"`) || text.includes(`"${path}/`));
      if (found !== undefined) return `${join(folder, name)} imports ${found}`;
    }
  }
  return undefined;
}

/** The list of what is run lies in the folder above, and none here: that folder is the tool's, and this one isn't. */
function isListedAbove(fs: FileSystem, root: string, list: string): boolean {
  const above = parentOf(root);
  return above !== undefined && !exists(fs, join(root, list)) && exists(fs, join(above, list));
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

function dependencyOf(fs: FileSystem, root: string, sign: ToolSign): string | undefined {
  if (sign.dependencies === undefined) return undefined;
  for (const [file, kind] of manifestsIn(fs.list(root))) {
    const wanted = sign.dependencies[kind];
    if (wanted === undefined) continue;
    const text = readManifest(fs, join(root, file));
    if (text === undefined) continue;
    const name = wanted.find((dependency) => depends(text, kind, dependency));
    if (name !== undefined) return `${join(root, file)} depends on ${name}`;
  }
  return undefined;
}
