import { defineRule, typeText } from "../src/lint/rule.ts";

export default defineRule({
  id: "modify-changes-meaning",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary:
      "A column's type is changed so that queries or values mean something else, though all values fit.",
    why: "A number that becomes text is compared as one, so that `WHERE code = 7` no longer uses the index. A `TIMESTAMP` that becomes `DATETIME` keeps the time of the zone that the migration's session has.",
    instead:
      "Let the application send text before the column becomes text; set `time_zone` before times are converted.",
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
