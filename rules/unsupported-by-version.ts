import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unsupported-by-version",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  directions: ["up", "down"],
  fix: "none",
  docs: {
    summary: "A statement needs a newer server than the one that the configuration states.",
    why: "The migration passes on a developer's newer server and fails on the older one in production. PostgreSQL 14.0 to 14.3 also build indexes `CONCURRENTLY` that can miss rows. Silent where `serverVersion` isn't stated.",
    instead: "Write it the way that the older server knows, or upgrade the server first.",
  },
  messages: {
    fails: "fails on PostgreSQL {{version}}, needs {{needs}}: {{reason}}",
    corrupts: "an index that PostgreSQL {{version}} builds CONCURRENTLY can miss rows: needs {{needs}}",
  },
  on: {
    operation({ unsupported }, { report }) {
      for (const { at, how, version, needs, reason } of unsupported()) {
        if (how === "fails") report({ at, message: "fails", data: { version, needs, reason } });
        else
          report({
            at,
            message: "corrupts",
            data: { version, needs },
            instead: `upgrade the server to ${needs} first; check indexes that it built with amcheck, or rebuild them`,
          });
      }
    },
  },
});
