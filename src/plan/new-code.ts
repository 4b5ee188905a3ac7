/** A new migration in code that is still empty. */
import type { Tool } from "../project/tool.ts";
import { languageOf } from "../recipes/writing.ts";

/** Functions that wait for calls, in the language of the newest migration; undefined: the tool's files aren't known. */
export function emptyCode(
  { codeFile }: Tool,
  path: string,
  line: string,
  source: string,
): string | undefined {
  if (codeFile === undefined) return undefined;
  const language = languageOf(path, source);
  const calls = { up: [`// ${line}`], down: ["// undo each change, the last one first"] };
  return `${codeFile({ ...calls, outside: false, language, version: "", place: 1 })}\n`;
}
