/** Changes that no row and no other object stands against. */
import type { Effects } from "../../../effects/effects.ts";
import { changed } from "../../../model/kinds.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Rows, Step } from "../../step.ts";

/** See `MysqlQuestions.alwaysFits`. */
export const alwaysFits = ({ statement, effects }: Pick<Step, "statement" | "effects">): boolean =>
  statement.operations.every((one) => fits(one) || isDefinitionAlone(one, effects));

/** MODIFY of what the definition says beside the values, or of nothing: the server looks at no row. */
const isDefinitionAlone = ({ kind }: Operation, { online }: Pick<Effects, "online">): boolean =>
  kind === "redefineColumn" && online?.certain === true && online.algorithm === "INSTANT";

const ofNoRow: ReadonlySet<Operation["kind"]> = new Set<Operation["kind"]>([
  ...(["dropColumn", "dropIndex", "dropConstraint", "dropNotNull", "dropTable"] as const),
  ...(["renameColumn", "renameTable", "renameConstraint"] as const),
]);

/** See `MysqlQuestions.readsNoRow`. */
export const readsNoRow = ({ statement, effects }: Pick<Step, "statement" | "effects">): boolean =>
  statement.operations.every(
    (one) =>
      fits(one) || ofNoRow.has(one.kind) || (one.kind === "changeColumnType" && effects.scans.length === 0),
  );

function fits(operation: Operation): boolean {
  switch (operation.kind) {
    case "addColumn": {
      const { notNull, default: value, generated, mysql } = operation.column;
      const hasValue = !notNull || (value !== undefined && !value.isNull);
      return hasValue && generated === undefined && mysql?.autoIncrement !== true;
    }
    case "createIndex":
      return !operation.unique;
    case "renameIndex":
    case "setDefault":
    case "dropDefault":
    case "alterIndex":
      return true;
    default:
      return false;
  }
}

/** See `MysqlQuestions.tidiesUp`. */
export function tidiesUp({
  operation,
  before,
  isHere,
}: Pick<Step, "operation" | "before" | "isHere">): boolean {
  if (operation.kind !== "dropDefault") return false;
  const column = before.column(operation.table, operation.column.text);
  return column.is === "present" && isHere(column.value.origin);
}

/** See `MysqlQuestions.mostlyFits`. */
export const mostlyFits = (step: Step): boolean =>
  alwaysFits(step) || (step.table !== undefined && isEmpty(step.rows(step.table)));

const isEmpty = ({ are }: Rows): boolean => are === "none" || are === "fresh";

/** See `MysqlQuestions.failsAgain`. */
export const failsAgain = ({ operation, refused, names: { guarded } }: Step): boolean =>
  !refused &&
  !guarded &&
  changed(operation) === "schema" &&
  !("orReplace" in operation && operation.orReplace) &&
  !repeatable({ operation });

/** See `MysqlQuestions.repeatable`. */
export function repeatable({ operation }: Pick<Step, "operation">): boolean {
  switch (operation.kind) {
    case "redefineColumn":
      return operation.definition.name.text === operation.column.text;
    case "setTableOptions":
    case "setColumnOption":
    case "setDefault":
    case "dropDefault":
    case "convertCharset":
    case "forceRebuild":
    case "orderRows":
    case "alterConstraint":
    case "alterIndex":
    case "setNotNull":
    case "dropNotNull":
    case "changeColumnType":
      return true;
    case "setTableState":
      return operation.state.endsWith(" keys");
    default:
      return false;
  }
}
