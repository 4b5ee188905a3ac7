import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "integer-display-width",
  category: "schema",
  severity: "note",
  presets: ["style"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "An integer type with a display width: `int(11)`.",
    why: "The number limits nothing and takes no space: `int(3)` holds what `int` does. MySQL calls it deprecated since 8.0.17, warns, and forgets it.",
    instead: "`int`. Where a range is meant, the type of that size, or a CHECK.",
  },
  messages: { width: "the number in {{type}} limits nothing" },
  on: {
    operation({ values: { writtenTypes } }, { report }) {
      for (const { type } of writtenTypes())
        if (type.displayWidth !== undefined)
          report({ at: type.span, message: "width", data: { type: type.text } });
    },
  },
});
