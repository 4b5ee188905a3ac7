import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "timestamp-until-2038",
  category: "schema",
  severity: "note",
  presets: ["strict"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "A column is TIMESTAMP, which ends on 19 January 2038.",
    why: "Seconds are kept in 32 bits. A later date, of a contract or a card, is refused already today; and a later change of the type copies the table. MariaDB since 11.5 goes on until 2106 on 64-bit systems.",
    instead: "`DATETIME` with times in UTC.",
  },
  messages: { ends: "{{column}} holds nothing after 2038-01-19" },
  on: {
    operation({ values: { writtenTypes }, show }, { report }) {
      for (const { table, column, type } of writtenTypes())
        if (type.name === "timestamp")
          report({ at: type.span, message: "ends", data: { column: show(table, column) } });
    },
  },
});
