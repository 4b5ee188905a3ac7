import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "foreign-key-without-on-delete",
  category: "schema",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "looks at what is written",
  docs: {
    summary: "A foreign key doesn't say what happens when the row that it refers to is deleted.",
    why: "Unsaid, the DELETE fails. Whether that is meant, or the rows were to go along, only the author knows.",
    instead: "`ON DELETE CASCADE`, `SET NULL` or `RESTRICT`; `NO ACTION` says that failing is meant.",
  },
  messages: { unsaid: "doesn't say what a delete in {{other}} does to the rows of {{table}}" },
  on: {
    addForeignKey({ operation: key, show }, { report }) {
      if (key.onDelete !== undefined) return;
      const data = { table: show(key.table), other: show(key.references) };
      report({ at: key.head, message: "unsaid", data });
    },
  },
});
