import { defineRule } from "../src/lint/rule.ts";

interface Call {
  readonly parallel?: true | undefined;
  readonly endsSession?: true | undefined;
}

const handIt =
  "Hand the transaction to every call in the callback: `{ transaction }` among the options, which come last.";

export default defineRule({
  id: "call-outside-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  directions: ["up", "down"],
  docs: {
    summary:
      "A call in a transaction's callback isn't handed the transaction (Sequelize), or doesn't name its session (MongoDB).",
    why: "It runs by itself, outside of the transaction: it is committed at once, and stays if the transaction is aborted. MongoDB runs it again each time the callback is retried. In SQL, it runs on another connection: it doesn't see what the transaction has made, and where the transaction has locked its table, each waits for the other forever, as no server knows that the code waits.",
    instead: {
      postgres: handIt,
      mysql: handIt,
      mongodb:
        "Pass `{ session }` among the options of every call in the transaction. It then needs a replica set, and by default ends within 60 seconds. Or take the transaction away, if the calls can be repeated.",
    },
    exceptions: [
      "SQL: calls whose last arguments aren't known before the migration runs, and transactions that are handed to no call (`Sequelize.useCLS`)",
      "MySQL and MariaDB: calls that change the schema, which end a transaction in any case",
      "options that aren't known before the migration runs",
      "reads",
      "it is a warning if the call is the only write of the transaction, and has the same result when it is repeated",
    ],
  },
  messages: {
    outside: "{{method}}() of {{name}} has no session: it isn't part of the transaction",
    waits: "runs beside the transaction, which has locked {{table}}: both wait forever",
    fails: "runs beside the transaction, and fails: {{table}} isn't there before it ends",
    beside: "runs beside the transaction, on another connection: it stays if that is rolled back",
  },
  on: {
    operation(step, { report }) {
      const { operation, documents, changes, before, show, locks } = step;
      const beside = locks.runsBeside();
      if (beside !== undefined) {
        const { by } = beside;
        const at = operation.head;
        const isMysql = before.family === "mysql";
        if (by !== undefined && !isMysql)
          report({
            at,
            message: by.is === "made" ? "fails" : "waits",
            data: { table: show(by.table) },
            related: [{ at: by.at, message: by.is === "made" ? "makes it" : "locks it" }],
          });
        else if (changes === "rows" || (changes === "schema" && !isMysql))
          report({ at, message: "beside", severity: "warning" });
        return;
      }
      const call = documents.call();
      if (call?.inTransaction === undefined || call.hasSession !== false || changes !== "rows") return;
      if (documents.isNextRound()) return;
      report({
        at: operation.head,
        message: "outside",
        data: { method: call.method, name: documents.name() },
        severity:
          documents.isRepeatable() && documents.inSameTransaction().length === 0 ? "warning" : undefined,
        instead: insteadOf([call, ...documents.inSameTransaction()]),
      });
    },
  },
});

/** Calls of one session can't run together, and one that is ended takes its transaction back. */
function insteadOf(calls: readonly Call[]): string | undefined {
  const more = [
    ...(calls.some(({ parallel }) => parallel === true)
      ? ["await them one after the other (not in `Promise.all`)"]
      : []),
    ...(calls.some(({ endsSession }) => endsSession === true)
      ? [
          "end the session behind `withTransaction()` instead of in its callback, where that takes all of it back",
        ]
      : []),
  ];
  if (more.length === 0) return undefined;
  return `Pass \`{ session }\` among the options of every call in the transaction, and ${more.join("; ")}. It then needs a replica set, and by default ends within 60 seconds. Or take the transaction away, if the calls can be repeated.`;
}
