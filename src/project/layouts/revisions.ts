/** A folder of revisions: Python files of any name that say which one they continue. */
import { dialectWord } from "../../model/database-words.ts";
import type { FileProblem } from "../file-problem.ts";
import { ancestors, baseName, join, relative } from "../files/paths.ts";
import { assemble, badName, clip, wholeFile, type Piece } from "./assemble.ts";
import { countFiles, type Evidence, type FolderView, type Layout } from "./layout.ts";
import { forksOf, inOrder, missingOf, revisionOf, type Revision } from "./revision-graph.ts";

const isSource = (file: string): boolean =>
  /\.py$/.test(file) && !/^(?:__init__|env|\.#.*)\.py$/.test(baseName(file)) && !file.startsWith("../");

/** The files beside each other that may be revisions, or all below if there is none. */
function sourcesOf(view: FolderView): readonly string[] {
  const direct = view.files.filter((file) => isSource(file) && !file.includes("/"));
  return direct.length > 0 ? direct : view.files.filter(isSource);
}

const readIn = (view: FolderView, files: readonly string[]): readonly Revision[] =>
  files.flatMap((file) => revisionOf(file, view.read(file) ?? "") ?? []);

/**
 * Revisions in folders below that continue these, as the folders of `version_locations` do; none if one of them is there
 * twice, or comes beside the head that these have.
 */
function continuing(view: FolderView, own: readonly Revision[]): readonly Revision[] {
  const files = new Set(own.map(({ file }) => file));
  let left = readIn(
    view,
    view.files.filter((file) => isSource(file) && !files.has(file)),
  );
  const ids = new Set([...own, ...left].map(({ id }) => id));
  if (left.length === 0 || ids.size < own.length + left.length) return [];
  const known = new Set(own.map(({ id }) => id));
  const found: Revision[] = [];
  for (let before = -1; before < found.length;) {
    before = found.length;
    left = left.filter((one) => {
      if (![...one.downs, ...one.dependsOn].some((id) => known.has(id))) return true;
      known.add(one.id);
      found.push(one);
      return false;
    });
  }
  return forksOf([...own, ...found]).length > forksOf(own).length ? [] : found;
}

/** Called so by every generator, or beside the `env.py` that runs them: nothing else is opened. */
function isPossible(view: FolderView): boolean {
  if (!view.files.some((file) => file.endsWith(".py"))) return false;
  const above = baseName(join(view.root, ".."));
  if (baseName(view.root) === "versions") return !isByDatabase(view);
  if (above === "versions" && dialectWord(baseName(view.root)) !== undefined) return true;
  if (view.read("env.py") !== undefined) return false;
  return /\bcontext\.configure\b/.test(view.read("../env.py") ?? "") || isWithoutEnvironment(view);
}

/** Flask-Alembic has the `env.py` in its package, and the revisions in `migrations`. */
function isWithoutEnvironment(view: FolderView): boolean {
  if (baseName(view.root) !== "migrations") return false;
  const [first, ...others] = view.files.filter((file) => isSource(file) && !file.includes("/"));
  const isOne = (file: string): boolean => {
    const text = view.read(file) ?? "";
    return (
      /^\uFEFF?(?:from alembic import|import alembic)\b/m.test(text) && revisionOf(file, text) !== undefined
    );
  };
  return first !== undefined && (isOne(first) || others.slice(-1).some(isOne));
}

/** `versions/postgresql` and `versions/sqlite`: `env.py` takes the one of its database. */
function isByDatabase({ files }: FolderView): boolean {
  const sources = files.filter(isSource);
  return (
    sources.length > 0 && sources.every((file) => dialectWord(file.split("/", 2)[0] ?? "") !== undefined)
  );
}

const known = new WeakMap<FolderView, readonly Revision[]>();

/** In the order of the files' names. */
function revisionsOf(view: FolderView): readonly Revision[] {
  const before = known.get(view);
  if (before !== undefined) return before;
  const own = readIn(view, sourcesOf(view));
  const found = [...own, ...continuing(view, own)];
  known.set(view, found);
  return found;
}

function evidenceOf(view: FolderView): Evidence | undefined {
  if (!isPossible(view)) return undefined;
  const sources = sourcesOf(view);
  const [first] = sources;
  const step = Math.max(1, Math.floor(sources.length / 8));
  const isOne = (file: string): boolean => revisionOf(file, view.read(file) ?? "") !== undefined;
  if (first === undefined || !sources.some((file, i) => i % step === 0 && isOne(file))) return undefined;
  const count = Math.max(sources.length, revisionsOf(view).length);
  return { files: count, because: `${countFiles(count)} with a down_revision` };
}

/** True if Python is what is run here. */
export const holdsRevisions = (view: FolderView): boolean => evidenceOf(view) !== undefined;

export const revisions: Layout = {
  name: "revisions",
  ownsBelow: true,
  anyEnding: true,
  isRoot: () => true,
  detect: evidenceOf,
  read(view, options) {
    const ordered = inOrder(revisionsOf(view));
    const places = new Map(ordered.map(({ file }, place) => [file, place]));
    const followed = new Set(ordered.flatMap(({ downs }) => downs));
    const pieces = ordered.map(({ file, id }): Piece => {
      const name = baseName(file).replace(/\.py$/, "");
      const description = name.startsWith(id) ? name.slice(id.length).replace(/^[_-]/, "") : name;
      return {
        file,
        direction: "up",
        version: id,
        key: id,
        description,
        name,
        kind: "versioned",
        code: true,
        ...(followed.has(id) ? { stated: { isFollowed: true } } : {}),
      };
    });
    const read = assemble(
      view,
      options,
      pieces,
      (a, b) => (places.get(a.file) ?? 0) - (places.get(b.file) ?? 0),
      [],
    );
    const forks = forksOf(revisionsOf(view)).flatMap((heads) => fork(view, heads));
    return {
      rollbacks: "section",
      rollbackName: () => "downgrade()",
      ...elsewhere(view, ordered),
      ...read,
      problems: [...read.problems, ...forks, ...cutOff(view, ordered)],
    };
  },
};

const refuses = "`alembic upgrade head` refuses";

/** Several revisions that none continues, of one line. */
function fork(view: FolderView, [first, ...others]: readonly Revision[]): readonly FileProblem[] {
  return others.map(({ file, id }) => ({
    rule: "duplicate-version",
    path: join(view.root, file),
    ...wholeFile(view, file),
    message: clip(`${first?.id ?? ""} and ${id} are both heads: ${refuses}`),
    instead: "make its down_revision the other one, or merge them with `alembic merge heads`",
    related: first && [{ path: join(view.root, first.file), message: "another head" }],
    forks: refuses,
  }));
}

const inPlace = "restore its file, or make down_revision an existing revision";

/** What continues a revision that isn't there. */
function cutOff(view: FolderView, all: readonly Revision[]): readonly FileProblem[] {
  const missing = missingOf(all);
  if (missing.size === 0 || hasMore(view, all, new Set(missing.values()))) return [];
  return [...missing].map(([{ file }, name]) =>
    badName(view, file, `alembic refuses to run: there is no revision ${name}`, inPlace),
  );
}

/** Alembic may find a revision elsewhere, or in a file whose head isn't understood. */
function hasMore(view: FolderView, all: readonly Revision[], missing: ReadonlySet<string>): boolean {
  const isStated = ancestors(join(view.root, ".."), 4).some((folder) =>
    ["alembic.ini", "pyproject.toml", "env.py"].some((name) =>
      /^[^#;\n]{0,80}\b(?:version_locations|sourceless)\b/m.test(
        view.read(relative(view.root, join(folder, name))) ?? "",
      ),
    ),
  );
  if (isStated) return true;
  const known = new Set(all.map(({ file }) => file));
  const isOther = (file: string): boolean => {
    const text = view.read(file) ?? "";
    const found = revisionOf(file, text);
    return found === undefined ? /^(?:down_)?revision\b/m.test(text) : missing.has(found.id);
  };
  if (view.files.some((file) => isSource(file) && !known.has(file) && isOther(file))) return true;
  const beside = view.outside?.("../..") ?? [];
  return beside.some(
    (file) => file.endsWith(".py") && [...missing].some((id) => baseName(file).includes(id)),
  );
}

/** Another folder of `version_locations` is a history of its own. */
function elsewhere(
  view: FolderView,
  all: readonly Revision[],
): { readonly continues?: true; readonly notRead?: readonly string[] } {
  const known = new Set(all.map(({ id }) => id));
  const found = all.flatMap(({ file, dependsOn }) =>
    dependsOn
      .filter((id) => !known.has(id))
      .map(
        (id) => `${join(view.root, file)} depends on ${id}, which its folder doesn't have: it is read apart`,
      ),
  );
  if (found.length > 0) return { continues: true, notRead: found };
  return missingOf(all).size > 0 ? { continues: true } : {};
}
