import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "policy-without-row-level-security",
  category: "security",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A policy is created on a table whose row level security is off.",
    why: "The server stores the policy and doesn't apply it: every role reads and writes all rows that its privileges allow.",
    instead: "Write `ALTER TABLE … ENABLE ROW LEVEL SECURITY` in the same migration.",
    exceptions: [
      "a table that has row security at the end of the history, or that is gone by then",
      "a policy that a later statement drops",
      "a table that the history doesn't create for sure",
      "a history with an event trigger, or with SQL that isn't known before it runs (`EXECUTE`): they may enable row security",
    ],
  },
  messages: { idle: "policy {{policy}} has no effect: row level security of {{table}} is off" },
  on: {
    createPolicy({ operation: { table, name, head }, security, show, spell }, { report }) {
      const on = security.idlePolicyOn();
      if (on === undefined) return;
      report({
        at: head,
        message: "idle",
        data: { policy: spell(name), table: show(table) },
        repaired: (end) => security.policyMayApply(on, end),
      });
    },
  },
});
