import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "lock-not-none",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary:
      "An `ALTER TABLE` or `CREATE INDEX` works in place, but takes LOCK=SHARED or EXCLUSIVE, or asks for it.",
    why: "INSERT, UPDATE and DELETE on the table wait until the last row is read; with EXCLUSIVE, SELECT waits too. FULLTEXT and SPATIAL indexes, AUTO_INCREMENT columns and changes of hash partitions take such a lock.",
    instead:
      "Write `LOCK=NONE` if the server supports it. Add a virtual column and its index in two statements. On a table that may be large, use gh-ost, pt-online-schema-change or spirit.",
    exceptions: [
      "a table that this migration creates",
      "changes that copy the table: `algorithm-copy` reports them",
      "Rails: a class with `uses_departure!`",
      "changes that only affect metadata, such as renaming the table or changing a default",
    ],
  },
  messages: {
    takes: "{{waits}} on {{table}} wait until it is done: it takes LOCK={{lock}} ({{what}})",
    asked: "LOCK={{lock}} makes {{waits}} on {{table}} wait until it is done",
  },
  recipe: recipes.onlineTool,
  on: {
    operation({ operation, mysql: { alterCost }, show }, { report }) {
      const cost = alterCost();
      // `algorithm-copy` reports what waits for a copy.
      if (cost?.waits === undefined || cost.rowsCopied) return;
      const { what, waits, lock = "SHARED" } = cost;
      const table = show(cost.table);
      const asked = operation.request?.lock;
      if (asked !== undefined && (asked.value === "shared" || asked.value === "exclusive"))
        report({ at: asked.span, message: "asked", data: { table, waits, lock } });
      else report({ at: operation.head, message: "takes", data: { table, waits, lock, what } });
    },
  },
});
