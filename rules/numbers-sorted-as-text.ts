import { defineFileRule } from "../src/lint/rule.ts";

export default defineFileRule({
  id: "numbers-sorted-as-text",
  category: "history",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  docs: {
    summary: "The tool sorts file names as text, so that `10-…` runs before `2-…`.",
    why: "A new database runs the files in another order than the ones that got them release by release: a later change runs before what it builds on, or the schemas differ. Liquibase's `includeAll` sorts the paths so.",
    instead: "Pad the numbers with zeros (`02-…`, `10-…`), or include each file by its name.",
    exceptions: [
      "dates and timestamps of eight digits and more",
      "files that a changelog includes one by one",
    ],
  },
});
