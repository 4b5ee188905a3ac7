/** `N_x.up.sql` with `N_x.down.sql` (golang-migrate, sqlx, pop with a dialect infix), `N.do.sql`, `N_x-up.sql`. */
import type { Database } from "../../model/dialect.ts";
import type { FileProblem } from "../file-problem.ts";
import { compareDigits, compareNatural, stripZeros } from "../version.ts";
import { compareText } from "../files/paths.ts";
import type { Tool } from "../tool.ts";
import { assemble, badName, type Piece } from "./assemble.ts";
import { countFiles, type FolderView, type Layout } from "./layout.ts";
import { dialectWord } from "../../model/database-words.ts";
import { dialectVariants, isDirect, isNoStep, isSql, stemOf, stepsAmong } from "./names.ts";
import { misordered } from "./numbered.ts";
import { splitSections } from "./sections.ts";

interface PairName {
  readonly file: string;
  readonly version: string;
  readonly description: string;
  readonly direction: "up" | "down";
  readonly dialect: Database | undefined;
  /** From the direction's separator on, with `{}` for the direction: `.{}.sql`. */
  readonly ending: string;
}

const direction = /^(.*?)([._-])(up|down)$/i;
const postgrator = /^(\d+)\.(do|undo)(?:\.(.+))?$/i;
const versioned = /^[vV]?(\d+(?:[-T]\d+)*)(?:[ _.-]+(.*))?$/;

const isCalledDown = /[._-](?:down|rollback|revert|undo)(?=[._-])/i;

/** Reads `001_x.postgres.up.sql`; undefined for names without a number and a direction. */
export function readPairName(file: string): PairName | undefined {
  if (!isSql(file) || !isDirect(file)) return undefined;
  const stem = stemOf(file);
  if (stem.length > 255) return undefined;
  const action = postgrator.exec(stem);
  if (action !== null) {
    const [, version = "", word = "", description = ""] = action;
    const isUp = word.toLowerCase() === "do";
    return {
      file,
      version,
      description,
      direction: isUp ? "up" : "down",
      dialect: undefined,
      ending: ".{do}.sql",
    };
  }
  const match = direction.exec(stem);
  if (match === null) return undefined;
  const [, head = "", separator = "", word = ""] = match;
  const name = versioned.exec(head);
  if (name === null) return undefined;
  const [, version = "", rest = ""] = name;
  const parts = rest.split(".").filter((part) => part !== "autocommit");
  const dialect = parts.length > 1 ? dialectWord(parts.at(-1) ?? "") : undefined;
  if (dialect !== undefined) parts.pop();
  return {
    file,
    version,
    description: parts.join("."),
    direction: word.toLowerCase() === "up" ? "up" : "down",
    dialect,
    ending: `${separator}{}.sql`,
  };
}

/** The dialects that infixes name, with the number of files of each. */
export function infixDialects(view: FolderView): ReadonlyMap<Database, number> {
  const counts = new Map<Database, number>();
  for (const file of view.files) {
    const dialect = readPairName(file)?.dialect;
    if (dialect !== undefined) counts.set(dialect, (counts.get(dialect) ?? 0) + 1);
  }
  return counts;
}

/** How the tools that allow it read a file that names no direction, beside those that do. */
function singlePieces(view: FolderView, file: string, { singles, marks }: Tool): readonly Piece[] {
  const parts =
    singles === "sections" && marks !== undefined ? splitSections(view.read(file) ?? "", marks) : [];
  if (parts.length === 0) return [{ ...singleName(file), direction: "up" }];
  return parts.map(({ kind, part, marker }) => ({ ...singleName(file), direction: kind, part, marker }));
}

function singleName(file: string): Omit<Piece, "direction"> {
  const name = stemOf(file);
  const [, version = "", description = ""] = /^(\d+)[ _.-]{0,9}(.*)$/.exec(name.slice(0, 255)) ?? [];
  return { file, version, key: stripZeros(version), description, name, kind: "versioned" };
}

/** So many files for each one that names a direction, and the folder's names have none. */
const mostOthers = 4;

export const pairs: Layout = {
  name: "pairs",
  isRoot: () => true,
  detect(view) {
    const names = view.files.flatMap((file) => readPairName(file) ?? []);
    const ups = names.filter((name) => name.direction === "up");
    const first = ups[0];
    // One name that ends in `_up` by chance is no habit.
    if (first === undefined || names.length * mostOthers < stepsAmong(view.files).length) return undefined;
    const because = `${countFiles(names.length)} named like ${first.version}_…${first.ending.replace(/\{\w*\}/, first.ending.includes("{do}") ? "do" : "up")}`;
    return { files: names.length, because };
  },
  read(view, options) {
    const pieces: Piece[] = [];
    const problems: FileProblem[] = [];
    let ending = ".{}.sql";
    const { tool } = options;
    const variants = dialectVariants(view.files);
    for (const file of view.files) {
      if (!isSql(file) || !isDirect(file)) continue;
      const variant = variants.get(file);
      const own = readPairName(variant?.common ?? file);
      const read = own && { ...own, file, dialect: variant?.dialect ?? own.dialect };
      // Those that know files without a direction take `-up` and `_up` for a part of the description.
      const isOther =
        tool.runs?.(file) === false || (tool.singles !== undefined && read?.ending !== ".{}.sql");
      const name = isOther ? undefined : read;
      if (name !== undefined) {
        ending = name.ending;
        const key = stripZeros(name.version);
        const id = name.description === "" ? name.version : `${name.version}_${name.description}`;
        pieces.push({ ...name, key, name: id, kind: "versioned" });
      } else if (tool.singles !== undefined && /^\d/.test(file)) {
        pieces.push(...singlePieces(view, file, tool));
      } else if (!isNoStep(file)) {
        const what = /^[vV]?\d/.test(file)
          ? read === undefined
            ? "the name has no direction: neither .up.sql nor .down.sql"
            : "no _ follows its number"
          : "the name has no leading number";
        const word = isCalledDown.test(file) ? "down" : "up";
        problems.push(
          badName(view, file, `${options.badName}: ${what}`, `name it like 001_description.${word}.sql`),
        );
      }
    }
    const compare = (a: Piece, b: Piece): number =>
      options.order === "text"
        ? compareText(a.version ?? "", b.version ?? "")
        : compareDigits(a.version ?? "", b.version ?? "") || compareNatural(a.name, b.name);
    const read = assemble(view, options, pieces, compare);
    if (options.order === "text")
      problems.push(...misordered(view, options.sortedBy ?? tool.name, read.migrations));
    return {
      rollbacks: "file",
      rollbackName: (migration) =>
        ending === ".{do}.sql"
          ? `${migration.version ?? ""}.undo${migration.description === "" ? "" : `.${migration.description}`}.sql`
          : `${migration.name}${ending.replace("{}", "down")}`,
      migrations: read.migrations,
      problems: [...problems, ...read.problems],
    };
  },
};
