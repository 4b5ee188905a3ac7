import { defineRule, recipes } from "../src/lint/rule.ts";

/** Most queries name what is in a schema, or a view; few name the others. */
const ofQueries: ReadonlySet<string> = new Set(["schema", "view", "materialized view"]);

export default defineRule({
  id: "rename-enum-value",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary:
      "A value of an enum is renamed; a schema, with all that is in it; or, as a note, a type, function or sequence. Or a view, type, function or sequence moves to another schema.",
    why: "The new name is in force as soon as the migration commits. The running application still uses the old one and fails: 22P02 for a value, 42704 for a type, 42883 for a function.",
    instead:
      "Add the new value with `ADD VALUE`, deploy the version that reads both values and writes the new one, update the old rows in batches, and keep the old value out with a CHECK.",
    exceptions: [
      "an object that this migration, or another pending one, creates",
      "a name that another object takes over in the same migration (the last step of an exchange), and a type that it then drops",
      "a trigger function or a sequence that a column owns, whose names no program uses",
      "indexes, constraints, triggers and policies",
      "extensions and operators that move",
    ],
  },
  messages: {
    value: "the running application that uses '{{label}}' of {{type}} fails from this moment on",
    object: "the running application that uses {{object}} by that name fails from this moment on",
    moved: "the running application that looks for {{object}} in its old schema fails from this moment on",
  },
  kinds: { named: ["renameObject", "setObjectSchema"] },
  on: {
    renameEnumValue(step, { report }) {
      if (step.dependents.objectMadeHere()) return;
      const { label, type, head: at } = step.operation;
      report({
        at,
        message: "value",
        data: { label, type: step.show(type) },
        instead: recipes.enumValueBeside(step),
      });
    },
    named(
      { operation, names: { objectText, saidByPrograms, nameTaken }, dependents: { objectMadeHere } },
      { report },
    ) {
      if (!saidByPrograms()) return;
      // Another object takes over the name: the last step of an exchange.
      if (objectMadeHere() || nameTaken()) return;
      report({
        at: operation.head,
        message: operation.kind === "renameObject" ? "object" : "moved",
        severity: ofQueries.has(operation.object) ? "warning" : "note",
        data: { object: objectText() ?? operation.object },
        instead:
          operation.kind === "renameObject" && operation.object === "type"
            ? "keep the type's name, and rename it only in the application: columns can't change to another type without a rewrite"
            : "create the new one beside the old one, deploy the version that uses it, then drop the old one",
      });
    },
  },
});
