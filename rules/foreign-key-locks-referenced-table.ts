import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "foreign-key-locks-referenced-table",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary:
      "A foreign key goes with its table, column or constraint, which also locks the referenced table; with the option `created`, also one that comes with CREATE TABLE.",
    why: "The triggers that hold the key stand on both tables: ACCESS EXCLUSIVE on the referenced one, too, which is often the busiest of all. Its reads and writes wait, and two tables locked one after the other can deadlock with the application.",
    instead:
      "Drop the constraint first, in a transaction of its own that locks the referenced table at once: `LOCK TABLE … IN ACCESS EXCLUSIVE MODE` with a short `lock_timeout`, repeated by the runner.",
  },
  messages: {
    dropped: "also takes ACCESS EXCLUSIVE on {{tables}}: reads and writes wait",
    created: "takes {{lock}} on {{tables}}: writes wait for a moment",
  },
  options: {
    defaults: { created: false },
    schema: (z) =>
      z.strictObject({
        created: z.boolean().optional().describe("Also show foreign keys that come with a new table."),
      }),
  },
  on: {
    operation(step, { report }) {
      const { operation, show } = step;
      const referenced = referencedByDropped(step).map((key) => show(key));
      if (referenced.length === 0) return;
      report({
        at: operation.head,
        message: "dropped",
        data: { tables: referenced.join(" and ") },
        instead:
          operation.kind === "dropConstraint" ? recipes.lockReferencedFirst(step, referenced) : undefined,
      });
    },
    addForeignKey({ operation: key, lockOn, show }, { report, options }) {
      const lock = lockOn(key.references);
      if (!options.created || key.within !== "createTable" || lock === undefined) return;
      report({
        at: key.head,
        message: "created",
        severity: "note",
        data: { lock, tables: show(key.references) },
      });
    },
  },
});

/** Tables locked only because of a foreign key of what is dropped. */
function referencedByDropped(step: Step): readonly string[] {
  const { operation, before, lockOn, earlier, later } = step;
  if (
    operation.kind !== "dropTable" &&
    operation.kind !== "dropColumn" &&
    operation.kind !== "dropConstraint"
  )
    return [];
  const own = before.resolve(operation.table);
  const relation = before.relation(own);
  const constraints = relation.is === "present" ? relation.value.constraints : [];
  const going = constraints.flatMap((constraint) =>
    constraint.kind === "foreign key" ? [constraint.references] : [],
  );
  const droppedLater = new Set(
    (going.length === 0 ? [] : later()).flatMap(({ operation: other, before: then }) =>
      other.kind === "dropTable" ? [then.resolve(other.table)] : [],
    ),
  );
  return [...new Set(going)].filter(
    (key) =>
      key !== own &&
      lockOn(key) === "ACCESS EXCLUSIVE" &&
      !droppedLater.has(key) &&
      // Locked before in this file: told already, or locked for another reason.
      !earlier().some(({ effects: { locks } }) =>
        locks.some(({ relation: locked, mode }) => locked === key && mode === "ACCESS EXCLUSIVE"),
      ),
  );
}
