import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "utf8mb3",
  category: "schema",
  severity: "note",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "The character set `utf8mb3`, which `utf8` stands for, in something new.",
    why: "It has no characters beyond three bytes: an emoji or a rare Chinese character in a value makes INSERT fail with error 1366, or cuts the value there without strict mode. MySQL calls it deprecated. Keys that refer to utf8mb4 columns can't use their index.",
    instead: "`utf8mb4`.",
  },
  messages: {
    small: "utf8mb3 can't hold emoji and other characters of four bytes",
  },
  on: {
    operation({ mysql: { writtenCharsets }, after, operation }, { report }) {
      // What a table says holds for its columns.
      const [first] = writtenCharsets().filter(({ charset }) => charset === "utf8mb3");
      if (first === undefined) return;
      if (operation.kind === "setTableOptions" && after.relation(operation.table).is === "absent") return;
      report({ at: first.at, message: "small" });
    },
  },
});
