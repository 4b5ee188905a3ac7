import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "conflicts-with-base",
  category: "history",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  docs: {
    summary:
      "A new migration doesn't go together with one that the base branch has got meanwhile (`--since`, `--changed`).",
    why: "Both branches pass their checks, and the merge fails: the other migration has renamed or dropped a table that this one needs, both create the same object, or both have the same version. In Alembic and Django, both continue the same migration, and the tool refuses two heads. If both change one object, the last one wins, and databases that have run them in another order differ (a warning).",
    instead: "Merge the base branch into this one, and adapt the new migration to it.",
    exceptions: [
      "runs without `--since` or `--changed`",
      "the order of columns",
      "rows, comments and privileges, which aren't compared",
      "a migration of this branch that needs the other one: it runs after it",
      "a repeatable migration that both branches have edited",
      "a branch that deletes or moves the migrations that both have, to begin anew",
    ],
  },
  messages: {
    file: "{{since}} has another migration {{name}}: only one of the two is kept",
    version: "version {{what}} is taken by {{other}} of {{since}}",
    fork: "{{other}} of {{since}} continues the same history: {{what}}",
    fails: "fails after {{other}} of {{since}}: {{what}}",
    failsNew: "fails on a new database, after {{other}} of {{since}}: {{what}}",
    blocks: "{{other}} of {{since}} fails if this has run before it: {{what}}",
    blocksNew: "on a new database, {{other}} of {{since}} fails after this: {{what}}",
    differs: "the schema depends on whether this or {{other}} of {{since}} runs first: {{what}}",
  },
  on: {
    project({ conflicts }, { report }) {
      for (const { how, at, name, other, since, what, instead } of conflicts()) {
        const data = { name, other, since, what };
        if (how === "file") report({ at, message: how, data });
        else if (how === "version")
          report({ at, message: how, data, instead: "give it a version after the newest of both branches" });
        else if (how === "fork") report({ at, message: how, data, instead });
        else if (how === "fails") report({ at, message: how, data });
        else if (how === "fails-new") report({ at, message: "failsNew", data });
        else if (how === "blocks-new") report({ at, message: "blocksNew", data });
        else report({ at, message: how, data, severity: "warning" });
      }
    },
  },
});
