import { defineRule, wordsOf, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "now-as-creation-time",
  category: "data",
  severity: "note",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  assumes: "rows",
  docs: {
    summary:
      "`ADD COLUMN created_at … DEFAULT now()`: existing rows get the time of the migration as their creation.",
    why: "The server evaluates the default once, and every existing row holds that time. Nobody can tell these values from true ones later: reports count all old rows as made on that day, and what sorts by the column has no order among them.",
    instead: {
      postgres:
        "Add the column without a default, and then `ALTER COLUMN created_at SET DEFAULT now()`: existing rows hold NULL, which says that the time isn't known. Or fill them with a time that the rows have.",
      mysql:
        "Add the column as NULL without a default, and then change its default: existing rows hold NULL, which says that the time isn't known. Or fill them with a time that the rows have.",
    },
    exceptions: [
      "a table that this migration creates, and tables with few rows",
      "a column that the migration then gives a value",
      "columns with other names, such as `updated_at` and `synced_at`",
      "`created_at` and `updated_at` of one call of a framework, such as `add_timestamps` of Rails",
      "a constant, which stands for an unknown time, such as `'1970-01-01'`",
    ],
  },
  messages: { same: "existing rows of {{table}} get the time of this migration as {{column}}" },
  on: {
    addColumn(step, { report }) {
      const { operation, values, show, spell, createdHere, madeHere, size } = step;
      const { table, column } = operation;
      if (!wordsOf(column.name.text).some((word) => births.has(word)) || isOfFramework(step)) return;
      if (values.clockOfOldRows() === undefined || column.default === undefined) return;
      if (createdHere(table) === "yes" || madeHere(table) || size(table) === "small") return;
      report({
        at: column.default.span,
        message: "same",
        data: { table: show(table), column: spell(column.name) },
      });
    },
  },
});

/** The call adds the time of the last change, too. */
const isOfFramework = ({ later, isOneCallWith }: Step<"addColumn">): boolean =>
  later().some(
    (other) =>
      other.operation.kind === "addColumn" &&
      wordsOf(other.operation.column.name.text).includes("updated") &&
      isOneCallWith(other),
  );

const births = new Set([
  ...["created", "creation", "inserted", "added", "registered", "registration", "joined", "enrolled"],
  ...["signup", "subscribed", "ordered", "placed", "submitted", "posted", "uploaded"],
]);
