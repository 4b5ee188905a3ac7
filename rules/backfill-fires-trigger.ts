import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "backfill-fires-trigger",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  assumes: "rows",
  docs: {
    summary:
      "A backfill fires a trigger for each row that it changes, and the trigger writes another table, or stamps the row with the current time. On MySQL and MariaDB, `ON UPDATE CURRENT_TIMESTAMP` does the latter, too.",
    why: "The other table gets a row for each changed row: the backfill takes far longer, holds locks there too, and fills an audit log or a queue with changes that nobody made. An `updated_at` that is the time of the backfill in every row is lost as a value, and whoever asks for the rows that have changed since gets all of them (a note).",
    instead: {
      postgres:
        "If the trigger keeps sums or copies that these rows change, let it run, and change the rows in batches. Otherwise let it skip the migration: `IF current_setting('app.backfill', true) = 'on' THEN RETURN NEW; END IF;` (`RETURN OLD` for a DELETE), and `SET LOCAL app.backfill = 'on'` before the backfill; where batches commit, which ends `SET LOCAL`, `PERFORM set_config('app.backfill', 'on', true)` before the change of each. `DISABLE TRIGGER` would also skip what the application writes meanwhile, and locks the table.",
      mysql:
        "Keep the time with `SET …, updated_at = updated_at`. If a trigger keeps sums or copies that these rows change, let it run, and change the rows in batches. Otherwise let it skip the migration by a session variable, such as `@backfill`.",
    },
    exceptions: [
      "a change of single rows, a table that this migration creates, and small tables",
      "`UPDATE OF` and conditions on the columns of `OLD` that the backfill doesn't change",
      "triggers that the migration has disabled, and `session_replication_role = replica`",
      "triggers whose body the history doesn't know, that only compute columns of the row, or that write another table only where it `IS DISTINCT FROM` the row",
      "what comes under a condition of the trigger's body that no row meets with the values that the backfill sets, such as `IF NEW.status <> 'open' THEN RETURN NEW`",
    ],
  },
  messages: {
    writes: "fires {{trigger}} for each changed row of {{table}}, which writes {{other}}",
    time: "{{column}} of each changed row becomes the time of the backfill",
  },
  kinds: { change: ["updateRows", "deleteRows", "insertRows"] },
  on: {
    change({ operation, values, madeHere, size, show, spell }, { report }) {
      const { table, kind, head: at } = operation;
      if (values.fewRows() || madeHere(table) || size(table) === "small") return;
      if (kind === "insertRows" && operation.query.relations.length === 0) return;
      for (const { what, trigger, name } of values.firedTriggers())
        if (what === "time")
          report({ at, message: what, severity: "note", data: { column: show(table, name) } });
        else
          report({
            at,
            message: what,
            data: { trigger: spell(trigger?.name ?? ""), table: show(table), other: name },
            related: trigger === undefined ? [] : [{ at: trigger.origin, message: "the trigger" }],
          });
    },
  },
});
