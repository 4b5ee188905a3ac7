import { defineRule, recipes, sameOrigin, type ForeignKey, type Key, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "duplicate-foreign-key",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A table gets a second foreign key on the same columns to the same columns of the other table.",
    why: "The server checks both for every row that is written, and locks both tables to add the second one. Where their `ON DELETE` differ, PostgreSQL and MySQL do what the older key says: a second one with `ON DELETE CASCADE` changes nothing there. Most often, the key exists already under another name, or another column is meant.",
    instead:
      "Leave it out, or name the column that is meant. To change what `ON DELETE` does, drop the old key in the same migration.",
    exceptions: [
      "a key that the migration drops before it ends",
      "a key to another table on the same column",
      "a key that a partition has from its parent",
      "a key that the history doesn't create",
    ],
  },
  messages: {
    again: "{{other}} is the same foreign key: each write is checked twice",
    action: "{{other}} is the same foreign key, and one ON DELETE of both counts",
  },
  on: {
    migration({ applied, after }, { report }) {
      const known = new Map<Key, Map<string, ForeignKey>>();
      for (const step of applied()) {
        const { operation, before } = step;
        if (operation.kind !== "addForeignKey" || operation.byTool === true) continue;
        const table = before.resolve(operation.table);
        const made = step.after.relation(table);
        const own = made.is === "present" ? made.value.constraints.at(-1) : undefined;
        const keys = known.get(table) ?? new Map(keysOf(before, table).map((key) => [signature(key), key]));
        known.set(table, keys);
        if (own?.kind !== "foreign key" || !step.isHere(own.origin)) continue;
        const other = own.referencedColumns.length === 0 ? undefined : keys.get(signature(own));
        keys.set(signature(own), own);
        const isLeft = (end: typeof after): boolean =>
          [own, other].every((key) => {
            const found = key && end.constraint(table, key.name);
            return found?.is === "present" && sameOrigin(found.value.origin, key?.origin);
          });
        if (other === undefined || other.name === own.name || !isLeft(after)) continue;
        report({
          at: operation.head,
          message: (own.onDelete ?? none) === (other.onDelete ?? none) ? "again" : "action",
          step,
          instead: recipes.withoutKey(step, own.name),
          data: { other: other.written ?? other.name },
          related: [{ at: other.origin, message: "the other one" }],
          repaired: (end) => !isLeft(end),
        });
      }
    },
  },
});

const none = "no action";

/** Those of the table that it has by itself. */
function keysOf(schema: Step["before"], table: Key): readonly ForeignKey[] {
  const found = schema.relation(table);
  const constraints = found.is === "present" ? found.value.constraints : [];
  return constraints.flatMap((one) => (one.kind === "foreign key" && !one.inherited ? [one] : []));
}

const signature = ({ references, columns, referencedColumns }: ForeignKey): string =>
  [references, columns.join(), referencedColumns.join()].join(" ");
