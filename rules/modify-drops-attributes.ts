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
      "`MODIFY` or `CHANGE` omits attributes that the column has, such as NOT NULL, DEFAULT or AUTO_INCREMENT.",
    why: "Both replace the whole definition. Attributes that the new one omits are lost without a warning: INSERTs that rely on a default fail or store NULL, keys are no longer generated, text is stored in the table's character set. Alembic's `alter_column` sends such a definition, and leaves out what no `existing_…` argument states.",
    instead:
      "Repeat the whole definition as `SHOW CREATE TABLE` shows it. To drop an attribute on purpose, write `NULL`, `DEFAULT NULL` or `COMMENT ''`. `ALTER COLUMN … SET DEFAULT` and `RENAME COLUMN` change one attribute only.",
    exceptions: [
      "a table that this migration creates",
      "an attribute that the new definition unsets: `NULL`, `DEFAULT NULL`, `COMMENT ''`",
      "NOT NULL of a primary key's column",
      "NOT NULL, where the statement says nothing but the type that the column has: that is its purpose",
      "a default that the migration drops or sets again behind it",
      "generated columns",
      "a character set, if the table's default isn't known",
      "a column whose old definition isn't known",
    ],
  },
  messages: {
    loses: "{{column}} silently loses {{lost}}: {{form}} replaces the whole definition",
  },
  on: {
    redefineColumn(
      { operation, mysql: { lostAttributes, lostInCall, isRedefinedLater }, createdHere, show },
      { report },
    ) {
      const lost = lostAttributes();
      if (lost.length === 0 || createdHere(operation.table) === "yes") return;
      const words = lost.map((one) => one.words).join(" ");
      const call = lostInCall();
      report({
        at: operation.head,
        message: "loses",
        data: {
          column: show(operation.table, operation.column.text),
          lost: lost.map((one) => one.what).join(", "),
          form: operation.form.toUpperCase(),
        },
        severity: weakest(
          lost.map((one) => one.what),
          call?.isUnstated === true,
        ),
        instead: call?.instead,
        // Added here alone, it is lost at the next definition.
        fix:
          isRedefinedLater() || call?.takesWords === false
            ? undefined
            : { title: `add ${words}`, edits: lost.map((one) => one.edit) },
      });
    },
  },
});

/** These are hardly ever dropped on purpose; NOT NULL and DEFAULT may be, where the migration states the definition. */
const grave = new Set(["AUTO_INCREMENT", "ON UPDATE", "CHARACTER SET"]);

function weakest(lost: readonly string[], isUnstated: boolean): Severity | undefined {
  if (lost.every((what) => what === "COMMENT")) return "note";
  return isUnstated || lost.some((what) => grave.has(what)) ? undefined : "warning";
}
