import { defineRule, ofFile, recipes } from "../src/lint/rule.ts";

const leftOver = "Delete it: the earlier migration has the same statements.";
const sameColumn = "Delete one of them: both declare the same column.";

export default defineRule({
  id: "duplicate-object",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["up", "down"],
  repeatedIn: "migration",
  alsoRefused: "reports that the statement fails",
  alsoSkipped: "the existing object may differ from the one that is written",
  docs: {
    summary: "An object is created that already exists at that point of the history.",
    why: "The migration fails (PostgreSQL: 42P07, 42701, 42710; MySQL and MariaDB: 1050, 1060, 1061, 1826). With `IF NOT EXISTS` it succeeds, and silently keeps the other definition.",
    instead: "Alter the existing object, or give the new one another name.",
    exceptions: [
      "`IF NOT EXISTS` of an object that has the same definition, or of a table that also has columns which an INSERT may leave out",
      "`IF NOT EXISTS` of an object that later statements of the migration change into what is written",
      "`CREATE OR REPLACE`",
      "a warning: an object that a baseline (such as Prisma's `0_init`) makes, too, as that may be the younger one; not in a migration that is new in git, unlike the baseline",
      "`IF NOT EXISTS` of an object that a baseline makes in another way",
      "on MySQL and MariaDB, a project whose own program catches the errors for columns and keys that exist already (1060, 1061)",
      "a statement in a block that first checks for the object, or that catches the error",
      "of a migration that has the same statements as an earlier one, all but the first that fails",
      "statements behind a `CREATE TABLE` that fails that make existing objects again, or add something to the table: the first finding is about all of them",
      "statements of a file that makes what several other files of its folder make: the finding is about the file, which isn't read; if nothing is known to run all files of the folder, it is only left out",
      "Liquibase: what another file does, where no changelog includes the formatted SQL and its names have no numbers: nothing says which file runs first",
      "an object that isn't certain to exist, for example after SQL that isn't known before it runs (`EXECUTE`)",
    ],
  },
  messages: {
    sum: "{{message}}",
    exists: "fails: {{what}} {{name}} exists already",
    copy: "fails: it does again what {{earlier}} has done",
    again: "fails: {{name}} and {{others}} exist already",
    repeated: "fails on a database that begins with {{baseline}}: it has {{what}} {{name}} already",
    second: "fails: {{table}} has a primary key already, {{name}}",
    taken: "fails: {{name}} isn't free before the end of the statement that drops it",
    differs: "changes nothing, since IF NOT EXISTS finds another {{what}} {{name}}: {{detail}}",
  },
  recipe: recipes.madeOnce,
  on: {
    project({ histories, fileProblems }, { report }) {
      for (const problem of fileProblems(histories, "duplicate-object"))
        report({ ...ofFile(problem), message: "sum" });
    },
    addForeignKey({ mysql: { nameTaken }, spell }, { report }) {
      const name = nameTaken();
      if (name === undefined) return;
      const instead = "drop the key in a statement before this one, or give the new one another name";
      report({ at: name.span, message: "taken", data: { name: spell(name) }, instead });
    },
    operation({ failures, before, table, direction, names, show, scope, statement }, { report }) {
      const again = scope.madeAgain;
      const isIgnored = before.family === "mysql" && scope.history.ignoresDuplicates === true;
      for (const { kind, what, name, span, existing, ofParent, alike } of failures) {
        const about = { at: span, related: existing && [{ at: existing, message: "created here" }] };
        const isUp = direction === "up";
        const baseline = existing && isUp ? scope.baselineOf(existing)?.name.slice(0, 60) : undefined;
        if (kind.startsWith("duplicate-")) {
          if (isIgnored || (what === "primary key" && names.taken() !== undefined)) continue;
          if (baseline !== undefined) {
            const [data, instead] = [{ baseline, what, name }, recipes.ofBaseline(baseline)];
            report({ ...about, message: "repeated", severity: "warning", data, instead });
          } else if (scope.copyOf !== undefined && isUp) {
            const data = { earlier: scope.copyOf.name.slice(0, 60) };
            report({ ...about, message: "copy", data, instead: leftOver });
            return;
          } else if (isUp && again?.statement === statement && again.tables.length > 1) {
            const [, second = "", ...more] = again.tables;
            const data = { name, others: more.length === 0 ? second : `${more.length + 1} other tables` };
            report({ ...about, message: "again", data, instead: recipes.withoutBlock(again) });
          } else if (what === "primary key" && table !== undefined) {
            const instead = recipes.oneKey({ ofParent, isUp });
            report({ ...about, message: "second", data: { table: show(table), name }, instead });
          } else {
            const other = isUp && again?.statement === statement ? recipes.ofOthers(again) : undefined;
            const instead = other ?? names.taken() ?? (alike === true && isUp ? sameColumn : undefined);
            report({ ...about, message: "exists", data: { what, name }, instead });
          }
          // What a rollback leaves as it is, rollback-does-not-reverse reports.
        } else if (kind === "differs" && isUp && baseline === undefined) {
          const detail = names.stillDiffers();
          if (detail !== undefined)
            report({ ...about, message: "differs", severity: "warning", data: { what, name, detail } });
        }
      }
    },
  },
});
