import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "rollback-loses-data",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "The rollback brings a column or table back empty, or drops one that held data before the migration.",
    why: "After the rollback the schema looks as it did before, and the application runs; that its data is gone shows later.",
    instead:
      "Let the migration keep a copy (`CREATE TABLE orders_codes AS SELECT id, code FROM orders`) that the rollback fills it from; or say that it can't be undone: `-- ddlint-irreversible: reason`.",
  },
  messages: {
    empty: "{{object}} comes back empty: what it held went with the migration",
    older: "{{object}} held data before the migration, and goes with it",
  },
  on: {
    migration({ rollbackLosses }, { report }) {
      for (const { object, how, at, from } of rollbackLosses())
        report({
          at,
          message: how,
          data: { object },
          related: from && [{ at: from, message: how === "empty" ? "dropped here" : "made here" }],
        });
    },
  },
});
