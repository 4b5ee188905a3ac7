import { defineRule, isOff, isVacuumSwitch, recipes, relationRepaired, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "autovacuum-disabled",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  endsWithTable: true,
  docs: {
    summary: "`autovacuum_enabled = off` on a table for which the migration doesn't enable it again.",
    why: "Dead rows accumulate and statistics become stale: the table and its indexes bloat, and the planner chooses bad plans. In the end the server vacuums the table anyway, to prevent transaction ID wraparound, at a time of its own choice.",
    instead:
      "Run `RESET (autovacuum_enabled)` at the end of the migration, or tune autovacuum with parameters such as `autovacuum_vacuum_scale_factor`.",
    exceptions: [
      "a table for which this or a later migration enables autovacuum again, or which one drops",
      "`autovacuum_enabled = off` in `CREATE TABLE … WITH`",
    ],
  },
  messages: { off: "{{table}} is no longer vacuumed or analysed: nothing here switches {{option}} on again" },
  on: {
    setTableOptions(step, { report }) {
      const { operation, after, show } = step;
      const off = operation.options.find(({ name, value }) => isVacuumSwitch(name) && isOff(value));
      if (off === undefined || switchedOn(step)) return;
      const instead = recipes.resetOption(operation.table, off.name);
      report({
        at: operation.head,
        message: "off",
        data: { table: show(operation.table), option: off.name },
        instead,
        repaired: relationRepaired(
          after,
          operation.table,
          (its) => its.vacuumOff?.includes(off.name) === true,
        ),
      });
    },
  },
});

const switchedOn = ({ operation, before, later }: Step<"setTableOptions">): boolean =>
  later().some(
    ({ operation: other, before: then }) =>
      other.kind === "setTableOptions" &&
      then.resolve(other.table) === before.resolve(operation.table) &&
      other.options.some(({ name, value }) => isVacuumSwitch(name) && !isOff(value)),
  );
