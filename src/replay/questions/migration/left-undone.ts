/** The first half of a change in two: a constraint that isn't validated, an index made invisible, what is deprecated. */
import type { QualifiedName } from "../../../model/names.ts";
import { laterRelation, sameOrigin } from "../../../schema/later.ts";
import type { Constraint, Relation, Trigger } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { MigrationScope, Step } from "../../step.ts";
import { tokenizers } from "../tokens.ts";

export interface LeftUndone extends Pick<Left, "message" | "name"> {
  readonly step: Step;
  /** In a later schema the second half has come, or the object is gone. */
  readonly isFinished: (later: Schema) => boolean;
}

/** See `MigrationScope.leftUndone`. */
export const leftUndone = (scope: MigrationScope): readonly LeftUndone[] =>
  scope.applied().flatMap((step): LeftUndone[] => {
    const left = leftBy(step, scope.after);
    if (left === undefined || !left.isLeft(left.relation, scope.after)) return [];
    const { message, name } = left;
    return [{ message, name, step, isFinished: finishedLater(left) }];
  });

/** Asked at the end of the history: functions that are made here keep no step, or all of the history would be kept. */
function finishedLater({ relation, isLeft }: Left): (later: Schema) => boolean {
  return (later) => {
    const found = laterRelation(later, relation);
    return found === undefined || !isLeft(found, later);
  };
}

const isNotValidated =
  ({ name, origin }: Constraint): Left["isLeft"] =>
  ({ constraints }) =>
    constraints.some((one) => sameOrigin(one.origin, origin) && one.name === name && !one.validated);

const isInvisible =
  (index: string): Left["isLeft"] =>
  ({ key }, schema) =>
    schema.indexesOn(key).some(({ name, mysql }) => name === index && mysql?.visible === false);

const isDeprecatedIn =
  (migration: number, member: string | undefined): Left["isLeft"] =>
  ({ comment, columns }) => {
    const said = member === undefined ? comment : columns.find(({ name }) => name === member)?.comment;
    return said?.origin.migration === migration;
  };

/** The column is gone, and the trigger still uses it. */
const isUsedBy =
  (column: string, trigger: Trigger): Left["isLeft"] =>
  (later, schema) =>
    !hasColumn(later, column) &&
    later.triggers.some((one) => sameOrigin(one.origin, trigger.origin) && usesColumn(schema, one, column));

const hasColumn = ({ columns, complete }: Relation, column: string): boolean =>
  !complete || columns.some(({ name }) => name === column);

interface Left {
  readonly message: "notValid" | "invisible" | "deprecated" | "trigger";
  readonly name: string;
  readonly relation: Relation;
  /** It still is as the migration left it, in a later state of the relation. */
  readonly isLeft: (relation: Relation, schema: Schema) => boolean;
}

function leftBy(step: Step, after: Schema): Left | undefined {
  const { operation, statement, isHere, show, spell } = step;
  switch (operation.kind) {
    case "addForeignKey":
    case "addCheck": {
      const { table, name, notValid, enforced } = operation;
      if (!notValid || !enforced) return undefined;
      const relation = present(after, table);
      const own = relation?.constraints.find(
        ({ origin, validated, ...one }) =>
          isHere(origin) &&
          origin.span.start === statement.span.start &&
          !validated &&
          (name === undefined || name.text === one.name),
      );
      if (relation === undefined || own === undefined) return undefined;
      return {
        message: "notValid",
        name: `${spell(own.name)} of ${show(table)}`,
        relation,
        isLeft: isNotValidated(own),
      };
    }
    case "alterIndex": {
      const { onTable: table, index, visible } = operation;
      const relation = table === undefined ? undefined : present(after, table);
      if (table === undefined || relation === undefined || visible !== false) return undefined;
      return {
        message: "invisible",
        name: `${spell(index.name)} of ${show(table)}`,
        relation,
        isLeft: isInvisible(index.name),
      };
    }
    case "comment": {
      const [table] = operation.relations;
      const relation = table === undefined ? undefined : present(after, table);
      if (table === undefined || relation === undefined || !/^\W*deprecated\b/i.test(operation.text ?? ""))
        return undefined;
      const member = operation.member?.text;
      return {
        message: "deprecated",
        name: show(table, member),
        relation,
        isLeft: isDeprecatedIn(step.scope.migration.index, member),
      };
    }
    case "dropColumn":
      return triggerLeft(step, after, operation.table, operation.column.text);
    case "renameColumn":
      return triggerLeft(step, after, operation.table, operation.column.text);
    case "redefineColumn": {
      const { column, definition, table } = operation;
      return definition.name.text === column.text ? undefined : triggerLeft(step, after, table, column.text);
    }
    default:
      return undefined;
  }
}

/** A trigger whose body still has `NEW.column`: the server looks for it when a row is written next. */
function triggerLeft({ show }: Step, after: Schema, table: QualifiedName, column: string): Left | undefined {
  const relation = present(after, table);
  if (relation === undefined || hasColumn(relation, column)) return undefined;
  const left = relation.triggers.find((trigger) => usesColumn(after, trigger, column));
  if (left === undefined) return undefined;
  return {
    message: "trigger",
    name: show(table, column),
    relation,
    isLeft: isUsedBy(column, left),
  };
}

/** By the text of its body, or of its function's. */
function usesColumn(schema: Schema, trigger: Trigger, column: string): boolean {
  const routines = trigger.function === undefined ? undefined : schema.routines(trigger.function);
  const [routine, ...others] = routines?.is === "present" ? routines.value : [];
  const isRead = routine?.definition.language === "plpgsql" && others.length === 0;
  const body = trigger.body ?? (isRead ? routine.definition.body?.text : undefined);
  if (body === undefined) return false;
  const tokens = tokenizers[schema.dialect.name](body, 0, body.length).filter(
    ({ kind }) => kind !== "comment",
  );
  return tokens.some(
    ({ kind, value }, at) =>
      (kind === "word" || kind === "quoted") &&
      value === column &&
      tokens[at - 1]?.value === "." &&
      /^(?:new|old)$/.test(tokens[at - 2]?.value ?? ""),
  );
}

function present(schema: Schema, table: QualifiedName): Relation | undefined {
  const found = schema.relation(table);
  return found.is === "present" ? found.value : undefined;
}
