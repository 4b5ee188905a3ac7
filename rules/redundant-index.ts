import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "redundant-index",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  sameCause: ["index-without-concurrently", "unique-constraint-without-index"],
  docs: {
    summary: "An index has the same columns as another one, or the columns that another one begins with.",
    why: "The other index serves the same queries; this one takes space and slows down every write. UNIQUE and PRIMARY KEY create an index themselves, and so does `SERIAL` on MySQL.",
    instead: "Leave it out.",
    exceptions: [
      "a UNIQUE index, unless another UNIQUE index has the same columns",
      "indexes that differ in method, sort order, operator class, collation, prefix length or WHERE, or in INCLUDE columns that the other one lacks",
      "an older index that a new one makes redundant",
      "an index that the same or a later migration drops, and one whose other index a later migration drops",
      "another index that the migration drops under a condition",
      "in TypeORM, the indexes of a table that `@JoinTable` declares, which it always makes",
      "in Django, TypeORM and MikroORM, the index of a field that a base class gives the model: other models have it, too",
      "on MySQL, another index that is INVISIBLE",
    ],
  },
  messages: {
    equal: "{{other}} indexes the same columns already",
    prefix: "{{other}} begins with the same columns",
    constraint: "the constraint {{other}} has an index on these columns already",
  },
  recipe: recipes.withoutIndex,
  on: {
    migration({ applied, after }, { report }) {
      for (const step of applied()) {
        const { operation, indexes } = step;
        if (operation.kind !== "createIndex" && operation.kind !== "addUnique") continue;
        if (operation.byTool === true) continue;
        if (recipes.isOfBaseClass(step)) continue;
        const made = indexes.indexMade(after);
        if (made === undefined) continue;
        const other = indexes.covering(after, made);
        if (other === undefined) continue;
        const equal = other.elements.length === made.elements.length;
        const message = equal ? (other.constraint === undefined ? "equal" : "constraint") : "prefix";
        const until = indexes.keptForKey(made);
        const name = after.spell(other);
        const instead =
          until &&
          `A foreign key needs it until ${name} is there: create that before ${dropped(until)} is dropped, and leave this one out.`;
        report({
          at: operation.head,
          message,
          step,
          instead,
          repaired: (end) => indexes.isNeeded(after, made, end),
          data: { other: name },
          related: [{ at: { path: other.origin.path, span: other.origin.span }, message: "the other index" }],
        });
      }
    },
  },
});

/** What DROP INDEX or DROP CONSTRAINT names. */
const dropped = ({ operation, spell }: Step): string =>
  operation.kind === "dropIndex"
    ? spell(operation.index.text)
    : operation.kind === "dropConstraint"
      ? spell(operation.name)
      : "the other one";
