import { defineRule, recipes, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-visible-index",
  category: "compatibility",
  severity: "note",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`DROP INDEX` of an index that wasn't made invisible before.",
    why: "Queries that used the index read the whole table from that moment, and building it again takes as long as it did the first time. An index that is `INVISIBLE` (MySQL 8.0; `IGNORED` on MariaDB 10.6) is kept up to date but not used, and can be made visible again immediately.",
    instead: "Make the index invisible in an earlier migration, and drop it when no query has become slower.",
    exceptions: [
      "an index whose columns are the first ones of another index, or are the first column of one that the migration creates",
      "an index on columns that are deprecated, or that the migration also drops or renames",
      "a unique index (see `drop-unique-key`), or one that isn't a B-tree",
      "an index that this migration creates, or one of a table that a pending migration creates",
      "a table that is small, by the `tables` setting or by production's statistics",
      "a server that has no invisible indexes",
    ],
  },
  messages: { used: "queries that used {{index}} read all of {{table}}, and building it again takes time" },
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

/** Hidden before, new, unique (another rule reports it), or replaced in the migration. */
function isNoLoss(step: Step<"dropIndex">, table: QualifiedName): boolean {
  const { before, scope, operation, indexes, isHere, dependents } = step;
  const key = before.resolve(table);
  const isIt = ({ name }: { readonly name: string }): boolean => name === operation.index.name;
  const found = before.indexesOn(table).find(isIt);
  const made = scope.after.indexesOn(key).filter(({ origin }) => isHere(origin));
  // The history doesn't know the index: one that the migration creates may replace it.
  if (found === undefined) return made.length > 0;
  const hidden = scope.before.indexesOn(key).find(isIt);
  if (hidden?.mysql?.visible === false || isHere(found.origin) || found.unique) return true;
  const columns = found.elements.flatMap(({ column }) => column ?? []);
  if (found.method !== "btree" || columns.some((column) => dependents.retires(table, column))) return true;
  const [first] = columns;
  // Same name or same first column: the index is redefined.
  const isRedrawn = made.some(
    (index) => isIt(index) || index.elements.some(({ column }) => column === first),
  );
  return isRedrawn || indexes.indexedBy(scope.after, table, columns) === "yes";
}
