import { defineRule, isString, type Column } from "../src/lint/rule.ts";

export default defineRule({
  id: "charset-conversion",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary:
      "`CONVERT TO CHARACTER SET`, or a new default character set that reaches no column that is there.",
    why: "The conversion gives every text column another character set and collation: values that differed may be equal then, so that a unique key fails; a TEXT becomes a MEDIUMTEXT where its bytes might no longer do, without a word; joins with tables that aren't converted compare without an index. `DEFAULT CHARACTER SET` alone changes nothing but what columns to come get.",
    instead:
      "Look for values that collide (`GROUP BY … COLLATE …`), convert tables that are joined together, and column by column with `MODIFY` where types have to stay.",
  },
  messages: {
    grows: "{{column}} becomes {{type}} by it: the columns are given room for longer characters",
    converts: "compares all text of {{table}} anew: values that differ now may collide in unique keys",
    defaultOnly: "concerns only columns to come: those of {{table}} keep their character sets",
  },
  on: {
    convertCharset({ operation, createdHere, before, mysql: { growingTexts }, show }, { report }) {
      if (createdHere(operation.table) === "yes") return;
      const found = before.relation(operation.table);
      const wanted = operation.charset;
      const isSame = ({ charset, type }: Column): boolean =>
        (type !== undefined && !isString(type)) || (charset === wanted && charset !== undefined);
      const isKnown = found.is === "present" && found.value.complete;
      // A collation may differ all the same.
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
