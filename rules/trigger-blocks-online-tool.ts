import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "trigger-blocks-online-tool",
  category: "compatibility",
  severity: "note",
  presets: [],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "A trigger on a table that is there, which gh-ost and spirit then refuse to change.",
    why: "These tools copy the table beside and exchange both; triggers would stay with the old one. pt-online-schema-change needs the places of three triggers for itself, or `--preserve-triggers`.",
    instead:
      "Do in the application what the trigger does, or plan changes of this table for ALTER TABLE itself.",
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
