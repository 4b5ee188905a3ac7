import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-locks-referenced-table",
  formerly: ["foreign-key-locks-referenced-table"],
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  sameCause: ["drop-table", "drop-foreign-key-action", "drop-column"],
  partOf: ["change-column-type", "drop-column"],
  docs: {
    summary:
      "`DROP TABLE`, `DROP COLUMN` or `DROP CONSTRAINT` with a foreign key, which also locks the referenced table.",
    why: "A foreign key has triggers on both tables, so dropping it takes `ACCESS EXCLUSIVE` on the referenced one as well, which is often the busiest of all. Its reads and writes wait, and two tables locked one after the other can deadlock with the application.",
    instead:
      "Drop the constraint first, in a separate transaction that begins with `LOCK TABLE … IN ACCESS EXCLUSIVE MODE` on the referenced table, with a short `lock_timeout`, and run the migration again if it gives up.",
    exceptions: [
      "a referenced table that this migration creates or later drops",
      "a referenced table that an earlier statement of the migration locks in `ACCESS EXCLUSIVE`",
      "a referenced table that a later statement of the migration rewrites, and so locks for longer",
      "a foreign key to the table itself",
      "a foreign key that the history doesn't create",
    ],
  },
  messages: {
    dropped: "also takes ACCESS EXCLUSIVE on {{tables}}: reads and writes wait",
  },
  kinds: { dropped: ["dropTable", "dropColumn", "dropConstraint"] },
  on: {
    dropped(step, { report }) {
      const { operation, show } = step;
      const keys = referencedByDropped(step);
      if (keys.length === 0) return;
      const referenced = keys.map((key) => show(key));
      const going = keysGoingWith(step).filter(({ references }) => keys.includes(references));
      report({
        at: operation.head,
        message: "dropped",
        data: { tables: referenced.join(" and ") },
        instead: going.every(({ origin }) => step.isHere(origin))
          ? madeInVain
          : (recipes.exchangedKey(step) ?? recipes.lockReferencedFirst(step, referenced)),
        impliedBy: recipes.keyAfter(step),
      });
    },
  },
});

const madeInVain =
  "Leave the foreign key out where this migration creates it: it is dropped again here, and without it neither statement locks the referenced table.";

function keysGoingWith({ table, before }: Step<"dropTable" | "dropColumn" | "dropConstraint">) {
  const relation = before.relation(before.resolve(table));
  const constraints = relation.is === "present" ? relation.value.constraints : [];
  return constraints.flatMap((constraint) => (constraint.kind === "foreign key" ? [constraint] : []));
}

/** Tables locked only because of a foreign key of what is dropped. */
function referencedByDropped(step: Step<"dropTable" | "dropColumn" | "dropConstraint">): readonly string[] {
  const {
    table,
    before,
    locks: { lockOn },
    earlier,
    later,
  } = step;
  const own = before.resolve(table);
  const going = keysGoingWith(step).map(({ references }) => references);
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
      // What the migration is for locks it for longer.
      !later().some(({ effects: { rewrites } }) => rewrites.includes(key)) &&
      // Locked before in this file: reported already, or locked for another reason.
      !earlier().some(({ effects: { locks } }) =>
        locks.some(({ relation: locked, mode }) => locked === key && mode === "ACCESS EXCLUSIVE"),
      ),
  );
}
