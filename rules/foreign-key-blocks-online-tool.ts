import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "foreign-key-blocks-online-tool",
  category: "compatibility",
  severity: "note",
  presets: [],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "A foreign key to or from an existing table, which gh-ost and spirit then refuse to change.",
    why: "These tools copy the table and then swap the two; a foreign key to or from it would stay with the old one. pt-online-schema-change requires `--alter-foreign-keys-method`, and then either locks the referring tables or gives up the atomic swap.",
    instead:
      "Check the reference in the application, or plan to change these tables with `ALTER TABLE` itself.",
    exceptions: [
      "a foreign key in `CREATE TABLE`",
      "a foreign key between tables that this migration creates",
      "`REFERENCES` after a column, which MySQL before 9.0 ignores",
    ],
  },
  messages: {
    blocks: "gh-ost and spirit refuse to change {{table}} and {{referenced}} from then on",
  },
  on: {
    addForeignKey({ operation, createdHere, mysql: { ignoresInlineReferences }, show }, { report }) {
      const { table, references } = operation;
      if (ignoresInlineReferences() !== "no") return;
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
