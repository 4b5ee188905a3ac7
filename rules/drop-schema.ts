import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-schema",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: { effects: "reports that the statement fails" },
  docs: {
    summary: "`DROP SCHEMA` of an existing schema.",
    why: "With `CASCADE` every table, view, function and type in it is dropped, and so are the objects of other schemas that depend on them. Without it the server refuses if the schema holds any object.",
    instead:
      "Drop the objects one by one, each deprecated in an earlier migration. Drop the empty schema last, without `CASCADE`.",
    exceptions: [
      "a schema that this migration creates",
      "a schema that is empty, if the whole history is known",
    ],
  },
  messages: {
    holds: "CASCADE drops all of schema {{schema}}: {{objects}}",
    unknown: "CASCADE drops everything in schema {{schema}}, whatever there is on this server",
    refused: "fails: schema {{schema}} still holds {{objects}}",
    empty: "fails if this server still holds anything in schema {{schema}}",
  },
  on: {
    dropSchema({ operation, before, dependents: { objectMadeHere }, show }, { report }) {
      if (objectMadeHere()) return;
      const { schema, cascade, head: at } = operation;
      const held = [...before.relations()].filter((relation) => relation.schema === schema.text);
      const data = { schema: schema.text };
      const few = held.slice(0, 3).map(({ kind, key }) => `${kind} ${show(key)}`);
      const rest = held.length > 3 ? ` and ${held.length - 3} more` : "";
      const objects = few.join(", ") + rest;
      if (held.length > 0) report({ at, message: cascade ? "holds" : "refused", data: { ...data, objects } });
      else if (cascade) report({ at, message: "unknown", data });
      else if (!before.closed) report({ at, message: "empty", severity: "note", data });
    },
  },
});
