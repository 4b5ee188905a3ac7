/** Copies that editors and file managers make beside a file: `schema (copy).sql`, `schema - Copy (2).sql`. */
import type { FolderView } from "../layouts/layout.ts";
import { isSql } from "../layouts/names.ts";
import { join } from "../files/paths.ts";

/** GNOME, KDE; macOS; Windows; a second download. In English and in the languages next to it. */
const word = "(?:copy|copie|copia|cópia|kopie)";
const marks = [
  String.raw`\((?:another |\d{1,3}(?:st|nd|rd|th) )?${word}(?: \d{1,3})?\)(?: ?\(?\d{1,3}\)?)?`,
  String.raw`(?:- )?${word}(?: \(?\d{1,3}\)?)?`,
  String.raw`\(\d{1,3}\)`,
];
const behind = new RegExp(String.raw`^(.{1,200}?) (?:${marks.join("|")})(\.sql)$`, "i");
const before = /^((?:[^/]{1,100}\/){0,20})copy of (.{1,200}\.sql)$/i;

function originalOf(file: string): string | undefined {
  if (!isSql(file)) return undefined;
  const [, stem, ending] = behind.exec(file) ?? [];
  if (stem !== undefined && ending !== undefined) return stem.trimEnd() + ending;
  const [, folder, name] = before.exec(file) ?? [];
  return name === undefined ? undefined : `${folder ?? ""}${name}`;
}

/** The view without copies of files that lie beside them; `says`: which these are. */
export function withoutFileCopies(view: FolderView): {
  readonly view: FolderView;
  readonly says: readonly string[];
} {
  const all = new Set(view.files);
  const copies = view.files.filter((file) => all.has(originalOf(file) ?? ""));
  const [first, ...others] = copies;
  if (first === undefined) return { view, says: [] };
  const out = new Set(copies);
  const more = others.length === 0 ? "" : ` and ${String(others.length)} more`;
  const [are, names, copy] =
    others.length === 0 ? ["is", "its name", "a copy"] : ["are", "their names", "copies"];
  const says = `${join(view.root, first)}${more} ${are} left out: by ${names}, ${copy} of what lies beside`;
  return { view: { ...view, files: view.files.filter((file) => !out.has(file)) }, says: [says] };
}
