import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "inherited-table",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  alsoRefused: "looks at what is written",
  docs: {
    summary: "A table inherits from another one by INHERITS.",
    why: "Keys and foreign keys of the parent don't hold for the rows of its children: they may repeat a primary key, and nothing can refer to them.",
    instead: "Declarative partitioning (`PARTITION BY`), or a table of its own with a foreign key.",
  },
  messages: { inherits: "rows of {{table}} are seen in {{parent}}, but its keys don't hold for them" },
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
