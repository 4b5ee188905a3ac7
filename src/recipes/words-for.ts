/** What a rule's page says to write instead, for the very statement. */
import type { Step } from "../replay/step.ts";
import { languageOf } from "./code-language.ts";
import { callWriter } from "./writing.ts";
import { refusingKeys } from "./refusing-keys.ts";
import { nameLater } from "./renamed-behind.ts";
import { callOf } from "./sent.ts";
import { takenBy, type LaterAdvice } from "./taken-again.ts";

/** With the statement's names in place of the page's, and what a tool does with what its models lose. */
export function wordsFor(step: Step | undefined, words: string): string {
  const named = step && withNames(step, words);
  const droppedLater = step && named !== undefined ? stateFirst(step) : undefined;
  return droppedLater === undefined ? (named ?? words) : `${named} ${droppedLater}`;
}

/** The same without what puts the drop off, where its name is soon taken again. */
export function wordsWhereTaken(step: Step, words: string): LaterAdvice | undefined {
  const named = withNames(step, words);
  const next = takenBy(step);
  if (named === undefined || next === undefined || stateFirst(step) === undefined) return undefined;
  return (made) => (next(made) === undefined ? undefined : named);
}

/** Undefined: it has none, or only a run knows them. */
function withNames(step: Step, words: string): string | undefined {
  const { table, operation } = step;
  if (table === undefined || operation.unnamed === true || operation.composed === true) return undefined;
  const own = step.show(table);
  const column = operation.kind === "dropColumn" ? step.show(table, operation.column.text) : own;
  return words
    .replaceAll(/`[^`]+`/g, (code) =>
      code
        .replace(/(?<=ddlint-deprecated: )t(?:\.c)? since …/, () => column)
        .replaceAll(/(?<![\w.])t(?=[ .`])/g, () => own),
    )
    .replace("`'deprecated …'`", "`'deprecated'`");
}

/** Of a call that is something to the tool's models as well. */
function stateFirst(step: Step): string | undefined {
  const { operation, script, scope } = step;
  const alone = scope.history.declared?.alone;
  if (operation.kind !== "dropTable" && operation.kind !== "dropColumn") return undefined;
  if (alone === undefined || script.code === undefined) return undefined;
  if (callOf(step)?.state === undefined) return undefined;
  const write = callWriter(script.transaction.rawCall, languageOf(script.path, script.code.source));
  const sql =
    operation.kind === "dropTable"
      ? `DROP TABLE ${nameLater(step, operation.table)};`
      : `ALTER TABLE ${nameLater(step, operation.table)} DROP COLUMN ${step.spell(operation.column)};`;
  const goes = operation.kind === "dropTable" ? [step] : operation.column.text;
  const keys = refusingKeys(step, operation.table, goes).drops.map((one) => `\`${write(one)}\``);
  const first = keys.length === 0 ? "" : `, beside ${keys.join(" and ")} in \`database_operations\``;
  return `For that, write ${alone} now${first}, and \`${write(sql)}\`, with what takes it back, into the later migration.`;
}
