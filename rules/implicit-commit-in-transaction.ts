import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "implicit-commit-in-transaction",
  category: "transactions",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "A statement that commits implicitly, such as DDL, inside of a transaction.",
    why: "`CREATE`, `ALTER`, `DROP`, `RENAME` and `TRUNCATE` commit what is open before they run, even if they then fail. `ROLLBACK` no longer reaches the rows changed before, and each statement after it commits by itself. Of a transaction that the tool opens around every file it is said only where rows were changed before in it.",
    instead: "Change rows in a migration of their own; leave out `BEGIN` and `COMMIT` around DDL.",
  },
  messages: {
    opened: "commits what BEGIN opened: ROLLBACK takes back nothing that ran before",
    rows: "commits {{count}} earlier row changes: a failure from here on leaves them behind",
    row: "commits the earlier change of rows: a failure from here on leaves it behind",
  },
  on: {
    operation({ operation, statement, transaction: { commits }, mysql: { rowsCommitted } }, { report }) {
      if (commits === undefined || operation !== statement.operations[0] || operation.kind === "begin")
        return;
      const rows = rowsCommitted();
      const [first] = rows;
      const related =
        first === undefined ? [] : [{ at: first.operation.head, message: "rows are changed here" }];
      const at = operation.head;
      if (commits.by === "file") {
        const begin = commits.begin === undefined ? [] : [{ at: commits.begin, message: "opens it" }];
        report({
          at,
          message: "opened",
          related: [...begin, ...related],
        });
      } else if (rows.length === 1) report({ at, message: "row", related });
      else if (rows.length > 1) report({ at, message: "rows", data: { count: rows.length }, related });
    },
  },
});
