import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "insert-without-columns",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "safe",
  docs: {
    summary: "`INSERT` without a column list into an existing table.",
    why: "The values are assigned in the order of the columns on that server. If a column was added or dropped, the migration fails or writes values into the wrong columns. It is a note where only migrations that were read make the table: the order is then the same on every server that they alone have made.",
    instead:
      "Name the columns: `INSERT INTO t (a, b) VALUES (…)`, or `INSERT INTO t (a, b) SELECT a, b FROM …` without `*`.",
    exceptions: [
      "a table that this migration creates, and temporary tables",
      "`INSERT … SELECT *` from a table with the same columns",
      "`DEFAULT VALUES`",
      "the table in which the migrations record themselves",
      "further statements that insert into the same table",
    ],
  },
  messages: {
    order: "depends on the order of the columns of {{table}}, which may differ between servers",
    known: "depends on the order of the columns of {{table}}, as the migrations before it make them",
  },
  recipe: { postgres: recipes.withColumns, mysql: recipes.mysql.withColumns },
  on: {
    migration({ applied, isTracking }, { report }) {
      const byTable = new Map<string, Step[]>();
      for (const step of applied()) {
        const { operation, before, madeHere, show } = step;
        if (operation.kind !== "insertRows" || operation.source === "default") continue;
        if (operation.columns.length > 0 || operation.called === true) continue;
        const { table } = operation;
        const found = before.relation(table);
        // The order is known of a table that this file creates.
        if (madeHere(table) || isTracking(table)) continue;
        if ((found.is === "present" && found.value.temporary) || step.values.copiesAlike()) continue;
        const name = show(table);
        const alike = byTable.get(name);
        if (alike) alike.push(step);
        else byTable.set(name, [step]);
      }
      for (const [table, steps] of byTable) {
        const [step] = steps;
        if (step === undefined) continue;
        // The finding is about all of them.
        const edits = steps.flatMap(({ edits: { withColumnList } }) => withColumnList() ?? []);
        const fix = edits.length < steps.length ? undefined : { title: "name the columns", edits };
        const at = step.operation.head;
        if (isKnown(step)) report({ at, message: "known", severity: "note", data: { table }, step, fix });
        else report({ at, message: "order", data: { table }, step, fix });
      }
    },
  },
});

/** Migrations make the table, and nothing else is known to. */
function isKnown({ before, table }: Step): boolean {
  const found = table && before.relation(table);
  return (
    found?.is === "present" &&
    found.value.complete &&
    found.value.origin !== undefined &&
    found.value.maybeOlder === undefined &&
    before.certain(found.value.key) &&
    !before.mayDiffer(found.value.key)
  );
}
