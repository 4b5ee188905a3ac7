import { defineRule, typeText } from "../src/lint/rule.ts";

export default defineRule({
  id: "modify-changes-meaning",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "A column gets a type that can hold all its values but changes what queries or values mean.",
    why: "When a number becomes text, `WHERE code = 7` converts every row to a number and no longer uses the index. When a `TIMESTAMP` becomes `DATETIME`, it keeps the time in the time zone of the migration's session.",
    instead:
      "Let the application send text before the column becomes text; set `time_zone` before converting times.",
    exceptions: [
      "a table that this migration creates",
      "a number that becomes text, if no index begins with the column",
      "`TIMESTAMP` to `DATETIME` after the history has set `time_zone`",
      "a column whose old type isn't known",
    ],
  },
  messages: {
    text: "{{change}}: queries that compare {{column}} with a number no longer use its index",
    zoned: "{{column}} keeps the time of this session's time_zone for good: {{change}}",
  },
  on: {
    redefineColumn({ operation, mysql: { retyping }, createdHere, show }, { report }) {
      const { table, column, definition, head: at } = operation;
      const found = createdHere(table) === "yes" ? undefined : retyping();
      if (found === undefined) return;
      const change = `${typeText(found.from)} to ${typeText(definition.type)}`;
      const message = found.how === "text" ? "text" : "zoned";
      report({ at, message, data: { column: show(table, column.text), change } });
    },
  },
});
