import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "add-column-with-constraint",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: "says what the table would suffer, if it were there after all",
  docs: {
    summary: "`ADD COLUMN` carries a constraint that scans, builds an index, or locks a second table.",
    why: "The constraint is checked while `ADD COLUMN` holds ACCESS EXCLUSIVE: a CHECK or a foreign key with a default reads the whole table, UNIQUE and PRIMARY KEY build an index. A foreign key also locks the referenced table.",
    instead: "Add the column alone; then the constraint by its own online way.",
  },
  messages: {
    scans: "reads all of {{table}} under ACCESS EXCLUSIVE to check the new column",
    builds: "builds an index on {{table}} under ACCESS EXCLUSIVE: reads and writes wait",
    references: "also takes {{lock}} on {{other}}: its writes wait until the transaction ends",
  },
  recipe: recipes.columnThenConstraint,
  on: {
    operation(
      { operation, effects, locks: { lockOn }, values: { leavesNull }, createdHere, show },
      { report },
    ) {
      if (!("within" in operation) || operation.within !== "addColumn") return;
      const { table, head: at, kind } = operation;
      if (createdHere(table) === "yes" || operation.kind === "addNotNull") return;
      // It fails: another rule says so.
      if (kind === "addPrimaryKey" && leavesNull()) return;
      const data = { table: show(table) };
      if (kind === "addUnique" || kind === "addPrimaryKey") report({ at, message: "builds", data });
      else if (effects.scans.length > 0) report({ at, message: "scans", data });
      else if (operation.kind === "addForeignKey") {
        const lock = lockOn(operation.references);
        const other = show(operation.references);
        if (lock === undefined || other === show(table)) return;
        report({ at, message: "references", severity: "note", data: { lock, other } });
      }
    },
  },
});
