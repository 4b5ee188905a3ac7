import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "timestamp-without-time-zone",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  alsoRefused: "looks at what is written",
  fix: "suggestion",
  docs: {
    summary: "A column is a `timestamp` without time zone.",
    why: "It holds a clock's reading, not a moment: each session writes and reads it in its own time zone, and twice a year an hour is missing or there twice.",
    instead: "`timestamptz`: as large, and a moment that every session shows in its own time zone.",
  },
  messages: { zoneless: "{{column}} holds no moment: what it means depends on the session's time zone" },
  on: {
    operation({ values: { writtenTypes }, show }, { report }) {
      for (const { table, column, type, instead } of writtenTypes()) {
        if (type.name !== "timestamp") continue;
        const edits = instead("timestamptz", true);
        report({
          at: type.span,
          message: "zoneless",
          data: { column: show(table, column) },
          fix: edits && { title: "make it timestamptz", edits },
        });
      }
    },
  },
});
