import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "integer-display-width",
  category: "schema",
  severity: "note",
  presets: ["style"],
  dialects: ["mysql", "mariadb"],
  fix: "safe",
  declared: true,
  docs: {
    summary: "An integer type with a display width: `int(11)`.",
    why: "The number neither limits the values nor saves space: `int(3)` stores the same values as `int`. MySQL deprecates it since 8.0.17, warns, and drops it.",
    instead: "Write `int`. To limit the values, use a smaller type or a CHECK.",
    exceptions: ["`tinyint(1)`, which stands for a boolean", "`ZEROFILL`, which pads to the width"],
  },
  messages: { width: "the number in {{type}} limits nothing" },
  on: {
    operation({ values: { writtenTypes }, edits: { withoutDisplayWidth } }, { report }) {
      for (const { type } of writtenTypes())
        if (type.displayWidth !== undefined) {
          const edits = withoutDisplayWidth(type);
          report({
            at: type.span,
            message: "width",
            data: { type: type.text },
            fix: edits && { title: "remove the display width", edits },
          });
        }
    },
  },
});
