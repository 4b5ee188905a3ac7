import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "definer-account",
  category: "security",
  severity: "warning",
  presets: ["strict"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`DEFINER = 'someone'@'host'` in CREATE VIEW, TRIGGER, PROCEDURE, FUNCTION or EVENT.",
    why: "Dumps contain the account that created the object. If a server doesn't have the account, every use of the object fails (error 1449); if it does, the object runs with that account's privileges. Naming another account needs a privilege that few deployments have (SET_ANY_DEFINER, before 8.2 SET_USER_ID or SUPER).",
    instead:
      "Leave DEFINER out, or write `DEFINER = CURRENT_USER`, and run migrations as the account that should own the objects.",
    exceptions: [
      "`DEFINER = CURRENT_USER`",
      "an object without `DEFINER`, which belongs to the user of the migration",
    ],
  },
  messages: { named: "fails on every server that has no account {{account}}" },
  on: {
    operation({ operation, statement }, { report }) {
      const { definer } = operation;
      if (definer === undefined || operation !== statement.operations[0]) return;
      report({ at: definer.span, message: "named", data: { account: definer.value } });
    },
  },
});
