/** A new migration in code: one that is still empty, or the calls that send its statements. */
import type { CodeFile, NewCodeFile } from "../model/tool.ts";
import type { Script } from "../project/migration.ts";
import type { Tool } from "../project/tool.ts";
import { languageOf } from "../recipes/code-language.ts";
import { callWriter, commentIn, inTransaction } from "../recipes/writing.ts";

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

export interface CodeStatements {
  readonly statements: readonly string[];
  readonly down: readonly string[] | undefined;
  readonly transaction: "own" | "none" | "any";
  /** Why its way back isn't one. */
  readonly irreversible?: string | undefined;
}

/** The text of a file. `statements`: undefined, if it waits for them; `before`: what has to be done before it, a line each. */
type CodeWriter = (
  file: Pick<NewCodeFile, "title" | "name" | "after" | "replaces" | "now" | "place" | "version">,
  statements: CodeStatements | undefined,
  before: readonly string[],
) => string;

/** Writes files like that of the newest migration. Undefined: a whole file of its tool isn't known, or it is a changelog. */
export function codeWriter({ path, code, transaction }: Script, tool: Tool): CodeWriter | undefined {
  const codeFile = transaction.codeFile ?? tool.codeFile;
  const language = languageOf(path, code?.source ?? "");
  if (codeFile === undefined || /^(?:xml|yaml|json)$/.test(language)) return undefined;
  const written = callWriter(transaction.rawCall ?? tool.rawCall, language);
  const back = (sql: string): string => written(transaction.wrapsBack === true ? inTransaction(sql) : sql);
  const isScript = /^(?:commonjs|module|typescript)$/.test(language);
  const waits = isScript ? [commentIn(language, "…")] : [];
  return (file, given, before) => {
    const own: CodeFile = {
      up: given?.statements.map((sql) => written(sql)) ?? waits,
      down:
        given === undefined
          ? waits
          : given.down?.length === 0 && language !== "python"
            ? [commentIn(language, "nothing to undo")]
            : (given.down?.map(back) ?? []),
      outside: given?.transaction === "none",
      language,
      version: file.version,
      place: file.place,
      title: file.title,
    };
    const notes = [
      ...(given?.irreversible === undefined ? [] : [`ddlint-irreversible: ${given.irreversible}`]),
      ...before.map((line) => `before this migration: ${line}`),
    ].map((line) => `${commentIn(language, line)}\n`);
    return `${notes.join("")}${tool.newFile?.({ ...own, ...file }) ?? codeFile(own)}\n`;
  };
}
