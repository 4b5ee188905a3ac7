import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "impossible-algorithm",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  directions: ["up", "down"],
  alsoRefused: "reports the failure itself",
  docs: {
    summary: "`ALGORITHM` or `LOCK` asks for less than the statement needs.",
    why: "The server refuses the statement. That is what the clauses are for, but here it is known beforehand, whatever the size of the table.",
    instead:
      "Write the ALGORITHM and LOCK that the statement needs, if that is acceptable; otherwise use gh-ost, pt-online-schema-change or spirit, or fill a new column.",
    exceptions: [
      "a clause that MariaDB accepts and doesn't obey: `algorithm-copy` reports the copy",
      "a clause that this release doesn't have: `unsupported-by-version` reports it",
    ],
  },
  messages: {
    refused: "fails: {{reason}}",
  },
  on: {
    operation({ operation, statement, mysql: { refusedRequest } }, { report }) {
      const refused = refusedRequest();
      if (refused === undefined || operation !== statement.operations[0]) return;
      const { reason, span } = refused;
      report({ at: span ?? operation.head, message: "refused", data: { reason } });
    },
  },
});
