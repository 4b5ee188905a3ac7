import { defineRule } from "../src/lint/rule.ts";

/** Queries don't use the names of these, so nobody has to quote them again. */
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
  alsoRefused: "checks the text, which is the same if the statement fails",
  declared: true,
  docs: {
    summary: "A name contains capital letters, spaces or special characters, so it must be quoted.",
    why: "Every query has to quote it: unquoted, `userId` is read as `userid`, which doesn't exist.",
    instead: "Use lower case with underscores: `user_id`.",
    exceptions: [
      "names that queries don't use, such as those of indexes, constraints, triggers, policies and roles",
      "quoted names that are the same without quotes",
    ],
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
