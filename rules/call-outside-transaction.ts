import { defineRule } from "../src/lint/rule.ts";

interface Call {
  readonly parallel?: true | undefined;
  readonly endsSession?: true | undefined;
}

export default defineRule({
  id: "call-outside-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "A call in a transaction's callback doesn't name its session.",
    why: "It runs by itself, outside of the transaction: it is committed at once, stays if the transaction is aborted, and runs again each time the callback is retried.",
    instead:
      "Pass `{ session }` among the options of every call in the transaction. It then needs a replica set, and by default ends within 60 seconds. Or take the transaction away, if the calls can be repeated.",
    exceptions: [
      "options that aren't known before the migration runs",
      "reads",
      "it is a warning if the call is the only write of the transaction, and has the same result when it is repeated",
    ],
  },
  messages: { outside: "{{method}}() of {{name}} has no session: it isn't part of the transaction" },
  on: {
    operation({ operation, documents, changes }, { report }) {
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
