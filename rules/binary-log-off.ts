import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "binary-log-off",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`sql_log_bin` is switched off.",
    why: "What follows isn't written into the binary log: replicas, change data capture and restores to a point in time don't get it. The first later statement that relies on it stops the replication.",
    instead:
      "Leave it on. Where a change has to run on each server by itself, do it by hand, outside of the migrations.",
  },
  messages: {
    off: "replicas and restores don't get what follows",
  },
  on: {
    setOption({ operation, mysql: { switchesOff } }, { report }) {
      if (switchesOff("sql_log_bin")) report({ at: operation.head, message: "off" });
    },
  },
});
