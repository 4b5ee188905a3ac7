import { defineRule, recipes } from "../src/lint/rule.ts";

const kinds: ReadonlySet<string> = new Set(["unknown-constraint", "unknown-index", "unknown-object"]);

const tooLate = "Leave the statement out, or put it before the one that drops the object.";

export default defineRule({
  id: "unknown-object",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["up", "down"],
  repeatedIn: "migration",
  alsoRefused: "reports the failure itself",
  docs: {
    summary:
      "A constraint, index, type, function, trigger, policy, schema or text search configuration is used that doesn't exist at that point.",
    why: "The migration fails (42704, 42883, 3F000; MySQL and MariaDB 1091). The object was dropped or renamed before, or its table never had it. Of Alembic's operations, only `create_table` creates the type of an `sa.Enum`: `add_column` and `alter_column` need one that exists.",
    instead: "Correct the name, create the object first, or write `IF EXISTS` if it may be missing.",
    exceptions: [
      "`IF EXISTS`",
      "a warning for a type or trigger function that no migration makes, where the history has no extension but well-known ones: something else may create it; types and trigger functions of well-known extensions",
      "an object that may exist already when the history begins",
      "a statement under a condition, or whose error the block catches",
      "a warning for a text search configuration that no server has, such as `korean`; nothing where the history makes one, or has an extension that may bring it",
      "an object that SQL unknown before it runs (`EXECUTE`) may have created",
      "Liquibase: what another file does, where no changelog includes the formatted SQL and its names have no numbers: nothing says which file runs first",
    ],
  },
  messages: {
    dropped: "fails: {{what}} {{name}} was dropped or renamed before",
    never: "fails: there is no {{what}} {{name}}",
    already: "fails: there is no {{what}} {{name}}, and {{to}} exists already",
    later: "each call fails unless something else creates {{what}} {{name}}: no server has it",
    elsewhere: "fails unless something else creates {{what}} {{name}}: no migration before this does",
  },
  on: {
    operation(step, { report }) {
      const { failures, names, script, scope } = step;
      for (const { name, span: at, isLater } of scope.dialect.family === "postgres"
        ? names.missingTextSearch()
        : []) {
        const data = { what: "text search configuration", name };
        report({
          at,
          message: isLater ? "later" : "elsewhere",
          severity: "warning",
          data,
          instead: recipes.otherConfiguration,
          repaired: (end) => isLater && end.hasAny("text search configuration"),
        });
      }
      for (const failure of failures) {
        const { kind, what, name, span, dropped, elsewhere, already } = failure;
        if (!kinds.has(kind)) continue;
        const data = { what, name };
        const instead = (what === "type" ? recipes.typeFirst(step) : undefined) ?? names.meant(failure);
        if (already !== undefined) {
          const { origin, name: to } = already;
          const related = origin && [{ at: origin, message: "created here" }];
          report({ at: span, message: "already", data: { what, name, to }, instead, related });
        } else if (elsewhere) report({ at: span, message: "elsewhere", severity: "warning", data, instead });
        else if (dropped === undefined) report({ at: span, message: "never", data, instead });
        else {
          const related = [{ at: dropped, message: "dropped or renamed here" }];
          const isOwn = kind !== "unknown-object" && dropped.migration === scope.migration.index;
          const own = isOwn ? tooLate : undefined;
          const derived = script.code?.derived === true ? "Write the rollback yourself. " : "";
          report({
            at: span,
            message: "dropped",
            data,
            instead: instead ?? (own && derived + own),
            related,
          });
        }
      }
    },
  },
});
