import { blocks, defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "foreign-key-without-not-valid",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  partOf: ["change-column-type"],
  docs: {
    summary: "A foreign key is added to an existing table without `NOT VALID`.",
    why: "SHARE ROW EXCLUSIVE is held on both tables while every row is checked: writes to both wait. It fails at the first row that refers to a missing one. A column that has just been added as NULL fails nowhere, but all rows are read to see it, unless the foreign key is part of the `ADD COLUMN`. That is a note, as no other row is looked up: PostgreSQL 15 reads a million rows in less than a tenth of a second. It is a note, too, where the transaction holds both tables by `LOCK TABLE`.",
    instead:
      "Add it `NOT VALID`, which reads no rows, then run `VALIDATE CONSTRAINT` in another transaction: writes continue meanwhile.",
    exceptions: [
      "a table that this migration creates",
      "a foreign key in `ADD COLUMN`, which `add-column-with-constraint` reports",
      "a foreign key that is `NOT ENFORCED`",
      "a foreign key that no row can meet, or none with a value, such as one to a table that the migration creates and leaves empty (see `foreign-key-to-empty-table`)",
      "a partitioned table whose partitions all have the validated foreign key",
    ],
  },
  messages: {
    locks: "takes {{locks}}: {{waits}} wait while all rows are checked",
    empty: "takes {{locks}}: {{waits}} wait while all rows are read, none of which has a value yet",
    fails: "takes {{locks}}: {{waits}} wait, and it fails if a row has no partner",
    partitioned: "locks and checks all of {{table}}: NOT VALID is refused, so start with its partitions",
  },
  recipe: recipes.notValidThenValidate,
  on: {
    addForeignKey(
      {
        operation: key,
        before,
        effects,
        locks: { lockOn, refusesNotValid, heldExplicitly },
        values: { refersToNone, stillEmpty, mayBreak },
        createdHere,
        madeHere,
        show,
      },
      { report },
    ) {
      if (key.within !== "alterTable" || key.notValid || !key.enforced || createdHere(key.table) === "yes")
        return;
      const lock = lockOn(key.table);
      if (lock === undefined || effects.scans.length === 0) return;
      // Validating would fail as well, or there is no value to check.
      const missing = refersToNone();
      if (missing === "rows" || missing === "default") return;
      if ((missing === "values" || missing === "unfilled") && madeHere(key.references)) return;
      if (refusesNotValid()) {
        report({
          at: key.head,
          message: "partitioned",
          severity: "note",
          data: { table: show(key.table) },
        });
        return;
      }
      const [table, other] = [show(key.table), show(key.references)];
      const otherLock = other === table ? undefined : lockOn(key.references);
      const tables = otherLock === undefined ? table : `${table} and ${other}`;
      const locks =
        otherLock === undefined || otherLock === lock
          ? `${lock} on ${tables}`
          : `${lock} on ${table} and ${otherLock} on ${other}`;
      // ADD COLUMN in the same statement makes it the stronger one.
      const waits =
        blocks(lock) === "writes" ? `${otherLock === undefined ? "its" : "their"} writes` : blocks(lock);
      const data = { locks, waits };
      // No fix: NOT VALID alone leaves the old rows unchecked, and VALIDATE belongs into another transaction.
      if (key.columns.some(({ text }) => stillEmpty(key.table, text)))
        report({ at: key.head, message: "empty", severity: "note", data });
      else {
        // A statement before it makes them wait anyway, to the end of the transaction.
        const isHeld = [key.table, key.references].every((one) => heldExplicitly(before.resolve(one)));
        const severity = isHeld ? "note" : undefined;
        report({ at: key.head, message: mayBreak() ? "fails" : "locks", severity, data });
      }
    },
  },
});
