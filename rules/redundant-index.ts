import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "redundant-index",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "An index equals another one, or is the beginning of it.",
    why: "The other index answers the same queries; this one costs space and slows down every write. UNIQUE and PRIMARY KEY make an index of their own.",
    instead: "Leave it out.",
  },
  messages: {
    equal: "{{other}} indexes the same columns already",
    prefix: "{{other}} begins with the same columns",
    constraint: "the constraint {{other}} has an index on these columns already",
  },
  on: {
    migration({ applied, after }, { report }) {
      for (const { operation, indexes } of applied()) {
        if (operation.kind !== "createIndex") continue;
        const made = indexes.indexMade(after);
        if (made === undefined) continue;
        const other = indexes.covering(after, made);
        if (other === undefined) continue;
        const equal = other.elements.length === made.elements.length;
        const message = equal ? (other.constraint === undefined ? "equal" : "constraint") : "prefix";
        report({
          at: operation.head,
          message,
          data: { other: after.spell(other) },
          related: [{ at: { path: other.origin.path, span: other.origin.span }, message: "the other index" }],
        });
      }
    },
  },
});
