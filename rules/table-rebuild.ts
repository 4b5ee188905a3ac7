import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "table-rebuild",
  category: "rewrites",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "A statement that rebuilds the whole table in place.",
    why: "Reads and writes continue, but the server writes all rows and all indexes anew. Disk and buffer pool are busy for as long as that takes, concurrent changes are kept in a log of limited size (`innodb_online_alter_log_max_size`), and each replica repeats the work and lags by that much.",
    instead:
      "Run it outside of busy hours, or with gh-ost, pt-online-schema-change or spirit, which wait for replicas. If clauses rebuild the table only together, such as `ADD COLUMN` and `ADD INDEX`, write separate statements.",
    exceptions: [
      "a table that this migration creates",
      "`TRUNCATE TABLE` and `DROP TABLE`",
      "changes of metadata alone, and indexes that are built without a rebuild",
      "Rails: a class with `uses_departure!`",
      "a rebuild that copies the table or makes others wait, which other rules report",
    ],
  },
  messages: {
    rebuilds: "rebuilds {{table}} in place ({{what}}): replicas lag for as long as it takes",
    together: "rebuilds {{table}} in place ({{what}}), which each clause alone would not",
  },
  recipe: recipes.onlineTool,
  on: {
    operation({ operation, mysql: { alterCost, lostAttributes }, show }, { report }) {
      const cost = alterCost();
      if (cost === undefined || !cost.rebuild || cost.rowsCopied || cost.waits !== undefined) return;
      const data = { table: show(cost.table), what: cost.what };
      const at = operation.head;
      // With the NOT NULL that it forgets, nothing is rebuilt.
      const isForgotten =
        cost.what === "make NULL" && lostAttributes().some(({ what }) => what === "NOT NULL");
      const impliedBy = isForgotten ? { rule: "modify-drops-attributes" } : undefined;
      if (cost.onlyTogether) report({ at, message: "together", data, instead: apart });
      else report({ at, message: "rebuilds", data, impliedBy });
    },
  },
});

const apart =
  "a separate ALTER TABLE, and migration, for each, in this order: new columns, new indexes, dropped indexes (a foreign key may need one until the new one is there), dropped columns; columns are added and dropped instantly, an index is built without a rebuild";
