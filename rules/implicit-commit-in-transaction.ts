import { defineRule, type Step } from "../src/lint/rule.ts";

/** Nothing but COMMIT follows the statement. */
const endsIn = (later: readonly Step[], statement: Step["statement"]): boolean =>
  later.find((one) => one.statement !== statement)?.operation.kind === "commit";

/** The tool opens the transaction: there is no BEGIN to leave out. */
const apart = "Change rows in a separate migration.";

/** What they advise for the migration ends this, too. */
const ofMigrations = ["mixed-schema-and-data", "not-atomic"];

export default defineRule({
  id: "implicit-commit-in-transaction",
  category: "transactions",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  fix: "safe",
  docs: {
    summary: "A statement that commits implicitly, such as DDL, inside a transaction.",
    why: "`CREATE`, `ALTER`, `DROP`, `RENAME` and `TRUNCATE` commit the open transaction before they run, even if they then fail. `ROLLBACK` no longer undoes the row changes before them, and each statement after them commits by itself.",
    instead: "Change rows in a separate migration; leave out `BEGIN` and `COMMIT` around DDL.",
    exceptions: [
      "a transaction that the tool opens around each file, unless rows were changed in it before, of tables that the migration doesn't make",
      "`CREATE TEMPORARY TABLE` and `DROP TEMPORARY TABLE`",
    ],
  },
  messages: {
    lone: "commits what BEGIN opened: the transaction holds nothing",
    first: "commits what BEGIN opened: ROLLBACK undoes nothing that follows",
    opened: "commits what BEGIN opened: ROLLBACK undoes nothing that ran before",
    rows: "commits {{count}} earlier row changes: a failure from here on leaves them behind",
    row: "commits the earlier change of rows: a failure from here on leaves it behind",
  },
  on: {
    operation(
      {
        operation,
        statement,
        transaction: { commits },
        mysql: { rowsCommitted },
        edits: { withoutLostTransaction },
        earlier,
        later,
      },
      { report },
    ) {
      if (commits === undefined || operation !== statement.operations[0] || operation.kind === "begin")
        return;
      const rows = rowsCommitted();
      const [first] = rows;
      const related =
        first === undefined ? [] : [{ at: first.operation.head, message: "rows are changed here" }];
      const at = operation.head;
      if (commits.by === "file") {
        const begin = commits.begin === undefined ? [] : [{ at: commits.begin, message: "opens it" }];
        const edits = withoutLostTransaction();
        // What the template of a tool writes around a single statement.
        const isFirst = first === undefined && earlier().at(-1)?.operation.kind === "begin";
        const isLone = isFirst && endsIn(later(), statement);
        report({
          at,
          message: isLone ? "lone" : isFirst ? "first" : "opened",
          severity: isLone ? "note" : undefined,
          related: [...begin, ...related],
          fix: edits && { title: "remove BEGIN and COMMIT, which hold nothing together", edits },
        });
        return;
      }
      // A second run stops at the CREATE TABLE, whatever became of them.
      if (rows.every(({ table, madeHere }) => table !== undefined && madeHere(table))) return;
      const about = { at, related, instead: apart, impliedBy: { rule: ofMigrations } } as const;
      if (rows.length === 1) report({ ...about, message: "row" });
      else if (rows.length > 1) report({ ...about, message: "rows", data: { count: rows.length } });
    },
  },
});
