import { defineFileRule } from "../src/lint/rule.ts";

export default defineFileRule({
  id: "unreadable-migration",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  docs: {
    summary: "A migration exists but can't be read.",
    why: "Nothing is known about what it does, so neither its own hazards nor those of later migrations that build on it are found. ddlint reads ordinary files inside the project, up to 64 MB (code: 8 MB), and no link that leads out of it. A warning: lines of a file that its tool takes for comments, such as `--changeset` without the header of Liquibase's formatted SQL.",
    instead: "Make it an ordinary file that the user who runs ddlint may read.",
    exceptions: [
      "folders of a name that doesn't say that it holds migrations",
      "migrations in languages that aren't read, which the summary counts",
    ],
  },
});
