import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "setting-outlives-migration",
  category: "transactions",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "`SET` without `LOCAL` and without `RESET`, if the tool runs all migrations in one session.",
    why: "The setting stays in force for all later migrations and for the tool's own statements. With another `search_path`, tables are created in the wrong schema or the tool doesn't find its own; with `session_replication_role`, foreign keys aren't checked; a `lock_timeout` cancels a later CREATE INDEX CONCURRENTLY. On MySQL and MariaDB, `autocommit = 0` leaves the rows of later migrations uncommitted, `unique_checks = 0` may admit duplicates, and `time_zone` shifts times.",
    instead: {
      postgres:
        "Use `SET LOCAL`, which ends with the transaction; outside of a transaction, and where there are several such settings, write `RESET` at the end of the file.",
      mysql: "Set it back at the end of the file.",
    },
    exceptions: [
      "a setting that gets its usual value, such as `SET lock_timeout = 0`",
      "a setting that the same migration sets again, resets or rolls back",
      "settings that don't change what later statements do, such as `client_min_messages`",
      "`SET GLOBAL`",
      "a tool that opens a session for each migration or resets the setting, and a runner that isn't known",
    ],
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
