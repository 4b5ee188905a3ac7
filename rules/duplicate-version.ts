import { defineFileRule } from "../src/lint/rule.ts";

export default defineFileRule({
  id: "duplicate-version",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  docs: {
    summary: "Two migrations with the same version, or two that nothing continues in a graph of migrations.",
    why: "Most tools refuse to run. Others run only one of the two, and which one varies. Alembic's `upgrade head` and Django's `migrate` refuse several heads of one history, or of one app; two files of one revision are two heads as well. It is a note where nothing tells what runs the files, and so whether it counts versions.",
    instead:
      "Give the newer migration another version, after the newest; or the one that no later migration needs. In a graph, let it depend on the other one, or merge both.",
    exceptions: [
      "the migration and its rollback",
      "migrations of different histories",
      "versions that are a day, such as `20260105`, unless the tool refuses a second one",
      "tools that order by the whole file name",
      "another form of a file beside the plain one, of which somebody runs one: `001_pages_prod.sql`",
      "migrations of TypeORM with one timestamp, unless one needs what the other creates (a warning)",
      "heads of Alembic in a history with `branch_labels`, or without a common revision",
    ],
  },
});
