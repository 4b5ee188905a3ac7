import { defineRule, recipes, typeText } from "../src/lint/rule.ts";

export default defineRule({
  id: "change-column-type",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "says itself that the statement fails",
  fix: "none",
  docs: {
    summary:
      "A column's type is changed in a way that rewrites or reads the table, or rebuilds its indexes; on MySQL and MariaDB: that a foreign key forbids, or that changes what queries and values mean.",
    why: "Most changes of type write every row anew under ACCESS EXCLUSIVE: reads and writes wait for as long as that takes. Some (a longer `varchar`, `varchar` to `text`, a larger `numeric` precision) change only the catalogue, unless a CHECK, an expression index or a partial index uses the column. On MySQL and MariaDB `algorithm-copy` speaks of the cost, `narrow-column-type` of values that don't fit. Here: the server refuses to change one side of a foreign key (1832, 1833, 3780), also with `foreign_key_checks` off; a number that becomes text is compared as one, so that `WHERE code = 7` no longer uses the index; and a `TIMESTAMP` that becomes `DATETIME` keeps the time of the zone that the migration's session has.",
    instead: "A new column of the new type, kept by a trigger, filled in batches, then an exchange of names.",
    insteadOnMysql:
      "Drop the foreign key, change both columns, add it again; let the application send text before the column becomes text; set `time_zone` before times are converted.",
  },
  messages: {
    rewrites: "rewrites {{tables}} under ACCESS EXCLUSIVE: {{change}}",
    zone: "rewrites {{tables}} under ACCESS EXCLUSIVE: {{change}}, and TimeZone isn't set to UTC here",
    rebuilds: "rebuilds indexes of {{tables}} under ACCESS EXCLUSIVE: {{change}}",
    held: "fails: foreign key {{constraint}} of {{table}} needs {{column}} to keep its type",
    text: "{{change}}: queries that compare {{column}} with a number no longer use its index",
    zoned: "{{column}} keeps the time of this session's time_zone for good: {{change}}",
    scans: "reads all of {{tables}} under ACCESS EXCLUSIVE: {{change}}",
  },
  recipe: recipes.perDatabase(recipes.typeByNewColumn, recipes.mysql.typesTogether),
  on: {
    redefineColumn({ operation, heldByForeignKey, retyping, createdHere, failures, show }, { report }) {
      const { table, column, definition, head: at } = operation;
      if (failures.length > 0) return;
      const holder = heldByForeignKey();
      const shown = show(table, column.text);
      if (holder !== undefined) {
        const { constraint } = holder;
        report({ at, message: "held", data: { constraint, table: show(holder.table), column: shown } });
        return;
      }
      const found = createdHere(table) === "yes" ? undefined : retyping();
      if (found === undefined) return;
      const message = found.how === "text" ? "text" : "zoned";
      const change = `${typeText(found.from)} to ${typeText(definition.type)}`;
      report({ at, message, data: { column: shown, change }, severity: "warning" });
    },
    changeColumnType({ operation, before, effects, free, createdHere, show }, { report }) {
      if (createdHere(operation.table) === "yes") return;
      const old = before.column(operation.table, operation.column.text);
      const from =
        old.is === "present" && old.value.type !== undefined ? typeText(old.value.type) : "an unknown type";
      const collation = operation.collation === undefined ? "" : ` COLLATE ${operation.collation.text}`;
      const change = `${from} to ${typeText(operation.type)}${collation}`;
      const tables = (keys: readonly string[]): string =>
        keys.length === 0 ? show(operation.table) : keys.map((key) => show(key)).join(", ");
      const at = operation.head;
      if (effects.rewrites.length > 0) {
        const message = free({ timezone: "UTC" }) ? "zone" : "rewrites";
        report({ at, message, data: { tables: tables(effects.rewrites), change } });
      } else if (effects.rebuilds.length > 0) {
        report({ at, message: "rebuilds", data: { tables: show(operation.table), change } });
      } else if (effects.scans.length > 0) {
        report({ at, message: "scans", data: { tables: tables(effects.scans), change } });
      }
    },
  },
});
