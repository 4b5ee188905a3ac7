import { defineRule, ofFile } from "../src/lint/rule.ts";

export default defineRule({
  id: "misplaced-migrations",
  category: "history",
  severity: "warning",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  docs: {
    summary:
      "Migrations are in a second folder besides the detected one, or not in the folder where they belong.",
    why: "The tool reads one folder: the migrations in the other one never run.",
    instead: "Move them into one folder, or list both in the configuration (`migrations`).",
    exceptions: [
      "folders of another package, tool or database",
      "folders whose files one script names, which runs both",
      "a folder that repeats the versions of the first one, such as one of rollbacks",
      "with the option `folder`, migrations of a tool that has its own folder",
    ],
  },
  messages: {
    problem: "{{message}}",
    elsewhere: "the migrations are in {{root}}, not in {{folder}}",
  },
  options: {
    folder: {
      default: "",
      description:
        "Folder in which hand-made migrations belong, relative to the one that ddlint runs in; empty allows any.",
    },
  },
  on: {
    project({ histories, fileProblems, startOf }, { report, options: { folder } }) {
      for (const problem of fileProblems(histories, "misplaced-migrations"))
        report({ ...ofFile(problem), message: "problem" });
      for (const { root, handMade, migrations, problems: own } of histories) {
        const [first] = migrations;
        // Every tool has its own folder; what is in the working directory itself was asked for.
        if (folder === "" || first === undefined || !handMade || root === folder || root === ".") continue;
        if (own.some((problem) => problem.rule === "misplaced-migrations")) continue;
        const data = { root, folder };
        report({ at: startOf(first.up), message: "elsewhere", data, instead: `Move them to ${folder}.` });
      }
    },
  },
});
