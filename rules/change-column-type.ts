import { defineRule, recipes, sameType, typeText, type Step } from "../src/lint/rule.ts";

/** What columns of other lengths or precisions become without a rewrite. */
const grownInto: ReadonlySet<string> = new Set(["text", "varchar", "numeric"]);

export default defineRule({
  id: "change-column-type",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  partOf: ["rename-column"],
  docs: {
    summary: "`ALTER COLUMN … TYPE` that rewrites or reads the table, or rebuilds its indexes.",
    why: "Most changes of a type rewrite every row under `ACCESS EXCLUSIVE`: reads and writes wait for as long as that takes. Some (a longer `varchar`, `varchar` to `text`, a larger `numeric` precision) change only the catalog, unless a CHECK, an expression index or a partial index uses the column.",
    instead:
      "Add a column of the new type, keep it up to date with a trigger, fill existing rows in batches, then swap the names. What refers to the column, and its keys, moves to the new one before that. The sequence of a `serial` column stays `integer`: `ALTER SEQUENCE … AS bigint` belongs to the change.",
    exceptions: [
      "a table that this migration creates, unless rows were committed to it before",
      "a change that touches only the catalog, such as a longer `varchar`, also where only the migration's own rollback names the old type",
      "a change that no value survives, such as `vector(1536)` to `vector(1024)`, which `narrow-column-type` reports",
      "a call that has to state the type beside what it changes, such as `change_column :orders, :code, :string, null: true`, where no migration shows the type before",
      "`timestamp` to `timestamptz` in a session whose `TimeZone` is `UTC`",
    ],
  },
  messages: {
    rewrites: "rewrites {{tables}} under ACCESS EXCLUSIVE: {{change}}",
    may: "may rewrite {{tables}} under ACCESS EXCLUSIVE: {{change}}",
    zone: "rewrites {{tables}} under ACCESS EXCLUSIVE: {{change}}, and TimeZone isn't set to UTC here",
    rebuilds: "rebuilds indexes of {{tables}} under ACCESS EXCLUSIVE: {{change}}",
    lost: "the values of {{column}} are lost: USING gives every row {{value}}",
    scans: "reads all of {{tables}} under ACCESS EXCLUSIVE: {{change}}",
  },
  recipe: recipes.typeByNewColumn,
  on: {
    changeColumnType(step, { report }) {
      const { operation, before, effects, values, createdHere, show } = step;
      // It fails at the first value, or has none to rewrite.
      if (createdHere(operation.table) === "yes" || values.narrows()?.how === "refuses") return;
      const { using } = operation;
      if (using?.constant === true) {
        const data = { column: show(operation.table, operation.column.text), value: using.text };
        report({ at: operation.head, message: "lost", data, instead: recipes.keepValues(step) });
        return;
      }
      if (values.onlyGrows()) return;
      const old = before.column(operation.table, operation.column.text);
      const known = old.is === "present" ? old.value.type : undefined;
      const type = known !== undefined && step.scope.isPlaceholder(known.name) ? undefined : known;
      // A branch for databases in which the column is something else.
      const isRepair = operation.conditional === true && type !== undefined && sameType(type, operation.type);
      const from = type === undefined ? "an unknown type" : isRepair ? "another type" : typeText(type);
      const collation = operation.collation === undefined ? "" : ` COLLATE ${operation.collation.text}`;
      const change = `${from} to ${typeText(operation.type)}${collation}`;
      const tables = (keys: readonly string[]): string =>
        keys.length === 0 ? show(operation.table) : keys.map((key) => show(key)).join(", ");
      const at = operation.head;
      if (effects.rewrites.length > 0) {
        const impliedBy = recipes.renameBeside(step);
        const data = { tables: tables(effects.rewrites), change };
        const isPlain =
          using === undefined ||
          (using.castOf?.column === operation.column.text && sameType(using.castOf.type, operation.type));
        const isOpen = type === undefined && old.is !== "absent" && isPlain;
        if (isOpen && operation.call?.statesType === true) return;
        if (isRepair || (isOpen && (grownInto.has(operation.type.name) || isRestated(step))))
          report({ at, message: "may", severity: "warning", data, impliedBy });
        else
          report({
            at,
            message: step.locks.free({ timezone: "UTC" }) ? "zone" : "rewrites",
            data,
            impliedBy,
          });
      } else if (effects.rebuilds.length > 0) {
        report({ at, message: "rebuilds", data: { tables: show(operation.table), change } });
      } else if (effects.scans.length > 0) {
        report({ at, message: "scans", data: { tables: tables(effects.scans), change } });
      }
    },
  },
});

/** The call states the type beside what else it changes: the column may have it already. */
const isRestated = ({ operation, script, isOneCallWith, earlier, later }: Step): boolean =>
  operation.call?.restates === true ||
  (script.code !== undefined && (earlier().some(isOneCallWith) || later().some(isOneCallWith)));
