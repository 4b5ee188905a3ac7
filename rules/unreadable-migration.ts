import { defineFileRule } from "../src/lint/rule.ts";

export default defineFileRule({
  id: "unreadable-migration",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A migration exists and can't be read.",
    why:
      "Nothing is known of what it does: neither its own hazards nor those of later migrations, which build on it. " +
      "ddlint reads ordinary files inside of the project, up to 64 MB (code: 8 MB), and no link that leads out of it.",
    instead: "Make it an ordinary file that the user who runs ddlint may read.",
  },
});
