import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "impossible-algorithm",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  directions: ["up", "down"],
  alsoRefused: "says itself that the statement fails",
  docs: {
    summary: "`ALGORITHM` or `LOCK` asks for less than the statement takes.",
    why: "The server refuses the statement. That is what the clauses are for; but here it is known beforehand, for every size of the table.",
    instead:
      "The ALGORITHM and LOCK that it takes, where that is bearable; else another way: gh-ost, pt-online-schema-change, spirit, or a new column.",
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
