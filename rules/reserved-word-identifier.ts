import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "reserved-word-identifier",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "looks at what is written",
  docs: {
    summary: "A name is a reserved key word.",
    why: "Every query has to quote it. Some unquoted ones are no error, but something else: in PostgreSQL `SELECT user` gives the role. The words are those of the database's manual.",
    instead: "Another word, or the plural: `users`, `orders`, `position`.",
  },
  messages: { reserved: "{{name}} is a key word: unquoted, the {{object}} is an error or something else" },
  on: {
    operation({ names: { givenNames } }, { report }) {
      for (const { object, name, at, quotes } of givenNames())
        if (quotes === "reserved") report({ at, message: "reserved", data: { object, name } });
    },
  },
});
