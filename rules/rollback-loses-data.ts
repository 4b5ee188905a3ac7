import { defineRule } from "../src/lint/rule.ts";

const notes: ReadonlySet<string> = new Set(["overwritten", "deleted", "removed", "found"]);
const onlyAdded =
  "Let the migration first keep the keys of the rows that exist (`CREATE TABLE roles_before AS SELECT id FROM roles`), and delete only the others. Or leave the rows where they are.";
/** What is where the loss comes from. */
const places: ReadonlyMap<string, string> = new Map([
  ["older", "created here"],
  ["found", "adds only rows that don't exist"],
  ["seeded", "adds only rows that don't exist"],
]);

export default defineRule({
  id: "rollback-loses-data",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "The rollback restores a column or table without its data, drops one that is older than the migration, deletes rows that the migration didn't add, or existing ones that its `INSERT … ON CONFLICT` passes over, writes one value into rows that it left alone, or doesn't restore values and rows that the migration overwrites or deletes.",
    why: "After the rollback the schema looks as before and the application runs. The loss of the data is noticed later.",
    instead:
      "Let the migration keep a copy (`CREATE TABLE orders_codes AS SELECT id, code FROM orders`) from which the rollback restores the data. If it can't be undone, state so: `-- ddlint-irreversible: reason`.",
    exceptions: [
      "a migration that is marked with `-- ddlint-irreversible: reason`, or whose rollback raises `ActiveRecord::IrreversibleMigration`",
      "a rollback that writes the rows or values again, or calls a function that may do so",
      "generated columns, views, indexes and temporary tables, which hold no data themselves",
      "a column or table that the rollback doesn't restore at all (`rollback-does-not-reverse` reports it)",
      "a column or table that the migration itself creates",
      "an `UPDATE` that only fills what is `NULL`, and rows that the migration copies into another table first",
    ],
  },
  messages: {
    empty: "{{object}}{{more}} comes back empty: the migration dropped its data",
    alike: "{{object}}{{more}} comes back with its default in every row: the migration dropped its data",
    required: "{{object}}{{more}} is lost, and the rollback fails on rows: it is NOT NULL without a default",
    overwritten:
      "the old values of {{object}}{{more}} are kept nowhere, and the rollback doesn't write them again",
    deleted:
      "the rows that are deleted from {{object}}{{more}} are kept nowhere, and the rollback doesn't insert them again",
    removed: "the rollback deletes rows of {{object}}{{more}} that the migration didn't add",
    found:
      "the rollback may delete rows of {{object}}{{more}} that existed before: the INSERT adds none of them",
    seeded: "the rollback deletes rows of {{object}}{{more}} that an earlier migration has added",
    flattened:
      "the rollback writes one value into {{object}}{{more}} of every row, and the migration only into some",
    older: "{{object}}{{more}} held data before the migration, and the rollback drops it",
  },
  on: {
    migration({ rollbackLosses }, { report }) {
      const losses = rollbackLosses();
      for (const how of [
        "empty",
        "alike",
        "required",
        "older",
        "overwritten",
        "deleted",
        "removed",
        "found",
        "seeded",
        "flattened",
      ] as const) {
        const [first, ...others] = losses.filter((loss) => loss.how === how);
        if (first === undefined) continue;
        report({
          at: first.at,
          message: how,
          severity: notes.has(how) ? "note" : undefined,
          instead: how === "found" || how === "seeded" ? onlyAdded : undefined,
          data: { object: first.object, more: others.length === 0 ? "" : ` (and ${others.length} more)` },
          related: [
            ...(first.from ? [{ at: first.from, message: places.get(how) ?? "dropped here" }] : []),
            ...others.map(({ at, object }) => ({ at, message: `also ${object}` })),
          ],
        });
      }
    },
  },
});
