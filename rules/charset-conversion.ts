import { defineRule, isString, recipes, type Column } from "../src/lint/rule.ts";

export default defineRule({
  id: "charset-conversion",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  sameCause: ["algorithm-copy"],
  docs: {
    summary: "`CONVERT TO CHARACTER SET`, or a new default character set that changes no existing column.",
    why: "The conversion gives every text column another character set and collation. Values that differed may become equal, so that a unique key fails. A TEXT silently becomes a MEDIUMTEXT if its bytes might no longer suffice. Joins with tables that aren't converted compare without an index. `DEFAULT CHARACTER SET` alone applies only to columns that are added later.",
    instead:
      "Look for values that collide (`GROUP BY … COLLATE …`), and convert tables that are joined together. To keep the types, convert column by column with `MODIFY`.",
    exceptions: [
      "a table that this migration creates, unless rows were committed to it before",
      "a table without text columns",
      "a conversion without `COLLATE` to the character set that every text column has",
    ],
  },
  messages: {
    grows: "{{column}} becomes {{type}}, to have room for characters of more bytes",
    converts: "changes how text of {{table}} compares: values that differ now may collide in unique keys",
    defaultOnly: "applies only to new columns: existing ones of {{table}} keep their character sets",
  },
  recipe: { mysql: recipes.mysql.findColliding },
  on: {
    convertCharset({ operation, createdHere, before, mysql: { growingTexts }, show }, { report }) {
      if (createdHere(operation.table) === "yes") return;
      const found = before.relation(operation.table);
      const wanted = operation.charset;
      const isSame = ({ charset, type }: Column): boolean =>
        (type !== undefined && !isString(type)) || (charset === wanted && charset !== undefined);
      const isKnown = found.is === "present" && found.value.complete;
      // The collation may still differ.
      if (isKnown && operation.collation === undefined && found.value.columns.every(isSame)) return;
      const [grown] = growingTexts();
      const at = operation.head;
      if (grown === undefined) report({ at, message: "converts", data: { table: show(operation.table) } });
      else
        report({
          at,
          message: "grows",
          data: { column: show(operation.table, grown.column.name), type: grown.to },
        });
    },
    setTableOptions({ operation, statement, before, createdHere, show }, { report }) {
      const option = operation.options.find(({ name }) => name === "charset" || name === "collate");
      if (option?.span === undefined || createdHere(operation.table) === "yes") return;
      if (statement.operations.some(({ kind }) => kind === "convertCharset")) return;
      const found = before.relation(operation.table);
      const holdsText = ({ type }: Column): boolean => type === undefined || isString(type);
      if (found.is === "present" && found.value.complete && !found.value.columns.some(holdsText)) return;
      report({
        at: option.span,
        message: "defaultOnly",
        data: { table: show(operation.table) },
        severity: "note",
      });
    },
  },
});
