import { defineRule, recipes, typeText } from "../src/lint/rule.ts";

export default defineRule({
  id: "copy-to-narrower-column",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "`INSERT … SELECT` or `UPDATE` copies a column, or one joined with a literal, into another one that can't hold all of its values, or casts it to an enum that lacks some of its labels.",
    why: "The statement fails on the first value that is too long or too large: `value too long for type character varying(3)` on PostgreSQL, `Data too long for column` on MySQL and MariaDB in strict mode, which is the default. `status::text::new_status` fails on the first row with a label that the new type lacks: `invalid input value for enum`. A test database seldom has such a value.",
    instead:
      "Look for such values first. Give the new column the type of the old one, or say how a value becomes shorter: `left(note, 3)`.",
    exceptions: [
      "a column that the migration itself makes, and a table that has no or few rows",
      "a key, or a number that the server counts up",
      "a column with a CHECK, or that a condition of the statement compares with anything but NULL",
      "on MySQL and MariaDB, `INSERT IGNORE`, `UPDATE IGNORE`, and where strict mode is off",
      "a cast to an enum behind an UPDATE or DELETE of the same table",
      "a value that is computed in another way: `left(note, 3)`, `note::varchar(3)`",
      "a literal that is joined with a column, where the target holds more than 64 characters",
    ],
  },
  messages: {
    fails: "fails on the first value of {{source}} that doesn't fit {{column}}: {{change}}",
    joined:
      "fails on the first value of {{source}} that leaves no room for {{others}} more in {{column}}, {{type}}",
    always: "fails on the first value of {{source}}: {{always}} characters never fit {{column}}, {{type}}",
  },
  recipe: recipes.findTooLong,
  kinds: { copy: ["insertRows", "updateRows"] },
  on: {
    copy({ values, show, spell }, { report }) {
      const copy = values.wideCopy();
      if (copy === undefined) return;
      const { column, source, sourceType, type, at, joined } = copy;
      const data = { source: show(source.table, source.column), column: spell(column), type: typeText(type) };
      if (joined?.always !== undefined)
        report({ at, message: "always", data: { ...data, always: joined.always } });
      else if (joined !== undefined)
        report({ at, message: "joined", data: { ...data, others: joined.others } });
      else
        report({
          at,
          message: "fails",
          data: { ...data, change: `${typeText(sourceType)} to ${data.type}` },
        });
    },
  },
});
