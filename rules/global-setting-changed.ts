import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "global-setting-changed",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`SET GLOBAL` or `SET PERSIST` in a migration.",
    why: "It changes the setting for every client and every database of the server. It needs a privilege that the migration's user rarely has on a managed server, and it isn't replicated. GLOBAL lasts only until the next restart.",
    instead:
      "Use `SET SESSION` for what the migration itself needs, and the server's configuration for everything else.",
    exceptions: ["`SET SESSION`, and `SET` of variables such as `@rows`"],
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
