import { defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "foreign-key-action-changed",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "A foreign key is replaced by one that refuses a DELETE which the old one followed by `CASCADE`, `SET NULL` or `SET DEFAULT`; or, as a note, by one that deletes rows which the old one kept.",
    why: "The running application deletes referenced rows and relies on the old action: the DELETE fails from this moment on (PostgreSQL: 23503; MySQL and MariaDB: 1451). With a new `CASCADE`, a DELETE that failed, or that left rows in place, takes these rows along.",
    instead:
      "First deploy the version that deletes or changes the referencing rows itself, then change the key. Before a new `CASCADE`, look at who deletes referenced rows: it runs on in the tables behind.",
    exceptions: [
      "a key that isn't replaced (`drop-foreign-key-action`)",
      "a change between `SET NULL` and `SET DEFAULT`, and `ON UPDATE` actions",
      "a key that one migration drops and a later one adds",
      "a new `CASCADE` to a table whose columns are all in its primary key, or in foreign keys, and to which no other refers",
      "a table that a pending migration creates",
    ],
  },
  messages: {
    refuses: "a DELETE in {{referenced}} that rows of {{table}} refer to fails from this moment on",
    deletes: "a DELETE in {{referenced}} now deletes the rows of {{table}} too that refer to it",
  },
  on: {
    addForeignKey(
      { operation: { table, references, head }, after, dependents: { newAction }, show },
      { report },
    ) {
      const action = newAction();
      if (action === undefined || (action.to !== "refuses" && action.to !== "cascade")) return;
      const isRefused = action.to === "refuses";
      const [own, referenced] = [show(table), show(references)];
      const isLeaf = after.foreignKeysTo(table).every((one) => one.table === after.resolve(table));
      if (!isRefused && isLeaf && saysNothing(after.relation(table))) return;
      const look = `Before this migration, look at who deletes rows of ${referenced}`;
      const deploy = `First deploy the version that deletes or changes the rows of ${own} itself, then change the key.`;
      const behind = isLeaf
        ? "."
        : `, and at the tables that refer to ${own}: their foreign keys decide then.`;
      report({
        at: head,
        message: isRefused ? "refuses" : "deletes",
        severity: isRefused ? undefined : "note",
        instead: isRefused ? deploy : `${look}${behind}`,
        data: { table: own, referenced },
        related: [{ at: action.was, message: "the key whose place it takes" }],
      });
    },
  },
});

/** Its rows only say that two others belong together, or that a value is one of a row's. */
function saysNothing(found: ReturnType<Step["after"]["relation"]>): boolean {
  if (found.is !== "present" || !found.value.complete) return false;
  const { columns, constraints } = found.value;
  const keys = constraints.flatMap((one) =>
    one.kind === "primary key" || one.kind === "foreign key" ? [one] : [],
  );
  return ["primary key", "foreign key"].some((kind) =>
    columns.every(({ name }) => keys.some((one) => one.kind === kind && one.columns.includes(name))),
  );
}
