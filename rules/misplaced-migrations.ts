import { defineRule, ofFile } from "../src/lint/rule.ts";

export default defineRule({
  id: "misplaced-migrations",
  category: "history",
  severity: "warning",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "none",
  docs: {
    summary:
      "Migrations lie in a second folder beside the detected one, or not in the folder where they belong.",
    why: "The tool reads one folder: the migrations in the other never run.",
    instead: "Move them into the one folder, or name both in the configuration (`migrations`).",
  },
  messages: {
    problem: "{{message}}",
    elsewhere: "the migrations lie in {{root}}, not in {{folder}}",
  },
  options: {
    folder: {
      default: "",
      description: "The folder of hand-made migrations, relative to the one that ddlint runs in. Empty: any.",
    },
  },
  on: {
    project({ histories, fileProblems, startOf }, { report, options: { folder } }) {
      for (const problem of fileProblems(histories, "misplaced-migrations"))
        report({ ...ofFile(problem), message: "problem" });
      for (const { root, handMade, migrations, problems: own } of histories) {
        const [first] = migrations;
        // Every tool has a folder of its own; what lies in the working directory itself was asked for.
        if (folder === "" || first === undefined || !handMade || root === folder || root === ".") continue;
        if (own.some((problem) => problem.rule === "misplaced-migrations")) continue;
        const data = { root, folder };
        report({ at: startOf(first.up), message: "elsewhere", data, instead: `Move them to ${folder}.` });
      }
    },
  },
});
