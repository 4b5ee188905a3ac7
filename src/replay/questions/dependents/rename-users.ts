/** Functions whose bodies, which are only text, still say a name that a RENAME takes away. */
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { QueryFacts } from "../../../model/expression.ts";
import type { Dependent, Routine } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import { tokenize } from "../../../sql/postgres/lexer.ts";
import type { Step } from "../../step.ts";

/** See `DependentQuestions.usersOfOldName`. */
export function usersOfOldName(step: Step): readonly Routine[] {
  const { operation, before, scope } = step;
  const end = scope.after;
  switch (operation.kind) {
    case "renameTable":
    case "renameView":
    case "setTableSchema": {
      const name = operation.kind === "renameView" ? operation.view : operation.table;
      const key = before.resolve(name);
      if (end.relation(key).is === "present") return [];
      return left(step, (uses) =>
        uses.relations.some((used) => before.resolve(used) === key && end.relation(used).is !== "present"),
      );
    }
    case "renameColumn": {
      if (operation.object === "type") return [];
      const column = operation.column.text;
      const key = before.resolve(operation.table);
      if (end.column(key, column).is === "present") return [];
      const triggered = triggerFunctions(before, key);
      return left(
        step,
        (uses, routine) =>
          uses.columns.some((used) => used.column === column && isOf(used, key, before)) ||
          (triggered.has(`${routine.schema}.${routine.name}`) &&
            readsRow(routine.definition.body?.text ?? "", column)),
      );
    }
    default:
      return [];
  }
}

/** Where views don't follow a rename: those that the migration leaves with the old name. */
export function viewsOfOldName({
  operation,
  before,
  scope,
  dependents: { of: dependents },
}: Step): readonly Dependent[] {
  const end = scope.after;
  if (before.dialect.viewsHold) return [];
  if (
    operation.kind !== "renameTable" &&
    operation.kind !== "renameColumn" &&
    operation.kind !== "redefineColumn"
  )
    return [];
  const column = operation.kind === "renameTable" ? undefined : operation.column.text;
  if (operation.kind === "redefineColumn" && operation.definition.name.text === column) return [];
  const key = before.resolve(operation.table);
  const old = column === undefined ? end.relation(key) : end.column(key, column);
  if (old.is === "present") return [];
  return dependents(key, column).filter(({ kind, relation, origin }) => {
    const now = kind === "view" && relation !== undefined ? end.relation(relation) : undefined;
    return now?.is === "present" && now.value.origin === origin;
  });
}

export function left(step: Step, says: (uses: QueryFacts, routine: Routine) => boolean): readonly Routine[] {
  const end = step.scope.after;
  const found = [...step.before.allRoutines()].filter((routine) => {
    const { definition, schema, name, origin } = routine;
    if (definition.atomic || !says(definition.uses, routine)) return false;
    // Only triggers call it, and the migration drops them.
    const key = `${schema}.${name}`;
    if (fires(step.before, key) && !fires(end, key)) return false;
    const now = end.routines(key);
    return now.is === "present" && now.value.some((other) => other.origin === origin);
  });
  // In the order in which the history made them.
  return found.sort(
    ({ origin: a }, { origin: b }) => a.migration - b.migration || a.span.start - b.span.start,
  );
}

export const isOf = (
  {
    table,
    candidates = [],
  }: {
    readonly table?: QualifiedName | undefined;
    readonly candidates?: readonly QualifiedName[] | undefined;
  },
  key: string,
  schema: Schema,
): boolean =>
  (table === undefined ? candidates.slice(0, candidates.length === 1 ? 1 : 0) : [table]).some(
    (name) => schema.resolve(name) === key,
  );

const fires = (schema: Schema, routine: Key): boolean =>
  [...schema.relations()].some(({ triggers }) => triggers.some((trigger) => trigger.function === routine));

function triggerFunctions(schema: Schema, table: string): ReadonlySet<string> {
  const found = schema.relation(table);
  return new Set(
    found.is === "present" ? found.value.triggers.flatMap((trigger) => trigger.function ?? []) : [],
  );
}

/** `NEW.c` or `OLD.c`. */
function readsRow(body: string, column: string): boolean {
  const tokens = tokenize(body).filter(({ kind }) => kind !== "comment");
  return tokens.some(
    ({ value }, i) =>
      value === column &&
      tokens[i - 1]?.value === "." &&
      (tokens[i - 2]?.value === "new" || tokens[i - 2]?.value === "old"),
  );
}
