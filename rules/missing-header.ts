import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "missing-header",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "checks comments, which are the same if a statement fails",
  docs: {
    summary: "The comment at the top of a migration lacks a field, or leaves it empty.",
    why: "Years later, the header tells what the change was for and whom to ask.",
    instead:
      "Write `-- Migration: …`, `-- Author: …` and `-- Date: …`, or the fields of your configuration, before the first statement.",
    exceptions: [
      "rollbacks",
      "files without statements",
      "another name of the same field, such as `Purpose` for `Migration`",
    ],
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
      description: "Names of the fields; `|` separates names of the same field.",
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
      const field = found.find(({ field }) => field)?.field;
      const at = field === undefined ? startOf(up) : { path: up.path, span: field.at };
      if (missing.length === fields.length)
        report({ at, message: "none", data: { fields: missing.join(", ") } });
      else if (missing.length > 0) report({ at, message: "lacks", data: { fields: missing.join(", ") } });
      if (empty.length > 0) report({ at, message: "empty", data: { fields: empty.join(", ") } });
    },
  },
});
