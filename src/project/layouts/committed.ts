/** Graphile-migrate: `committed/000001-x.sql`, a chain of hashes; and beside the folder what isn't committed yet. */
import type { FileProblem } from "../file-problem.ts";
import { join } from "../files/paths.ts";
import { isBlank, linesOf } from "../scan.ts";
import { compareDigits, compareNatural, stripZeros } from "../version.ts";
import { assemble, badName, wholeFile, type Piece } from "./assemble.ts";
import { countFiles, type FolderView, type Layout } from "./layout.ts";
import { isDirect, isSql, isText, stemOf } from "./names.ts";

const committedName = /^(\d+)(?:-([-\w]*))?$/;

interface Head {
  readonly previous: string | undefined;
  readonly hash: string | undefined;
}

/** The lines `--! Previous: …` and `--! Hash: …` at the top. */
function headOf(text: string): Head {
  const values = new Map<string, string>();
  for (const { text: line } of linesOf(text.slice(0, 4000))) {
    const [, key, value = ""] = /^--! ([A-Z]\w{0,60}):(.*)$/.exec(line) ?? [];
    if (key === undefined) break;
    values.set(key, value.trim());
  }
  return { previous: values.get("Previous"), hash: values.get("Hash") };
}

const filesOf = (view: FolderView): readonly string[] =>
  view.files.filter((file) => isSql(file) && isDirect(file));

export const committed: Layout = {
  name: "committed",
  detect(view) {
    const files = filesOf(view).filter((file) => committedName.test(stemOf(file)));
    const first = files[0];
    if (first === undefined || headOf(view.read(first) ?? "").previous === undefined) return undefined;
    const because = `${countFiles(files.length)} with a "--! Previous:" like ${first}`;
    return { files: files.length, because };
  },
  read(view, options) {
    const pieces: Piece[] = [];
    const problems: FileProblem[] = [];
    for (const file of filesOf(view)) {
      const name = stemOf(file);
      const [, version, description = ""] = committedName.exec(name.slice(0, 255)) ?? [];
      if (version === undefined && isText(file)) continue;
      if (version === undefined)
        problems.push(badName(view, file, `${options.badName}: the name has no number`));
      else
        pieces.push({
          file,
          direction: "up",
          version,
          key: stripZeros(version),
          description,
          name,
          kind: "versioned",
        });
    }
    pieces.sort((a, b) => compareDigits(a.version ?? "", b.version ?? ""));
    problems.push(...chainProblems(view, pieces));
    const current = currentFiles(view).map((file): Piece => {
      const name = file.slice("../".length).replace(/\.sql$/, "");
      return { file, direction: "up", key: name, description: name, name, kind: "repeatable", inWork: true };
    });
    const compare = (a: Piece, b: Piece): number =>
      a.kind === b.kind
        ? compareDigits(a.version ?? "", b.version ?? "") || compareNatural(a.name, b.name)
        : a.kind === "repeatable"
          ? 1
          : -1;
    const read = assemble(view, options, [...pieces, ...current], compare);
    return {
      rollbacks: "none",
      rollbackName: (migration) => `${migration.name}.down.sql`,
      migrations: read.migrations,
      problems: [...problems, ...read.problems],
    };
  },
};

/** `current.sql`, or the files of `current/` in turn; without a statement it is what nobody has begun. */
function currentFiles(view: FolderView): readonly string[] {
  const inFolder = view.files.filter((file) => /^\.\.\/current\/\d+(?:-[-\w]*)?\.sql$/.test(file));
  return [...inFolder, "../current.sql"].filter((file) => {
    const text = view.read(file) ?? "";
    return !isBlank(text, { start: 0, end: text.length });
  });
}

/** Each names the hash of the one before it. */
function chainProblems(view: FolderView, pieces: readonly Piece[]): FileProblem[] {
  let before: { readonly name: string; readonly hash: string | undefined } | undefined;
  for (const { file, name } of pieces) {
    const { previous, hash } = headOf(view.read(file) ?? "");
    if (before?.hash !== undefined && previous !== undefined && previous !== before.hash) {
      return [
        {
          rule: "edited-after-apply",
          path: join(view.root, file),
          ...wholeFile(view, file),
          message: `its Previous isn't the Hash of ${before.name}: graphile-migrate refuses to run`.slice(
            0,
            100,
          ),
          instead: "Restore both as they were committed; or uncommit this one, and commit it again.",
        },
      ];
    }
    before = { name, hash };
  }
  return [];
}
