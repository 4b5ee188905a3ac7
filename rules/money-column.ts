import { columnRepaired, defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "money-column",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  declared: true,
  docs: {
    summary: "A column has the type `money`.",
    why: "The setting `lc_monetary` decides how a value is read and shown, and how many digits it has: with another locale, the same amounts appear in another currency.",
    instead: "Use `numeric` and, if there are several currencies, a column for the currency.",
    exceptions: ["`money` in casts, and as the type of a parameter or variable"],
  },
  messages: { locale: "the currency and the digits of {{column}} depend on the server's locale" },
  on: {
    operation({ after, values: { writtenTypes }, show }, { report }) {
      for (const { table, column, type } of writtenTypes()) {
        if (type.name !== "money") continue;
        const repaired = columnRepaired(after, table, column, (its) => its.type?.name === "money");
        report({ at: type.span, message: "locale", data: { column: show(table, column) }, repaired });
      }
    },
  },
});
