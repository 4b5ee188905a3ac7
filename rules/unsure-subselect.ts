import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unsure-subselect",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "A backfill takes its value from a sub-select that finds no row, or that may find more than one, or a condition has a sub-select whose column is the outer table's.",
    why: "A sub-select that finds two rows where one value is needed fails (21000, on MySQL 1242), on production's rows and not on those of a test. One that finds none gives NULL, which a later `NOT NULL` refuses. In `WHERE x NOT IN (SELECT x FROM t)`, where `t` has no column `x`, both are the outer column: no row is meant if `t` has rows, and every row if it is empty.",
    instead:
      "Compare with a unique key, or say which row is meant (`ORDER BY … LIMIT 1`, `max(…)`). Add the row that is looked for before. Qualify the columns of a sub-select.",
    exceptions: [
      "a sub-select with a join, with `OR`, or with a function",
      "several rows for a key that the same migration adds and fills, or drops",
      "a table of which the history doesn't know all columns",
    ],
  },
  messages: {
    several: "may fail: several rows of {{from}} may match for {{column}}, as no unique key is compared",
    none: "{{from}} has no such row yet: the sub-select writes NULL into {{column}}",
    never: "NOT NULL behind it fails unless {{from}} has the row for {{column}}: no migration adds any to it",
    refused: "fails if it meets a row: {{from}} has no such row yet, and {{column}} is NOT NULL",
    outer: "{{from}} has no column {{column}}: the sub-select reads that of {{table}} itself",
  },
  kinds: { rows: ["updateRows", "deleteRows"] },
  on: {
    rows({ operation, values: { outerColumn, unsureSubselect }, show }, { report }) {
      const { table, head: at } = operation;
      const outer = outerColumn();
      if (outer !== undefined) {
        const data = { ...outer, table: show(table) };
        const instead = `Select a column of ${outer.from}, and qualify it: if there is none, the statement then fails.`;
        report({ at, message: "outer", data, instead });
      }
      const found = unsureSubselect();
      if (found === undefined) return;
      report({
        at,
        message: found.refused ? "refused" : found.rows,
        data: { from: found.from, column: show(table, found.column) },
      });
    },
  },
});
