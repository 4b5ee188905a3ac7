/** The first half of a change in two: a constraint that isn't validated, an index made invisible, what is deprecated. */
import type { QualifiedName } from "../../../model/names.ts";
import { laterRelation, sameOrigin } from "../../../schema/later.ts";
import type { Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { MigrationScope, Step } from "../../step.ts";

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
    const { message, name, relation, isLeft } = left;
    const isFinished = (later: Schema): boolean => {
      const found = laterRelation(later, relation);
      return found === undefined || !isLeft(found, later);
    };
    return [{ message, name, step, isFinished }];
  });

interface Left {
  readonly message: "notValid" | "invisible" | "deprecated";
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
        isLeft: ({ constraints }) =>
          constraints.some(
            (one) => sameOrigin(one.origin, own.origin) && one.name === own.name && !one.validated,
          ),
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
        isLeft: ({ key }, schema) =>
          schema.indexesOn(key).some(({ name, mysql }) => name === index.name && mysql?.visible === false),
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
        isLeft({ comment, columns }) {
          const said = member === undefined ? comment : columns.find(({ name }) => name === member)?.comment;
          return isHere(said?.origin);
        },
      };
    }
    default:
      return undefined;
  }
}

function present(schema: Schema, table: QualifiedName): Relation | undefined {
  const found = schema.relation(table);
  return found.is === "present" ? found.value : undefined;
}
