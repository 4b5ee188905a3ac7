/** A folder per migration: `<version>_x/up.sql` with `down.sql` (diesel, hasura), or `<version>_x/migration.sql` (prisma). */
import { baseName, compareText, parentOf } from "../files/paths.ts";
import { compareDigits, compareNatural, stripZeros } from "../version.ts";
import type { FileProblem } from "../file-problem.ts";
import { assemble, badName, type Piece } from "./assemble.ts";
import { countFiles, type FolderView, type Layout, type ReadOptions } from "./layout.ts";
import { isSql } from "./names.ts";

const upFile = /^(?:up|migration)\.sql$/i;
const downFile = /^(?:down|rollback|revert|undo)\.sql$/i;
// diesel 2.2 and later put a number behind the time: 2026-05-27-120000-0000_add_users.
const folderName = /^(\d{4}-\d{2}-\d{2}-\d{4,6}(?:-\d+(?=_))?|\d+)(?:[ _.-]+(.*))?$/;

const steps = (view: FolderView): readonly string[] =>
  view.files.filter((file) => {
    const name = baseName(file);
    if (!upFile.test(name) && !downFile.test(name)) return false;
    if (view.joined?.has(file) === true)
      return view.locations?.includes(parentOf(parentOf(file) ?? "") ?? "") === true;
    const slash = file.indexOf("/");
    return slash >= 0 && !file.startsWith("../") && !file.includes("/", slash + 1);
  });

/** Prisma runs each folder that holds a migration.sql, in the order of their names, whatever these are. */
const isPrisma = ({ files }: FolderView): boolean => files.includes("migration_lock.toml");

const withoutNumber = (view: FolderView, file: string, options: ReadOptions): FileProblem =>
  badName(view, file, `${options.badName}: the folder's name doesn't begin with a number`, likeOthers);

/** Prisma. A migration that it has applied would run again under another name. */
const lastForEver = (view: FolderView, file: string): FileProblem => ({
  ...badName(
    view,
    file,
    "prisma runs it behind all that begin with a number: on a new database, also behind newer ones",
    `before it is applied anywhere, ${likeOthers}; later, rename its row in _prisma_migrations with it`,
  ),
  severity: "warning",
});

const likeOthers = "name the folder like 20260130191544_description";

/** The name of the folder of one migration, also in a location that is read together with the root. */
const stepOf = (file: string): string => baseName(parentOf(file) ?? "");

export const folders: Layout = {
  name: "folders",
  ownsBelow: true,
  isRoot: () => true,
  seen(fs, _view, usual) {
    const hasStep = (path: string): boolean =>
      fs.list(path).some((name) => /^(?:migration|up)\.sql$/.test(name));
    return (name, depth, path) => usual(name, depth, path) || (depth === 0 && hasStep(path));
  },
  detect(view) {
    // Atlas reads the files of the folder itself alone: those below are left of the tool before it.
    if (view.files.includes("atlas.sum")) return undefined;
    const ups = steps(view).filter(
      (file) => upFile.test(baseName(file)) && (folderName.test(stepOf(file)) || isPrisma(view)),
    );
    const first = ups[0];
    if (first === undefined) return undefined;
    return { files: steps(view).length, because: `${countFiles(ups.length)} like ${first}` };
  },
  read(view, options) {
    const pieces: Piece[] = [];
    const problems: FileProblem[] = [];
    const inSteps = new Set<string>();
    let rollback = "down.sql";
    const isByName = isPrisma(view) && !steps(view).some((file) => folderName.test(stepOf(file)));
    const folders = steps(view).map(stepOf);
    for (const file of steps(view)) {
      const folder = stepOf(file);
      inSteps.add(folder);
      const isUp = upFile.test(baseName(file));
      if (!isUp) rollback = baseName(file);
      const match = folderName.exec(folder);
      const version = match?.[1];
      if (version === undefined && isUp && !isByName) {
        problems.push(isPrisma(view) ? lastForEver(view, file) : withoutNumber(view, file, options));
        if (options.tool.handMade === true) continue;
      }
      pieces.push({
        file,
        direction: isUp ? "up" : "down",
        version,
        // Prisma and its like know a migration by the whole name of its folder.
        key: version === undefined || options.duplicates === "fine" ? folder : stripZeros(version),
        description: match?.[2] ?? folder,
        name: folder,
        kind: isUp && options.tool.isBaselineFolder?.(folder, folders) === true ? "baseline" : "versioned",
      });
    }
    for (const file of view.files) {
      if (isSql(file) && !file.includes("/") && /^\d/.test(file)) {
        problems.push(
          badName(view, file, `${options.badName}: the others are folders with an up file inside`),
        );
      }
    }
    const compare = (a: Piece, b: Piece): number =>
      options.order === "text"
        ? compareText(a.name.replaceAll("-", ""), b.name.replaceAll("-", ""))
        : compareDigits(a.version ?? "", b.version ?? "") || compareNatural(a.name, b.name);
    const read = assemble(view, options, pieces, compare);
    const hasDowns = pieces.some((piece) => piece.direction === "down");
    const isPrismaLike = !hasDowns && pieces.every((piece) => piece.file.endsWith("/migration.sql"));
    return {
      rollbacks: isPrismaLike ? "none" : "file",
      rollbackName: (migration) => `${migration.name}/${rollback}`,
      migrations: read.migrations,
      problems: [...problems, ...read.problems],
      notes: (view.joined?.size ?? 0) > 0 ? ["an image's build copies several folders into one"] : [],
    };
  },
};
