/** The object that a DROP, RENAME, OWNER TO or REVOKE names: what it is called, and whether it is new. */
import type { QualifiedName } from "../../../model/names.ts";
import type { ObjectClass, Operation } from "../../../model/operation.ts";
import { fits } from "../../../schema/apply/object.ts";
import type { Origin } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";

interface NamedObject {
  readonly what: ObjectClass;
  /** As written. */
  readonly text: string;
  readonly name?: QualifiedName | undefined;
  /** Argument types of a function, if given. */
  readonly arguments?: readonly string[] | undefined;
}

/** Undefined: the operation names none. */
function namedObject(operation: Operation): NamedObject | undefined {
  switch (operation.kind) {
    case "dropSchema":
      return { what: "schema", text: operation.schema.text };
    case "dropType":
      return named(operation.domain ? "domain" : "type", operation.type);
    case "renameEnumValue":
      return named("type", operation.type);
    case "dropObject":
    case "renameObject":
    case "setObjectSchema":
    case "changeOwner":
    case "grant": {
      const name = operation.name ?? operation.relations[0];
      if (name === undefined) return undefined;
      const types = operation.kind === "grant" ? operation.arguments : undefined;
      return { ...named(operation.object, name), arguments: types };
    }
    default:
      return undefined;
  }
}

const named = (what: ObjectClass, name: QualifiedName): NamedObject => ({ what, text: name.text, name });

/** See `NameQuestions.objectText`. */
export function objectText(operation: Operation): string | undefined {
  if (operation.kind === "grant" && operation.everywhere === true) return "everything";
  const object = namedObject(operation);
  return object === undefined ? undefined : `${object.what} ${object.text.replace(/^public\./, "")}`;
}

/** See `DependentQuestions.objectMadeHere`. */
export function objectMadeHere(step: Step, inRelease: (migration: number) => boolean): boolean {
  const { operation } = step;
  // GRANT and REVOKE name several at once.
  if (operation.kind === "grant" && operation.relations.length > 1)
    return operation.relations.every((name) => isMadeHere(step, named(operation.object, name), inRelease));
  const object = namedObject(operation);
  return object !== undefined && isMadeHere(step, object, inRelease);
}

/** A routine that the migration makes for itself: it is gone at its end. */
export function comesAndGoes({ operation, before, scope }: Step<"createFunction" | "dropFunction">): boolean {
  if (scope.after.routines(operation.function).is !== "absent") return false;
  if (operation.kind === "createFunction") return before.routines(operation.function).is === "absent";
  const found = before.routines(operation.function);
  return (
    found.is === "present" && found.value.every(({ origin }) => origin.migration === scope.migration.index)
  );
}

function isMadeHere(step: Step, object: NamedObject, inRelease: (migration: number) => boolean): boolean {
  const isNew = (origin: Origin | undefined): boolean => origin !== undefined && inRelease(origin.migration);
  const { what, name, text, arguments: types } = object;
  const made = step.earlier().some(({ operation }) => makes(operation, what, text));
  if (made || name === undefined) return made;
  switch (what) {
    case "type":
    case "domain": {
      const found = step.before.type(name);
      return found.is === "present" && isNew(found.value.origin);
    }
    case "function":
    case "procedure":
    case "routine":
    case "aggregate": {
      const found = step.before.routines(name);
      if (found.is !== "present") return false;
      const own = found.value.filter(({ definition }) => types === undefined || fits(definition, types));
      return own.length > 0 && own.every(({ origin }) => isNew(origin));
    }
    case "table":
    case "view":
    case "materialized view":
    case "foreign table":
    case "sequence": {
      const found = step.before.relation(name);
      return found.is === "present" && isNew(found.value.origin);
    }
    default:
      return false;
  }
}

function makes(operation: Operation, what: ObjectClass, text: string): boolean {
  if (operation.kind === "createSchema") return what === "schema" && operation.schema.text === text;
  if (operation.kind === "createExtension") return what === "extension" && operation.extension.text === text;
  return operation.kind === "createObject" && operation.object === what && operation.name?.text === text;
}

/** See `NameQuestions.saidByPrograms`. */
export function saidByPrograms({ operation, before }: Step): boolean {
  if (operation.kind !== "renameObject" && operation.kind !== "setObjectSchema") return false;
  if (operation.name === undefined) return false;
  switch (operation.object) {
    case "view":
    case "materialized view":
    case "schema":
    case "type":
    case "domain":
    case "procedure":
    case "aggregate":
      return true;
    case "function": {
      const found = before.routines(operation.name);
      return (
        found.is !== "present" || found.value.some(({ definition }) => definition.returns?.name !== "trigger")
      );
    }
    case "sequence": {
      const found = before.relation(operation.name);
      return found.is !== "present" || found.value.ownedBy === undefined;
    }
    default:
      return false;
  }
}

/** See `NameQuestions.nameTaken`. */
export function nameTaken(step: Step): boolean {
  const { operation } = step;
  if (operation.kind !== "renameObject" || operation.name === undefined) return false;
  const old = operation.name.name;
  const next = operation.to.text;
  const frees = step.earlier().some(({ operation: earlier }) => {
    if (earlier.kind === "dropType") return earlier.type.name === next;
    if (earlier.kind === "dropFunction") return earlier.function.name === next;
    if (earlier.kind === "dropSequence") return earlier.sequence.name === next;
    return (
      earlier.kind === "renameObject" && earlier.object === operation.object && earlier.name?.name === next
    );
  });
  if (frees) return true;
  return step.later().some(({ operation: later }) => {
    switch (later.kind) {
      // The first step of replacing it, under whatever name.
      case "dropType":
        return later.type.name === next;
      case "createType":
        return later.type.name === old;
      case "createDomain":
        return later.domain.name === old;
      case "createFunction":
        return later.function.name === old;
      case "createSequence":
        return later.sequence.name === old;
      case "renameObject":
        return later.object === operation.object && later.to.text === old;
      default:
        return false;
    }
  });
}
