import { defineRule, laterRelation, recipes, type Relation, type Step } from "../src/lint/rule.ts";

const widths: ReadonlyMap<string, number> = new Map(Object.entries({ smallint: 2, integer: 4, bigint: 8 }));

export default defineRule({
  id: "sequence-overflow",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  docs: {
    summary: "A sequence whose integer type differs from the type of the column that owns it.",
    why: "A sequence that `serial` creates stays `integer` when its column becomes `bigint`: nextval() still fails after 2,147,483,647. A sequence with a wider type than its column continues when the column is full, and the INSERT fails.",
    instead: "Write `ALTER SEQUENCE orders_id_seq AS bigint;` in the migration that widens the column.",
    exceptions: [
      "identity columns, whose sequence changes together with the column",
      "a sequence that no column owns",
      "a sequence without a stated type, as in old dumps",
      "a sequence that this or a later migration adjusts, or drops",
    ],
  },
  messages: {
    narrower: "{{column}} is {{columnType}}, but {{sequence}} is {{type}}: nextval() fails at its limit",
    wider: "{{column}} is {{columnType}}, but {{sequence}} is {{type}}: it exceeds the column",
  },
  on: {
    operation(step, { report }) {
      const { operation, dependents, scope, later, show } = step;
      for (const sequence of dependents.sequences()) {
        const found = difference(scope.after, sequence);
        if (found === undefined) continue;
        const { key } = sequence;
        const { type, columnType, owner } = found;
        // Reported once, for the last statement that causes it.
        if (later().some((other) => other.dependents.sequences().some((one) => one.key === key))) continue;
        report({
          at: operation.head,
          message: found.isNarrower ? "narrower" : "wider",
          data: { column: show(owner.table, owner.column), columnType, sequence: show(key), type },
          instead: recipes.widenSequence(step, key, columnType),
          repaired(end) {
            const its = laterRelation(end, sequence);
            return its === undefined || difference(end, its) === undefined;
          },
        });
      }
    },
  },
});

/** Of a sequence with a stated type and of the column that owns it, unless both have the same type. */
function difference(schema: Step["after"], { ownedBy: owner, sequenceType: type }: Relation) {
  if (owner === undefined || type === undefined) return undefined;
  const column = schema.column(owner.table, owner.column);
  if (column.is !== "present" || column.value.identity !== undefined) return undefined;
  const columnType = column.value.type?.name ?? "";
  const [own, its] = [widths.get(type), widths.get(columnType)];
  if (own === undefined || its === undefined || own === its) return undefined;
  return { owner, type, columnType, isNarrower: own < its };
}
