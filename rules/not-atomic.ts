import { defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "not-atomic",
  category: "transactions",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary:
      "Several statements that change the schema in one migration, after the first of which a failure leaves half of it.",
    why: "Neither MySQL nor MariaDB has transactional DDL: each statement commits by itself. When a later one fails, the earlier ones stay, and the migration can't simply run again. Statements on tables that the migration makes, and those with `IF [NOT] EXISTS`, don't count: they harm nobody.",
    instead:
      "One statement for each migration; or, where no clause makes the others dearer, one `ALTER TABLE` with several, which is done wholly or not at all.",
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

/** Something that others use, and that a second run would stumble over. */
function changesSchema({ operation, table, madeHere }: Step): boolean {
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
    default: {
      const isGuarded = "ifExists" in operation && operation.ifExists === true;
      return table !== undefined && !isGuarded && !madeHere(table);
    }
  }
}
