import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "version-out-of-order",
  category: "history",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  docs: {
    summary: "A new migration comes before one that is merged already (`--since`, `--changed`, `--staged`).",
    why: "Databases that have the newer migration get this one later than new databases do, or never: the tool skips it or refuses to run. If the tool runs it anyway, the finding is a warning.",
    instead: "Give it a version after the newest.",
    exceptions: [
      "runs without `--since`, `--changed` or `--staged`",
      "repeatable migrations",
      "a migration that was only moved or renamed",
      "one that the base branch has got since this branch left it, if the tool runs late migrations: see `conflicts-with-base`",
    ],
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
