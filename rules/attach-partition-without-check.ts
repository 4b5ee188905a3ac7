import { defineRule, recipes, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "attach-partition-without-check",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary:
      "A partition is added whose rows, or those of the default partition, have to be read, or whose indexes have to be built.",
    why: "ATTACH PARTITION looks for rows outside of the bound and builds the parent's indexes while ACCESS EXCLUSIVE is held on the partition. A default partition is read as well, in case it holds rows of the new one; CREATE TABLE … PARTITION OF then also locks the parent.",
    instead:
      "A validated CHECK that implies the bound, NOT NULL included, an equal index for each of the parent's, and an equal, validated foreign key; on the default partition a validated CHECK that excludes the new bound.",
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
      // LOCK TABLE of the parent says on purpose that all shall wait.
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

/** Tables that are read, without those of other foreign keys. */
const scanned = ({ effects, locks: { lockOn }, show }: Step, parent: QualifiedName): string =>
  effects.scans
    .filter((table) => lockOn(table) === "ACCESS EXCLUSIVE" && show(table) !== show(parent))
    .map((table) => show(table))
    .join(" and ");
