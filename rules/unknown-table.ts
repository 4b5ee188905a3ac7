import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "unknown-table",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["up", "down"],
  repeatedIn: "migration",
  alsoRefused: "reports the failure itself",
  alsoSkipped: "what skips a CREATE TABLE may be an earlier use of the table, which needs it",
  docs: {
    summary: "A table or view is used that doesn't exist at that point of the history.",
    why: "The migration fails (42P01; MySQL and MariaDB 1146). The table was dropped or renamed before, or nothing ever created it.",
    instead: "Correct the name, or create the table first.",
    exceptions: [
      "`IF EXISTS`",
      "a warning, where nothing before creates the table, and no other has a name like it: something else may create it",
      "a warning on MySQL and MariaDB, where only the case of the name differs: servers on Windows and macOS take both for the same (`lower_case_table_names`)",
      "a table that may exist already when the history begins, and tables of schemas that the history doesn't create",
      "a table that the history only reads, fills or gives columns before it creates it",
      "PostgreSQL: a foreign key to a table that a later migration creates, where the history uses other tables that it doesn't create, or asks for the table first; otherwise it is a warning",
      "a statement under a condition, or whose error the block catches",
      "a table that SQL unknown before it runs (`EXECUTE`) may have created",
      "the body of a function that the migration doesn't call",
      "Liquibase: what another file does, where no changelog includes the formatted SQL and its names have no numbers: nothing says which file runs first",
    ],
  },
  messages: {
    dropped: "fails: {{what}} {{name}} was dropped or renamed before",
    never: "fails: nothing before this creates {{what}} {{name}}",
    already: "fails: there is no {{what}} {{name}}, and {{to}} exists already",
    otherCase:
      "fails on Linux, where the case of names counts: nothing before this creates {{what}} {{name}}",
    late: "an empty database fails before this: a foreign key refers to {{name}}, which is only created here",
    both: "fails if {{name}} exists; if it doesn't, an earlier statement on it fails",
    elsewhere: "fails unless something else creates {{what}} {{name}}: no migration before this does",
  },
  recipe: recipes.dropLeftOut,
  on: {
    operation(step, { report }) {
      const { before, operation, failures, names, mysql, direction } = step;
      const { meant, createdBehind } = names;
      const { missingParent } = mysql;
      const user = before.family === "postgres" && direction === "up" ? names.usedBefore() : undefined;
      const use = user ?? names.partBefore();
      const isDrop = operation.kind === "dropTable" && before.family === "postgres";
      if (use !== undefined && (operation.kind === "createTable" || isDrop))
        report({
          at: operation.head,
          message: user === undefined ? "both" : "late",
          severity: user && "warning",
          impliedBy: user && { rule: "unknown-table", at: user },
          data: { name: step.show(operation.table) },
          instead: `Create it before what refers to it, or move that behind this${isDrop ? " and the CREATE TABLE" : ""}.`,
          related: [{ at: use, message: "refers to it" }],
        });
      if (step.skipped) return;
      for (const failure of [...failures, ...missingParent()]) {
        const { kind, what, name, span, dropped, twin, already } = failure;
        if (kind !== "unknown-table") continue;
        const data = { what, name };
        const instead = meant(failure);
        const behind = createdBehind(failure);
        const created = behind && [{ at: behind.operation.head, message: "created here" }];
        // On Windows and macOS, the server takes it for the other one.
        const isOther = twin !== undefined && before.family === "mysql";
        if (already !== undefined && !isOther) {
          const { origin, name: to } = already;
          const related = origin && [{ at: origin, message: "created here" }];
          report({ at: span, message: "already", data: { what, name, to }, instead, related });
        } else if (dropped === undefined) {
          // No name is like it: a core application, or another history, may have made it.
          const isMisspelt = instead !== undefined && !isOther;
          report({
            at: span,
            message: isOther ? "otherCase" : isMisspelt ? "never" : "elsewhere",
            severity: isMisspelt ? undefined : "warning",
            data,
            instead,
            related: created,
          });
        } else {
          const { path, span: where } = dropped;
          const related = created ?? [{ at: { path, span: where }, message: "dropped or renamed here" }];
          report({ at: span, message: "dropped", data, instead, related });
        }
      }
    },
  },
});
