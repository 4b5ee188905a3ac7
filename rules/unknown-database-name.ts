import { defineFileRule } from "../src/lint/rule.ts";

export default defineFileRule({
  id: "unknown-database-name",
  category: "history",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  docs: {
    summary:
      "A changeset, a precondition or a property is for a database under a name that the tool doesn't have for it, such as `postgres` in Liquibase's `dbms`.",
    why: "Liquibase compares `dbms` with its own short names alone (`postgresql`, `mysql`, `mariadb`, `mssql`, …). A changeset for `postgres` never runs on any database and isn't recorded, without a warning; a precondition that demands it is never met; with `!postgres`, a changeset runs on PostgreSQL as well.",
    instead:
      "Write Liquibase's name. The changeset then runs with the next update, also where somebody made its change by hand since: ask for that in its preconditions. Where a condition with `MARK_RAN` has skipped it, it is recorded as run: write a new changeset.",
    exceptions: [
      "a list that has the right name as well",
      "a changeset that never runs, and whose tables, columns, indexes and constraints changesets behind it in the file make",
      "a parameter such as `${database}`",
      "names of databases that extensions of Liquibase bring",
    ],
  },
});
