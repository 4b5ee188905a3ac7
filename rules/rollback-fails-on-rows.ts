import { defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "rollback-fails-on-rows",
  category: "history",
  severity: "warning",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["down"],
  docs: {
    summary:
      "A rollback restores a constraint, key or type that rows written since the migration may break, or adds a required column.",
    why: "The migration allows what was refused before, and the new version writes it. The rollback then fails, at the moment when it is needed.",
    instead:
      "Let the rollback change or delete such rows first, or restore the constraint so that it holds for new rows only: on PostgreSQL a FOREIGN KEY or CHECK with `NOT VALID`. If it can't be undone, state so: `-- ddlint-irreversible: reason`.",
    exceptions: [
      "a rollback that first writes or deletes rows of the table",
      "a constraint that is added with `NOT VALID`, or with `foreign_key_checks = 0`",
      "a table that the migration creates or drops",
      "a key with a column whose default differs from row to row: an identity, `serial`, `gen_random_uuid()`",
      "a primary key that only the server counts up (an identity, `serial`, `AUTO_INCREMENT`) and gets its old `integer` back, and a foreign key column that refers to one: such values outgrow it only after two thousand million rows",
      "a rollback that the tool derives from the migration, as Django and Rails do",
      "a key or CHECK of columns that the rollback adds again",
      "a migration that is marked with `-- ddlint-irreversible: reason`, or whose rollback raises `ActiveRecord::IrreversibleMigration`",
      "a migration or rollback of which a statement isn't known before it runs, such as `EXECUTE`",
    ],
  },
  messages: {
    value: "fails if {{table}} has a row: {{columns}} is NOT NULL and has no default{{more}}",
    null: "fails if a row written since the migration has NULL in {{columns}} of {{table}}{{more}}",
    unique: "fails if rows written since the migration have the same {{columns}} in {{table}}{{more}}",
    reference: "fails if a row of {{table}} written since refers to a missing row by {{columns}}{{more}}",
    check: "fails if a row of {{table}} written since the migration breaks {{columns}}{{more}}",
    type: "fails if a value of {{columns}} of {{table}} written since doesn't fit the old type{{more}}",
    smaller: "fails if a value of {{columns}} of {{table}} doesn't fit the type that it gets{{more}}",
  },
  on: {
    migration({ rollbackDemands, readable }, { report }) {
      if (!readable()) return;
      const [first, ...others] = rollbackDemands();
      if (first === undefined) return;
      const { how, step, table } = first;
      report({
        at: placeOf(step),
        message: how,
        // Whether the new version has written such rows isn't known, or whether it runs.
        severity: how === "value" && step.operation.conditional !== true ? undefined : "note",
        data: {
          table: step.show(table),
          columns: first.name ?? first.columns.map((column) => step.spell(column)).join(", "),
          more: others.length === 0 ? "" : ` (and ${others.length} more)`,
        },
        instead:
          ways[how] && `${ways[how]} If it can't be undone, state so: \`-- ddlint-irreversible: reason\`.`,
        related: others.map(({ step: other }) => ({ at: placeOf(other), message: "may fail as well" })),
        step,
      });
    },
  },
});

/** Of a foreign key or CHECK, see `docs.instead`. */
const ways: Readonly<Record<string, string>> = {
  value: "Give the column a DEFAULT, or add it without NOT NULL, fill it, and make it NOT NULL in the end.",
  null: "Let the rollback give such rows a value first.",
  unique: "Let the rollback change or delete such rows first.",
  type: "Let the rollback change such values first.",
  smaller: "Let the rollback change such values first, or restore the type that the column had.",
};

const placeOf = ({ script, operation }: Step) => ({ path: script.path, span: operation.head });
