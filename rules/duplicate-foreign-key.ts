import { defineRule, sameOrigin, type ForeignKey, type Step } from "../src/lint/rule.ts";

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
      for (const step of applied()) {
        const { operation, before } = step;
        if (operation.kind !== "addForeignKey" || operation.byTool === true) continue;
        const [older, newer] = [keysOf(step, before), keysOf(step, step.after)];
        const own = newer.find((key) => !older.some(({ name }) => name === key.name));
        const other = own && older.find((key) => isSame(key, own));
        if (own === undefined || other === undefined) continue;
        const isLeft = (end: typeof after): boolean => {
          const left = keysOf(step, end);
          return [own, other].every((key) => left.some(({ origin }) => sameOrigin(origin, key.origin)));
        };
        if (!isLeft(after)) continue;
        report({
          at: operation.head,
          message: (own.onDelete ?? none) === (other.onDelete ?? none) ? "again" : "action",
          step,
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
function keysOf({ operation }: Step, schema: Step["before"]): readonly ForeignKey[] {
  if (operation.kind !== "addForeignKey") return [];
  const found = schema.relation(operation.table);
  const constraints = found.is === "present" ? found.value.constraints : [];
  return constraints.flatMap((one) => (one.kind === "foreign key" && !one.inherited ? [one] : []));
}

const isSame = (one: ForeignKey, other: ForeignKey): boolean =>
  one.references === other.references &&
  one.referencedColumns.length > 0 &&
  one.columns.join() === other.columns.join() &&
  one.referencedColumns.join() === other.referencedColumns.join();
