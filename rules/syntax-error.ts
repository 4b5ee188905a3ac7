import { defineRule, ofFile } from "../src/lint/rule.ts";

export default defineRule({
  id: "syntax-error",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["up", "down"],
  docs: {
    summary: "A statement that the server's grammar rejects.",
    why: "The migration fails when it runs. In rollbacks, which nobody runs until the day they are needed, this is how they fail.",
    instead: "Mend the statement; all others of the file are checked all the same.",
  },
  messages: { rejected: "{{message}}" },
  on: {
    project({ histories, fileProblems }, { report }) {
      for (const problem of fileProblems(histories, "syntax-error"))
        report({ ...ofFile(problem), message: "rejected" });
    },
    migration({ migration, problems, downProblems }, { report }) {
      for (const [script, found] of [
        [migration.up, problems],
        [migration.down, downProblems],
      ] as const) {
        for (const { span, message, hint } of found) {
          if (script === undefined) continue;
          report({ at: { path: script.path, span }, message: "rejected", data: { message }, instead: hint });
        }
      }
    },
  },
});
