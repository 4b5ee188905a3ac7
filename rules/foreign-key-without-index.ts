import { defineRule, growth, hasFewRowsLater, keepsRows, meansToDelete, recipes } from "../src/lint/rule.ts";
import type { Key, Step } from "../src/lint/rule.ts";

const keepIndex =
  "Keep the index, or create another one that begins with the column `CONCURRENTLY` before you drop it.";
const indexFirst =
  "Create another index that begins with the column `CONCURRENTLY` first: what is dropped takes its index along.";

/** The rows of the one that those of the other refer to stay. */
const isKeptIn = (schema: Step["after"], table: Key, references: Key): boolean =>
  keepsRows(schema, schema.relation(table), schema.relation(references));

export default defineRule({
  id: "foreign-key-without-index",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  sameCause: ["foreign-key-without-not-valid", "add-column-with-constraint"],
  docs: {
    summary:
      "At the end of the migration, no index begins with a column of a new foreign key, or of one whose index the migration drops, by itself or with its unique key or a column.",
    why: "PostgreSQL requires an index only on the referenced side. Without one on the other side, every DELETE or key UPDATE of a referenced row reads the whole referencing table while it holds its locks.",
    instead:
      "Create an index on the referencing columns; on an existing table, build it `CONCURRENTLY` before adding the foreign key.",
    exceptions: [
      "a foreign key of several columns, one of which an index begins with: PostgreSQL finds the rows by it",
      "a table known to be small, also by its history",
      "a note: a foreign key without `ON DELETE CASCADE`: whether rows of the other table are ever deleted isn't known, and PostgreSQL's manual leaves the index to you",
      "a note: one with `ON DELETE CASCADE`, to a table from which rows are seldom deleted: one known to be small, also by what later migrations write into it, one of words or a list by its name (`roles`, `order_status`, `countries`, `plans`, `branches`) or with a word as its key (`course_code`, and a name), one of a number and a single text whose rows the migrations write, one that marks them as deleted (`is_deleted`, `deleted_at`, `archived_at`, or a `status` whose values include `deleted`, `removed`, `revoked` or `archived`), one that the migration makes and on which its GRANTs don't allow DELETE, one whose trigger refuses each DELETE, or one of revisions (`revinfo`), to which tables of what rows were at each (`orders_aud`) refer",
      "a note: in a table whose primary key is a pair of rows (without a key: that is nothing but a pair), the column that refers to a look-up table with times (`created_at`), whose rows the migrations write",
      "a partial index whose condition is that the column is NOT NULL",
      "a foreign key that the same or a later migration drops, and one whose index a later migration creates",
      "a column that the history doesn't create, in a table whose indexes aren't all known",
    ],
  },
  messages: {
    dropped: "drops the last index that begins with {{columns}}: deletes in {{other}} read all of {{table}}",
    partial: "{{index}} on {{columns}} of {{table}} is partial: deletes in {{other}} read all of {{table}}",
    missing: "no index begins with {{columns}} of {{table}}: deletes in {{other}} read all of {{table}}",
  },
  recipe: recipes.indexForKey,
  on: {
    migration({ applied, after }, { report }) {
      for (const step of applied()) {
        const { operation, show, spell, indexes } = step;
        for (const { columns, table, references } of indexes.keysLeftWithout(after))
          report({
            at: operation.head,
            message: "dropped",
            step,
            severity: isKeptIn(after, table, references) ? "note" : undefined,
            noted: (end) => isKeptIn(end, table, references),
            instead: operation.kind === "dropIndex" ? keepIndex : indexFirst,
            data: { columns: columns.join(" or "), table: show(table), other: show(references) },
            repaired: (end) => indexes.foundBy(end, table, columns) !== "no",
          });
        if (operation.kind !== "addForeignKey" || step.rows(operation.table).are === "few") continue;
        const columns = operation.columns.map(({ text }) => text);
        const own = after.relation(operation.table);
        if (indexes.foundBy(after, operation.table, columns) !== "no" || !indexes.keyIsLeft(after)) continue;
        const lacksKey = own.is === "present" ? recipes.madeWithoutKey(own.value, columns) : undefined;
        const partial = indexes.partlyFoundBy(after, operation.table, columns);
        const isFew = (end: typeof after): boolean => own.is === "present" && hasFewRowsLater(end, own.value);
        const parent = after.relation(operation.references);
        const { are } = step.rows(operation.references);
        const isKept = (end: typeof after): boolean => are !== "many" && keepsRows(end, own, parent);
        const isSeldom =
          !meansToDelete(operation) || isKept(after) || step.security.seldomDeletes(operation.references);
        const about = {
          at: operation.head,
          step,
          // Only an action says that rows are deleted there; those of a look-up table, or marked as deleted, stay all the same.
          severity: isSeldom ? ("note" as const) : undefined,
          noted: isKept,
          // An action says that the referenced rows are meant to go.
          weight: (meansToDelete(operation) ? 3 : 0) + (own.is === "present" ? growth(after, own.value) : 0),
          impliedBy: lacksKey && { rule: "table-without-primary-key", at: lacksKey },
          repaired: (end: typeof after) => indexes.keyIsIndexed(end) || isFew(end),
        };
        const [table, other] = [show(operation.table), show(operation.references)];
        const data = { columns: columns.join(" or "), table, other };
        if (partial === undefined) report({ ...about, message: "missing", data });
        else report({ ...about, message: "partial", data: { ...data, index: spell(partial.name) } });
      }
    },
  },
});
