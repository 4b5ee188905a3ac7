import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "index-backs-constraint",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["up", "down"],
  alsoRefused: { effects: "reports the failure itself" },
  docs: {
    summary: "`DROP INDEX` of an index that a constraint, or an index of a partitioned table, needs.",
    why: "The statement fails (2BP01; MySQL and MariaDB 1553). On PostgreSQL, the index of a primary key, UNIQUE or EXCLUDE constraint can be dropped only with its constraint, and a partition's index only with the index of the partitioned table. On MySQL and MariaDB, every foreign key needs an index that begins with its columns, and one on the columns that it refers to.",
    instead: {
      postgres:
        "Use `ALTER TABLE … DROP CONSTRAINT`; for a partition's index, drop the index of the partitioned table.",
      mysql:
        "Add another index that begins with those columns in the same `ALTER TABLE`, or drop the foreign key first.",
    },
    exceptions: ["on MySQL and MariaDB, an index whose foreign key can use another one"],
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
      // `drop-breaks-dependent` reports foreign keys of other tables.
      if (holder === undefined || holder.table !== before.resolve(drop.table)) return;
      const { constraint, table } = holder;
      const index = drop.object === "primary key" ? "the primary key" : `index ${drop.name.text}`;
      report({ at: drop.head, message: "foreignKey", data: { constraint, table: show(table), index } });
    },
    dropIndex(step, { report }) {
      const { operation: drop, before, mysql, dependents, locks, show } = step;
      const holder = mysql.heldByForeignKey();
      const found = before.index(drop.index);
      const goes = dependents.tableGoes() || (found.is === "present" && locks.goesAnyway(found.value));
      // As generators write it.
      const instead = goes ? "Leave it out: what is dropped behind it takes the index along." : undefined;
      if (holder !== undefined) {
        const { constraint, table } = holder;
        const index = `index ${drop.index.text}`;
        report({
          at: drop.head,
          message: "foreignKey",
          instead,
          data: { constraint, table: show(table), index },
        });
      }
      if (before.family === "mysql" || found.is !== "present" || before.mayDiffer(drop.index)) return;
      const { constraint, parent, table } = found.value;
      const index = show(drop.index);
      if (constraint !== undefined)
        report({
          at: drop.head,
          message: "constraint",
          instead,
          data: { constraint, table: show(table), index },
        });
      else if (parent !== undefined)
        report({ at: drop.head, message: "parent", instead, data: { parent: show(parent), index } });
    },
  },
});
