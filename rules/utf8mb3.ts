import { columnRepaired, defineRule, hasCharset, relationRepaired } from "../src/lint/rule.ts";

export default defineRule({
  id: "utf8mb3",
  category: "schema",
  severity: "note",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "The character set `utf8mb3`, which `utf8` stands for, is written for a table or column.",
    why: "It has no characters beyond three bytes: an emoji or a rare Chinese character makes INSERT fail with error 1366 or, without strict mode, truncates the value there. MySQL has deprecated it. Keys that refer to utf8mb4 columns can't use their index.",
    instead: "Use `utf8mb4`.",
    exceptions: [
      "a table that states no character set",
      "other character sets, such as `latin1` and `ascii`",
      "a table or column that a later migration converts or drops",
    ],
  },
  messages: {
    small: "utf8mb3 can't hold emoji and other characters of four bytes",
  },
  on: {
    operation({ mysql: { writtenCharsets }, after, operation, table }, { report }) {
      // The table's character set is that of its columns.
      const [first] = writtenCharsets().filter(({ charset }) => charset === "utf8mb3");
      if (first === undefined) return;
      if (operation.kind === "setTableOptions" && after.relation(operation.table).is === "absent") return;
      const column = operation.kind === "addColumn" ? operation.column.name.text : undefined;
      const repaired =
        table === undefined || column === undefined
          ? table && relationRepaired(after, table, (its) => hasCharset(its, "utf8mb3"))
          : columnRepaired(after, table, column, (its) => its.charset === "utf8mb3");
      report({ at: first.at, message: "small", repaired });
    },
  },
});
