import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "value-breaks-check",
  category: "data",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "A literal that a row gets, or the default of a column, breaks the CHECK of the same column, or isn't a value of its type; or a condition compares a column with a literal of another type.",
    why: "The server refuses the row, so the INSERT, the backfill or the new column fails as soon as there is a row. A default that its CHECK refuses makes every INSERT fail that leaves the column out. On PostgreSQL, an enum refuses a label that it doesn't have yet, an `integer` refuses `'x'`, a `smallint` refuses `40000`, a `boolean` refuses `1`, and a date refuses the day first, also where there is no row: `DateStyle` is `ISO, MDY` by default. `paid = 1` fails, too: no operator compares a `boolean` with a number. MySQL and MariaDB refuse such values in strict mode, which is the default.",
    instead:
      "Write a value that the CHECK allows, or change the CHECK first: add the new one as `NOT VALID`, validate it, then drop the old one. Add a label to an enum in an earlier migration; write dates as `1991-11-25`.",
    exceptions: [
      "a table with triggers, which may write another value that the CHECK allows",
      "a date with the day first, where the history sets `DateStyle`",
      "on MySQL and MariaDB, `INSERT IGNORE`, and where strict mode is off",
      "a CHECK on several columns, or with anything but comparisons with literals",
      "text that differs only in case, accents or blanks at its end, where it may be equal: on MySQL and MariaDB, in `citext` and `char`, and in a column with a collation",
    ],
  },
  messages: {
    row: "fails: {{check}} of {{table}} refuses {{value}} in {{column}}",
    changed: "fails if it meets a row of {{table}}: {{check}} refuses {{value}} in {{column}}",
    old: "fails if {{table}} has a row: {{check}} refuses {{value}}, the default of {{column}}",
    type: "fails: {{value}} isn't a value of {{column}} of {{table}}, which is of type {{check}}",
    met: "fails if it meets a row of {{table}}: {{value}} isn't a value of {{column}}, which is of type {{check}}",
    compared:
      "fails: {{column}} of {{table}} is of type {{check}}, and no operator compares it with {{value}}",
    default: "an INSERT into {{table}} without {{column}} fails: {{check}} refuses its default {{value}}",
  },
  kinds: {
    value: [
      "insertRows",
      "updateRows",
      "deleteRows",
      "createIndex",
      "addCheck",
      "setDefault",
      "redefineColumn",
    ],
  },
  on: {
    value({ operation, table, values: { refusedValue }, show }, { report }) {
      const refused = refusedValue();
      if (refused === undefined) return;
      const { fails, at, column, value, check, instead } = refused;
      report({
        at: at ?? operation.head,
        message: fails,
        data: { table: show(table), column, value, check },
        instead,
      });
    },
  },
});
