import { defineRule, recipes, type Relation, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-table",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "what depends on it keeps the server from dropping it only until that is gone",
  fix: "none",
  docs: {
    summary: "A table is dropped without a deprecation step in an earlier migration.",
    why: "Its rows are gone, and the running application, which still uses it, fails at that moment.",
    instead:
      "First say that it is deprecated, in its comment (`'deprecated …'`) or by `-- ddlint-deprecated: t since …`; deploy the version that doesn't use it, then drop it in a later migration.",
  },
  messages: {
    lost: "the rows of {{table}} are lost, and the running application that uses it fails",
    used: "the rows of {{table}} are lost; it is used by {{dependents}}",
  },
  options: {
    leastMigrations: {
      default: 1,
      minimum: 1,
      description: "How many migrations after the deprecation the drop may come. 1: in the next one.",
    },
  },
  recipe: recipes.perDatabase(recipes.deprecateTable, recipes.mysql.deprecateTable),
  on: {
    dropTable(step, { report, options }) {
      const { operation, before, scope, deprecation, createdPending, dependentsOfDropped } = step;
      const { table, head } = operation;
      if (step.failures.length > 0 || createdPending(table) === "yes") return;
      const relation = before.relation(table);
      if (relation.is === "present" && relation.value.temporary) return;
      if (relation.is === "present" && isMovedOut(step, relation.value)) return;
      const said = deprecation(table);
      if (said !== undefined && scope.migration.index - said.migration >= options.leastMigrations) return;
      // DROP, then CREATE of one name in one migration is recreated-table's.
      if (step.replaced()) return;
      const users = dependentsOfDropped().filter(({ onDrop }) => onDrop !== "goes along");
      const name = step.show(table);
      if (users.length === 0) report({ at: head, message: "lost", data: { table: name } });
      else {
        const few = users.slice(0, 2).map(({ text }) => text);
        const rest = users.length > 2 ? ` and ${users.length - 2} more` : "";
        report({ at: head, message: "used", data: { table: name, dependents: few.join(", ") + rest } });
      }
    },
  },
});

/** Renamed and copied in this migration: nobody uses that name, and its rows are elsewhere. */
function isMovedOut(step: Step<"dropTable">, { key, renamedFrom }: Relation): boolean {
  const from = renamedFrom.at(-1);
  if (from === undefined || !step.isHere(from.origin)) return false;
  return step
    .earlier()
    .some(
      ({ operation, before }) =>
        operation.kind === "insertRows" &&
        operation.query.relations.some((name) => before.resolve(name) === key),
    );
}
