import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "rollback-loses-data",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "The rollback brings a column or table back empty, or drops one that held data before the migration.",
    why: "After the rollback the schema looks as it did before, and the application runs; that its data is gone shows later.",
    instead:
      "Let the migration keep a copy (`CREATE TABLE orders_codes AS SELECT id, code FROM orders`) that the rollback fills it from; or say that it can't be undone: `-- ddlint-irreversible: reason`.",
  },
  messages: {
    empty: "{{object}}{{more}} comes back empty: what it held went with the migration",
    older: "{{object}}{{more}} held data before the migration, and goes with the rollback",
  },
  on: {
    migration({ rollbackLosses }, { report }) {
      const losses = rollbackLosses();
      for (const how of ["empty", "older"] as const) {
        const [first, ...others] = losses.filter((loss) => loss.how === how);
        if (first === undefined) continue;
        report({
          at: first.at,
          message: how,
          data: { object: first.object, more: others.length === 0 ? "" : ` (and ${others.length} more)` },
          related: [
            ...(first.from
              ? [{ at: first.from, message: how === "empty" ? "dropped here" : "made here" }]
              : []),
            ...others.map(({ at, object }) => ({ at, message: `${object}, too` })),
          ],
        });
      }
    },
  },
});
