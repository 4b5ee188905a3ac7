/** What operations under a condition, or in a block that catches errors, leave unsure; see `MigrationScope.unreversed`. */
import { changed, tableOf } from "../../../model/kinds.ts";
import type { Operation, OperationKind } from "../../../model/operation.ts";
import type { Difference } from "../../../schema/model.ts";
import type { MigrationScope, Step } from "../../step.ts";

type Steps = Pick<MigrationScope, "steps" | "downSteps" | "before" | "after">;

/** May not run, and changes the schema if it does. */
export const isUnsure = ({ operation }: Step): boolean =>
  operation.conditional === true && (changed(operation) === "schema" || operation.kind === "rollback");

/** The objects of its table that a kind of operation concerns. */
const members: Partial<Record<OperationKind, readonly string[]>> = {
  createPolicy: ["policy"],
  alterPolicy: ["policy"],
  dropPolicy: ["policy"],
  createTrigger: ["trigger"],
  dropTrigger: ["trigger"],
  setRowSecurity: ["table"],
  createIndex: ["index"],
  addColumn: ["column", "constraint", "index"],
  createTable: ["table", "column", "constraint", "index"],
  addForeignKey: ["constraint"],
  addCheck: ["constraint"],
  addUnique: ["constraint", "index"],
  addPrimaryKey: ["constraint", "index", "column"],
  validateConstraint: ["constraint"],
  setDefault: ["column"],
  dropDefault: ["column"],
  setNotNull: ["column", "constraint"],
  dropNotNull: ["column", "constraint"],
};

/** Of a policy or trigger: only the one of its table that has this name. */
function nameOf(operation: Operation, spell: Step["spell"]): string {
  switch (operation.kind) {
    case "createPolicy":
    case "alterPolicy":
    case "dropPolicy":
      return ` policy ${spell(operation.name)} of`;
    case "createTrigger":
    case "dropTrigger":
      return ` trigger ${spell(operation.name)} of`;
    default:
      return "";
  }
}

/** Objects without a table. */
const alone: Partial<Record<OperationKind, readonly string[]>> = {
  createType: ["type"],
  createDomain: ["type"],
  addEnumValue: ["type"],
  createFunction: ["function", "procedure"],
};

/**
 * Whether a difference concerns nothing that a step under a condition may have changed. A kind that isn't listed may
 * change anything.
 */
export function isSure({ steps, downSteps, before, after }: Steps): (difference: Difference) => boolean {
  const unsure = [...steps, ...downSteps].filter(isUnsure);
  const touched = new Set<string>();
  for (const { operation, before: at, spell } of unsure) {
    const table = tableOf(operation);
    const ofTable = table === undefined ? undefined : members[operation.kind];
    const objects = ofTable ?? alone[operation.kind];
    if (objects === undefined) return () => false;
    const owner = ofTable && table !== undefined ? at.resolve(table) : "";
    for (const object of objects) touched.add(`${object} ${owner}${nameOf(operation, spell)}`);
  }
  /** What happens to a table happens to those that inherit from it. */
  const inherits = (key: string): boolean =>
    [before, after].some((schema) => {
      const found = schema.relation(key);
      return (
        found.is === "present" && (found.value.parents.length > 0 || found.value.partitionOf !== undefined)
      );
    });
  return ({ object, table, text }) => {
    if (unsure.length === 0) return true;
    if (table === undefined) return !touched.has(`${object} `) && object !== "collection";
    const name = ` ${text.slice(0, text.lastIndexOf(" "))}`;
    return (
      !touched.has(`${object} ${table}`) && !touched.has(`${object} ${table}${name}`) && !inherits(table)
    );
  };
}
