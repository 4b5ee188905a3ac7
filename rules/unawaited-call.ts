import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unawaited-call",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "A call that writes to the database is neither awaited nor returned.",
    why: "The runner records the migration as applied and closes the connection while the call still runs. It may be cut off in the middle, it may run beside the calls after it or outside of the tool's transaction, and its error reaches nobody, or ends the process. What Knex, Prisma and Drizzle build isn't even sent (see `empty-migration`).",
    instead: "Write `await` before the call. To return its promise fits only the last call.",
    exceptions: [
      "a promise that is kept in a variable or a list, or handed to `then` or a callback",
      "scripts for mongosh, which awaits each call",
      "calls that only collect what the tool sends later, such as `pgm.addColumn()` and `this.addSql()`",
      "db-migrate with callbacks, and a migration that is handed one to call at its end",
    ],
  },
  messages: {
    dropped: "nothing awaits {{method}}() of {{name}}: the migration may end before it does",
    call: "nothing awaits {{method}}(): the migration may end before it does",
    forEach: "nothing awaits what forEach() calls: the migration may end before it does",
  },
  on: {
    migration({ migration: { up, down } }, { report }) {
      for (const script of [up, down])
        for (const { at: span, method } of script?.code?.unawaited ?? []) {
          const at = { path: up.path, span };
          if (method === "forEach") report({ at, message: "forEach", instead: forOf });
          else report({ at, message: "call", data: { method } });
        }
    },
    operation({ operation, documents, changes }, { report }) {
      const call = documents.call();
      if (call?.waits !== "dropped" || changes === "nothing" || documents.isNextRound()) return;
      report({
        at: operation.head,
        message: "dropped",
        data: { method: call.method, name: documents.name() },
        instead: call.sync === undefined ? undefined : inAsync,
      });
    },
  },
});

const inAsync =
  "Make the function around it `async`, and write `await` before the call. To return its promise fits only the last call.";
const forOf = "`for (const one of list) await …`, or `await Promise.all(list.map(…))`";
