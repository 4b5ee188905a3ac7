/** A file per release, named by it: `1.10.0_add_users.sql`, `update-1.10.sql`, `v1.10.0.sql` in a folder of migrations. */
import { baseName, segments } from "../files/paths.ts";
import { canonicalComponents, compareComponents, compareNatural } from "../version.ts";
import { assemble, type Piece } from "./assemble.ts";
import { countFiles, type FolderView, type Layout } from "./layout.ts";
import { isDirect, isNoStep, isSql, stemOf } from "./names.ts";

/** Words before the number, a `v`, the number with at least one dot, a description. */
const name = /^(?:([a-z][a-z0-9_-]{0,40})[_-])?(v?)(\d+(?:\.\d+)+)(?:[_-](?!_)(.*))?$/i;
const updating = /(?:^|[_-])(?:updates?|upgrades?|migrat\w{0,9}|patch|delta)$/i;
const home = /migrat|^(?:updates?|upgrades?|patch(?:es)?|deltas?|versions|changes)$/i;
const directed = /[._-](?:up|down|do|undo|rollback|revert)$/i;

interface UpdateName {
  readonly file: string;
  readonly version: string;
  readonly description: string;
}

function readName(file: string, isHome: boolean): UpdateName | undefined {
  const stem = stemOf(file);
  if (!isSql(file) || !isDirect(file) || stem.length > 255 || directed.test(stem)) return undefined;
  const [all, words, letter, version, description = ""] = name.exec(stem) ?? [];
  if (all === undefined || version === undefined) return undefined;
  // `v1.2.sql` may be all of a schema, `schema-1.2.sql` is.
  if (words === undefined ? letter !== "" && !isHome : !updating.test(words)) return undefined;
  return { file, version, description };
}

function namesOf(view: FolderView): readonly UpdateName[] {
  const isHome = segments(view.root)
    .slice(-3)
    .some((segment) => home.test(segment));
  return view.files.flatMap((file) => readName(file, isHome) ?? []);
}

export const updates: Layout = {
  name: "updates",
  comparesParts: true,
  detect(view) {
    const names = namesOf(view);
    const last = names.at(-1);
    const others = view.files.filter((file) => isSql(file) && isDirect(file) && !isNoStep(file));
    if (last === undefined || names.length < 2 || names.length * 2 < others.length) return undefined;
    return { files: names.length, because: `${countFiles(names.length)} named like ${last.file}` };
  },
  read(view, options) {
    const pieces = namesOf(view).map(({ file, version, description }): Piece => {
      const stem = stemOf(file);
      // Several files of one release run in the order of their names.
      const key = `${canonicalComponents(version)}/${stem}`;
      return { file, direction: "up", version, key, description, name: stem, kind: "versioned" };
    });
    const compare = (a: Piece, b: Piece): number =>
      compareComponents(a.version ?? "", b.version ?? "") ||
      compareNatural(baseName(a.file), baseName(b.file));
    const read = assemble(view, options, pieces, compare);
    return {
      rollbacks: "none",
      continues: true,
      rollbackName: (migration) => `${migration.name}.down.sql`,
      ...read,
    };
  },
};
