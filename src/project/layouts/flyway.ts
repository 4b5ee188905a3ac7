/** `V1_2__x.sql`, `U1_2__x.sql`, `R__x.sql`, `B5__x.sql`: flyway, and in Rust and .NET refinery and evolve. */
import type { FileProblem } from "../file-problem.ts";
import type { Migration } from "../migration.ts";
import { baseName, isWithin } from "../files/paths.ts";
import { canonicalComponents, compareComponents, compareNatural } from "../version.ts";
import { assemble, badName, type Piece } from "./assemble.ts";
import { usual, type FlywaySettings } from "./flyway-settings.ts";
import { countFiles, type FolderView, type Layout } from "./layout.ts";
import { folderDialect, isNoStep, isSql, stemOf } from "./names.ts";

const nearMiss = /^[vVuUbBrR]\d*(?:[._-]\d+)*[_-]/;
const callback = /^(?:before|after|create)[A-Z]/;

/** A file that flyway runs around others. */
export const isCallback = (name: string): boolean => callback.test(name);

/** Versioned and repeatable files with the usual prefixes. */
const usualNames = /^(?:V\d[\d._]*|R)__/;

interface Names extends FlywaySettings {
  /** Groups: prefix, version, description. */
  readonly numbered: RegExp;
  /** Groups: description. */
  readonly repeated: RegExp;
}

const known = new WeakMap<FolderView, Names>();

function namesIn(view: FolderView): Names {
  const before = known.get(view);
  if (before !== undefined) return before;
  const settings = view.flyway ?? usual;
  const { versioned, undo, baseline, repeatable, separator } = settings;
  const [v, u, b, r, s] = [versioned, undo, baseline, repeatable, separator].map((text) =>
    text.replace(/[^\w]/g, String.raw`\$&`),
  );
  const names = {
    ...settings,
    numbered: new RegExp(String.raw`^(${v}|${u}|${b})(\d+(?:[._]\d+)*)(?:${s}(.*))?$`),
    repeated: new RegExp(`^${r}${s}(.+)$`),
  };
  known.set(view, names);
  return names;
}

const isInside = (view: FolderView, file: string): boolean =>
  isSql(file) && (!file.startsWith("../") || view.joined?.has(file) === true);

function isOurs(view: FolderView, file: string): boolean {
  const stem = stemOf(file).slice(0, 255);
  const { numbered, repeated } = namesIn(view);
  return isInside(view, file) && (numbered.test(stem) || repeated.test(stem));
}

/** A file of `V1__x.sql` or `R__x.sql` shape, whatever folder below the root it lies in. */
function isFlywayName(view: FolderView, file: string): boolean {
  const { versioned, repeatable, separator } = namesIn(view);
  const stem = stemOf(file);
  if (!stem.includes(separator) || !isOurs(view, file)) return false;
  return stem.startsWith(versioned) || stem.startsWith(repeatable);
}

/** Its folders begin with the same version: each is a location of a Flyway of its own, as one would refuse them. */
function holdsLocations(view: FolderView): boolean {
  if (view.flyway?.locations.includes(view.root) === true) return false;
  const first = new Map<string, string>();
  for (const file of view.files) {
    const [folder = ""] = file.split("/");
    const match = isFlywayName(view, file) ? namesIn(view).numbered.exec(stemOf(file)) : null;
    const [, letter, version] = match ?? [];
    if (version === undefined || letter !== namesIn(view).versioned) continue;
    const known = first.get(folder);
    if (known === undefined || compareComponents(version, known) < 0) first.set(folder, version);
  }
  const firsts = [...first.values()].map((version) => canonicalComponents(version));
  return new Set(firsts).size < firsts.length;
}

/** Resources beside the location that Flyway reads, few of which have its names: scripts that are run by hand. */
function holdsScripts(view: FolderView, count: number): boolean {
  const { locations = [], isBesideUsual = false } = view.flyway ?? {};
  const isRead = locations.length === 0 ? !isBesideUsual : locations.some((one) => isNear(one, view.root));
  return !isRead && count * 4 < view.files.filter((file) => isSql(file) && !file.startsWith("../")).length;
}

const isNear = (one: string, other: string): boolean => isWithin(one, other) || isWithin(other, one);

