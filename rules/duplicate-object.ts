import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "duplicate-object",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "Something is created that exists already at that point of the history.",
    why: "The migration fails (42P07, 42701, 42710). With `IF NOT EXISTS` it passes, and silently leaves the other definition.",
    instead: "Alter what is there, or give the new one another name.",
  },
  messages: {
    exists: "{{name}} exists already",
    differs: "{{name}} exists already with another definition, which IF NOT EXISTS leaves as it is",
  },
  on: {
    operation({ failures }, { report }) {
      for (const { kind, name, span, existing } of failures) {
        const differs = kind === "differs";
        if (!kind.startsWith("duplicate-") && !differs) continue;
        report({
          at: span,
          message: differs ? "differs" : "exists",
          severity: differs ? "warning" : undefined,
          data: { name },
          related:
            existing === undefined
              ? []
              : [{ at: { path: existing.path, span: existing.span }, message: "created here" }],
        });
      }
    },
  },
});
