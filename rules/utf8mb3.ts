import { defineRule } from "../src/lint/rule.ts";

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
    ],
  },
  messages: {
    small: "utf8mb3 can't hold emoji and other characters of four bytes",
  },
  on: {
    operation({ mysql: { writtenCharsets }, after, operation }, { report }) {
      // The table's character set is that of its columns.
      const [first] = writtenCharsets().filter(({ charset }) => charset === "utf8mb3");
      if (first === undefined) return;
      if (operation.kind === "setTableOptions" && after.relation(operation.table).is === "absent") return;
      report({ at: first.at, message: "small" });
    },
  },
});