export const flyway: Layout = {
  name: "flyway",
  ownsBelow: true,
  runsAllBelow: true,
  comparesParts: true,
  runs: (file) => isSql(file) && usualNames.test(baseName(file)),
  isRoot: ({ view, count, direct, isCalledSo, hasDialectFolders }) =>
    !holdsScripts(view, count) &&
    (direct.some((file) => isFlywayName(view, file)) ||
      (isCalledSo && !hasDialectFolders && !holdsLocations(view))),
  // Its locations are searched to any depth, whatever the folders are called; other folders only resemble one.
  seen: (_fs, view, _usual, isCalledSo) =>
    isCalledSo || view.flyway?.locations.includes(view.root) === true
      ? (name) => !/^(?:node_modules|\.git)$/.test(name)
      : undefined,
  detect(view) {
    const files = view.files.filter((file) => isFlywayName(view, file));
    const first = files[0];
    if (first === undefined) return undefined;
    return {
      files: view.files.filter((file) => isOurs(view, file)).length,
      because: `${countFiles(files.length)} named like ${baseName(first)}`,
    };
  },
  read(view, options) {
    const names = namesIn(view);
    const isDown = (prefix: string): boolean => prefix === names.undo && options.tool.forwardU !== true;
    const pieces: Piece[] = [];
    const problems: FileProblem[] = [];
    for (const file of view.files) {
      if (!isInside(view, file)) continue;
      // Flyway's {vendor} folders: each database reads its own beside the common files.
      const vendor = folderDialect(file);
      if (vendor !== undefined && vendor !== options.dialect) continue;
      const stem = stemOf(file).slice(0, 255);
      const repeated = names.repeated.exec(stem)?.[1];
      if (repeated !== undefined) {
        pieces.push({
          file,
          direction: "up",
          key: `R ${repeated}`,
          description: repeated,
          name: stem,
          kind: "repeatable",
        });
        continue;
      }
      const match = names.numbered.exec(stem);
      if (match === null) {
        if (isNoStep(file) || isCallback(stem)) continue;
        problems.push(
          badName(
            view,
            file,
            `${options.badName}: ${reason(stem, names)}`,
            `name it like ${names.versioned}1${names.separator}description.sql`,
          ),
        );
        continue;
      }
      const [, letter = "", version = "", description = ""] = match;
      const direction = isDown(letter) ? "down" : "up";
      const isBaseline = letter === names.baseline;
      pieces.push({
        file,
        direction,
        version,
        key: `${isBaseline ? "B " : ""}${canonicalComponents(version)}`,
        description,
        name: stem,
        kind: isBaseline ? "baseline" : "versioned",
      });
    }
    const kept = withoutShadowedBaselines(pieces);
    const read = assemble(view, options, kept, compare);
    const { baselineVersion, isOff = false } = view.flyway ?? {};
    const undoes = pieces.some((piece) => piece.direction === "down");
    return {
      rollbacks: undoes ? "file" : "none",
      rollbackName: (migration) =>
        migration.version === undefined
          ? `${migration.name}.sql`
          : `${names.undo}${migration.version}${names.separator}${migration.description}.sql`,
      migrations: upToBaseline(read.migrations, baselineVersion),
      problems: [...problems, ...read.problems],
      notes: [
        ...((view.joined?.size ?? 0) > 0
          ? [`its settings name ${names.locations.join(", ")}: one history`]
          : []),
        ...(baselineVersion === undefined
          ? []
          : [`its settings make version ${baselineVersion} the baseline of a database that isn't empty`]),
        ...(isOff ? ["its settings turn it off (enabled: false)"] : []),
      ],
    };
  },
};

function reason(stem: string, { versioned, repeatable, separator }: Names): string {
  if (!nearMiss.test(stem) || versioned !== "V" || separator !== "__")
    return `the name has no ${versioned}<version>${separator} or ${repeatable}${separator} in front`;
  if (/^[a-z]/.test(stem)) return "the prefix is in lower case";
  return stem.includes("__")
    ? "the version is not made of numbers"
    : "one underscore after the version instead of two";
}

/** What comes before the baseline's version, and the version itself, is marked. */
function upToBaseline(migrations: readonly Migration[], baseline: string | undefined): readonly Migration[] {
  if (baseline === undefined) return migrations;
  return migrations.map((migration) =>
    migration.kind === "versioned" && compareComponents(migration.version ?? "", baseline) <= 0
      ? { ...migration, beforeBaseline: true }
      : migration,
  );
}

/** A baseline replaces what stands before it on an empty database only; with those files here it never runs. */
function withoutShadowedBaselines(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.filter(
    (piece) =>
      piece.kind !== "baseline" ||
      !pieces.some(
        (other) =>
          other.kind === "versioned" &&
          other.direction === "up" &&
          compareComponents(other.version ?? "", piece.version ?? "") <= 0,
      ),
  );
}

function compare(a: Piece, b: Piece): number {
  if (a.kind === "repeatable" || b.kind === "repeatable") {
    if (a.kind !== b.kind) return a.kind === "repeatable" ? 1 : -1;
    return a.description < b.description ? -1 : a.description > b.description ? 1 : 0;
  }
  return compareComponents(a.version ?? "", b.version ?? "") || compareNatural(a.name, b.name);
}
