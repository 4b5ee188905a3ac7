/** What a statement makes, or changes, and a migration of one and the same work drops again. */
import { keyOf, type Key } from "../../../model/names.ts";
import { laterRelation, sameOrigin } from "../../../schema/later.ts";
import type { Constraint, Index, Lookup, Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";
import { mostAge, oneWork } from "../migration/written-at.ts";

type Asked = Pick<Step, "operation" | "table" | "before" | "after" | "scope" | "direction">;

/**
 * Asked of the schema at the end of the history: the table, the column, the constraint or the index that the statement is
 * about isn't to stay. What would make its locks shorter is of no use to anybody.
 */
export function droppedSoon(step: Asked): ((end: Schema) => boolean) | undefined {
  const { operation, table, after, direction, scope } = step;
  if (direction === "down" || table === undefined || /^(?:drop|rename)/.test(operation.kind))
    return undefined;
  const { history, migration } = scope;
  const found = after.relation(table);
  if (found.is !== "present" || mostAge(history, migration, migration) === Infinity) return undefined;
  const isGone = (one: Lookup<unknown>): boolean => {
    const by = one.is === "absent" && one.dropped ? history.migrations[one.dropped.migration] : undefined;
    return by !== undefined && by.index > migration.index && mostAge(history, migration, by) < oneWork;
  };
  const made = madeBy(step, found.value);
  const column = columnOf(operation);
  return (end) => {
    const its = laterRelation(end, found.value);
    if (its === undefined) return isGone(end.relation(found.value.key));
    const isRenamed = its.columns.some(({ renamedFrom }) => renamedFrom.some(({ name }) => name === column));
    if (column !== undefined && !isRenamed && isGone(end.column(its.key, column))) return true;
    const { constraints, indexes } = made;
    if (constraints.length + indexes.length === 0 || isLeft(its, end, made)) return false;
    return (
      constraints.every(({ name }) => isGone(end.constraint(its.key, name))) &&
      indexes.every(({ schema, name }) => isGone(end.index(keyOf(schema, name))))
    );
  };
}

/** The column that it adds or changes. */
function columnOf(operation: Step["operation"]): string | undefined {
  if (operation.kind === "addColumn") return operation.column.name.text;
  const column = "column" in operation ? operation.column : undefined;
  return typeof column === "object" && "text" in column ? column.text : undefined;
}

interface Made {
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly Index[];
}

function madeBy({ before, after }: Asked, { key, constraints }: Relation): Made {
  const earlier = before.relation(key);
  const known = new Set(earlier.is === "present" ? earlier.value.constraints.map(({ name }) => name) : []);
  const names = new Set(indexKeys(before, key));
  return {
    constraints: constraints.filter(({ name }) => !known.has(name)),
    indexes: after.indexesOn(key).filter(({ schema, name }) => !names.has(keyOf(schema, name))),
  };
}

const indexKeys = (schema: Schema, table: Key): readonly Key[] =>
  schema.indexesOn(table).map((one) => keyOf(one.schema, one.name));

/** By another name, too. */
function isLeft(table: Relation, end: Schema, { constraints, indexes }: Made): boolean {
  const isOf = (all: readonly (Constraint | Index)[], one: Constraint | Index): boolean =>
    all.some(({ origin }) => sameOrigin(origin, one.origin));
  const left = end.indexesOn(table.key);
  return constraints.some((one) => isOf(table.constraints, one)) || indexes.some((one) => isOf(left, one));
}
