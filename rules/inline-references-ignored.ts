import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "inline-references-ignored",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql"],
  alsoRefused: "looks at what is written",
  docs: {
    summary: "`REFERENCES` behind a column, which MySQL before 9.0 reads and ignores.",
    why: "The server says nothing, and there is no foreign key: rows may refer to nothing, and nothing is deleted or set along. MySQL 9 and MariaDB do make one.",
    instead: "`FOREIGN KEY (column) REFERENCES …` as a clause of its own.",
  },
  messages: {
    ignored: "makes no foreign key: MySQL before 9.0 ignores REFERENCES behind a column",
  },
  on: {
    addForeignKey({ operation, mysql: { ignoresInlineReferences } }, { report }) {
      if (!ignoresInlineReferences()) return;
      report({ at: operation.head, message: "ignored" });
    },
  },
});
