import type { ESLint } from "eslint";
import type { Engine } from "../index.ts";
import { SqlSourceCode, sqlFile, type SqlFile } from "./source-code.ts";

export type Language = NonNullable<ESLint.Plugin["languages"]>[string];

/** SQL for ESLint. What PostgreSQL's grammar rejects is no error here: the rule `syntax-error` tells, and all else is linted. */
export const sqlLanguage = ({ outline }: Pick<Engine, "outline">): Language => ({
  fileType: "text",
  lineStart: 1,
  columnStart: 0,
  nodeTypeKey: "type",
  visitorKeys: { SqlFile: ["statements"], SqlStatement: [] },
  // Options for JavaScript that a configuration gives to all files reach these, too.
  validateLanguageOptions: () => undefined,
  parse(file) {
    const text = String(file.body);
    return { ok: true, ast: sqlFile(text, outline(text)) };
  },
  createSourceCode: (file, { ast }) => new SqlSourceCode(String(file.body), ast as SqlFile, file.bom),
});
