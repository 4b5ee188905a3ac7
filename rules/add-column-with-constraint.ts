import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "add-column-with-constraint",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "`ADD COLUMN` with a constraint that reads the table, builds an index, or locks another table.",
    why: "PostgreSQL checks the constraint while `ADD COLUMN` holds `ACCESS EXCLUSIVE`, so reads and writes wait. A CHECK, or a foreign key on a column with a default, reads the whole table. UNIQUE and PRIMARY KEY build an index. A foreign key also locks the referenced table.",
    instead:
      "Add the column alone. Then add a CHECK or foreign key as `NOT VALID` and validate it, or build the unique index with `CONCURRENTLY` and add the constraint with `USING INDEX`. A foreign key on a column without a default has no rows to check: it only needs a short transaction.",
    exceptions: [
      "a table that this migration creates, unless rows were committed to it before",
      "a foreign key to the table itself, or to a table that this migration creates",
      "a foreign key that no row can meet (see `foreign-key-to-empty-table`)",
      "a foreign key on a column without a default, as the last statement of the migration: it checks no row",
      "a foreign key to a table that the transaction has locked as strongly before",
      "a primary key or NOT NULL without a default (see `add-column-not-null`)",
      "a primary key whose numbers the server generates (see `add-column-auto-increment`)",
    ],
  },
  messages: {
    scans: "reads all of {{table}} under ACCESS EXCLUSIVE to check the new column",
    builds: "builds an index on {{table}} under ACCESS EXCLUSIVE: reads and writes wait",
    references: "also takes {{lock}} on {{other}}: its writes wait until the transaction ends",
  },
  recipe: recipes.columnThenConstraint,
  on: {
    operation(
      {
        operation,
        before,
        transaction,
        effects,
        locks: { lockOn },
        values: { leavesNull, refersToNone },
        createdHere,
        statement,
        script,
        later,
        show,
      },
      { report },
    ) {
      if (!("within" in operation) || operation.within !== "addColumn") return;
      const { table, head: at, kind } = operation;
      if (createdHere(table) === "yes" || operation.kind === "addNotNull") return;
      // It fails: another rule reports it.
      if (kind === "addPrimaryKey" && leavesNull()) return;
      if (["rows", "default"].includes(refersToNone() ?? "")) return;
      const own = "inlineColumn" in operation ? operation.inlineColumn?.text : undefined;
      const [added] = statement.operations.flatMap((one) =>
        one.kind === "addColumn" && one.column.name.text === own ? one.column : [],
      );
      // The same lock, which another rule reports with the whole way.
      const isNumbered = added?.serial === true || added?.identity !== undefined;
      if (kind === "addPrimaryKey" && isNumbered) return;
      // What is advised for the default adds the constraints of the column behind it.
      const rewriting = statement.operations.some(isComputed)
        ? "add-column-generated"
        : added?.default && "add-column-volatile-default";
      const impliedBy = rewriting && { rule: rewriting, at: { path: script.path, span: statement.span } };
      const about = { at, data: { table: show(table) }, impliedBy };
      if (kind === "addUnique" || kind === "addPrimaryKey") report({ ...about, message: "builds" });
      else if (effects.scans.length > 0) report({ ...about, message: "scans" });
      else if (operation.kind === "addForeignKey") {
        const lock = lockOn(operation.references);
        const other = show(operation.references);
        if (lock === undefined || other === show(table)) return;
        // Locked before, with what waits for it.
        const key = before.resolve(operation.references);
        const strong = [lock, "ACCESS EXCLUSIVE"];
        if (transaction.held.some(({ relation, mode }) => relation === key && strong.includes(mode))) return;
        if (!later().some((step) => step.statement !== statement && step.changes !== "nothing")) return;
        report({ at, message: "references", severity: "note", data: { lock, other }, instead: noValues });
      }
    },
  },
});

/** It rewrites the table, and the rewrite checks the rows. */
const isComputed = (one: Step["operation"]): boolean =>
  one.kind === "addColumn" && one.column.generated?.stored === true;

const noValues =
  "The new column has no value to check: set a short lock_timeout, and end the transaction soon after it.";
