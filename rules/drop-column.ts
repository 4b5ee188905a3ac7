import { defineRule, recipes, type Related } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-column",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: { effects: "the server refuses it only until the dependent objects are dropped" },
  docs: {
    summary: "`DROP COLUMN` without a deprecation step in an earlier migration.",
    why: "The column's data is lost. The running application, which still reads or writes the column, fails from that moment.",
    instead:
      "First mark it as deprecated, in its comment (`'deprecated …'`) or with `-- ddlint-deprecated: t.c since …`, and make it nullable. Deploy the version that doesn't use it, then drop it in a later migration.",
    exceptions: [
      "a column that an earlier migration marked as deprecated, or renamed to a name like `code_old`, `code_archived`, `legacy_code`, `deprecated_code` or `_code`",
      "Rails: a column that its model names in `ignored_columns`, unless the model has changed since what git compares with",
      "a table or column that a pending migration creates",
      "a column of a table that the same migration drops: `drop-table` reports that",
      "a generated column that the same transaction adds again, plain or generated: its values are computed, and nobody finds it missing",
      "the last step of an exchange: another column, which the history has filled and a trigger has kept in step, takes the name in the same transaction or replaces it; also if it was added more than ten migrations before",
    ],
  },
  messages: {
    early: "{{column}} was deprecated {{since}} ago, not {{least}}: running applications may still use it",
    ignored: "the running application uses {{column}}: {{model}} ignores it only since this branch",
    copied: "the running application that uses {{column}} fails, and values that weren't copied are lost",
    unfilled: "the data of {{column}} is lost: nothing copies it to {{successor}}, which takes its name",
    behind:
      "what was written to {{column}} since the copy is lost: no trigger gives {{successor}} the same value",
    renamed: "the data of {{column}} is lost",
    converted: "values of {{column}} that weren't copied are lost",
    emptied: "the running application that uses {{column}} fails",
    apart: "the running application that uses {{column}} fails until the column is added again",
    lost: "the data of {{column}} is lost, and the running application that uses it fails",
  },
  options: {
    leastMigrations: {
      default: 1,
      minimum: 1,
      description:
        "How many migrations after its deprecation the column may be dropped: 1 means in the next one.",
    },
  },
  recipe: {
    postgres: (step) => recipes.underNewName(step) ?? recipes.deprecateColumn(step),
    mysql: (step) => recipes.underNewName(step) ?? recipes.mysql.deprecateColumn(step),
  },
  on: {
    dropColumn(step, { report, options }) {
      const { operation, scope, dependents, values, show } = step;
      const { table, column, head: at } = operation;
      if (step.createdPending(table, column.text) === "yes" || dependents.tableGoes()) return;
      const [said, computed] = [dependents.deprecation(table, column.text), dependents.computed()];
      const early = recipes.tooEarly(said, scope, options.leastMigrations);
      if (computed === "again" || (said !== undefined && early === undefined)) return;
      const data = { column: show(table, column.text) };
      const [model, next] = [dependents.ignoredBy(column.text), dependents.successor()];
      const copied = related(dependents.copiedBefore(), "it is read here");
      const emptied = related(values.emptiedBy(table)?.head ?? dependents.checkedEmpty(), "it is empty here");
      const newName = related(dependents.likelyNewName()?.operation.head, hint);
      const added = [...(newName ?? []), ...dependents.keysAlong()];
      if (model !== undefined) {
        if (model.isNew) report({ at, message: "ignored", data: { ...data, model: model.path } });
      } else if (next?.isFilled === true && next.isKept) return;
      else if (next?.takesName === true) {
        const message = next.isFilled ? "behind" : "unfilled";
        const severity = next.isFilled ? "warning" : undefined;
        const successor = show(table, next.name);
        const instead = `first create a trigger that gives ${successor} the value of ${data.column} in each INSERT and UPDATE, and fill the old rows in batches; exchange the columns in a later migration`;
        report({ at, message, severity, data: { ...data, successor }, instead });
      } else if (step.names.renamedHere(table, column.text)) {
        const [message, severity] = copied ? (["converted", "warning"] as const) : (["renamed"] as const);
        const instead = `drop ${data.column} in a later migration, when what replaces it has been checked: until then its values are there${recipes.typesToo(step)}${recipes.nullableToo(step)}`;
        report({ at, message, severity, data, instead, related: copied });
      } else if (computed === "gone") report({ at, message: "emptied", data });
      else if (computed === "apart") report({ at, message: "apart", severity: "warning", data });
      else if (early !== undefined)
        report({ ...early, at, message: "early", data: { ...data, ...early.data } });
      else if (copied !== undefined) report({ at, message: "copied", data, related: copied });
      else if (emptied !== undefined) report({ at, message: "emptied", data, related: emptied });
      else report({ at, message: recipes.isReplaced(step) ? "renamed" : "lost", data, related: added });
    },
  },
});

const hint = "if this is its new name, a copy in batches before, or RENAME COLUMN, keeps the values";

const related = (at: Related["at"] | undefined, message: string) => at && [{ at, message }];
