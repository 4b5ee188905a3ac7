import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "foreign-key-without-on-delete",
  category: "schema",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  fix: "safe",
  declared: true,
  docs: {
    summary: "A foreign key without `ON DELETE`.",
    why: "The default is NO ACTION: deleting a referenced row fails. Whether that is intended, or the referencing rows should be deleted too, only the author knows.",
    instead:
      "Write `ON DELETE CASCADE`, `SET NULL` or `RESTRICT`, or `NO ACTION` if the DELETE is meant to fail.",
    exceptions: [
      "`CREATE TABLE IF NOT EXISTS` of a table that exists",
      "a foreign key with `ON DELETE NO ACTION`, which is written on purpose",
    ],
  },
  messages: { unsaid: "doesn't say what a delete in {{other}} does to the rows of {{table}}" },
  on: {
    addForeignKey({ operation: key, edits, show }, { report }) {
      if (key.onDelete !== undefined) return;
      const data = { table: show(key.table), other: show(key.references) };
      const action = edits.withDeleteAction();
      const fix = action && { title: `write the default: ${action.words}`, edits: [action.edit] };
      report({ at: key.head, message: "unsaid", data, fix });
    },
  },
});
