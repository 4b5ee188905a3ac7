import { defineRule, ofFile } from "../src/lint/rule.ts";

export default defineRule({
  id: "syntax-error",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "A statement that the server's grammar rejects.",
    why: "The migration fails when it runs. A rollback with a syntax error fails on the day when it is needed.",
    instead: "Fix the statement. The other statements of the file are still checked.",
    exceptions: [
      "placeholders of tools, such as `${schema}`, `{{ prefix }}` and `:name`",
      "commands of psql and the mysql client, such as `\\i` and `DELIMITER`, if the tool understands them",
    ],
  },
  messages: { rejected: "{{message}}" },
  on: {
    project({ histories, fileProblems }, { report }) {
      for (const problem of fileProblems(histories, "syntax-error"))
        report({ ...ofFile(problem), message: "rejected" });
    },
    migration({ migration, problems, downProblems, dialect, sentMarks }, { report }) {
      const marks = (of: "up" | "down"): typeof problems =>
        dialect.family === "postgres" ? sentMarks(of) : [];
      for (const [script, found] of [
        [migration.up, [...marks("up"), ...problems]],
        [migration.down, [...marks("down"), ...downProblems]],
      ] as const) {
        for (const { span, message, hint } of found) {
          if (script === undefined) continue;
          report({ at: { path: script.path, span }, message: "rejected", data: { message }, instead: hint });
        }
      }
    },
  },
});
