import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "setting-outlives-migration",
  category: "transactions",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "SET without LOCAL, and no RESET, in a tool that runs all migrations in one session.",
    why: "The setting holds for every migration after it, and for the tool's own statements: with another `search_path` tables land in the wrong schema or the tool doesn't find its own, with `session_replication_role` foreign keys go unchecked, a `lock_timeout` kills a later CREATE INDEX CONCURRENTLY. On MySQL and MariaDB: with `autocommit` off the rows of later migrations aren't committed, without `unique_checks` duplicates may come in, and `time_zone` shifts times.",
    instead: {
      postgres:
        "`SET LOCAL`, which ends with the transaction; outside of one, `RESET` at the end of the file.",
      mysql: "Set it back at the end of the file.",
    },
  },
  messages: { stays: "{{settings}} stays in force in this session for the migrations that follow" },
  recipe: { postgres: recipes.settingForTransaction, mysql: recipes.mysql.settingBack },
  on: {
    migration({ steps }, { report }) {
      const staying = steps.filter(
        ({ operation, settingStays }) => operation.kind === "setOption" && settingStays(),
      );
      const [first] = staying;
      if (first === undefined) return;
      const names = staying.flatMap(({ operation }) =>
        operation.kind === "setOption" ? [operation.name] : [],
      );
      report({
        at: first.operation.head,
        message: "stays",
        severity: names.every((name) => name.endsWith("_timeout")) ? "note" : undefined,
        data: { settings: [...new Set(names)].join(", ") },
        step: first,
      });
    },
  },
});
