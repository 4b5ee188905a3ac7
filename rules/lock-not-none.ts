import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "lock-not-none",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary:
      "An ALTER or CREATE INDEX that works in place, but makes writes wait meanwhile: it takes LOCK=SHARED or EXCLUSIVE, or asks for it.",
    why: "INSERT, UPDATE and DELETE on the table wait until the last row is read; with EXCLUSIVE also SELECT. FULLTEXT and SPATIAL indexes, AUTO_INCREMENT columns and changes of hash partitions are of this kind.",
    instead:
      "`LOCK=NONE` where the server can do without. A virtual column and its index in two statements. Else gh-ost, pt-online-schema-change or spirit on a table that may be large.",
  },
  messages: {
    takes: "{{waits}} of {{table}} wait until it is done: it takes LOCK={{lock}} ({{what}})",
    asked: "LOCK={{lock}} makes {{waits}} of {{table}} wait until it is done",
  },
  recipe: recipes.onlineTool,
  on: {
    operation({ operation, mysql: { alterCost }, show }, { report }) {
      const cost = alterCost();
      // Who waits for a copy is told there.
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
