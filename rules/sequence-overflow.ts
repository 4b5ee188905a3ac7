import { defineRule, recipes } from "../src/lint/rule.ts";

const widths: ReadonlyMap<string, number> = new Map(Object.entries({ smallint: 2, integer: 4, bigint: 8 }));

export default defineRule({
  id: "sequence-overflow",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  docs: {
    summary: "A sequence has another integer type than the column that it belongs to.",
    why: "A sequence that `serial` made stays `integer` when its column becomes `bigint`: nextval() fails after 2,147,483,647 all the same. One that is wider by its own words goes on when the column is full.",
    instead: "`ALTER SEQUENCE orders_id_seq AS bigint;` in the migration that widens the column.",
  },
  messages: {
    narrower: "{{column}} is {{columnType}}, but nextval() of {{sequence}} ends with {{type}}",
    wider: "{{column}} is {{columnType}}, but {{sequence}} goes on as {{type}}",
  },
  on: {
    operation(step, { report }) {
      const { operation, dependents, scope, later, show } = step;
      for (const { key, ownedBy, sequenceType: type } of dependents.sequences()) {
        if (ownedBy === undefined || type === undefined) continue;
        const column = scope.after.column(ownedBy.table, ownedBy.column);
        if (column.is !== "present" || column.value.identity !== undefined) continue;
        const columnType = column.value.type?.name ?? "";
        const [own, its] = [widths.get(type), widths.get(columnType)];
        if (own === undefined || its === undefined || own === its) continue;
        // Said once, of the last that made it so.
        if (later().some((other) => other.dependents.sequences().some((sequence) => sequence.key === key)))
          continue;
        report({
          at: operation.head,
          message: own < its ? "narrower" : "wider",
          data: { column: show(ownedBy.table, ownedBy.column), columnType, sequence: show(key), type },
          instead: recipes.widenSequence(step, key, columnType),
        });
      }
    },
  },
});
