/** The last resort: the `.sql` files of a folder in natural order. */
import { compareNatural } from "../version.ts";
import { assemble, type Piece } from "./assemble.ts";
import { countFiles, type Layout } from "./layout.ts";
import { isDirect, isNoStep, isSql, stemOf } from "./names.ts";

export const plain: Layout = {
  name: "plain",
  detect(view) {
    const files = view.files.filter((file) => isSql(file) && isDirect(file));
    return files.length === 0
      ? undefined
      : { files: files.length, because: `${countFiles(files.length)} ending in .sql` };
  },
  read(view, options) {
    const all = view.files.filter((file) => isSql(file) && isDirect(file));
    const steps = all.filter((file) => !isNoStep(file));
    const pieces = (steps.length > 0 ? steps : all).map((file): Piece => {
      const stem = stemOf(file);
      const base = /^(.*)[_.-](?:rollback|down|undo|revert)$/i.exec(stem.slice(0, 255))?.[1];
      const isDown = base !== undefined && all.some((other) => stemOf(other) === base);
      const name = isDown ? base : stem;
      return {
        file,
        direction: isDown ? "down" : "up",
        key: name,
        description: name,
        name,
        kind: "versioned",
      };
    });
    const read = assemble(view, options, pieces, (a, b) => compareNatural(stemOf(a.file), stemOf(b.file)));
    return { rollbacks: "file", rollbackName: (migration) => `${migration.name}_rollback.sql`, ...read };
  },
};
