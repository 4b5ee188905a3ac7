import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "rename-enum-value",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A value of an enum is renamed; or, as a note, a type, function or sequence.",
    why: "All rows change at that moment, and so must every program: the running application that still says the old name fails (22P02, 42704, 42883).",
    instead:
      "`ADD VALUE`, deploy the version that reads both and writes the new one, update the old rows in batches, and keep the old value out with a CHECK.",
  },
  messages: {
    value: "the running application that says '{{label}}' for {{type}} fails from this moment on",
    object: "the running application that uses {{object}} by that name fails from this moment on",
  },
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
    renameObject(
      { operation, names: { objectText, saidByPrograms, nameTaken }, dependents: { objectMadeHere } },
      { report },
    ) {
      if (!saidByPrograms()) return;
      // Something else takes the name at once: the last step of an exchange.
      if (objectMadeHere() || nameTaken()) return;
      report({
        at: operation.head,
        message: "object",
        severity: "note",
        data: { object: objectText() ?? operation.object },
        instead: "create the new one beside it, deploy the version that uses it, then drop the old one",
      });
    },
  },
});
