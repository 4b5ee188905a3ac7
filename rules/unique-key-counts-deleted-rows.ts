import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "unique-key-counts-deleted-rows",
  category: "schema",
  severity: "note",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A table marks rows as deleted, and a unique key on an email, name or slug counts them.",
    why: "To users the row is gone, but its value isn't free: whoever deletes an account can't sign up again with the same email, and a deleted page keeps its slug. The INSERT fails (23505; MySQL and MariaDB 1062), and the application doesn't show the row that is in the way.",
    instead: {
      postgres:
        "If values may be used again, replace the key with a unique index on the rows that aren't deleted: `CREATE UNIQUE INDEX … ON users (email) WHERE deleted_at IS NULL`. `ON CONFLICT` then needs the same condition. If they must stay taken, suppress this finding with the reason.",
      mysql:
        "If values may be used again, replace the key with one on a generated column that is NULL in deleted rows: `email_in_use varchar(255) AS (IF(deleted_at IS NULL, email, NULL))`. If they must stay taken, suppress this finding with the reason.",
    },
    exceptions: [
      "a partial index, and a key that has the mark or an expression",
      "keys on other columns than an email, user name, login, name, title, slug, handle or phone number, beside those of ids",
      "a key to which a foreign key refers",
      "`archived_at`: such rows come back",
      "a key that a later migration drops or replaces, and a mark that one drops",
    ],
  },
  messages: { taken: "a row with {{mark}} keeps {{columns}} of {{table}}: a new row can't have the same" },
  on: {
    migration({ keysWithDeleted }, { report }) {
      for (const found of keysWithDeleted()) {
        const { table, columns, mark, step, isGone } = found;
        report({
          at: step.operation.head,
          message: "taken",
          step,
          data: {
            table: step.show(table.key),
            columns: columns.map(step.spell).join(", "),
            mark: step.spell(mark.name),
          },
          instead: step.after.family === "postgres" ? recipes.keyWithoutDeleted(step, found) : undefined,
          repaired: isGone,
        });
      }
    },
  },
});
