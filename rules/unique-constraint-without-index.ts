import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "unique-constraint-without-index",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A UNIQUE constraint is added to an existing table without `USING INDEX`.",
    why: "Its index is built under ACCESS EXCLUSIVE: reads and writes wait until it is done.",
    instead:
      "Build the index with `CREATE UNIQUE INDEX CONCURRENTLY`, then write `ADD CONSTRAINT … UNIQUE USING INDEX`.",
    exceptions: [
      "a table that this migration creates; with Liquibase, also one that a changeset creates whose preconditions ask for nothing but that it is missing",
      "UNIQUE in an `ADD COLUMN` (`add-column-with-constraint` reports it)",
      "a partitioned table whose partitions all have such an index",
    ],
  },
  messages: {
    needless:
      "{{other}} ensures the same; the build takes ACCESS EXCLUSIVE on {{table}}: reads and writes wait",
    builds: "builds an index on {{table}} under ACCESS EXCLUSIVE: reads and writes wait",
  },
  recipe: recipes.constraintUsingIndex,
  on: {
    addUnique({ operation: unique, effects, indexes, show }, { report }) {
      if (unique.within !== "alterTable" || unique.usingIndex !== undefined || effects.builds.length === 0)
        return;
      const other = indexes.needlessBeside();
      const table = show(unique.table);
      report({
        at: unique.head,
        ...(other === undefined
          ? { message: "builds", data: { table } }
          : { message: "needless", data: { table, other } }),
      });
    },
  },
});
