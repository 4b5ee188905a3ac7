import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "update-changes-meaning",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  sameCause: ["update-without-where", "backfill-without-batches"],
  docs: {
    summary:
      "An `UPDATE` converts all values of a column to another unit or form: `SET price = price * 100`, `SET path = path || '.bak'`.",
    why: "The running application takes the new values for old ones, and continues to write old ones until it is replaced. Afterwards nobody can tell them apart. A second run of the statement converts the values again.",
    instead:
      "Add a column for the new values (`price_cents`), with a trigger that converts both ways on each write, convert the old rows in batches, deploy the version that uses it, and drop the old column later.",
    exceptions: [
      "a condition that chooses some of the rows, other than `IS NOT NULL` of the column",
      "a factor that isn't one between units, as in `price * 1.02`: the values change, and not what they mean",
      "a table or column that this migration or another pending one creates",
      "a value that depends on other columns or tables, or on a CASE",
    ],
  },
  messages: {
    remade: "the running application reads and writes {{column}} as it was before {{change}}",
  },
  recipe: { postgres: recipes.convertedBeside, mysql: recipes.convertedBeside },
  on: {
    updateRows({ operation, values: { remade }, show }, { report }) {
      const found = remade();
      if (found === undefined) return;
      const column = show(operation.table, found.column);
      report({ at: operation.head, message: "remade", data: { column, change: found.change } });
    },
  },
});
