/** Which tool a file in JavaScript or TypeScript is a migration of, by the words that it can't do without. */

import { rankedTools } from "./known-tools.ts";
import type { FileSystem, RunnerTransaction } from "./migration.ts";
import { ancestors, join } from "./files/paths.ts";
import type { CodeSign, Tool } from "./tool.ts";

/** Words of the tools' own interfaces, the most telling first; one is enough. */
const signs: readonly (CodeSign & { readonly tool: Tool })[] = rankedTools
  .flatMap((tool) => (tool.code === undefined ? [] : [{ ...tool.code, tool }]))
  .sort((a, b) => a.rank - b.rank);

/**
 * Undefined: none that is read. `named`: tools that the project names, one of which the file may be for without a word
 * of it.
 */
export function codeToolOf(text: string, named: () => readonly Tool[] = () => []): Tool | undefined {
  const head = text.slice(0, 65536);
  const isWithout = ({ without }: CodeSign): boolean => without?.test(head) !== true;
  const sign = signs.find((one) => one.words.test(head) && isWithout(one));
  if (sign !== undefined && sign.anyones !== true) return sign.tool;
  const tools = named();
  if (tools.length === 0 || (sign !== undefined && tools.includes(sign.tool))) return sign?.tool;
  const handles = handlesIn(head);
  const fitting = tools.filter(
    ({ code }) => code !== undefined && isWithout(code) && isCalled(head, handles, code),
  );
  return fitting.length === 1 ? fitting[0] : sign?.tool;
}

/** Names of what is handed to `up`: `q` of `async up(q, S)`, of `exports.up = q => …`, of `up: ({ context: q }) => …`. */
function handlesIn(text: string): readonly string[] {
  const names = Array.from(
    text.matchAll(handedToUp),
    ([, own, renamed, context]) => own ?? renamed ?? context ?? "",
  );
  return [...new Set(names)].slice(0, mostHandles);
}

/** Comments have the word, too. */
const mostHandles = 20;
const handedToUp =
  /\bup\b["']?\s{0,9}(?::\s{0,9}[\w.<>]{1,60}\s{0,9})?(?:[:=]\s{0,9})?(?:async\b\s{0,9})?(?:function\b\s{0,9}\w{0,60}\s{0,9})?\(?\s{0,40}(?:([A-Za-z_$][\w$]{0,60})|\{[^{}]{0,100}?\bcontext\s{0,9}:\s{0,9}([\w$]{1,60})|\{[^{}]{0,100}?\b(context)\b)/g;

const isCalled = (text: string, handles: readonly string[], { calls }: CodeSign): boolean =>
  calls !== undefined &&
  handles.some((name) =>
    new RegExp(`(?<![\\w$.])${name.replaceAll("$", "\\$&")}(?:\\.context)?\\s{0,40}(?:${calls.source})`).test(
      text,
    ),
  );

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

/** What begins a comment of the file; JSON has none, but Liquibase reads its changelogs as YAML. */
export const commentMark = (file: string): CommentMark =>
  isXml(file)
    ? "<!--"
    : isPython(file) || isRuby(file) || isYaml(file) || isJson(file)
      ? "#"
      : isCode(file)
        ? "//"
        : "--";
