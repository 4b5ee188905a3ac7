import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-finds-nothing",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  repeatedIn: "migration",
  alsoSkipped: "IF EXISTS skips the statement",
  docs: {
    summary:
      "`DROP … IF EXISTS` finds nothing, and an object stays whose name is nearly the same, or a CHECK that the migration replaces.",
    why: "`IF EXISTS` hides the wrong name: the migration succeeds, and the object stays. An index is kept up to date in every write, a trigger fires, and a CHECK refuses the values that the new one allows.",
    instead:
      "Write the name of the object that exists. If another one is meant, leave the statement out: no migration makes it.",
    exceptions: [
      "an object that a migration before has dropped or renamed, or that this one creates under the name",
      "names that differ by more than one letter or the underscores, or in digits alone",
      "of tables, views and columns also the plural, and other underscores: frameworks make such names of one property",
      "a history that doesn't begin with an empty database: the object may exist",
    ],
  },
  messages: {
    stays: "does nothing: there is no {{what}} {{name}}, and {{stays}} stays",
    refuses: "does nothing: there is no {{what}} {{name}}, and {{stays}} stays, which refuses {{value}}",
  },
  kinds: {
    drop: ["dropTable", "dropView", "dropIndex", "dropConstraint", "dropColumn", "dropTrigger", "dropPolicy"],
  },
  on: {
    drop({ operation, names: { missedDrop }, spell }, { report }) {
      const missed = missedDrop();
      if (missed === undefined) return;
      const { what, name, stays, refuses } = missed;
      const data = { what, name: spell(name), stays };
      if (refuses === undefined) report({ at: operation.head, message: "stays", data });
      else report({ at: operation.head, message: "refuses", data: { ...data, value: refuses } });
    },
  },
});
