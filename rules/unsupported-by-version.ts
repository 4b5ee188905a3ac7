import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unsupported-by-version",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["up", "down"],
  alsoRefused: "says itself that the statement fails",
  docs: {
    summary: "A statement needs a newer server than the one that the configuration states.",
    why: "The migration passes on a developer's newer server and fails on the older one in production. PostgreSQL 14.0 to 14.3 also build indexes `CONCURRENTLY` that can miss rows; MySQL before 8.0.16 reads CHECK and does nothing about it. Silent where `serverVersion` isn't stated.",
    instead: "Write it the way that the older server knows, or upgrade the server first.",
  },
  messages: {
    fails: "fails on {{server}}, needs {{needs}}: {{reason}}",
    corrupts: "an index that {{server}} builds CONCURRENTLY can miss rows: needs {{needs}}",
    ignores: "{{server}} ignores CHECK: any value is let in (needs {{needs}})",
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
            instead: "let the application check the value, or a trigger (`BEFORE INSERT`, `BEFORE UPDATE`)",
          });
        else
          report({
            at,
            message: "corrupts",
            data: { server, needs },
            instead: `upgrade the server to ${needs} first; check indexes that it built with amcheck, or rebuild them`,
          });
      }
    },
  },
});
