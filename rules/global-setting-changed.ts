import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "global-setting-changed",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`SET GLOBAL` or `SET PERSIST` in a migration.",
    why: "It changes the server for everybody, and for the databases beside this one, needs a privilege that the migration's user rarely has on a managed server, and reaches only this server, not its replicas. GLOBAL is forgotten at the next restart.",
    instead: "`SET SESSION` for the migration itself; what the server needs goes into its configuration.",
  },
  messages: {
    server: "changes {{setting}} for the whole server{{until}}, and not on its replicas",
  },
  on: {
    setOption({ operation: { scope, name, head } }, { report }) {
      if (scope === undefined || scope === "user") return;
      const until = scope === "global" ? ", until its next restart" : "";
      report({ at: head, message: "server", data: { setting: name, until } });
    },
  },
});
