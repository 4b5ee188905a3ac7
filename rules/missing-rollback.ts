import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "missing-rollback",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "A migration has no rollback, or an empty one, in a history that keeps rollbacks.",
    why: "When a deploy goes wrong, the way back has to be written under pressure. Spoken of only where at least one migration has a rollback; the preset `conventions` asks for it always.",
    instead:
      "Write the rollback, or say in the migration why there is none: `-- ddlint-irreversible: reason`.",
  },
  messages: {
    missing: "has no way back: {{rollback}} is missing",
    empty: "has no way back: its rollback is empty",
    unexplained: "is marked as irreversible, and nothing says why",
  },
  options: { defaults: { always: false }, schema: (z) => z.strictObject({ always: z.boolean().optional() }) },
  on: {
    project({ histories, pending, startOf }, { report, options }) {
      for (const { rollbacks, migrations, rollbackName } of histories) {
        const kept = migrations.some(({ down }) => down !== undefined && !down.empty);
        if (rollbacks === "none" || !(kept || options.always)) continue;
        const undone = new Set(
          migrations.flatMap(({ partOf, down }) => (down?.empty === false ? [partOf] : [])),
        );
        for (const migration of migrations) {
          const { down, up, kind, irreversible, partOf } = migration;
          if (
            (down !== undefined && !down.empty) ||
            kind !== "versioned" ||
            (irreversible !== undefined && irreversible !== "") ||
            (partOf !== undefined && undone.has(partOf)) ||
            up.empty ||
            !pending(migration)
          )
            continue;
          if (irreversible !== undefined) {
            report({ at: startOf(up), message: "unexplained", severity: "warning" });
          } else if (down === undefined) {
            report({ at: startOf(up), message: "missing", data: { rollback: rollbackName(migration) } });
          } else report({ at: startOf(up), message: "empty" });
        }
      }
    },
  },
});
