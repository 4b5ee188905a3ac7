import { defineRule, recipes, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "attach-partition-without-check",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "`ATTACH PARTITION` or `CREATE TABLE … PARTITION OF` that has to read rows or build indexes.",
    why: "`ATTACH PARTITION` holds `ACCESS EXCLUSIVE` on the partition while it checks that all rows are within the bound and builds the parent's indexes. A default partition is read as well, in case it holds rows of the new one; `CREATE TABLE … PARTITION OF` then also locks the parent. Reads and writes wait.",
    instead:
      "Before attaching, give the partition a validated CHECK that implies the bound (NOT NULL included), an index equal to each of the parent's, and equal, validated foreign keys. Give the default partition a validated CHECK that excludes the new bound.",
    exceptions: [
      "a partition that this migration creates, if no default partition has to be read",
      "a parent that the transaction has locked with `LOCK TABLE … IN ACCESS EXCLUSIVE MODE`",
    ],
  },
  messages: {
    scans: "reads all of {{tables}} under ACCESS EXCLUSIVE: no validated CHECK proves the bound",
    keys: "reads all of {{partition}} under ACCESS EXCLUSIVE to check a foreign key of {{parent}}",
    builds: "builds {{indexes}} under ACCESS EXCLUSIVE on {{partition}}",
  },
  recipe: recipes.attachByCheck,
  on: {
    attachPartition(step, { report }) {
      const { operation, effects, locks, before, show } = step;
      // LOCK TABLE of the parent: the wait is intended.
      if (locks.heldExplicitly(before.resolve(operation.table))) return;
      const [first] = effects.builds;
      if (
        first === undefined &&
        effects.scans.some((table) => locks.lockOn(table) === "SHARE ROW EXCLUSIVE")
      ) {
        const data = { partition: show(operation.partition), parent: show(operation.table) };
        report({ at: operation.head, message: "keys", data });
        return;
      }
      if (first === undefined) {
        const tables = scanned(step, operation.table);
        if (tables !== "") report({ at: operation.head, message: "scans", data: { tables } });
        return;
      }
      const rest = effects.builds.length - 1;
      const indexes = first.index + (rest > 0 ? ` and ${rest} more` : "");
      report({
        at: operation.head,
        message: "builds",
        data: { indexes, partition: show(operation.partition) },
      });
    },
    createTable(step, { report }) {
      const { operation, locks, before } = step;
      if (operation.partitionOf === undefined) return;
      if (locks.heldExplicitly(before.resolve(operation.partitionOf.parent))) return;
      const tables = scanned(step, operation.partitionOf.parent);
      if (tables !== "") report({ at: operation.head, message: "scans", data: { tables } });
    },
  },
});

/** Tables that are read, except those that foreign keys reference. */
const scanned = ({ effects, locks: { lockOn }, show }: Step, parent: QualifiedName): string =>
  effects.scans
    .filter((table) => lockOn(table) === "ACCESS EXCLUSIVE" && show(table) !== show(parent))
    .map((table) => show(table))
    .join(" and ");
