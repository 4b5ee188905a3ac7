import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "table-rebuild",
  category: "rewrites",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "An ALTER that rebuilds the table in place.",
    why: "Others go on to read and write, but all rows and all indexes are written anew: the disk and the buffer pool are busy for as long as that takes, changes meanwhile are kept in a log of limited size (`innodb_online_alter_log_max_size`), and each replica does it again and lags by that much.",
    instead:
      "Outside of the busy hours, or with gh-ost, pt-online-schema-change or spirit, which wait for replicas. Clauses that are instant alone may rebuild together: `ADD COLUMN` and `ADD INDEX` in two statements.",
  },
  messages: {
    rebuilds: "rebuilds {{table}} in place ({{what}}): replicas lag for as long as it takes",
    together: "rebuilds {{table}} in place, which no clause of it does alone ({{what}})",
  },
  recipe: recipes.onlineTool,
  on: {
    operation({ operation, mysql: { alterCost }, show }, { report }) {
      const cost = alterCost();
      if (cost === undefined || !cost.rebuild || cost.rowsCopied || cost.waits !== undefined) return;
      const data = { table: show(cost.table), what: cost.what };
      const at = operation.head;
      if (cost.onlyTogether) report({ at, message: "together", data, instead: apart });
      else report({ at, message: "rebuilds", data });
    },
  },
});

const apart =
  "an ALTER TABLE of its own, and a migration, for each: columns come and go instantly, an index is built without a rebuild";
