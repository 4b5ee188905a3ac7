/** Whether what a rollback drops was there before the migration ran. */
import type { Operation } from "../../../model/operation.ts";
import type { Lookup, Origin } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";
import { droppedObject } from "../dependents/dropped.ts";

export interface FoundBefore {
  /** What made it, if that is known. */
  readonly by: Origin | undefined;
  /** Advice: that the rollback leaves it alone, and why. */
  readonly leftOut: string;
}

/**
 * See `DependentQuestions.foundBefore`. What the rollback makes again under the name is another one: of an enum that gets
 * back its old values, for example.
 */
export function foundBefore(step: Step): FoundBefore | undefined {
  const { operation, before, scope, direction } = step;
  const name = direction === "down" ? nameOf(operation) : undefined;
  if (name === undefined || step.later().some((later) => givesName(later.operation, name))) return undefined;
  const object = droppedObject(operation, before) ?? name;
  const found = originIn(scope.before, operation);
  const now = originIn(before, operation);
  // CREATE OR REPLACE leaves the function that was there.
  const isMade = operation.kind !== "dropFunction" && now?.is === "present" && isOwn(now.value, scope);
  if (isMade || found === undefined || found.is === "absent") return undefined;
  // One that was only met in a statement has no origin, as one that isn't known.
  const by = found.is === "present" ? found.value : undefined;
  if (by !== undefined) return { by, leftOut: `${leaveOut}: an earlier migration makes ${object}` };
  const isReplaced = now?.is === "present" && isOwn(now.value, scope);
  return isReplaced ? undefined : { by, leftOut: `${leaveOut}: this migration doesn't make ${object}` };
}

const isOwn = (origin: Origin | undefined, { migration }: Step["scope"]): boolean =>
  origin?.migration === migration.index;

const leaveOut = "leave it out of this rollback";

function nameOf(operation: Operation): string | undefined {
  switch (operation.kind) {
    case "dropTable":
      return operation.table.name;
    case "dropView":
      return operation.view.name;
    case "dropSequence":
      return operation.sequence.name;
    case "dropType":
      return operation.type.name;
    case "dropFunction":
      return operation.function.name;
    case "dropColumn":
      return operation.column.text;
    default:
      return undefined;
  }
}

function givesName(operation: Operation, name: string): boolean {
  switch (operation.kind) {
    case "createTable":
    case "renameTable":
    case "renameColumn":
    case "renameObject":
      return name === (operation.kind === "createTable" ? operation.table.name : operation.to.text);
    case "createView":
      return operation.view.name === name;
    case "createSequence":
      return operation.sequence.name === name;
    case "createType":
    case "createDomain":
      return (operation.kind === "createType" ? operation.type : operation.domain).name === name;
    case "createFunction":
      return operation.function.name === name;
    case "addColumn":
      return operation.column.name.text === name;
    default:
      return false;
  }
}

function originIn(schema: Schema, operation: Operation): Lookup<Origin | undefined> | undefined {
  switch (operation.kind) {
    case "dropTable":
      return originOf(schema.relation(operation.table));
    case "dropView":
      return originOf(schema.relation(operation.view));
    case "dropSequence":
      return originOf(schema.relation(operation.sequence));
    case "dropType":
      return originOf(schema.type(operation.type));
    case "dropColumn":
      return originOf(schema.column(operation.table, operation.column.text));
    case "dropFunction": {
      const found = schema.routines(operation.function);
      return found.is === "present" ? { is: "present", value: found.value[0]?.origin } : found;
    }
    default:
      return undefined;
  }
}

const originOf = (found: Lookup<{ readonly origin?: Origin | undefined }>): Lookup<Origin | undefined> =>
  found.is === "present" ? { is: "present", value: found.value.origin } : found;
