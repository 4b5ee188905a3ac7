import { defineRule, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-view",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  sameCause: ["drop-cascade"],
  alsoRefused: { effects: "the server refuses it only until the dependent objects are dropped" },
  docs: {
    summary:
      "`DROP VIEW` of a view that the running application may read, or that comes back without a column; on MySQL and MariaDB also by `OR REPLACE` and `ALTER VIEW`.",
    why: "Queries on the view fail from that moment until no instance of the old version runs any more.",
    instead: {
      postgres:
        "Deploy the version that doesn't read the view first. To change a view, use `CREATE OR REPLACE VIEW`, or drop and create it in one transaction with at least the columns that it had.",
      mysql:
        "Deploy the version that doesn't read the view first. To change a view, use `CREATE OR REPLACE VIEW` with at least the columns that it had: `DROP VIEW` commits, and queries fail until the view is created again.",
    },
    exceptions: [
      "a view that the same migration creates again with its columns",
      "a view that an earlier migration marked as deprecated, in its comment or with `-- ddlint-deprecated: v since …`",
      "`IF EXISTS` for what a failed attempt has left: no migration has made it, and this one makes it to rename it; also of a name like `totals_old`",
      "a view that stands for a renamed table under its old name (the last step of the rename)",
      "a view that a pending migration creates, and temporary views",
    ],
  },
  messages: {
    dropped: "the running application that reads {{view}} fails from this moment on",
    lacks: "{{view}} comes back without {{column}}: the running application that reads it fails",
  },
  on: {
    dropView(step, { report }) {
      const { operation, before, scope, dependents, createdPending, isHere, show } = step;
      const { view, head } = operation;
      const found = before.relation(view);
      if (found.is === "absent" || createdPending(view) === "yes" || dependents.dropsLeftover()) return;
      if (found.is === "present" && (found.value.temporary || isHere(found.value.origin))) return;
      if (dependents.deprecation(view) !== undefined) return;
      // The last step of a rename: the view stands for the table under its old name.
      const sources = found.is === "present" ? (found.value.query?.relations ?? []) : [];
      const isOldName = sources.some((source) => {
        const table = before.relation(source);
        return table.is === "present" && table.value.renamedFrom.some(({ name }) => name === view.name);
      });
      if (isOldName) return;
      if (scope.after.relation(view).is === "absent")
        report({
          at: head,
          message: "dropped",
          data: { view: show(view) },
          instead: operation.materialized ? ofMaterialized : undefined,
        });
      const column = lostColumn(step, view);
      if (column !== undefined) {
        const instead = keepsColumn(column);
        report({ at: head, message: "lacks", data: { view: show(view), column }, instead });
      }
    },
    // PostgreSQL refuses to take a column from a view.
    createView(step, { report }) {
      const { operation, before, createdPending, show } = step;
      const { view, head, orReplace } = operation;
      if (!orReplace || before.family !== "mysql" || createdPending(view) === "yes") return;
      const column = lostColumn(step, view);
      if (column !== undefined) {
        const instead = keepsColumn(column);
        report({ at: head, message: "lacks", data: { view: show(view), column }, instead });
      }
    },
  },
});

/** It has no OR REPLACE. */
const ofMaterialized =
  "Deploy the version that doesn't read the view first. To change it, create the new one under another name, and exchange the names in one transaction.";

/** PostgreSQL's OR REPLACE takes no column away. */
const keepsColumn = (column: string): string =>
  `Deploy the version that doesn't read ${column} first, or keep ${column} in the new definition until no running version reads it.`;

/** A column of the view that it doesn't have at the end of the migration. */
function lostColumn({ before, scope }: Step, view: QualifiedName): string | undefined {
  const [old, later] = [before.relation(view), scope.after.relation(view)];
  if (old.is !== "present" || later.is !== "present") return undefined;
  if (!old.value.complete || !later.value.complete) return undefined;
  const kept = new Set(later.value.columns.map(({ name }) => name));
  return old.value.columns.find(({ name }) => !kept.has(name))?.name;
}
