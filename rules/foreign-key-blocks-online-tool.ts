import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "foreign-key-blocks-online-tool",
  category: "compatibility",
  severity: "note",
  presets: [],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "A foreign key on a table that is there, which gh-ost and spirit then refuse to change.",
    why: "These tools copy the table beside and exchange both: a foreign key to or from it would point to the wrong one. pt-online-schema-change asks for `--alter-foreign-keys-method`, and then either locks the referring tables or loses atomicity.",
    instead:
      "Let the application keep the reference, or plan the changes of these tables for ALTER TABLE itself.",
  },
  messages: {
    blocks: "gh-ost and spirit refuse to change {{table}} and {{referenced}} from then on",
  },
  on: {
    addForeignKey({ operation, createdHere, mysql: { ignoresInlineReferences }, show }, { report }) {
      const { table, references } = operation;
      if (ignoresInlineReferences()) return;
      if (createdHere(table) === "yes" && createdHere(references) === "yes") return;
      if (operation.within === "createTable") return;
      report({
        at: operation.head,
        message: "blocks",
        data: { table: show(table), referenced: show(references) },
      });
    },
  },
});
