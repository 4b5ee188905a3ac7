import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-unique-key",
  formerly: ["drop-constraint"],
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A primary key or unique constraint is dropped, and nothing takes its place.",
    why: "Without the key duplicates come in, and `INSERT … ON CONFLICT` of the running application fails (42P10); without a primary key logical replication refuses UPDATE and DELETE. On MySQL and MariaDB, where a unique key goes by `DROP INDEX`, `ON DUPLICATE KEY UPDATE`, `INSERT IGNORE` and `REPLACE` insert second rows instead.",
    instead:
      "Add what replaces it in the same migration; or deploy the version that doesn't rely on it first, and suppress this finding with the reason.",
  },
  messages: {
    key: "duplicates of {{columns}} come in, and ON CONFLICT ({{columns}}) fails on {{table}}",
    other: "ON CONFLICT ({{columns}}) of the running application fails on {{table}}",
    duplicates: "duplicates of {{columns}} come in, and ON DUPLICATE KEY adds rows to {{table}}",
  },
  // On MySQL a unique key goes by DROP INDEX.
  kinds: { key: ["dropConstraint", "dropIndex"] },
  on: {
    key(step, { report }) {
      const { operation, table: name, before, scope, createdPending, dependents, isHere, show } = step;
      if (name === undefined || createdPending(name) === "yes") return;
      // What needs the key makes the server refuse, or goes with CASCADE: those are other rules' findings.
      if (step.dependents.ofDropped().some(({ onDrop }) => onDrop === "refuses")) return;
      const gone = dependents.constraintGone();
      if (gone?.kind !== "primary key" && gone?.kind !== "unique") return;
      const { head: at } = operation;
      const data = { table: show(name), columns: gone.columns.join(", ") };
      const isReplaced = scope.after
        .indexesOn(before.resolve(name))
        .some(({ unique, origin }) => unique && isHere(origin));
      if (before.family === "mysql") {
        // The primary key is drop-primary-key's; nothing names a key, so another one in its place fails nobody.
        if (gone.kind === "unique" && !isReplaced && gone.columns.length > 0)
          report({ at, message: "duplicates", data });
      }
      // Another key comes instead: duplicates are wanted, but an old ON CONFLICT fails all the same.
      else if (isReplaced) report({ at, message: "other", severity: "note", data });
      else report({ at, message: "key", data });
    },
  },
});
