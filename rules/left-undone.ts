import {
  defineRule,
  laterRelation,
  sameOrigin,
  type QualifiedName,
  type Relation,
  type Step,
} from "../src/lint/rule.ts";

export default defineRule({
  id: "left-undone",
  category: "history",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "The first half of a change whose second half never came: a constraint that is still `NOT VALID`, an index that is still invisible, a deprecated column or table that is still there.",
    why: "Old rows may break a constraint that was never validated, and the planner can't rely on it. An invisible index is kept up to date in every write and used by no query. A deprecated column is read and written until it is dropped.",
    instead: "Finish the change in a new migration: `VALIDATE CONSTRAINT`, `DROP INDEX`, `DROP COLUMN`.",
    exceptions: [
      "the newest migrations, by the option `migrations`",
      "what a later migration validates, makes visible, drops or renames",
      "a constraint that is `NOT ENFORCED`",
    ],
  },
  messages: {
    notValid: "{{name}} is still NOT VALID {{count}} later: nothing has checked the old rows",
    invisible: "{{name}} is still invisible {{count}} later: every write keeps it up to date for nobody",
    deprecated: "{{name}} is still there {{count}} after it was deprecated",
  },
  options: {
    migrations: {
      default: 10,
      minimum: 1,
      description: "With fewer migrations than this after it, the second half may still come.",
    },
  },
  on: {
    migration(scope, { report, options }) {
      const count = scope.history.migrations.length - 1 - scope.migration.index;
      if (count < options.migrations) return;
      for (const step of scope.applied()) {
        const left = leftBy(step, scope.after);
        if (left === undefined || !left.isLeft(left.relation, scope.after)) continue;
        const { message, name, relation, isLeft } = left;
        report({
          at: step.operation.head,
          message,
          step,
          severity: message === "deprecated" ? "note" : undefined,
          data: { name, count: count === 1 ? "1 migration" : `${count} migrations` },
          repaired(end) {
            const later = laterRelation(end, relation);
            return later === undefined || !isLeft(later, end);
          },
        });
      }
    },
  },
});

interface Left {
  readonly message: "notValid" | "invisible" | "deprecated";
  readonly name: string;
  readonly relation: Relation;
  /** It still is as the migration left it, in a later state of the relation. */
  readonly isLeft: (relation: Relation, schema: Step["after"]) => boolean;
}

function leftBy(step: Step, after: Step["after"]): Left | undefined {
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

function present(schema: Step["after"], table: QualifiedName): Relation | undefined {
  const found = schema.relation(table);
  return found.is === "present" ? found.value : undefined;
}
