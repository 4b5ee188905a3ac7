import { defineRule, ofFile } from "../src/lint/rule.ts";

export default defineRule({
  id: "edited-after-apply",
  category: "history",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "none",
  docs: {
    summary:
      "A migration that is merged already (`--since`, `--changed`, `--staged`), or that the tool keeps a hash of, is changed, renamed or deleted.",
    why: "It has run where the branch is deployed and doesn't run again: databases differ from then on, or the tool refuses to run because the checksum is another one.",
    instead: "Restore the file, and make the change in a new migration.",
  },
  messages: {
    text: "{{name}} is in {{since}} already: {{consequence}}",
    comments: "the comments of {{name}}, in {{since}} already, are changed: {{consequence}}",
    renamed: "{{name}}, in {{since}} already, is called {{to}} now: it counts as a new migration",
    problem: "{{message}}",
    deleted: "{{name}} is in {{since}} already, and is deleted: databases that have it keep what it did",
  },
  on: {
    project({ edited, fileProblems, histories }, { report }) {
      for (const problem of fileProblems(histories, "edited-after-apply"))
        report({ ...ofFile(problem), message: "problem" });
      for (const { at, name, how, to = "", since, consequence } of edited()) {
        const data = { name, since, to };
        if (how === "renamed" || how === "deleted") report({ at, message: how, data });
        else if (how === "text") {
          const what = consequence ?? "databases that have it never get the change";
          report({ at, message: "text", data: { ...data, consequence: what } });
        } else if (consequence !== undefined) {
          report({ at, message: "comments", data: { ...data, consequence } });
        }
      }
    },
  },
});
