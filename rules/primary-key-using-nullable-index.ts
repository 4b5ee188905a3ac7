import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "primary-key-using-nullable-index",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "PRIMARY KEY USING INDEX whose columns are not NOT NULL yet.",
    why: "The index is there, but the key makes its columns NOT NULL, and for that the whole table is read under ACCESS EXCLUSIVE: reads and writes wait.",
    instead:
      "Make the columns NOT NULL first: a CHECK `NOT VALID`, `VALIDATE CONSTRAINT`, then `SET NOT NULL`, which reads nothing.",
  },
  messages: {
    scans: "reads all of {{table}} under ACCESS EXCLUSIVE to look for NULLs in {{columns}}",
    perhaps: "reads all of {{table}} under ACCESS EXCLUSIVE unless the columns of {{index}} are NOT NULL",
  },
  recipe: recipes.notNullThenKey,
  on: {
    addPrimaryKey(step, { report }) {
      const { operation: key, effects, show } = step;
      if (key.usingIndex === undefined || effects.scans.length === 0) return;
      const columns = nullable(step);
      const table = show(key.table);
      if (columns.length > 0)
        report({ at: key.head, message: "scans", data: { table, columns: columns.join(", ") } });
      else
        report({
          at: key.head,
          message: "perhaps",
          severity: "note",
          data: { table, index: key.usingIndex.text },
        });
    },
  },
});

/** Columns of the index that surely may hold NULL. */
function nullable({ operation: key, before }: Step<"addPrimaryKey">): readonly string[] {
  const index = before.indexesOn(key.table).find(({ name }) => name === key.usingIndex?.text);
  return (index?.elements ?? []).flatMap(({ column }) => {
    const found = column === undefined ? undefined : before.column(key.table, column);
    return found?.is === "present" && found.value.notNull === "no" ? [found.value.name] : [];
  });
}
