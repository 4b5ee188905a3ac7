import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "missing-header",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  alsoRefused: "checks comments, which are the same if a statement fails",
  docs: {
    summary:
      "The comment at the top of a migration lacks a field, leaves it empty, or still has a placeholder of the template.",
    why: "Years later, the header tells what the change was for and whom to ask.",
    instead:
      "Write `-- Migration: …`, `-- Author: …` and `-- Date: …`, or the fields of your configuration, before the first statement.",
    exceptions: [
      "a rollback's header, except for placeholders and empty fields, unless the option `rollbackFields` is set",
      "the rollback in the same file as its migration",
      "files without statements",
      "another name of the same field, such as `Purpose` for `Migration`",
      "a number in the field's name: `-- Migration 010: Add codes`",
    ],
  },
  messages: {
    none: "has no header: {{fields}}",
    lacks: "the header lacks {{fields}}",
    empty: "the header leaves {{fields}} empty",
    template: "the header still has the template's {{placeholders}}",
  },
  options: {
    fields: {
      default: ["Migration|Purpose|Description", "Author|Authors", "Date|Created|Created at"],
      minItems: 1,
      description: "Names of the fields; `|` separates names of the same field.",
    },
    rollbackFields: {
      default: [],
      description: "The same for rollbacks in files of their own; empty: their headers may lack any field.",
    },
  },
  on: {
    migration(scope, { report, options: { fields, rollbackFields } }) {
      const { migration, headerField, headerPlaceholders, ownRollback, startOf } = scope;
      if (migration.unread === true) return;
      for (const of of ["up", "down"] as const) {
        const script = of === "up" ? migration.up : ownRollback();
        if (script === undefined || script.empty) continue;
        const needed = of === "up" ? fields : rollbackFields;
        const found = (needed.length > 0 ? needed : fields).map((names) => ({
          name: names.split("|")[0] ?? names,
          field: headerField(names, of),
        }));
        const named = (some: typeof found): string => some.map(({ name }) => name).join(", ");
        const missing = needed.length > 0 ? found.filter(({ field }) => field === undefined) : [];
        const empty = found.filter(({ field }) => field?.value === "" && field.placeholders.length === 0);
        const placeholders = headerPlaceholders(of);
        const first = found.find(({ field }) => field)?.field;
        // What is missing stands nowhere: the header as a whole is meant.
        const at = first ? { path: script.path, span: first.at, wholeFile: true as const } : startOf(script);
        const written = missing.map(({ name }) => `\`-- ${name}: …\``).join(", ");
        const instead = `Write ${written} before the first statement.`;
        if (missing.length > 0)
          report({ at, message: first ? "lacks" : "none", data: { fields: named(missing) }, instead });
        if (empty.length > 0) report({ at, message: "empty", data: { fields: named(empty) } });
        if (placeholders.length > 0)
          report({
            at,
            message: "template",
            data: { placeholders: placeholders.join(", ") },
            instead: "Replace the placeholders, or remove fields that you don't need.",
          });
      }
    },
  },
});
