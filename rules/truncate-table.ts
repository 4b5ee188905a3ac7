import { defineRule, type Key, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "truncate-table",
  category: "data-loss",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  assumes: "rows",
  docs: {
    summary: "`TRUNCATE` of an existing table.",
    why: "All rows are deleted without running row triggers, and ACCESS EXCLUSIVE makes reads and writes wait. `CASCADE` also empties the tables that refer to it. On MySQL and MariaDB, TRUNCATE commits implicitly: no ROLLBACK brings the rows back.",
    instead:
      "Delete only the rows in question, in batches. If all rows may go, give the reason in a suppression comment.",
    exceptions: [
      "a table that this migration, or another pending one, creates",
      "a table that this migration creates with `IF NOT EXISTS`, and fills with a query after the `TRUNCATE`",
      "a table that the migration later drops, without `CASCADE`",
      "`TRUNCATE` in a rollback",
      "without `CASCADE`, it is a note for a table whose rows are short-lived by its name: of refresh tokens, password resets, caches, queues; of tokens, sessions, locks and the like with a column such as `expires_at`",
    ],
  },
  messages: {
    lost: "empties {{table}}, and ACCESS EXCLUSIVE makes its readers and writers wait",
    gone: "empties {{table}}, and no ROLLBACK brings the rows back",
    cascade: "empties {{table}} and, by CASCADE, {{others}}",
  },
  on: {
    truncateTable(step, { report }) {
      const { operation, before, statement, scope, createdPending, dependents, values, show } = step;
      const { table, cascade, head } = operation;
      if (!cascade) {
        const message = before.family === "mysql" ? "gone" : "lost";
        if (createdPending(table) !== "yes" && !isRefilled(step) && !dependents.tableGoes())
          report({ at: head, message, data: { table: show(table) }, ...values.reloads() });
        return;
      }
      // One statement may list many tables, and what matters is what it doesn't list.
      const all = scope.steps.filter(isTruncate).filter((one) => one.statement === statement);
      if (all[0] !== step) return;
      const listed = new Set(all.map((one) => before.resolve(one.operation.table)));
      const reached = all.flatMap(({ effects }) => effects.locks.map(({ relation }) => relation));
      // RESTART IDENTITY locks the sequences of the columns.
      const isTable = (key: Key): boolean => {
        const found = before.relation(key);
        return found.is !== "present" || found.value.kind !== "sequence";
      };
      const others = new Set(reached.filter((key) => !listed.has(key) && isTable(key)));
      const old = all.filter((one) => one.createdPending(one.operation.table) !== "yes");
      if (old.length === 0 && others.size === 0) return;
      const names = Array.from(others, (key) => show(key))
        .sort()
        .join(", ");
      const [first = step] = old;
      const more = old.length > 1 ? ` and ${old.length - 1} more` : "";
      const data = { table: show(first.operation.table) + more };
      report({
        at: head,
        message: "cascade",
        data: { ...data, others: names || "every table that refers to it" },
      });
    },
  },
});

/** `CREATE TABLE IF NOT EXISTS totals`, `TRUNCATE totals`, `INSERT INTO totals SELECT …`: it may run again. */
function isRefilled({ operation, before, isHere, neighbours }: Step<"truncateTable">): boolean {
  const found = before.relation(operation.table);
  if (found.is !== "present" || !isHere(found.value.origin)) return false;
  return neighbours("later", "insertRows").some(
    (one) => one.operation.source === "query" && one.before.resolve(one.operation.table) === found.value.key,
  );
}

const isTruncate = (step: Step): step is Step<"truncateTable"> => step.operation.kind === "truncateTable";
