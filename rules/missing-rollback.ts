import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "missing-rollback",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "looks at what is written",
  fix: "none",
  docs: {
    summary: "A migration has no rollback, or an empty one, in a history that keeps rollbacks.",
    why: "When a deploy goes wrong, the way back has to be written under pressure. Spoken of only where at least one migration has a rollback; the preset `conventions` asks for it always.",
    instead:
      "Write the rollback, or say in the migration why there is none: `-- ddlint-irreversible: reason`.",
  },
  messages: {
    missing: "has no way back: {{rollback}} is missing{{stays}}",
    empty: "has no way back: its rollback is empty{{stays}}",
    unexplained: "is marked as irreversible, and nothing says why",
  },
  options: {
    always: { default: false, description: "Also where no migration of the history has a rollback." },
  },
  on: {
    migration({ migration, history, differences, startOf }, { report, options }) {
      const { down, up, kind, irreversible, partOf } = migration;
      if (history.rollbacks === "none" || !(history.keepsRollbacks || options.always)) return;
      if (down?.empty === false || kind !== "versioned" || up.empty) return;
      if (partOf !== undefined) {
        const parts = history.migrations.filter((other) => other.partOf === partOf);
        if (parts.some((part) => part.down?.empty === false)) return;
      }
      const at = startOf(up);
      if (irreversible === "") report({ at, message: "unexplained", severity: "warning" });
      if (irreversible !== undefined) return;
      const [first, ...others] = differences();
      const stay = others.length > 0 ? `and ${others.length} more stay` : "stays";
      const stays = first === undefined ? "" : `; ${first.text} ${stay} as it leaves it`;
      if (down === undefined)
        report({ at, message: "missing", data: { rollback: history.rollbackName(migration), stays } });
      else report({ at, message: "empty", data: { stays } });
    },
  },
});
