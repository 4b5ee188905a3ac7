/** `V1_2__x.sql`, `U1_2__x.sql`, `R__x.sql`, `B5__x.sql`: flyway, and in Rust and .NET refinery and evolve. */
import type { FileProblem } from "../migration.ts";
import { baseName } from "../paths.ts";
import { canonicalComponents, compareComponents, compareNatural } from "../version.ts";
import { assemble, badName, type Piece } from "./assemble.ts";
import { countFiles, type Layout } from "./layout.ts";
import { folderDialect, isNoStep, isSql, stemOf } from "./names.ts";

const versioned = /^([VUB])(\d+(?:[._]\d+)*)(?:__(.*))?$/;
const repeatable = /^R__(.+)$/;
const nearMiss = /^[vVuUbBrR]\d*(?:[._-]\d+)*[_-]/;
const callback = /^(?:before|after|create)[A-Z]/;

function isOurs(file: string): boolean {
  const stem = stemOf(file).slice(0, 255);
  return isSql(file) && !file.startsWith("../") && (versioned.test(stem) || repeatable.test(stem));
}

/** Refinery's `U` is a forward migration that may come late, not an undo. */
const kindOf = (letter: string, tool: string): "up" | "down" =>
  letter === "U" && tool !== "refinery" ? "down" : "up";

export const flyway: Layout = {
  name: "flyway",
  detect(view) {
    const files = view.files.filter(
      (file) => isOurs(file) && /^[VR]/.test(baseName(file)) && stemOf(file).includes("__"),
    );
    const first = files[0];
    if (first === undefined) return undefined;
    return {
      files: view.files.filter(isOurs).length,
      because: `${countFiles(files.length)} named like ${baseName(first)}`,
    };
  },
  read(view, options) {
    const pieces: Piece[] = [];
    const problems: FileProblem[] = [];
    for (const file of view.files) {
      if (!isSql(file) || file.startsWith("../")) continue;
      // Flyway's {vendor} folders: each database reads its own beside the common files.
      const vendor = folderDialect(file);
      if (vendor !== undefined && vendor !== options.dialect) continue;
      const stem = stemOf(file).slice(0, 255);
      const repeated = repeatable.exec(stem)?.[1];
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
      const match = versioned.exec(stem);
      if (match === null) {
        if (isNoStep(file) || callback.test(stem)) continue;
        problems.push(
          badName(view, file, `${options.badName}: ${reason(stem)}`, "name it like V1__description.sql"),
        );
        continue;
      }
      const [, letter = "", version = "", description = ""] = match;
      const direction = kindOf(letter, options.tool);
      pieces.push({
        file,
        direction,
        version,
        key: `${letter === "B" ? "B " : ""}${canonicalComponents(version)}`,
        description,
        name: stem,
        kind: letter === "B" ? "baseline" : "versioned",
      });
    }
    const kept = withoutShadowedBaselines(pieces);
    const read = assemble(view, options, kept, compare);
    const undoes = pieces.some((piece) => piece.direction === "down");
    return {
      rollbacks: undoes ? "file" : "none",
      rollbackName: (migration) =>
        migration.version === undefined
          ? `${migration.name}.sql`
          : `U${migration.version}__${migration.description}.sql`,
      migrations: read.migrations,
      problems: [...problems, ...read.problems],
    };
  },
};

function reason(stem: string): string {
  if (!nearMiss.test(stem)) return "the name has no V<version>__ or R__ in front";
  if (/^[a-z]/.test(stem)) return "the prefix is in lower case";
  return stem.includes("__")
    ? "the version is not made of numbers"
    : "one underscore after the version where two belong";
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

/** Files of `V1__x.sql` shape below a folder, whatever sub-folder they lie in. */
export const isFlywayName = (file: string): boolean => isOurs(file) && stemOf(file).includes("__");
