import { defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "not-atomic",
  category: "transactions",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary:
      "Several schema changes of existing tables in one migration, which a failure leaves half applied.",
    why: "Neither MySQL nor MariaDB has transactional DDL: each statement commits by itself. If a later one fails, the earlier ones stay, and the migration can't simply run again.",
    instead:
      "Write one statement per migration. If no clause makes the others more expensive, combine them in one `ALTER TABLE`, which succeeds or fails as a whole.",
    exceptions: [
      "statements on tables that this migration creates",
      "statements with `IF EXISTS`",
      "CREATE TABLE, VIEW, FUNCTION and TRIGGER",
      "row changes, `TRUNCATE` and `LOCK TABLES`",
      "several changes in one statement",
    ],
  },
  messages: {
    half: "the {{count}} changes before it stay if it fails, and the migration can't run again",
    one: "the change before it stays if it fails, and the migration can't run again",
  },
  on: {
    migration({ changes }, { report }) {
      const done: Step[] = [];
      for (const step of changes()) {
        if (!changesSchema(step) || done.at(-1)?.statement === step.statement) continue;
        done.push(step);
      }
      const last = done.at(-1);
      const [first] = done;
      if (last === undefined || first === undefined || first === last) return;
      const related = [{ at: first.operation.head, message: "the first of them" }];
      const at = last.operation.head;
      if (done.length === 2) report({ at, message: "one", related, step: last });
      else report({ at, message: "half", data: { count: done.length - 1 }, related, step: last });
    },
  },
});

/** A change that others see, and that makes a second run fail. */
function changesSchema({ operation, table, madeHere, names: { guarded } }: Step): boolean {
  switch (operation.kind) {
    case "insertRows":
    case "updateRows":
    case "deleteRows":
    case "createTable":
    case "createView":
    case "createFunction":
    case "createTrigger":
    case "lockTable":
    case "truncateTable":
      return false;
    default:
      return table !== undefined && !guarded && !madeHere(table);
  }
}
