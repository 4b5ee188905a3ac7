import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "index-on-long-text",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A B-tree index or unique key contains a column of long texts, such as `body` or `description`.",
    why: "An entry of a B-tree has room for 2704 bytes, after compression. An INSERT or UPDATE with a longer value fails (54000), and so does the index if there is such a row.",
    instead:
      "For equality or a unique key, index a hash of the value: `CREATE UNIQUE INDEX … ON posts (md5(body))`. For searches, use a GIN index (`to_tsvector`, or `gin_trgm_ops`). If the text is short, limit it by a CHECK of its length.",
    exceptions: [
      "a column with another name, or of a type with a limit that fits",
      "a column with a CHECK of its length",
      "an expression, such as `left(body, 200)`, and other kinds of indexes",
      "a look-up table, whose rows the migrations write",
    ],
  },
  messages: { long: "an INSERT of a long {{column}} fails: an index entry has room for 2704 bytes" },
  kinds: { index: ["createIndex", "addUnique", "addPrimaryKey"] },
  on: {
    index({ operation, indexes: { longText }, show }, { report }) {
      const column = longText();
      if (column === undefined) return;
      report({ at: operation.head, message: "long", data: { column: show(operation.table, column) } });
    },
  },
});
