import { defineRule, insertAt, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-index-without-concurrently",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "suggestion",
  docs: {
    summary: "`DROP INDEX` without `CONCURRENTLY` on an existing table.",
    why: "`DROP INDEX` takes `ACCESS EXCLUSIVE` on the table: it waits behind running statements, and every read and write of the table waits behind it.",
    instead: "Use `DROP INDEX CONCURRENTLY` in a separate migration that runs outside a transaction.",
    exceptions: [
      "a table that this migration creates, unless rows were committed to it before",
      "an index that this migration creates",
      "a table on which another statement of the same transaction takes `ACCESS EXCLUSIVE` anyway; a note, where another statement of the migration takes it in a transaction of its own, or nothing says whether it does",
      "an index whose table, or one of whose columns, the same migration drops behind it",
      "an index that no migration creates and that is called after a column which the same migration drops before: it mostly went with the column",
      "an index that no migration creates and that is called after a table which the same migration drops behind it",
      "an index that no migration creates, in a transaction that `LOCK TABLE` gave ACCESS EXCLUSIVE on a table that it is called after; a note, where it isn't called so",
      "an index of a constraint, which the server refuses to drop",
    ],
  },
  messages: {
    locks: "takes ACCESS EXCLUSIVE on {{table}}: reads and writes wait",
    partitioned: "takes ACCESS EXCLUSIVE on {{table}}; can't be concurrent: set lock_timeout and retry",
  },
  recipe: recipes.concurrentDropIndex,
  on: {
    dropIndex(step, { report }) {
      const {
        operation: drop,
        statement,
        transaction,
        inBody,
        before,
        isHere,
        createdHere,
        show,
        locks,
      } = step;
      if (drop.concurrently) return;
      const found = before.index(drop.index);
      if (found.is !== "present") {
        if (found.is !== "unknown" || locks.namedAfterDropped(drop.index)) return;
        const stated = locks.tableInCall();
        if (stated !== undefined && (createdHere(stated) === "yes" || locks.takenAnyway(stated))) return;
        if (stated === undefined && locks.namedAfterLocked(drop.index)) return;
        // The table that is locked on purpose may be the index's.
        const severity = stated === undefined && locks.heldExplicitly() ? "note" : undefined;
        const data = { table: stated === undefined ? "its table" : show(stated) };
        report({ at: drop.head, message: "locks", severity, data });
        return;
      }
      const { table, origin, constraint } = found.value;
      // An index that a constraint owns can't be dropped at all.
      if (isHere(origin) || createdHere(table) === "yes" || constraint !== undefined) return;
      if (locks.takenAnyway(table) || locks.goesAnyway(found.value)) return;
      const relation = before.relation(table);
      if (relation.is === "present" && relation.value.partitionBy !== undefined) {
        const instead =
          "an index of a partitioned table can't be dropped concurrently: set a short lock_timeout, and run the migration again if it gives up";
        report({
          at: drop.head,
          message: "partitioned",
          severity: "note",
          data: { table: show(table) },
          instead,
        });
        return;
      }
      const outside = !inBody && (transaction.kind === "none" || transaction.kind === "unknown");
      // CONCURRENTLY takes one index at a time, and no CASCADE.
      const alone = statement.operations.length === 1 && !drop.cascade;
      report({
        at: drop.head,
        message: "locks",
        severity: locks.takenBeside(table) ? "note" : undefined,
        data: { table: show(table) },
        fix:
          outside && alone
            ? { title: "add CONCURRENTLY", edits: [insertAt(drop.afterKeyword, " CONCURRENTLY")] }
            : undefined,
      });
    },
  },
});
