import { defineRule, recipes, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "query-fills-new-relation",
  category: "locks",
  severity: "note",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "CREATE TABLE AS or CREATE MATERIALIZED VIEW reads existing tables in the transaction of the migration; on MySQL and MariaDB any CREATE TABLE … SELECT from them.",
    why: "The transaction lasts as long as the query: locks that the rest of the migration takes are held for that time, VACUUM can remove nothing meanwhile, and a failure at the end undoes it all. On MySQL and MariaDB (REPEATABLE READ, the default) the query locks the rows that it reads: writes to them wait until the last one is copied.",
    instead: {
      postgres:
        "`WITH NO DATA`, and fill it in a migration of its own: REFRESH, or INSERT … SELECT in batches.",
      mysql: "`CREATE TABLE … LIKE`, then INSERT … SELECT by ranges of the key.",
    },
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

/** MySQL: tables of others whose rows it locks; small ones for no time to speak of. */
const lockedByReading = (
  { before, madeHere, size }: Step,
  read: readonly QualifiedName[],
): readonly QualifiedName[] =>
  read.filter((name) => {
    const found = before.relation(name);
    const isTable = found.is === "unknown" || (found.is === "present" && !found.value.temporary);
    return isTable && !madeHere(name) && size(name) !== "small";
  });

/** Existing tables that it reads wholly in a transaction that does more; empty: none. */
function readInTransaction({ effects, transaction, earlier, later, show }: Step): string {
  if (transaction.kind !== "block" && transaction.kind !== "implicit") return "";
  // Under a lock that makes others wait it is `slow-statement-under-lock`.
  if (transaction.held.some(({ mode }) => mode === "ACCESS EXCLUSIVE")) return "";
  const isMore = ({ operation, transaction: { id }, effects: { locks } }: Step): boolean =>
    id === transaction.id && operation.kind !== "selectRows" && locks.length > 0;
  if (![...earlier(), ...later()].some(isMore)) return "";
  const [first, ...rest] = effects.scans;
  return first === undefined ? "" : show(first) + (rest.length > 0 ? ` and ${rest.length} more` : "");
}
