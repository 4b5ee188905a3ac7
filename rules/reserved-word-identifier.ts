import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "reserved-word-identifier",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  declared: true,
  docs: {
    summary: "An object or column whose name is a reserved word.",
    why: "Every query has to quote the name. Some of these words are valid without quotes and then mean something else: on PostgreSQL `SELECT user` returns the current role. The reserved words are those that the manual of the database lists.",
    instead: "Choose another word or the plural: `users`, `orders`, `position`.",
    exceptions: [
      "key words that the database doesn't reserve, such as `name` and `type`",
      'a name with capital letters on PostgreSQL, such as `"User"`, which isn\'t the key word',
      "a reserved word as part of a name: `user_groups`",
    ],
  },
  messages: {
    reserved: "{{name}} is a reserved word: unquoted, the {{object}} is an error or means something else",
  },
  on: {
    operation({ names: { givenNames } }, { report }) {
      for (const { object, name, at, quotes } of givenNames())
        if (quotes === "reserved") report({ at, message: "reserved", data: { object, name } });
    },
  },
});
