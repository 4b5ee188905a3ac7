/** Folders of migrations that an image's build copies into one: they are one history there. */
import type { FileSystem } from "./migration.ts";
import { ancestors, isWithin, join, relative } from "./files/paths.ts";
import { addTo } from "../text/group.ts";

interface Copied {
  /** Folders that end in one of the image, in the order in which they are copied. */
  readonly sources: readonly string[];
}

const isDockerfile = (name: string): boolean =>
  /^(?:Dockerfile(?:\.[\w.-]+)?|[\w.-]+\.Dockerfile)$/.test(name);

/** The folders that lie at one place of an image with `folder`; empty: only itself, if at all. */
export function stitchedWith(fs: FileSystem, folder: string): readonly string[] {
  for (const home of ancestors(folder, 5).slice(1)) {
    const names = fs.list(home);
    for (const name of names.filter(isDockerfile)) {
      for (const { sources } of copiedIn(fs, home, name)) {
        const own = sources.find((source) => isWithin(source, folder));
        if (own === undefined) continue;
        const below = relative(own, folder);
        const all = sources.map((source) => join(source, below)).filter((path) => fs.list(path).length > 0);
        if (all.length > 1) return all;
      }
    }
  }
  return [];
}

interface Stage {
  readonly from: string;
  readonly copies: Map<string, string[]>;
}

const known = new WeakMap<FileSystem, Map<string, readonly Copied[]>>();

function copiedIn(fs: FileSystem, home: string, name: string): readonly Copied[] {
  const path = join(home, name);
  const before = known.get(fs) ?? new Map<string, readonly Copied[]>();
  known.set(fs, before);
  const found = before.get(path) ?? copiedBy(home, (fs.read(path) ?? "").slice(0, 65_536));
  before.set(path, found);
  return found;
}

/** Of each stage with the stages that it is built from: several folders of migrations that are copied to one place. */
function copiedBy(home: string, text: string): readonly Copied[] {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line.length > 1000) continue;
    const [, image = "", name = ""] = /^\s*FROM\s+(?:--\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?/i.exec(line) ?? [];
    if (image !== "") {
      stage = { from: image, copies: new Map() };
      stages.set(name === "" ? `stage ${stages.size}` : name, stage);
    }
    const [, source = "", target = ""] =
      /^\s*(?:COPY|ADD)\s+(?:--(?!from)\S+\s+)*([^\s$*-]\S*)\s+(\S+)\s*$/i.exec(line) ?? [];
    if (stage === undefined || !/migrat/i.test(source + target) || /[$*:]/.test(source)) continue;
    const place = target.replace(/["']/g, "").replace(/\/+$/, "");
    addTo(stage.copies, place, join(home, source));
  }
  return [...stages.values()]
    .flatMap((last) =>
      [...withParents(last, stages)].flatMap(([, sources]) =>
        sources.length > 1 ? [{ sources: [...new Set(sources)] }] : [],
      ),
    )
    .sort((a, b) => b.sources.length - a.sources.length);
}

function withParents(
  last: Stage,
  stages: ReadonlyMap<string, Stage>,
): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, readonly string[]>();
  const seen = new Set<Stage>();
  for (let at: Stage | undefined = last; at !== undefined && !seen.has(at); at = stages.get(at.from)) {
    seen.add(at);
    for (const [place, sources] of at.copies) all.set(place, [...sources, ...(all.get(place) ?? [])]);
  }
  return all;
}
