import { defineRule, type Severity } from "../src/lint/rule.ts";

export default defineRule({
  id: "modify-drops-attributes",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  fix: "suggestion",
  docs: {
    summary:
      "`MODIFY` or `CHANGE` leaves out what the column has: NOT NULL, DEFAULT, AUTO_INCREMENT, ON UPDATE, CHARACTER SET, COMMENT.",
    why: "Both replace the whole definition. What the new one doesn't say is gone without a warning: INSERTs that relied on a default fail or store NULL, keys are no longer counted up, text is stored in the table's character set.",
    instead:
      "Repeat the whole definition as `SHOW CREATE TABLE` gives it; to lose something on purpose, say so: `NULL`, `DEFAULT NULL`. `ALTER COLUMN … SET DEFAULT` and `RENAME COLUMN` change one thing alone.",
  },
  messages: {
    loses: "{{column}} silently loses {{lost}}: {{form}} replaces the whole definition",
  },
  on: {
    redefineColumn({ operation, mysql: { lostAttributes }, createdHere, show }, { report }) {
      const lost = lostAttributes();
      if (lost.length === 0 || createdHere(operation.table) === "yes") return;
      const words = lost.map((one) => one.words).join(" ");
      report({
        at: operation.head,
        message: "loses",
        data: {
          column: show(operation.table, operation.column.text),
          lost: lost.map((one) => one.what).join(", "),
          form: operation.form.toUpperCase(),
        },
        severity: weakest(lost.map((one) => one.what)),
        fix: { title: `add ${words}`, edits: lost.map((one) => one.edit) },
      });
    },
  },
});

/** Nobody means to lose these in passing; NOT NULL and DEFAULT perhaps. */
const grave = new Set(["AUTO_INCREMENT", "ON UPDATE", "CHARACTER SET"]);

function weakest(lost: readonly string[]): Severity | undefined {
  if (lost.some((what) => grave.has(what))) return undefined;
  return lost.every((what) => what === "COMMENT") ? "note" : "warning";
}
