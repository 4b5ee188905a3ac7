import { defineRule, givesValue, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "set-not-null",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "`SET NOT NULL` on a column without a validated CHECK that proves that it has no NULLs.",
    why: "The server reads the whole table under ACCESS EXCLUSIVE to look for NULLs: reads and writes wait until it is done.",
    instead:
      "Prove it first: add `CHECK (c IS NOT NULL) NOT VALID`, run `VALIDATE CONSTRAINT` in another transaction, then `SET NOT NULL`, which scans nothing, and drop the CHECK.",
    exceptions: [
      "a table that this migration creates",
      "a column that is NOT NULL already, also where only the migration's own rollback says so",
      "a column with a validated CHECK, or a validated NOT NULL constraint (18 and later)",
      "`ADD COLUMN … NOT NULL DEFAULT …`",
      "a warning: the transaction has changed many rows of the table under its own ACCESS EXCLUSIVE before, which takes far longer than the scan",
      "a column that the migration, or one just before it, has added as NULL and that nothing fills: it fails at the first row (see `not-null-without-backfill`)",
    ],
  },
  messages: {
    scans: "reads all of {{table}} under ACCESS EXCLUSIVE to look for NULLs in {{column}}",
    added: "reads all of {{table}}; write NOT NULL DEFAULT in the ADD COLUMN, which reads nothing",
    again: "reads all of {{table}}: {{column}} was NOT NULL since its ADD COLUMN, until DROP NOT NULL",
  },
  recipe: recipes.notNullByCheck,
  on: {
    setNotNull({ operation, before, effects, locks, neighbours, show, values }, { report }) {
      const { table, column, head } = operation;
      if (effects.scans.length === 0 || values.requiredBefore(table, column.text)) return;
      // It fails at the first row.
      if (values.stillEmpty(table, column.text)) return;
      // A default that is set only while rows are filled may not be one for all of them.
      const added = neighbours("earlier", "addColumn").find(
        ({ operation: one, effects: { rewrites } }) =>
          before.resolve(one.table) === before.resolve(table) &&
          one.column.name.text === column.text &&
          givesValue(one.column.default) &&
          // Behind a volatile default it would rewrite the table, too.
          (one.column.notNull || rewrites.length === 0),
      );
      const data = { table: show(table), column: column.text };
      const severity = locks.changedUnderLock(before.resolve(table)) ? "warning" : undefined;
      if (added === undefined) report({ at: head, message: "scans", severity, data });
      else if (added.operation.column.notNull) report({ at: head, message: "again", data });
      else report({ at: head, message: "added", data });
    },
    addNotNull({ operation, effects, show, values }, { report }) {
      const { table, column, head } = operation;
      if (operation.within !== "alterTable" || effects.scans.length === 0) return;
      if (values.stillEmpty(table, column.text)) return;
      report({ at: head, message: "scans", data: { table: show(table), column: column.text } });
    },
  },
});
