import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "refused-statement",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["up", "down"],
  repeatedIn: "migration",
  alsoRefused: { effects: "reports the failure itself" },
  sameCause: [
    "drop-breaks-dependent",
    "drop-column-of-composite-key",
    "duplicate-object",
    "foreign-key-to-non-unique",
    "foreign-key-type-mismatch",
    "identifier-too-long",
    "impossible-algorithm",
    "index-backs-constraint",
    "inherited-table",
    "key-too-long",
    "modify-foreign-key-column",
    "partition-key-not-in-primary-key",
    "primary-key-without-index",
    "rollback-order",
    "set-null-on-not-null",
    "unsupported-by-product",
    "unsupported-by-version",
    "volatile-check",
  ],
  docs: {
    summary:
      "A statement that the server is sure to refuse, by what the history has made, or a call that the migration tool refuses.",
    why: "The migration fails where it is applied: the column's type has no cast to the new one, the view would lose a column, the index method has no operator class for the type, the default isn't a value of the column's type (`boolean DEFAULT 0`), or a pattern is compared with a column of another type than text (`id LIKE 'a%'` of a `uuid`). Other rules report missing objects, names that are taken and what depends on an object. A tool refuses a call that lacks what it needs: Alembic's `drop_constraint(None)`, as autogenerate writes it for a constraint without a name, and on MySQL `alter_column` without `existing_type`.",
    instead: "Correct the statement or the call: the message says what is wrong.",
    exceptions: [
      "a statement under a condition, or whose error the block catches",
      "what only another release of the server refuses (see `unsupported-by-version`)",
      "what the history leaves open: an object that it doesn't create as a whole",
      "on MySQL and MariaDB, foreign keys, as `foreign_key_checks` may be off",
      "a changeset of Liquibase without an id, where the project's release is known to run it (before 4.19)",
    ],
  },
  messages: { fails: "{{how}}: {{reason}}", backFails: "the rollback {{how}}: {{reason}}" },
  on: {
    migration(scope, { report }) {
      const { up, down } = scope.migration;
      // Nobody wrote what the tool makes of the way forward.
      const weaker = down?.code?.automatic === true ? "warning" : undefined;
      const ways = [
        { code: up.code, way: "up", message: "fails", severity: undefined },
        { code: down?.code, way: "down", message: "backFails", severity: weaker },
      ] as const;
      for (const { code, way, message, severity } of ways)
        for (const call of code?.refused ?? []) {
          const isUnsure = call.isUnsure === true;
          const data = { how: isUnsure ? "may fail" : "fails", reason: call.why };
          const [at, instead] = [{ path: up.path, span: call.at }, recipes.named(call, scope, way)];
          report({ at, message, data, instead, severity: isUnsure ? "warning" : severity });
        }
    },
    operation(step, { report }) {
      const { operation, statement, earlier, effects, failures, before, dependents } = step;
      const { fails, needs, needsVersion } = effects;
      // Another rule names the object that is missing, and the release that has what this one lacks.
      if (fails === undefined || failures.length > 0 || needs !== undefined || needsVersion !== undefined)
        return;
      // Something may catch the error.
      if (operation.conditional === true) return;
      // Other rules name what depends on it, and the key.
      const isNamed =
        operation.kind === "dropSchema" ||
        dependents.ofDropped().some(({ onDrop }) => onDrop === "refuses") ||
        dependents.incomparableKeys().length > 0;
      if (isNamed) return;
      // A session may have turned foreign_key_checks off.
      if (before.family === "mysql" && (operation.kind === "addForeignKey" || operation.kind === "dropTable"))
        return;
      // A statement of several parts is refused as a whole.
      if (earlier().some((other) => other.statement === statement && other.effects.fails === fails)) return;
      const data = { how: "fails", reason: fails };
      const message = step.direction === "down" ? "backFails" : "fails";
      report({ at: operation.head, message, data, instead: recipes.conversion(step) });
    },
  },
});
