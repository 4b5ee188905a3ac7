import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "failure-ignored",
  category: "transactions",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  repeatedIn: "file",
  alsoRefused: "it is about what happens when a statement fails",
  docs: {
    summary: 'A migration states that the tool continues without it if it fails: `failOnError="false"`.',
    why: "The deploy is reported as successful, the later migrations run on a schema that they don't expect, and the failed one is tried again at every deploy. On MySQL and MariaDB, its statements before the failing one stay.",
    instead:
      'Let the deploy fail. If the migration isn\'t needed on some databases, say so with a condition: `preConditions onFail="MARK_RAN"`.',
    exceptions: ["migrations without statements"],
  },
  messages: { ignored: "{{written}}: if the migration fails, the deploy continues without it and succeeds" },
  on: {
    migration({ migration: { up, ignoresFailure } }, { report }) {
      if (ignoresFailure === undefined || up.empty) return;
      const { at: span, path, written, instead } = ignoresFailure;
      report({ at: { path, span }, message: "ignored", data: { written }, instead });
    },
  },
});
