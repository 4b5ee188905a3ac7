import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "definer-account",
  category: "security",
  severity: "warning",
  presets: ["strict"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`DEFINER = 'someone'@'host'` in CREATE VIEW, TRIGGER, PROCEDURE, FUNCTION or EVENT.",
    why: "Dumps write the account of whoever made the object. Where it isn't there, every use fails (error 1449); where it is, the object has its privileges; and to name another account takes one that few deployments have (SET_ANY_DEFINER, before 8.2 SET_USER_ID or SUPER).",
    instead:
      "Leave DEFINER out, or say `DEFINER = CURRENT_USER`, and run migrations as the account that is to own them.",
  },
  messages: { named: "fails wherever there is no account {{account}}" },
  on: {
    operation({ operation, statement }, { report }) {
      const { definer } = operation;
      if (definer === undefined || operation !== statement.operations[0]) return;
      report({ at: definer.span, message: "named", data: { account: definer.value } });
    },
  },
});
