import { defineRule, type MigrationScope, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "failure-ignored",
  category: "transactions",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  repeatedIn: "file",
  alsoRefused: "it is about what happens when a statement fails",
  docs: {
    summary:
      'A migration is meant to continue if it, or a statement of it, fails: `failOnError="false"`, or `try` around it in a transaction of PostgreSQL.',
    why: "With `failOnError`, the deploy is reported as successful, the later migrations run on a schema that they don't expect, and the failed one is tried again at every deploy. On MySQL and MariaDB, its statements before the failing one stay. On PostgreSQL, a failed statement aborts its transaction, whatever catches the error: the server refuses every statement behind it, and the whole migration fails.",
    instead:
      'Let the deploy fail. If the migration isn\'t needed on some databases, say so with a condition: `preConditions onFail="MARK_RAN"`. In code, ask the database first, or run the statement in a savepoint, as nested transactions of most tools are: `begin_nested()`, `knex.transaction()`.',
    exceptions: [
      "migrations without statements",
      "migrations that only make a schema if it isn't there, without which the next statement in it fails, and nothing but comments and statistics beside it",
      "a `try` with a savepoint, or outside of a transaction",
    ],
  },
  messages: {
    ignored: "{{written}}: if the migration fails, the deploy continues without it and succeeds",
    aborts: "if it fails, the transaction is aborted: catching the error doesn't help",
  },
  on: {
    migration({ migration: { up, ignoresFailure }, steps, history }, { report }) {
      const tried = steps.find(
        ({ operation, transaction }) => operation.tried && transaction.kind === "block",
      );
      if (tried !== undefined)
        report({ at: tried.operation.head, message: "aborts", instead: inSavepoint(history), step: tried });
      if (ignoresFailure === undefined || up.empty) return;
      if (steps.length > 0 && steps.every(({ operation }) => isMissedLater(operation))) return;
      const { at: span, path, written, instead } = ignoresFailure;
      report({ at: { path, span }, message: "ignored", data: { written }, instead });
    },
  },
});

/** Nothing goes wrong silently without it. */
const isMissedLater = (operation: Step["operation"]): boolean =>
  operation.kind === "createSchema" ? operation.ifNotExists : harmless.has(operation.kind);

const harmless: ReadonlySet<string> = new Set(["comment", "analyze", "vacuum"]);

const inSavepoint = ({ savepoint }: MigrationScope["history"]): string =>
  `Ask the database first whether the statement is needed (\`IF EXISTS\`), or run it in a savepoint: ${savepoint ?? "send `SAVEPOINT attempt` before it, and `ROLLBACK TO attempt` where the error is caught"}.`;
