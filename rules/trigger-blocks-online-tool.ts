import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "trigger-blocks-online-tool",
  category: "compatibility",
  severity: "note",
  presets: [],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "A trigger on an existing table, which gh-ost and spirit then refuse to change.",
    why: "These tools copy the table and then swap the two; triggers would stay with the old one. pt-online-schema-change creates three triggers itself and needs `--preserve-triggers`.",
    instead:
      "Do in the application what the trigger does, or plan to change this table with `ALTER TABLE` itself.",
    exceptions: ["a trigger on a table that this migration creates"],
  },
  messages: {
    blocks: "gh-ost and spirit refuse to change {{table}} while it has a trigger",
  },
  on: {
    createTrigger({ operation, createdHere, show }, { report }) {
      if (createdHere(operation.table) === "yes") return;
      report({ at: operation.head, message: "blocks", data: { table: show(operation.table) } });
    },
  },
});
