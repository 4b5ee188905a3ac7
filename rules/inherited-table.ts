import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "inherited-table",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  docs: {
    summary: "A table inherits from another table with `INHERITS`.",
    why: "Primary keys, UNIQUE constraints and foreign keys of the parent don't apply to the rows of its children: these may repeat a key, and no foreign key can refer to them.",
    instead: "Use declarative partitioning (`PARTITION BY`), or a separate table with a foreign key.",
    exceptions: ["partitions", "`NO INHERIT`"],
  },
  messages: { inherits: "rows of {{table}} are seen in {{parent}}, but its keys don't apply to them" },
  on: {
    createTable({ operation, show }, { report }) {
      for (const parent of operation.inherits) {
        const data = { table: show(operation.table), parent: show(parent) };
        report({ at: parent.span, message: "inherits", data });
      }
    },
    setInheritance({ operation, show }, { report }) {
      if (!operation.inherit) return;
      const data = { table: show(operation.table), parent: show(operation.parent) };
      report({ at: operation.head, message: "inherits", data });
    },
  },
});
