/** The last resort: the `.sql` files of a folder in natural order; those in folders called after days of releases come first. */
import { compareText, parentOf } from "../files/paths.ts";
import { compareNatural } from "../version.ts";
import { assemble, type Piece } from "./assemble.ts";
import { countFiles, type FolderView, type Layout } from "./layout.ts";
import { isDirect, isNoStep, isSql, stemOf } from "./names.ts";
import { readNumberedName } from "./numbered-name.ts";

/** `2016-07-12`, `R2016_07_12`. */
const ofDay = /^[A-Za-z]{0,10}[-_. ]?((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])$/;

/** `x_down.sql` takes back `x.sql`, or `x_up.sql`. */
const directed = /^(.*)([_.-])(up|rollback|down|undo|revert)$/i;

const dayOf = (file: string): string =>
  ofDay
    .exec(parentOf(file) ?? "")
    ?.slice(1)
    .join("") ?? "";

/** What was released on a day; such a folder of numbered files is a history of its own. */
function released(view: FolderView): readonly string[] {
  const files = view.files.filter((file) => isSql(file) && dayOf(file) !== "");
  return files.some((file) => readNumberedName(file) !== undefined) ? [] : files;
}

export const plain: Layout = {
  name: "plain",
  detect(view) {
    const files = view.files.filter((file) => isSql(file) && isDirect(file));
    return files.length === 0
      ? undefined
      : { files: files.length, because: `${countFiles(files.length)} ending in .sql` };
  },
  read(view, options) {
    const all = [...released(view), ...view.files.filter((file) => isSql(file) && isDirect(file))];
    // `001_initial_schema.sql` is what the others begin with.
    const isText = options.order === "text";
    const steps = all.filter((file) => isText || !isNoStep(file) || readNumberedName(file) !== undefined);
    const nameOf = (file: string): string =>
      (isDirect(file) ? "" : `${parentOf(file) ?? ""}/`) + stemOf(file);
    const names = new Set(all.map(nameOf));
    const pieces = (steps.length > 0 ? steps : all).map((file): Piece => {
      const own = nameOf(file);
      const [, base = "", separator = "", word = ""] = directed.exec(own.slice(0, 255)) ?? [];
      const other = word.toLowerCase() === "up" ? "down" : "up";
      const isPaired = word !== "" && names.has(`${base}${separator}${other}`);
      const isDown = word !== "" && word.toLowerCase() !== "up" && (isPaired || names.has(base));
      const name = isPaired || isDown ? base : own;
      return {
        file,
        direction: isDown ? "down" : "up",
        key: name,
        description: name,
        name,
        kind: "versioned",
      };
    });
    // What lies in no release hasn't been in one yet.
    const place = ({ file }: Piece): string => dayOf(file) || "next";
    const inOrder = (a: Piece, b: Piece): number =>
      isText
        ? compareText(a.file, b.file)
        : compareText(place(a), place(b)) || compareNatural(stemOf(a.file), stemOf(b.file));
    const read = assemble(view, options, pieces, inOrder);
    return { rollbacks: "file", rollbackName: (migration) => `${migration.name}_rollback.sql`, ...read };
  },
};
