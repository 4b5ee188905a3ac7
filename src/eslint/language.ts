import type { ESLint } from "eslint";
import type { Engine } from "../index.ts";
import type { Ask } from "./project.ts";
import { SqlSourceCode, sqlFile, type SqlFile } from "./source-code.ts";

export type Language = NonNullable<ESLint.Plugin["languages"]>[string];

/** SQL for ESLint. What the server's grammar rejects is no error here: the rule `syntax-error` tells, and all else is linted. */
export const sqlLanguage = (
  { outline }: Pick<Engine, "outline">,
  { dialectOf }: Pick<Ask, "dialectOf">,
): Language => ({
  fileType: "text",
  lineStart: 1,
  columnStart: 0,
  nodeTypeKey: "type",
  visitorKeys: { SqlFile: ["statements"], SqlStatement: [] },
  // Options for JavaScript that a configuration gives to all files reach these, too.
  validateLanguageOptions: () => undefined,
  parse({ body, bom, path }) {
    const text = String(body);
    // ESLint doesn't tell a language where it runs.
    const dialect = dialectOf({ file: path, cwd: process.cwd(), text: bom ? `\uFEFF${text}` : text });
    return { ok: true, ast: sqlFile(text, outline(text, dialect)) };
  },
  createSourceCode: (file, { ast }) => new SqlSourceCode(String(file.body), ast as SqlFile, file.bom),
});
