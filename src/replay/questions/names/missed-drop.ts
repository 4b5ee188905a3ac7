/** DROP … IF EXISTS that does nothing, although what it means is there under another name. */
import { nameInPath } from "../../../schema/dependents.ts";
import { keyOf } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Schema } from "../../../schema/schema.ts";
import { isAlmost, isMisspelt, isSameCase } from "../../../text/nearest.ts";
import type { Step } from "../../step.ts";
import { onlyNewAllows } from "../values/narrowed-check.ts";

/** For messages. */
export interface MissedDrop {
  /** `index`. */
  readonly what: string;
  readonly name: string;
  /** What is there, and stays. */
  readonly stays: string;
  /** A value that the CHECK which stays refuses, and the one that the migration adds allows. */
  readonly refuses?: string | undefined;
}

/** An object by its key, or by its name on the table. */
interface Candidate {
  readonly name: string;
  readonly shown: string;
  readonly isIn: (schema: Schema) => boolean;
}

interface Dropped {
  readonly what: string;
  readonly name: string;
  readonly candidates: readonly Candidate[];
  /** A name that is much like it may be that of something else: the same column as a framework spells it, the plural. */
  readonly ofMany: boolean;
}

/** See `NameQuestions.missedDrop`. */
export function missedDrop(step: Step): MissedDrop | undefined {
  const { operation, before, skipped, scope, direction } = step;
  if (!skipped || direction === "down" || operation.conditional === true) return undefined;
  const dropped = droppedBy(operation, before);
  if (dropped === undefined) return undefined;
  const { what, name, candidates, ofMany } = dropped;
  const old = candidates.filter(({ isIn }) => [scope.before, before, scope.after].every(isIn));
  const other = operation.kind === "dropConstraint" ? otherCheck(step as Step<"dropConstraint">) : undefined;
  if (other !== undefined) return { what, name, ...other };
  // What the migration then makes by this name is what a failed attempt may have left.
  if (droppedBy(operation, scope.after)?.candidates.some((one) => one.name === name && one.isIn(scope.after)))
    return undefined;
  const near = old.filter((one) =>
    ofMany
      ? isMisspelt(name, one.name) || (isSameCase(name, one.name) && isWrittenSo(step, one.name))
      : isAlmost(name, one.name),
  );
  const [only, ...more] = near;
  return only === undefined || more.length > 0 ? undefined : { what, name, stays: only.shown };
}

/** `DROP TABLE IF EXISTS Orders`, where `"Orders"` is there. */
function isWrittenSo({ operation, script }: Step, name: string): boolean {
  const at =
    operation.kind === "dropColumn"
      ? operation.column.span
      : operation.kind === "dropTable"
        ? operation.table.span
        : operation.kind === "dropView"
          ? operation.view.span
          : undefined;
  return at !== undefined && script.text.slice(at.start, at.end).split(".").at(-1) === name;
}

function droppedBy(operation: Operation, schema: Schema): Dropped | undefined {
  switch (operation.kind) {
    case "dropTable":
    case "dropView": {
      const name = operation.kind === "dropTable" ? operation.table : operation.view;
      const found = schema.relation(name);
      if (found.is === "absent" && found.dropped !== undefined) return undefined;
      const kinds = operation.kind === "dropTable" ? ["table"] : ["view", "materialized view"];
      const candidates = [...schema.relations()].filter(({ kind }) => kinds.includes(kind));
      return {
        what: operation.kind === "dropTable" ? "table" : "view",
        name: name.name,
        candidates: candidates.map(({ schema: namespace, name: one, key }) => ({
          name: one,
          shown: nameInPath(schema, namespace, { name: one }),
          isIn: (at) => at.relation(key).is === "present",
        })),
        ofMany: true,
      };
    }
    case "dropIndex": {
      const found = schema.index(operation.index);
      if (found.is === "absent" && found.dropped !== undefined) return undefined;
      return {
        what: "index",
        name: operation.index.name,
        candidates: [...schema.indexes()].flatMap(({ schema: namespace, name, constraint }) =>
          constraint === undefined
            ? {
                name,
                shown: nameInPath(schema, namespace, { name }),
                isIn: (at) => at.index(keyOf(namespace, name)).is === "present",
              }
            : [],
        ),
        ofMany: false,
      };
    }
    default:
      return droppedMember(operation, schema);
  }
}

/** A part of a table. */
function droppedMember(operation: Operation, schema: Schema): Dropped | undefined {
  if (
    operation.kind !== "dropConstraint" &&
    operation.kind !== "dropColumn" &&
    operation.kind !== "dropTrigger" &&
    operation.kind !== "dropPolicy"
  )
    return undefined;
  const found = schema.relation(operation.table);
  if (found.is !== "present" || !found.value.complete) return undefined;
  const { key } = found.value;
  const named = (name: string, isIn: Candidate["isIn"]): Candidate => ({
    name,
    shown: schema.spell(name),
    isIn,
  });
  if (operation.kind === "dropColumn" || operation.kind === "dropConstraint") {
    const isColumn = operation.kind === "dropColumn";
    const { text } = isColumn ? operation.column : operation.name;
    const own = isColumn ? schema.column(key, text) : schema.constraint(key, text);
    if (own.is === "absent" && own.dropped !== undefined) return undefined;
    return {
      what: isColumn ? "column" : "constraint",
      name: text,
      candidates: (isColumn ? found.value.columns : found.value.constraints).map(({ name }) =>
        named(name, (at) => (isColumn ? at.column(key, name) : at.constraint(key, name)).is === "present"),
      ),
      ofMany: isColumn,
    };
  }
  const members = operation.kind === "dropTrigger" ? "triggers" : "policies";
  return {
    what: operation.kind === "dropTrigger" ? "trigger" : "policy",
    name: operation.name.text,
    candidates: found.value[members].map(({ name }) =>
      named(name, (at) => {
        const table = at.relation(key);
        return table.is === "present" && table.value[members].some((one) => one.name === name);
      }),
    ),
    ofMany: false,
  };
}

/** The migration adds a CHECK in place of one that has another name, and stays. */
function otherCheck({
  before,
  scope,
  operation,
  neighbours,
}: Step<"dropConstraint">): Pick<MissedDrop, "stays" | "refuses"> | undefined {
  const table = before.resolve(operation.table);
  const found = before.relation(table);
  if (found.is !== "present") return undefined;
  for (const added of neighbours("later", "addCheck")) {
    if (added.before.resolve(added.operation.table) !== table || added.refused || added.skipped) continue;
    for (const one of found.value.constraints) {
      if (one.kind !== "check" || !one.enforced || scope.after.constraint(table, one.name).is !== "present")
        continue;
      if (one.name === added.operation.name?.text) continue;
      const refuses = onlyNewAllows(added, one.expression);
      if (refuses !== undefined) return { stays: before.spell(one.name), refuses };
    }
  }
  return undefined;
}
