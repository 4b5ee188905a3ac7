/** A folder per release with its steps inside: `0.22/00__x.sql`, `v1.10/add_y.sql`; hand-made, and there is no way back. */
import { baseName, compareText, parentOf } from "../files/paths.ts";
import { canonicalComponents, compareComponents, compareNatural } from "../version.ts";
import { assemble, type Piece } from "./assemble.ts";
import { countFiles, type FolderView, type Layout } from "./layout.ts";
import { dialectAfter, dialectVariants, isNoStep, isSql, stemOf } from "./names.ts";

/** `1.2`, `v1.2`, and `v1.2-v1.3`, from the one to the other. */
const dotted = /^[vV]?(\d+(?:\.\d+)+)(?:-[vV]\d+(?:\.\d+)+)?$/;
/** A bare number may name anything, unless the folder around says that these are versions. */
const counted = /^[vV]?(\d+(?:\.\d+)*)(?:-[vV]\d+(?:\.\d+)*)?$/;
const home = /^(?:deltas?|migrat\w{0,9}|upgrades?|versions?|versioned)$/i;

const codeStep =
  /^(?!__init__\.)(?!.*(?:_test|\.test|\.spec|\.d)\.\w+$).{1,200}\.(?:py|rb|php|go|[cm]?[jt]s)$/;

const releaseIn = (view: FolderView): RegExp =>
  home.test(baseName(view.root)) || isCounted(view) ? counted : dotted;

const fewest = 5;

/** Nothing but folders with bare numbers, and in them nothing but numbered files of SQL: the numbers say the order. */
function isCounted(view: FolderView): boolean {
  const files = view.files.filter(isSql);
  const folders = new Set(files.map((file) => parentOf(file) ?? ""));
  return (
    folders.size >= fewest &&
    [...folders].every((folder) => /^\d{1,6}$/.test(folder)) &&
    files.every((file) => /^\d/.test(baseName(file)))
  );
}

function stepsOf(view: FolderView): readonly string[] {
  const release = releaseIn(view);
  const inside = view.files.filter(
    (file) => (isSql(file) || dialectAfter(file) !== undefined) && release.test(parentOf(file) ?? ""),
  );
  // A folder with nothing but `schema.sql` is where the history begins; beside steps such a file repeats them.
  const stepped = new Set(inside.filter((file) => !isNoStep(file)).map(parentOf));
  return inside.filter((file) => !isNoStep(file) || !stepped.has(parentOf(file)));
}

export const releases: Layout = {
  name: "releases",
  ownsBelow: true,
  comparesParts: true,
  isRoot: () => true,
  detect(view) {
    const files = stepsOf(view);
    const first = files[0];
    if (first === undefined || new Set(files.map(parentOf)).size < 2) return undefined;
    return {
      files: files.length,
      because: `${countFiles(files.length)} in folders of releases, like ${first}`,
    };
  },
  read(view, options) {
    const release = releaseIn(view);
    const piece = (file: string, stem: string): Piece => {
      const folder = parentOf(file) ?? "";
      const version = release.exec(folder)?.[1] ?? "";
      return {
        file,
        direction: "up",
        version,
        key: `${canonicalComponents(version)}/${stem}`,
        description: stem,
        name: `${folder}/${stem}`,
        kind: "versioned",
        dialect: dialectAfter(file),
      };
    };
    const steps = stepsOf(view);
    const variants = dialectVariants(steps);
    const pieces = steps.map((file) => {
      const variant = variants.get(file);
      if (variant !== undefined)
        return {
          ...piece(file, stemOf(variant.common)),
          name: `${parentOf(file) ?? ""}/${stemOf(file)}`,
          dialect: variant.dialect,
        };
      const suffix = dialectAfter(file) === undefined ? "" : file.slice(file.lastIndexOf("."));
      return piece(file, stemOf(file) + suffix);
    });
    const known = new Set(pieces.map(({ name }) => name));
    const inCode = view.files
      .filter((file) => codeStep.test(baseName(file)) && release.test(parentOf(file) ?? ""))
      .map((file) => ({ ...piece(file, baseName(file).replace(/\.\w+$/, "")), code: true }))
      .filter(({ name }) => !known.has(name));
    const read = assemble(
      view,
      options,
      pieces,
      (a, b) =>
        compareComponents(a.version ?? "", b.version ?? "") ||
        compareNatural(stemOf(a.file), stemOf(b.file)) ||
        compareText(a.file, b.file),
      inCode,
    );
    const first = read.migrations[0]?.up.path;
    return {
      rollbacks: "none",
      continues: first !== undefined && !isNoStep(first),
      rollbackName: (migration) => `${migration.name}.down.sql`,
      ...read,
    };
  },
};
