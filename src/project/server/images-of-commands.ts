/** Images that a project's own commands run: `docker run -d postgres:14-alpine` in a Makefile or a script. */
import type { FileSystem } from "../migration.ts";
import { join } from "../files/paths.ts";

const commandFile =
  /^(?:(?:GNU)?[Mm]akefile|\.?[Jj]ustfile|Taskfile\.ya?ml|package\.json|[\w.-]{1,80}\.(?:mk|just|sh|bash|ps1))$/;
const folders = ["", "scripts", "bin", "script"];
const mostFiles = 40;
const longest = 65_536;

/** With its options, on one line or on several that a backslash or a backtick joins. */
const runs = /\b(?:docker|podman|nerdctl)(?:\s+container)?\s+run\b((?:[^\n|;&\\`]|[\\`][^]){0,1000})/g;
/** A word with a tag that isn't a value of an option, such as `-v data:/var/lib`. */
const tagged = /(?<=[\s"'])[\w.-]{1,80}(?:\/[\w.-]{1,80}){0,3}:[\w.-]{1,60}(?=$|[\s"'\\`])/g;

/** In the folder itself and where it keeps scripts; comments run nothing. */
export const imagesOfCommands = (
  fs: FileSystem,
  folder: string,
): readonly { readonly image: string; readonly path: string }[] =>
  folders.flatMap((inner) => {
    const home = join(folder, inner);
    const files = fs.list(home).filter((name) => commandFile.test(name));
    return files.slice(0, mostFiles).flatMap((name) => {
      const path = join(home, name);
      const text = (fs.read(path) ?? "").slice(0, longest);
      return text.includes(" run") ? imagesIn(text).map((image) => ({ image, path })) : [];
    });
  });

const imagesIn = (text: string): readonly string[] =>
  Array.from(text.replaceAll(/^[ \t]*#.*$/gm, "").matchAll(runs), ([, options = ""]) =>
    options.replaceAll(/\$\{\w{1,60}:?-([\w.-]{1,40})\}/g, "$1").match(tagged),
  ).flatMap((found) => [...(found ?? [])]);
