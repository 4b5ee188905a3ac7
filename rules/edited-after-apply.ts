import { defineRule, ofFile } from "../src/lint/rule.ts";

export default defineRule({
  id: "edited-after-apply",
  category: "history",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  docs: {
    summary:
      "A merged migration (`--since`, `--changed`, `--staged`), or one whose hash the tool keeps, is changed, renamed or deleted.",
    why: "Where the branch is deployed, the migration has run and doesn't run again. Databases then differ, or the tool refuses to run because the checksum doesn't match.",
    instead: "Restore the file, and make the change in a new migration.",
    exceptions: [
      "a repeatable migration",
      "a change of comments or blanks only, unless the tool's checksum covers them",
      "a file that is moved to another folder under the same name",
      "a change of the rollback only",
    ],
  },
  messages: {
    text: "{{name}} is already in {{since}}: {{consequence}}",
    comments: "comments of {{name}}, already in {{since}}, are changed: {{consequence}}",
    renamed: "{{name}}, already in {{since}}, is renamed to {{to}}: it counts as a new migration",
    problem: "{{message}}",
    deleted: "{{name}}, already in {{since}}, is deleted: databases that have run it keep its changes",
  },
  on: {
    project({ edited, fileProblems, histories }, { report }) {
      for (const problem of fileProblems(histories, "edited-after-apply"))
        report({ ...ofFile(problem), message: "problem" });
      for (const { at, name, how, to = "", since, consequence } of edited()) {
        const data = { name, since, to };
        if (how === "renamed" || how === "deleted") report({ at, message: how, data });
        else if (how === "text") {
          const what = consequence ?? "databases that have run it never get the change";
          report({ at, message: "text", data: { ...data, consequence: what } });
        } else if (consequence !== undefined) {
          report({ at, message: "comments", data: { ...data, consequence } });
        }
      }
    },
  },
});
