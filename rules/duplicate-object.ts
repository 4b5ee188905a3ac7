import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "duplicate-object",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "says itself that the statement fails",
  alsoSkipped: "what is there may differ from what is written",
  docs: {
    summary: "Something is created that exists already at that point of the history.",
    why: "The migration fails (42P07, 42701, 42710; 1050, 1060, 1061). With `IF NOT EXISTS` it passes, and silently leaves the other definition.",
    instead: "Alter what is there, or give the new one another name.",
  },
  messages: {
    exists: "fails: {{what}} {{name}} exists already",
    differs: "changes nothing, since IF NOT EXISTS finds another {{what}} {{name}}: {{detail}}",
  },
  on: {
    operation({ failures }, { report }) {
      for (const { kind, what, name, span, existing, detail = "" } of failures) {
        const related = existing && [
          { at: { path: existing.path, span: existing.span }, message: "created here" },
        ];
        if (kind.startsWith("duplicate-"))
          report({ at: span, message: "exists", data: { what, name }, related });
        else if (kind === "differs")
          report({
            at: span,
            message: "differs",
            severity: "warning",
            data: { what, name, detail },
            related,
          });
      }
    },
  },
});
