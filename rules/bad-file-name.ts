import { defineFileRule } from "../src/lint/rule.ts";

export default defineFileRule({
  id: "bad-file-name",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  docs: {
    summary:
      "A file that the migration tool skips for its name, runs in the wrong order, or refuses as it continues a migration that isn't there.",
    why: "A migration that the tool silently skips is missing on the server. One in the wrong order fails, or undoes another. It is a warning where nothing tells what runs the files.",
    instead: "Rename the file as the tool expects.",
    exceptions: [
      "files that the tool runs for another purpose, such as Flyway's callbacks",
      "files whose names say that they aren't migrations, such as `schema.sql`, `seeds.sql`, `README.sql` and dumps",
      "a file for Liquibase whose include is in a comment of a changelog",
      "files that aren't SQL, unless the tool reads them",
      "a history that begins with numbers from 0 or 1 without a gap, and then uses timestamps",
    ],
  },
});
