import { defineRule, insertAt, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "refresh-without-concurrently",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "suggestion",
  docs: {
    summary: "A materialized view is refreshed without `CONCURRENTLY`.",
    why: "ACCESS EXCLUSIVE is held on the view while its query runs: every reader waits. `WITH NO DATA` takes no time, but from then on every read fails until the next refresh.",
    instead:
      "Use `REFRESH MATERIALIZED VIEW CONCURRENTLY`, which needs a unique index on plain columns without a WHERE.",
    exceptions: ["a view that this migration creates", "a view that has never been filled"],
  },
  messages: {
    waits: "readers of {{view}} wait until it is filled; {{index}}",
    empties: "empties {{view}}: every read of it fails until the next refresh",
  },
  recipe: recipes.concurrentRefresh,
  on: {
    refreshView({ operation: refresh, before, madeHere, show }, { report }) {
      if (refresh.concurrently || madeHere(refresh.view)) return;
      const found = before.relation(refresh.view);
      // Never filled: nobody can read it yet, and the server refuses CONCURRENTLY.
      if (found.is === "present" && found.value.origin !== undefined && !found.value.populated) return;
      const view = show(refresh.view);
      if (refresh.withNoData) {
        report({ at: refresh.head, message: "empties", data: { view } });
        return;
      }
      const unique = before.indexesOn(refresh.view).find(recipes.allowsConcurrently);
      const index =
        unique === undefined
          ? "CONCURRENTLY needs a unique index, and none is known"
          : `${unique.name} allows CONCURRENTLY`;
      report({
        at: refresh.head,
        message: "waits",
        data: { view, index },
        fix:
          unique === undefined
            ? undefined
            : { title: "add CONCURRENTLY", edits: [insertAt(refresh.afterKeyword, " CONCURRENTLY")] },
      });
    },
  },
});
