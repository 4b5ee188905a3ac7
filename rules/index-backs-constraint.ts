import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "index-backs-constraint",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["up", "down"],
  alsoRefused: { effects: "says itself that the statement fails" },
  docs: {
    summary: "DROP INDEX of an index that a constraint, or the index of a partitioned table, needs.",
    why: "The server refuses it (2BP01; MySQL and MariaDB 1553), so the migration fails. On MySQL and MariaDB every foreign key needs an index that begins with its columns, and one on those that it refers to. On PostgreSQL the index of a primary key, UNIQUE or EXCLUDE constraint goes only with its constraint, that of a partition only with the index of the whole table.",
    instead: {
      postgres:
        "`ALTER TABLE … DROP CONSTRAINT`; for a partition's index, drop that of the partitioned table.",
      mysql:
        "Add another index that begins with those columns in the same ALTER TABLE, or drop the foreign key first.",
    },
  },
  messages: {
    constraint: "fails: constraint {{constraint}} of {{table}} needs index {{index}}",
    foreignKey: "fails: foreign key {{constraint}} of {{table}} needs {{index}}",
    parent: "fails: index {{parent}} of the partitioned table needs {{index}}",
  },
  recipe: { postgres: recipes.dropOwner },
  on: {
    dropConstraint({ operation: drop, before, mysql: { heldByForeignKey }, show }, { report }) {
      const holder = heldByForeignKey();
      // Those of other tables are told by drop-breaks-dependent.
      if (holder === undefined || holder.table !== before.resolve(drop.table)) return;
      const { constraint, table } = holder;
      const index = drop.object === "primary key" ? "the primary key" : `index ${drop.name.text}`;
      report({ at: drop.head, message: "foreignKey", data: { constraint, table: show(table), index } });
    },
    dropIndex({ operation: drop, before, mysql: { heldByForeignKey }, show }, { report }) {
      const holder = heldByForeignKey();
      if (holder !== undefined) {
        const { constraint, table } = holder;
        const index = `index ${drop.index.text}`;
        report({ at: drop.head, message: "foreignKey", data: { constraint, table: show(table), index } });
      }
      const found = before.index(drop.index);
      if (before.family === "mysql" || found.is !== "present") return;
      const { constraint, parent, table } = found.value;
      const index = show(drop.index);
      if (constraint !== undefined)
        report({ at: drop.head, message: "constraint", data: { constraint, table: show(table), index } });
      else if (parent !== undefined)
        report({ at: drop.head, message: "parent", data: { parent: show(parent), index } });
    },
  },
});
