import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "live-model-in-migration",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "reports code, which is the same if a statement fails",
  docs: {
    summary: "Code of a migration works with a model that it imports from the application.",
    why: "The model is that of the newest code, and the table is that of this migration. As soon as the model gets a column in a later migration, this one fails on a new database: the query names a column that doesn't exist yet. Methods, managers and signals of the application run as well, and change with it.",
    instead: 'Take the model from the state of the migration: in Django `apps.get_model("shop", "Order")`.',
    exceptions: [
      "constants, choices and functions that are imported from a module of models",
      "models that are reached by a function of the project that can't be followed",
    ],
  },
  messages: {
    live: "uses the live {{model}}: it may fail on a new database once the model changes",
    back: "uses the live {{model}}: the rollback may fail once the model changes",
  },
  on: {
    migration({ migration: { up, down } }, { report }) {
      const forwards = up.code?.liveModels ?? [];
      for (const { at: span, name, instead } of forwards)
        report({ at: { path: up.path, span }, message: "live", data: { model: name }, instead });
      // A new database never runs these. What is reversed by the tool is the same code.
      for (const { at: span, name, instead } of down?.code?.liveModels ?? [])
        if (!forwards.some(({ at }) => at.start === span.start))
          report({ at: { path: up.path, span }, message: "back", data: { model: name }, instead });
    },
  },
});
