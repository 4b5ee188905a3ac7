import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-table",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: { effects: "the server refuses it only until the dependent objects are dropped" },
  docs: {
    summary: "`DROP TABLE` without a deprecation step in an earlier migration.",
    why: "The table's rows are lost. The running application, which still uses the table, fails from that moment.",
    instead:
      "First mark it as deprecated, in its comment (`'deprecated …'`) or with `-- ddlint-deprecated: t since …`. Deploy the version that doesn't use it, then drop it in a later migration.",
    exceptions: [
      "a table that an earlier migration marked as deprecated, or renamed to a name like `orders_old`, `orders_archived`, `legacy_orders`, `deprecated_orders` or `_orders`",
      "a table that a pending migration creates",
      "`IF EXISTS` in the migration that begins the history: nothing before it has made the table",
      "a temporary table, and `IF EXISTS` of a table that nothing before has made, where the migration then creates a temporary table of that name",
      "Alembic: a table such as `_alembic_tmp_orders` that no migration makes, which its batch mode leaves behind if it fails",
      "a note: a copy of a whole table, by `CREATE TABLE … AS`, to which nobody has added a key, an index or a trigger",
      "a warning: a table whose name says that it is there to try something out, such as `tmp_orders`, `test_table` or `foo`, and to which nothing refers",
      "a table whose name the migration then gives to a view, or to another table that the history has filled or made more than ten migrations before (see `recreated-table`); `exchanged-table-incomplete` reports it if no transaction holds both statements",
      "a table that this migration has renamed and copied into another",
    ],
  },
  messages: {
    early: "{{table}} was deprecated {{since}} ago, not {{least}}: running applications may still use it",
    copied: "the running application that uses {{table}} fails; its rows are copied before",
    backup: "the rows of {{table}} are lost, which a migration copied from {{source}}",
    empty: "the running application that uses {{table}} fails; the migration stops if it has rows",
    partly: "the running application that uses {{table}} fails, and rows that weren't copied are lost",
    lost: "the rows of {{table}} are lost, and the running application that uses it fails",
    unfilled: "the rows of {{table}} are lost: nothing fills {{successor}}, which takes its name",
    usedPartly: "rows of {{table}} that weren't copied are lost; it is used by {{dependents}}",
    used: "the rows of {{table}} are lost; it is used by {{dependents}}",
  },
  options: {
    leastMigrations: {
      default: 1,
      minimum: 1,
      description:
        "How many migrations after its deprecation the table may be dropped: 1 means in the next one.",
    },
  },
  recipe: { postgres: recipes.deprecateTable, mysql: recipes.mysql.deprecateTable },
  on: {
    dropTable(step, { report, options }) {
      const { operation, before, scope, dependents, createdPending, show } = step;
      const { table, head } = operation;
      if (createdPending(table) === "yes") return;
      const relation = before.relation(table);
      if (relation.is === "present" && relation.value.temporary) return;
      if (dependents.isMovedOut() || dependents.dropsLeftover()) return;
      const said = dependents.deprecation(table);
      const early = recipes.tooEarly(said, scope, options.leastMigrations);
      if (said !== undefined && early === undefined) return;
      // recreated-table reports DROP, then CREATE of one name in one migration.
      if (dependents.replaced()) {
        const next = dependents.emptySuccessor();
        if (next === undefined) return;
        const data = { table: show(table), successor: show(next.key) };
        const instead = `first fill ${data.successor} in batches, with triggers on ${data.table} that repeat in it what the application writes meanwhile`;
        report({ at: head, message: "unfilled", data, instead });
        return;
      }
      const users = dependents
        .ofDropped()
        .filter(({ onDrop, unsure }) => onDrop !== "goes along" && unsure !== true);
      const data = { table: show(table) };
      if (early !== undefined) {
        const { instead, related } = early;
        report({ at: head, message: "early", data: { ...data, ...early.data }, instead, related });
        return;
      }
      const [source, copied] = [dependents.isCopyOf(), dependents.rowsCopied()];
      const rows = dependents.checkedEmpty() ? "empty" : copied === undefined ? "lost" : "partly";
      if (source !== undefined && users.length === 0)
        report({ at: head, message: "backup", severity: "note", data: { ...data, source: show(source) } });
      else if (copied === "all") report({ at: head, message: "copied", data });
      else if (users.length === 0)
        report({ at: head, message: rows, data, severity: dependents.isForTrial() ? "warning" : undefined });
      else {
        const few = users.slice(0, 2).map(({ text }) => text);
        const rest = users.length > 2 ? ` and ${users.length - 2} more` : "";
        const message = rows === "partly" ? "usedPartly" : "used";
        report({ at: head, message, data: { ...data, dependents: few.join(", ") + rest } });
      }
    },
  },
});
