import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "strict-validator",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mongodb"],
  assumes: "rows",
  docs: {
    summary: "A strict validator that rejects writes is put on an existing collection.",
    why: "Existing documents aren't checked, but every later update of one that doesn't fit fails (error 121), and so does every insert of the running version that doesn't know the rules.",
    instead:
      'Start with `validationAction: "warn"` or `validationLevel: "moderate"`, find the documents that don\'t fit with `$nor: [validator]`, change them, and be strict later.',
    exceptions: [
      "a collection that this migration creates, and `createCollection`",
      "a collection for which an earlier migration has set a validator, and a validator that is made of the collection's own (`listCollections`)",
      '`validationLevel: "moderate"` or `"off"`, and `validationAction: "warn"`',
      "the rollback",
    ],
  },
  messages: { strict: "writes to documents of {{name}} that don't fit the validator fail (121)" },
  recipe: { mongodb: recipes.mongodb.moderateValidator },
  on: {
    alterCollection({ operation, documents }, { report }) {
      const { validator } = operation;
      if (validator === undefined || validator.empty || documents.isNew()) return;
      if (validator.derived === true || documents.isValidated()) return;
      if (validator.level !== "strict" || validator.action !== "error") return;
      report({ at: validator.at, message: "strict", data: { name: documents.name() } });
    },
  },
});
