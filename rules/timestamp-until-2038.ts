import { columnRepaired, defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "timestamp-until-2038",
  category: "schema",
  severity: "note",
  presets: ["strict"],
  dialects: ["mysql", "mariadb"],
  declared: true,
  docs: {
    summary: "A column has the type TIMESTAMP, which ends on 19 January 2038.",
    why: "The server stores seconds in 32 bits. A later date, such as the end of a contract, is refused already today, and a later change of the type copies the table. MariaDB 11.5 and later reach 2106 on 64-bit systems.",
    instead: "Use `DATETIME` with times in UTC.",
    exceptions: ["MariaDB 11.5 and later, where the project states that release"],
  },
  messages: { ends: "{{column}} can't store a time after 2038-01-19" },
  on: {
    operation({ after, values: { writtenTypes }, mysql: { reaches2106 }, show }, { report }) {
      if (reaches2106()) return;
      for (const { table, column, type } of writtenTypes())
        if (type.name === "timestamp") {
          const repaired = columnRepaired(after, table, column, (its) => its.type?.name === "timestamp");
          report({ at: type.span, message: "ends", data: { column: show(table, column) }, repaired });
        }
    },
  },
});
