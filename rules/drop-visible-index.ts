import { defineRule, recipes, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-visible-index",
  category: "compatibility",
  severity: "note",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "An index is dropped that queries may still use: it was not made invisible before.",
    why: "A query that used it reads the whole table from that moment on, and to build it again takes as long as it did. An index that is `INVISIBLE` (MySQL 8.0; MariaDB 10.6: `IGNORED`) is kept up to date but not used, and is back at once.",
    instead:
      "Make it invisible in an earlier migration, and drop it when no query has become slower. Nothing is said where another index begins with its columns, or where they go with it.",
  },
  messages: { used: "queries that used {{index}} read all of {{table}}, and it isn't back at once" },
  recipe: recipes.mysql.hideIndex,
  on: {
    dropIndex(step, { report }) {
      const { operation, mysql, createdPending, show, size } = step;
      const { index, onTable: table } = operation;
      if (table === undefined) return;
      if (!mysql.canHideIndexes() || createdPending(table) === "yes" || size(table) === "small") return;
      if (isNoLoss(step, table)) return;
      report({ at: operation.head, message: "used", data: { index: index.text, table: show(table) } });
    },
  },
});

/** Hidden before, new, unique (another rule's matter), or replaced in the migration. */
function isNoLoss(step: Step<"dropIndex">, table: QualifiedName): boolean {
  const { before, scope, operation, indexes, isHere, dependents } = step;
  const key = before.resolve(table);
  const isIt = ({ name }: { readonly name: string }): boolean => name === operation.index.name;
  const found = before.indexesOn(table).find(isIt);
  const made = scope.after.indexesOn(key).filter(({ origin }) => isHere(origin));
  // Of one that the history doesn't know, an index that comes instead may well be the same or better.
  if (found === undefined) return made.length > 0;
  const hidden = scope.before.indexesOn(key).find(isIt);
  if (hidden?.mysql?.visible === false || isHere(found.origin) || found.unique) return true;
  const columns = found.elements.flatMap(({ column }) => column ?? []);
  if (found.method !== "btree" || columns.some((column) => dependents.retires(table, column))) return true;
  const [first] = columns;
  // Columns come in between, or the name goes on: it is drawn up anew.
  const isRedrawn = made.some(
    (index) => isIt(index) || index.elements.some(({ column }) => column === first),
  );
  return isRedrawn || indexes.indexedBy(scope.after, table, columns) === "yes";
}
