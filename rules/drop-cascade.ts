import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-cascade",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "`CASCADE` on a `DROP`.",
    why: "`CASCADE` also drops whatever depends on the object: foreign keys of other tables, views, functions, columns. What that is differs from server to server, and nobody reads the list.",
    instead: "Drop each dependent by its name first, then the object without `CASCADE`.",
  },
  messages: {
    known: "CASCADE also drops {{dependents}}",
    unknown: "CASCADE also drops whatever depends on {{object}}, on this server or another",
  },
  on: {
    operation({ operation, dependents: { droppedObject, ofDropped, areKnown } }, { report }) {
      if (!("cascade" in operation) || !operation.cascade) return;
      const object = droppedObject();
      // All that a schema holds is drop-schema's.
      if (object === undefined || operation.kind === "dropSchema") return;
      const at = operation.head;
      const dropped = ofDropped().filter(({ onDrop }) => onDrop === "refuses");
      if (dropped.length > 0) {
        const few = dropped.slice(0, 3).map(({ text }) => text);
        const rest = dropped.length > 3 ? ` and ${dropped.length - 3} more` : "";
        report({
          at,
          message: "known",
          data: { dependents: few.join(", ") + rest },
          instead: `drop ${dropped.map(({ text }) => text).join(", ")} first, then ${object} without CASCADE`,
          related: dropped.flatMap(({ origin, text }) =>
            origin === undefined ? [] : [{ at: { path: origin.path, span: origin.span }, message: text }],
          ),
        });
      } else if (areKnown() !== "yes") report({ at, message: "unknown", data: { object } });
    },
  },
});
