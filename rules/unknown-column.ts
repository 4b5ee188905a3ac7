import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unknown-column",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["up", "down"],
  repeatedIn: "migration",
  alsoRefused: "reports the failure itself",
  docs: {
    summary: "A column is used that its table doesn't have at that point of the history.",
    why: "The migration fails (42703; MySQL and MariaDB 1054). The column was dropped or renamed before, or the table never had it.",
    instead: "Correct the name, or add the column first.",
    exceptions: [
      "a table that the history doesn't create, except for a column that the history drops",
      "a statement under a condition, or whose error the block catches",
      "SQL that isn't known before it runs (`EXECUTE`), and everything it may have changed",
      "the body of a function that the migration doesn't call",
    ],
  },
  messages: {
    dropped: "fails: column {{name}} was dropped or renamed before",
    never: "fails: there is no column {{name}}",
    already: "fails: there is no column {{name}}, and {{to}} exists already",
  },
  on: {
    operation({ failures, names: { meant } }, { report }) {
      for (const failure of failures) {
        const { kind, name, span, dropped, already } = failure;
        if (kind !== "unknown-column") continue;
        const about = { at: span, instead: meant(failure) };
        const madeBy = already?.origin && [{ at: already.origin, message: "created here" }];
        const goneBy = dropped && [{ at: dropped, message: "dropped or renamed here" }];
        if (already !== undefined)
          report({ ...about, message: "already", data: { name, to: already.name }, related: madeBy });
        else report({ ...about, message: goneBy ? "dropped" : "never", data: { name }, related: goneBy });
      }
    },
  },
});
