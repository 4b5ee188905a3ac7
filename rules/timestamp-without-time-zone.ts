import { columnRepaired, defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "timestamp-without-time-zone",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  fix: "suggestion",
  declared: true,
  docs: {
    summary: "A column has the type `timestamp` without time zone.",
    why: "It stores the reading of a clock, not a point in time: each session writes and reads it in its own time zone, and when clocks change, an hour is missing or occurs twice.",
    instead:
      "Use `timestamptz`: it takes as much space and stores a point in time, which each session sees in its own time zone.",
    exceptions: [
      "`timestamp` in expressions and casts",
      "`CREATE TABLE IF NOT EXISTS` of a table that exists",
    ],
  },
  messages: { zoneless: "{{column}} isn't a point in time: its meaning depends on the session's time zone" },
  on: {
    operation({ after, values: { writtenTypes }, show }, { report }) {
      for (const { table, column, type, instead } of writtenTypes()) {
        if (type.name !== "timestamp") continue;
        const edits = instead("timestamptz", true);
        report({
          at: type.span,
          message: "zoneless",
          data: { column: show(table, column) },
          repaired: columnRepaired(after, table, column, (its) => its.type?.name === "timestamp"),
          fix: edits && { title: "make it timestamptz", edits },
        });
      }
    },
  },
});
