/** A DO block that stops the migration where a table has rows: what is dropped behind it holds none. */
import type { Step } from "../../step.ts";
import { withoutSqlComments } from "../../../text/sql-comments.ts";
import type { Place } from "./copied.ts";

const check =
  /\bIF\s+EXISTS\s*\(\s*SELECT\s+[^()]{1,60}?\sFROM\s+([\w."]{1,130})(?:\s+WHERE\s+([\w"]{1,65})\s+IS\s+NOT\s+NULL)?(?:\s+LIMIT\s+\d+)?\s*\)\s*THEN\s+RAISE\s+(?:EXCEPTION\b|')/gi;

/** See `DependentQuestions.checkedEmpty`. */
export function checkedEmpty({ operation, script, statement, scope, spell }: Step): Place | undefined {
  if (operation.kind !== "dropTable" && operation.kind !== "dropColumn") return undefined;
  const table = bare(operation.table.text);
  const column = operation.kind === "dropColumn" ? bare(spell(operation.column)) : undefined;
  for (const other of scope.steps) {
    const { span } = other.statement;
    if (other.script !== script || span.start >= statement.span.start) continue;
    const text = script.text.slice(span.start, span.end);
    if (!/^DO\b/i.test(text) || other.operation.caught === true) continue;
    const isChecked = [...withoutSqlComments(text).matchAll(check)].some(
      ([, of = "", notNull]) => bare(of) === table && (notNull === undefined || bare(notNull) === column),
    );
    if (isChecked) return { path: script.path, span };
  }
  return undefined;
}

/** As it is written, without the schema that is searched anyway. */
const bare = (name: string): string => {
  const plain = name.replace(/^"?public"?\./i, "");
  return /^"[a-z_][a-z0-9_]*"$/.test(plain)
    ? plain.slice(1, -1)
    : plain.includes('"')
      ? plain
      : plain.toLowerCase();
};
