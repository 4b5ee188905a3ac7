/** Which tool a file in JavaScript or TypeScript is a migration of, by the words that it can't do without. */

import { rankedTools } from "./known-tools.ts";
import type { FileSystem, RunnerTransaction } from "./migration.ts";
import { ancestors, join } from "./paths.ts";
import type { CodeSign, Tool } from "./tool.ts";

/** Words of the tools' own interfaces, the most telling first; one is enough. */
const signs: readonly (CodeSign & { readonly tool: Tool })[] = rankedTools
  .flatMap((tool) => (tool.code === undefined ? [] : [{ ...tool.code, tool }]))
  .sort((a, b) => a.rank - b.rank);

/** Undefined: none that is read. */
export function codeToolOf(text: string): Tool | undefined {
  const head = text.slice(0, 65536);
  return signs.find(({ words, without }) => words.test(head) && without?.test(head) !== true)?.tool;
}

/** JavaScript or TypeScript, whose tools the texts tell. */
export const isCode = (file: string): boolean => /\.[cm]?[jt]s$/i.test(file) && !/\.d\.[cm]?ts$/i.test(file);

/** What the project's settings say of the tool's transactions; undefined where they leave it to the tool. */
export function statedWraps(
  fs: FileSystem,
  root: string,
  { wrapsSetting: setting }: Tool,
): RunnerTransaction["wraps"] | undefined {
  if (setting === undefined) return undefined;
  for (const folder of ancestors(root, 4)) {
    for (const file of setting.files) {
      const match = setting.pattern.exec((fs.read(join(folder, file)) ?? "").slice(0, 65536));
      if (match !== null) return setting.wraps(match[1] ?? match[0]);
    }
  }
  return undefined;
}

/** Python, where a folder of migrations tells its tool. */
export const isPython = (file: string): boolean => /\.py$/i.test(file);

/** Ruby, where one does, too. */
export const isRuby = (file: string): boolean => /\.rb$/i.test(file);

/** Code that sends SQL: the tools above. */
export const isSource = (file: string): boolean => isCode(file) || isPython(file) || isRuby(file);

/** Changelogs. */
export const isXml = (file: string): boolean => /\.xml$/i.test(file);
export const isYaml = (file: string): boolean => /\.ya?ml$/i.test(file);
export const isJson = (file: string): boolean => /\.json$/i.test(file);

export type CommentMark = "--" | "//" | "#" | "<!--";

/** What begins a comment of the file; JSON has none. */
export const commentMark = (file: string): CommentMark =>
  isXml(file) ? "<!--" : isPython(file) || isRuby(file) || isYaml(file) ? "#" : isCode(file) ? "//" : "--";
