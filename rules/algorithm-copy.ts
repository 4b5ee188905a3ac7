import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "algorithm-copy",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "An ALTER that copies the table row by row, or asks for `ALGORITHM=COPY`.",
    why: "The server writes a second table beside the first. INSERT, UPDATE and DELETE wait until it is done (on MariaDB since 11.2 mostly they don't), then the next transaction waits for the exchange. It takes space for two, and each replica does the same again when the primary has done.",
    instead:
      "On a table that may be large: gh-ost, pt-online-schema-change or spirit. Often there is another way: a new column that is filled in batches, an ENUM that grows at its end, a VARCHAR that stays below 256 bytes.",
  },
  messages: {
    copies: "copies {{table}} row by row ({{what}}): {{waits}} wait until it is done",
    mayCopy: "may copy {{table}} row by row ({{what}}), and {{waits}} wait: what it was isn't known",
    online: "copies {{table}} row by row ({{what}}): space for two, and replicas lag",
    asked: "ALGORITHM=COPY copies {{table}} row by row: {{waits}} wait until it is done",
  },
  recipe: recipes.onlineTool,
  on: {
    operation({ operation, mysql: { alterCost }, show }, { report }) {
      const cost = alterCost();
      if (cost?.rowsCopied !== true) return;
      const { what, waits, certain } = cost;
      const table = show(cost.table);
      const at = operation.head;
      const asked = operation.request?.algorithm;
      if (waits === undefined) report({ at, message: "online", data: { table, what }, severity: "warning" });
      else if (asked?.value === "copy" && !cost.alone.rowsCopied)
        report({ at: asked.span, message: "asked", data: { table, waits } });
      else if (certain) report({ at, message: "copies", data: { table, what, waits } });
      else report({ at, message: "mayCopy", data: { table, what, waits }, severity: "warning" });
    },
  },
});
