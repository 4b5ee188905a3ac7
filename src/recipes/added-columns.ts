import type { AddColumn } from "../model/operation.ts";
import type { Step } from "../replay/step.ts";
import { typeOf } from "./columns.ts";
import { addColumn } from "./words.ts";

/** The columns that the same statement adds and its constraint uses, each by a statement of its own. */
export function columnsOfStatement({ operation, statement }: Step): readonly string[] {
  const used = new Set(usedBy(operation));
  return statement.operations.flatMap((other) =>
    other.kind === "addColumn" && used.has(other.column.name.text) ? [alone(other)] : [],
  );
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
