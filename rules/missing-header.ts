import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "missing-header",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "looks at the comments of the file",
  fix: "none",
  docs: {
    summary:
      "The comment at the top of a migration lacks a field of the header template, or leaves it empty.",
    why: "Whoever finds the change in production years later asks what it was for and whom to ask.",
    instead:
      "`-- Migration: …`, `-- Author: …`, `-- Date: …` before the first statement; `fields` says which.",
  },
  messages: {
    none: "has no header: {{fields}}",
    lacks: "the header lacks {{fields}}",
    empty: "the header leaves {{fields}} empty",
  },
  options: {
    fields: {
      default: ["Migration|Purpose|Description", "Author|Authors", "Date|Created|Created at"],
      minItems: 1,
      description: "Fields that the header must have; `|` separates names of the same field.",
    },
  },
  on: {
    migration({ migration, headerField, startOf }, { report, options: { fields } }) {
      const { up, unread } = migration;
      if (up.empty || unread === true) return;
      const found = fields.map((names) => ({
        name: names.split("|")[0] ?? names,
        field: headerField(names),
      }));
      const missing = found.filter(({ field }) => field === undefined).map(({ name }) => name);
      const empty = found.filter(({ field }) => field?.value === "").map(({ name }) => name);
      const at = { path: up.path, span: found.find(({ field }) => field)?.field?.at ?? startOf(up).span };
      if (missing.length === fields.length)
        report({ at, message: "none", data: { fields: missing.join(", ") } });
      else if (missing.length > 0) report({ at, message: "lacks", data: { fields: missing.join(", ") } });
      if (empty.length > 0) report({ at, message: "empty", data: { fields: empty.join(", ") } });
    },
  },
});
