import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unknown-column",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  directions: ["up", "down"],
  fix: "none",
  docs: {
    summary: "A column is used that its table doesn't have at that point of the history.",
    why: "The migration fails (42703). The column was dropped or renamed before, or the table never had it.",
    instead: "Mend the name, or add the column first.",
  },
  messages: {
    dropped: "{{name}} was dropped or renamed before",
    never: "there is no column {{name}}",
  },
  on: {
    operation({ failures }, { report }) {
      for (const { kind, name, span, dropped } of failures) {
        if (kind !== "unknown-column") continue;
        if (dropped === undefined) report({ at: span, message: "never", data: { name } });
        else {
          const related = [
            { at: { path: dropped.path, span: dropped.span }, message: "dropped or renamed here" },
          ];
          report({ at: span, message: "dropped", data: { name }, related });
        }
      }
    },
  },
});
