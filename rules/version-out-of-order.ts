import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "version-out-of-order",
  category: "history",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "none",
  docs: {
    summary:
      "A new migration comes before one that is merged already (with `--since`, `--changed`, `--staged`). A warning where the tool runs it all the same.",
    why: "Databases that have the newer one get it later than new databases do, or never: the tool leaves it out or refuses to run.",
    instead: "Give it a version after the newest.",
  },
  messages: {
    refused: "{{name}} comes before {{newest}} of {{since}}: {{consequence}}",
    late: "{{name}} comes before {{newest}} of {{since}}: databases run them in different orders",
  },
  on: {
    project({ late }, { report }) {
      for (const { at, name, newest, since, consequence = "", runs, instead } of late()) {
        if (runs)
          report({ at, message: "late", data: { name, newest, since }, severity: "warning", instead });
        else report({ at, message: "refused", data: { name, newest, since, consequence }, instead });
      }
    },
  },
});
