/** How the file of a step writes advice: as SQL, or as the calls that send it. */
import type { Step } from "../replay/step.ts";
import type { Writing } from "./advice.ts";

/** Undefined: the file is SQL. */
export function writingOf({ script }: Pick<Step, "script">): Writing | undefined {
  if (script.code === undefined) return undefined;
  const call = script.transaction.rawCall ?? ((sql: string) => sql);
  return { comment: "//", statement: (sql) => call(inTemplate(sql)) };
}

/** A template literal: SQL has quotes of both kinds. */
const inTemplate = (sql: string): string =>
  `\`${sql.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${")}\``;
