import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unsupported-by-version",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["up", "down"],
  alsoRefused: "reports the failure itself",
  docs: {
    summary: "A statement needs a newer server than the one that the configuration states.",
    why: "The migration passes on a developer's newer server and fails on the older one in production. PostgreSQL 14.0 to 14.3 build indexes with `CONCURRENTLY` that can miss rows; MySQL before 8.0.16 parses CHECK and ignores it.",
    instead: "Write it in a form that the older server supports, or upgrade the server first.",
    exceptions: [
      "a project that doesn't state `serverVersion`",
      "a function that may be the project's own, with the name of a newer built-in function",
    ],
  },
  messages: {
    fails: "fails on {{server}}, needs {{needs}}: {{reason}}",
    corrupts: "an index that {{server}} builds CONCURRENTLY can miss rows: needs {{needs}}",
    ignores: "{{server}} ignores CHECK and accepts any value (needs {{needs}})",
  },
  on: {
    operation({ unsupported }, { report }) {
      for (const { at, how, server, needs, reason } of unsupported()) {
        if (how === "fails") report({ at, message: "fails", data: { server, needs, reason } });
        else if (how === "ignores")
          report({
            at,
            message: "ignores",
            data: { server, needs },
            severity: "warning",
            instead: "check the value in the application, or in a trigger (`BEFORE INSERT`, `BEFORE UPDATE`)",
          });
        else
          report({
            at,
            message: "corrupts",
            data: { server, needs },
            instead: `upgrade the server to ${needs} first; check its existing indexes with amcheck, or rebuild them`,
          });
      }
    },
  },
});
