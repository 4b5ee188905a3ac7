import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "autovacuum-disabled",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "Autovacuum is switched off for a table, and the migration doesn't switch it on again.",
    why: "Dead rows pile up and statistics grow stale: the table and its indexes swell, plans go wrong, and in the end the server vacuums all the same, against wraparound and at its own time.",
    instead:
      "`RESET (autovacuum_enabled)` at the end; or tune it: `autovacuum_vacuum_scale_factor` and the like.",
  },
  messages: { off: "{{table}} is no longer vacuumed or analysed: nothing here switches {{option}} on again" },
  on: {
    setTableOptions(step, { report }) {
      const { operation, show } = step;
      const off = operation.options.find(({ name, value }) => isSwitch(name) && isOff(value));
      if (off === undefined || switchedOn(step)) return;
      const instead = recipes.resetOption(operation.table, off.name);
      report({
        at: operation.head,
        message: "off",
        data: { table: show(operation.table), option: off.name },
        instead,
      });
    },
  },
});

const isSwitch = (name: string): boolean =>
  name === "autovacuum_enabled" || name === "toast.autovacuum_enabled";

const isOff = (value: string | undefined): boolean =>
  value !== undefined && ["off", "false", "no", "0", "f", "n"].includes(value.toLowerCase());

const switchedOn = ({ operation, before, later }: Step<"setTableOptions">): boolean =>
  later().some(({ operation: other, before: then }) => {
    if (other.kind === "dropTable") return then.resolve(other.table) === before.resolve(operation.table);
    return (
      other.kind === "setTableOptions" &&
      then.resolve(other.table) === before.resolve(operation.table) &&
      other.options.some(({ name, value }) => isSwitch(name) && !isOff(value))
    );
  });
