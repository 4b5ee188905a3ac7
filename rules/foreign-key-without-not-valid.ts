import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "foreign-key-without-not-valid",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "A foreign key is added to an existing table and validated at once.",
    why: "SHARE ROW EXCLUSIVE on both tables is held while every row is checked: writes to both wait.",
    instead:
      "Add it `NOT VALID` (no scan), then `VALIDATE CONSTRAINT` in another transaction, while writes go on.",
  },
  messages: {
    locks: "takes {{lock}} on {{table}} and {{other}}: their writes wait while rows are checked",
    partitioned: "NOT VALID is refused on partitioned {{table}} before 18: add it on each partition first",
  },
  recipe: recipes.notValidThenValidate,
  on: {
    addForeignKey({ operation: key, before, effects, lockOn, createdHere, show }, { report }) {
      if (key.within !== "alterTable" || key.notValid || !key.enforced || createdHere(key.table) === "yes")
        return;
      const lock = lockOn(key.table);
      if (lock === undefined || effects.scans.length === 0) return;
      const table = before.relation(key.table);
      if (table.is === "present" && table.value.partitionBy !== undefined) {
        const instead = `on each partition: ADD CONSTRAINT … NOT VALID, then VALIDATE; then on ${show(key.table)}, which takes them over`;
        report({
          at: key.head,
          message: "partitioned",
          severity: "note",
          data: { table: show(key.table) },
          instead,
        });
        return;
      }
      const data = { lock, table: show(key.table), other: show(key.references) };
      report({ at: key.head, message: "locks", data });
    },
  },
});
