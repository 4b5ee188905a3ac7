import type { AddColumn } from "../model/operation.ts";
import type { Step } from "../replay/step.ts";
import { typeOf } from "./columns.ts";
import { addColumn } from "./words.ts";

/** The columns that the same statement adds and its constraint uses, each by a statement of its own. */
export function columnsOfStatement(step: Step): readonly string[] {
  const used = new Set(usedBy(step.operation));
  return step.statement.operations.flatMap((other) =>
    other.kind === "addColumn" && used.has(other.column.name.text) && isInOneCommand(step, other)
      ? [alone(other)]
      : [],
  );
}

/** A block has several commands, each of which stays where it is, under its condition. */
function isInOneCommand({ inBody, operation, script }: Step, other: AddColumn): boolean {
  if (!inBody) return true;
  if (operation.called === true || operation.composed === true || other.composed === true) return false;
  const [first, last] = [operation.span, other.span].toSorted((a, b) => a.start - b.start);
  return first !== undefined && last !== undefined && !script.text.slice(first.end, last.start).includes(";");
}

function usedBy(operation: Step["operation"]): readonly string[] {
  switch (operation.kind) {
    case "addCheck":
      return operation.expression.columns.map(({ column }) => column);
    case "addForeignKey":
    case "addPrimaryKey":
    case "addUnique":
      return operation.columns.map(({ text }) => text);
    default:
      return [];
  }
}

/** ADD COLUMN with name, type and what gives it a value. */
export function alone(added: AddColumn): string {
  const { default: value, generated, identity, notNull } = added.column;
  const rest = [
    ...(notNull ? [" NOT NULL"] : []),
    ...(value === undefined ? [] : [` DEFAULT ${value.text}`]),
    ...(identity === undefined ? [] : [` GENERATED ${identity.toUpperCase()} AS IDENTITY`]),
    ...(generated === undefined
      ? []
      : [` GENERATED ALWAYS AS (${generated.expression.text}) ${generated.stored ? "STORED" : "VIRTUAL"}`]),
  ].join("");
  return `${addColumn(added)} ${typeOf(added.column)}${rest};`;
}
