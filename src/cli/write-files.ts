/** Files that a command makes, with the folders that they need. */
import { dirname, resolve } from "node:path";
import { UserError, makeFolder, reasonOf, writeFile } from "../index.ts";

export type Files = readonly { readonly file: string; readonly text: string }[];

/**
 * Writes them below the project's folder; the result tells so, a line for each.
 *
 * @throws UserError if one can't be written
 */
export function writeFiles(files: Files, cwd: string, root: string): readonly string[] {
  // Of a file that holds several migrations, a plan has one entry for each.
  const texts = new Map(files.map(({ file, text }) => [file, text]));
  for (const [file, text] of texts) {
    const path = resolve(cwd, file);
    try {
      makeFolder(dirname(path), { root });
      writeFile(path, text, { within: { root } });
    } catch (error) {
      throw new UserError(`can't write ${file}: ${reasonOf(error)}`);
    }
  }
  return [...texts.keys()].map((file) => `wrote ${file}`);
}
