import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "binary-log-off",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`SET sql_log_bin = 0`.",
    why: "Later statements of the session aren't written to the binary log: replicas, change data capture and point-in-time recovery miss them. Replication stops at the first later statement that depends on them.",
    instead:
      "Leave it on. If a change has to run on each server separately, run it by hand, outside the migrations.",
    exceptions: ["a value that is computed, such as `@old_log_bin`"],
  },
  messages: {
    off: "replicas and point-in-time recovery miss the statements that follow",
  },
  on: {
    setOption({ operation, mysql: { switchesOff } }, { report }) {
      if (switchesOff("sql_log_bin")) report({ at: operation.head, message: "off" });
    },
  },
});
