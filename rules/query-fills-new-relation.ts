import { blocks, defineRule, recipes, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "query-fills-new-relation",
  category: "locks",
  severity: "note",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "`CREATE TABLE AS` or `CREATE MATERIALIZED VIEW` reads existing tables in a longer transaction (MySQL and MariaDB: in any).",
    why: "On PostgreSQL, the transaction lasts as long as the query: locks of the rest of the migration are held for that time, VACUUM can't remove dead rows, and a failure at the end undoes everything. On MySQL and MariaDB, the query locks the rows that it reads (at REPEATABLE READ, the default): writes to them wait until the last one is copied.",
    instead: {
      postgres:
        "Create it `WITH NO DATA`, and fill it in a separate migration: by REFRESH, or by INSERT … SELECT in batches.",
      mysql: "Write `CREATE TABLE … LIKE`, then INSERT … SELECT by ranges of the key.",
    },
    exceptions: [
      "`WITH NO DATA`, and a query with a LIMIT",
      "on PostgreSQL, a statement that is alone in its transaction or outside of one, and temporary tables",
      "on PostgreSQL, a transaction that holds a lock that writers wait for: `slow-statement-under-lock` reports it",
      "source tables that this migration creates; on MySQL and MariaDB also temporary tables and those known to be small",
    ],
  },
  messages: {
    fills: "the transaction lasts as long as it takes to read {{tables}} and fill {{relation}}",
    locks: "writes to {{tables}} wait until the last row of {{relation}} is copied",
  },
  recipe: { postgres: recipes.fillLater },
  on: {
    createTable(step, { report }) {
      const { operation, before, show } = step;
      if (operation.query === undefined || operation.withNoData || operation.query.limited) return;
      if (before.family === "mysql") {
        const [first, ...rest] = lockedByReading(step, operation.query.relations);
        if (first === undefined) return;
        const tables = show(first) + (rest.length > 0 ? ` and ${rest.length} more` : "");
        report({ at: operation.head, message: "locks", data: { tables, relation: show(operation.table) } });
        return;
      }
      if (operation.temporary) return;
      const tables = readInTransaction(step);
      if (tables === "") return;
      report({ at: operation.head, message: "fills", data: { tables, relation: show(operation.table) } });
    },
    createView(step, { report }) {
      const { operation, show } = step;
      if (!operation.materialized || operation.withNoData || operation.query.limited) return;
      const tables = readInTransaction(step);
      if (tables === "") return;
      report({ at: operation.head, message: "fills", data: { tables, relation: show(operation.view) } });
    },
  },
});

/** MySQL: existing tables whose rows it locks; locks on small ones are too short to matter. */
const lockedByReading = (
  { before, madeHere, size }: Step,
  read: readonly QualifiedName[],
): readonly QualifiedName[] =>
  read.filter((name) => {
    const found = before.relation(name);
    const isTable = found.is === "unknown" || (found.is === "present" && !found.value.temporary);
    return isTable && !madeHere(name) && size(name) !== "small";
  });

/** Existing tables that it reads in full in a transaction that also takes other locks; empty: none. */
function readInTransaction({ effects, transaction, earlier, later, show }: Step): string {
  if (transaction.kind !== "block" && transaction.kind !== "implicit") return "";
  // `slow-statement-under-lock` reports queries under a lock that makes others wait.
  if (transaction.held.some(({ mode }) => blocks(mode) !== "nothing")) return "";
  const isMore = ({ operation, transaction: { id }, effects: { locks } }: Step): boolean =>
    id === transaction.id && operation.kind !== "selectRows" && locks.length > 0;
  if (![...earlier(), ...later()].some(isMore)) return "";
  const [first, ...rest] = effects.scans;
  return first === undefined ? "" : show(first) + (rest.length > 0 ? ` and ${rest.length} more` : "");
}
