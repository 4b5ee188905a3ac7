import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-cascade",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  sameCause: ["drop-column", "drop-table"],
  docs: {
    summary: "`DROP … CASCADE`.",
    why: "`CASCADE` also drops every object that depends on the dropped one: foreign keys of other tables, views, functions, columns. Which objects these are differs from server to server, and PostgreSQL lists them only in a NOTICE.",
    instead: "Drop each dependent object by name first, then the object without `CASCADE`.",
    exceptions: [
      "an object on which nothing depends, if the history knows that",
      "a foreign key, CHECK, exclusion or NOT NULL constraint, and any that has such a name: nothing depends on one",
      "an object that this migration creates",
      "what belongs to a table that this migration drops later",
      "`DROP SCHEMA` (see `drop-schema`) and `TRUNCATE`",
    ],
  },
  messages: {
    known: "CASCADE also drops {{dependents}}",
    unsure: "CASCADE may also drop {{dependents}}",
    ofKey: "if {{object}} is a key, CASCADE also drops the foreign keys and views that need it",
    unknown: "CASCADE also drops whatever depends on {{object}}, on this server or another",
  },
  on: {
    operation(step, { report }) {
      const { operation } = step;
      const { droppedObject, ofDropped, areKnown, isKey, cascadesAnyway } = step.dependents;
      if (!("cascade" in operation) || !operation.cascade) return;
      const object = droppedObject();
      // drop-schema reports what a schema holds.
      if (object === undefined || operation.kind === "dropSchema") return;
      const at = operation.head;
      const refusing = ofDropped().filter(({ onDrop }) => onDrop === "refuses");
      const later = refusing.length === 0 ? new Set<string>() : droppedLater(step);
      const dropped = refusing.filter(({ relation }) => relation === undefined || !later.has(relation));
      if (refusing.length > 0 && dropped.length === 0) return;
      if (dropped.length > 0) {
        const isSure = dropped.every(({ unsure }) => unsure !== true);
        const few = dropped.slice(0, 3).map(({ text }) => text);
        const rest = dropped.length > 3 ? ` and ${dropped.length - 3} more` : "";
        report({
          at,
          message: isSure ? "known" : "unsure",
          data: { dependents: few.join(", ") + rest },
          // Without CASCADE, what goes with a table that is dropped later refuses it, too.
          instead: isSure
            ? (recipes.withoutCascade(step, refusing) ??
              `drop ${refusing.map(({ text }) => text).join(", ")} first, then ${object} without CASCADE`)
            : undefined,
          related: dropped.flatMap(({ origin, text }) =>
            origin === undefined ? [] : [{ at: { path: origin.path, span: origin.span }, message: text }],
          ),
        });
      } else if (areKnown() !== "yes" && !cascadesAnyway()) {
        const instead = recipes.withoutCascade(step, []);
        if (isKey() !== "unknown") report({ at, message: "unknown", data: { object }, instead });
        else report({ at, message: "ofKey", severity: "warning", data: { object }, instead });
      }
    },
  },
});

const droppedLater = ({ later }: Step): ReadonlySet<string> =>
  new Set(
    later().flatMap(({ operation, before }) =>
      operation.kind === "dropTable" ? [before.resolve(operation.table)] : [],
    ),
  );
