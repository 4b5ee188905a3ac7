import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unknown-table",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  directions: ["up", "down"],
  fix: "none",
  docs: {
    summary: "A table or view is used that doesn't exist at that point of the history.",
    why: "The migration fails (42P01). The table was dropped or renamed before, or nothing ever created it.",
    instead: "Mend the name, or create the table first.",
  },
  messages: {
    dropped: "{{name}} was dropped or renamed before",
    never: "nothing in the history creates {{name}}",
  },
  on: {
    operation({ failures }, { report }) {
      for (const { kind, name, span, dropped } of failures) {
        if (kind !== "unknown-table") continue;
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
