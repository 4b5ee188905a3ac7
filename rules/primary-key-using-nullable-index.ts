import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "primary-key-using-nullable-index",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "`PRIMARY KEY USING INDEX` on columns that may be NULL.",
    why: "The index exists, but the key also makes its columns NOT NULL. For that the whole table is read under ACCESS EXCLUSIVE: reads and writes wait.",
    instead:
      "Make the columns NOT NULL first: add a CHECK as `NOT VALID`, run `VALIDATE CONSTRAINT`, then `SET NOT NULL`, which reads no rows.",
    exceptions: [
      "a table that this migration creates",
      "columns that a validated CHECK proves to be NOT NULL",
    ],
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

/** Columns of the index that are known to be nullable. */
function nullable({ operation: key, before }: Step<"addPrimaryKey">): readonly string[] {
  const index = before.indexesOn(key.table).find(({ name }) => name === key.usingIndex?.text);
  return (index?.elements ?? []).flatMap(({ column }) => {
    const found = column === undefined ? undefined : before.column(key.table, column);
    return found?.is === "present" && found.value.notNull === "no" ? [found.value.name] : [];
  });
}
