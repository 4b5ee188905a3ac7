import { defineRule } from "../src/lint/rule.ts";

/** What queries don't name: nobody has to quote it again. */
const unnamed = new Set([
  "constraint",
  "database",
  "event trigger",
  "index",
  "policy",
  "publication",
  "role",
  "rule",
  "server",
  "subscription",
  "trigger",
]);

export default defineRule({
  id: "quoted-identifier",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  alsoRefused: "looks at what is written",
  docs: {
    summary: "A name holds capital letters, blanks or marks, so that it must be quoted.",
    why: "Every query has to quote it, for ever: unquoted, `userId` is read as `userid`, which isn't there.",
    instead: "Lower case with underscores: `user_id`.",
  },
  messages: { quoted: "the {{object}} {{name}} has to be quoted in every query" },
  on: {
    operation({ names: { givenNames } }, { report }) {
      for (const { object, kept, at, quotes } of givenNames()) {
        if (quotes !== "always" || unnamed.has(object)) continue;
        report({ at, message: "quoted", data: { object, name: `"${kept}"` } });
      }
    },
  },
});
