import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "money-column",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  docs: {
    summary: "A column is `money`.",
    why: "How a value is read and shown, and how many digits it has, follows the server's `lc_monetary`: another locale shows the same amounts in another currency.",
    instead: "`numeric` and, where there are several, a column for the currency.",
  },
  messages: { locale: "the currency and the digits of {{column}} depend on the server's locale" },
  on: {
    operation({ values: { writtenTypes }, show }, { report }) {
      for (const { table, column, type } of writtenTypes()) {
        if (type.name !== "money") continue;
        report({ at: type.span, message: "locale", data: { column: show(table, column) } });
      }
    },
  },
});
