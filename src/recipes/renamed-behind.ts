/** Advice for a later migration, where this one renames what it is about behind the statement. */
import type { Step } from "../replay/step.ts";
import type { Advice } from "./advice.ts";

/** What is built and checked in migrations of its own. */
const moves = /^(?:createIndex|addForeignKey|addCheck|addUnique|addPrimaryKey|setNotNull)$/;

/** The statements of the advice would have to be written with another name. Undefined: they keep their names. */
export function renamedBehind(step: Step, advice: Advice): string | undefined {
  // Nothing keeps the migration from doing it at once.
  if (step.transaction.kind === "none" || step.inBody || !moves.test(step.operation.kind)) return undefined;
  const moved = advice.filter(
    ({ language, intent, transaction, after }) =>
      language === "sql" && intent === "same-schema" && (transaction !== "any" || after !== undefined),
  );
  const text = moved.flatMap(({ statements }) => statements).join("\n");
  const names = (name: string): boolean =>
    new RegExp(`(?<![\\w$])${name.replaceAll(/[^\w]/g, "\\$&")}(?![\\w$])`, "i").test(text);
  const replaced = new Set(advice.flatMap(({ replaces = [] }) => replaces.map(({ start }) => start)));
  if (text === "") return undefined;
  for (const { operation, statement } of step.neighbours("later", "renameTable", "renameColumn")) {
    const { table, to } = operation;
    if (replaced.has(statement.span.start) || statement === step.statement || !names(table.name)) continue;
    if (operation.kind === "renameTable") return `${step.show(table)} to ${to.text}`;
    if (names(operation.column.text)) return `${step.show(table, operation.column.text)} to ${to.text}`;
  }
  return undefined;
}
