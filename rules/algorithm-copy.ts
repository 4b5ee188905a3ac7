import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "algorithm-copy",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`ALTER TABLE` that copies the table row by row, or asks for `ALGORITHM=COPY`.",
    why: "The server writes a second table beside the first, which needs disk space for both. INSERT, UPDATE and DELETE wait until the copy is done; on MariaDB 11.2 and later most copies don't block them. At the end, new transactions on the table wait until the copy has replaced it. Each replica repeats the copy after the primary has finished.",
    instead:
      "Run the ALTER with gh-ost, pt-online-schema-change or spirit, outside of the migration, unless the table is small; gh-ost and spirit refuse tables with foreign keys. Or avoid the copy: add foreign keys with `foreign_key_checks` off after a query for rows without a parent, add ENUM members at the end of the list, and don't let a VARCHAR grow from below 256 bytes to more.",
    exceptions: [
      "a table that this migration creates, even if it has rows",
      "Rails: a class with `uses_departure!`",
      "a statement that the server refuses, such as `ALGORITHM=INPLACE` for a change that needs a copy",
    ],
  },
  messages: {
    copies: "copies {{table}} row by row ({{what}}): {{waits}} wait until it is done",
    mayCopy: "may copy {{table}} row by row ({{what}}), and {{waits}} wait: the old definition isn't known",
    online: "copies {{table}} row by row ({{what}}): it needs disk space for both, and replicas lag",
    mayCopyOnline:
      "may copy {{table}} row by row ({{what}}), and replicas lag: the old definition isn't known",
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
      if (waits === undefined)
        report({
          at,
          message: certain ? "online" : "mayCopyOnline",
          data: { table, what },
          severity: "warning",
        });
      else if (asked?.value === "copy" && !cost.alone.rowsCopied)
        report({ at: asked.span, message: "asked", data: { table, waits } });
      else if (certain) report({ at, message: "copies", data: { table, what, waits } });
      else report({ at, message: "mayCopy", data: { table, what, waits }, severity: "warning" });
    },
  },
});
