/** How the file of a step writes advice: as SQL, or as the calls that send it, in whole files where it takes several. */
import type { CodeFile } from "../model/tool.ts";
import type { Step } from "../replay/step.ts";
import type { RecipeStep, Writing } from "./advice.ts";

/** Undefined: the file is SQL. */
export function writingOf({ script, earlier }: Pick<Step, "script" | "earlier">): Writing | undefined {
  const { code, transaction } = script;
  if (code === undefined) return undefined;
  const { rawCall, codeFile, wraps } = transaction;
  const statement = (sql: string): string => {
    const [, alone = sql, comment] = /^(.*;) -- ([^\n]*)$/.exec(sql) ?? [];
    const call = (rawCall ?? ((text: string) => text))(inTemplate(alone));
    return comment === undefined ? call : `${call} // ${comment}`;
  };
  // Where nothing wraps, each call commits; several that take effect together travel in one message.
  const calls = ({ transaction: own, statements }: RecipeStep): readonly string[] =>
    (own === "own" && wraps === "none" ? [statements.join("\n")] : statements).map(statement);
  return {
    comment: "//",
    statement,
    file(step, at) {
      // Done by hand: nothing of the tool runs it.
      if (transaction.always === true && step.transaction === "none") return step.statements.join("\n");
      if (codeFile === undefined || (step.transaction === "any" && step.after !== "deploy")) return undefined;
      return codeFile({
        up: calls(step),
        down: (step.undo ?? []).map(statement),
        outside: step.transaction === "none",
        language: languageOf(script.path, code.source),
        // Advice for other statements of the file has files, too.
        time: String(timeOf(script.path) + 1 + at + 10 * earlier().length),
      });
    },
  };
}

const languageOf = (path: string, source: string): CodeFile["language"] =>
  /\.[cm]?ts$/.test(path) ? "typescript" : /^(?:import|export)\b/m.test(source) ? "module" : "commonjs";

/** The milliseconds in the name of a file; any time before what `Date.now()` gives today, if it has none. */
const timeOf = (path: string): number => Number(/(?<!\d)\d{13}(?!\d)/.exec(path)?.[0] ?? "1700000000000");

/** A template literal: SQL has quotes of both kinds. */
const inTemplate = (sql: string): string =>
  `\`${sql.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${")}\``;
