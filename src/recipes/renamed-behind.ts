/** Advice for a later migration, where this one renames what it is about behind the statement. */
import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import type { Advice, Heading } from "./advice.ts";

/** What is built and checked in migrations of its own. */
const moves = /^(?:createIndex|addForeignKey|addCheck|addUnique|addPrimaryKey|setNotNull)$/;

/** The name that the table has once this migration has run as a whole. */
export function nameLater(step: Step, { schema, name, text }: QualifiedName): string {
  let last = { schema, name, text };
  for (const { operation } of step.neighbours("later", "renameTable")) {
    const { table, to, toSchema } = operation;
    if (table.name !== last.name || table.schema !== last.schema) continue;
    const within = toSchema ?? last.schema;
    const prefix = within === undefined ? "" : `${step.spell(within)}.`;
    last = { schema: within, name: to.text, text: `${prefix}${step.spell(to)}` };
  }
  return last.text;
}

/** The heading of what a later migration drops, with that name. */
export function withNameLater(step: Step, table: QualifiedName, head: Heading): Heading {
  const later = nameLater(step, table);
  if (later === table.text) return head;
  return {
    ...head,
    heading: [...head.heading, `the table is ${later} by then, if this one has renamed it:`],
  };
}

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
