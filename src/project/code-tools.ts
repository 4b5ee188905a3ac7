/** Which tool a file in JavaScript or TypeScript is a migration of, by the words that it can't do without. */

/** Words of the tools' own interfaces, the most telling first; one is enough. */
const words: readonly { readonly tool: string; readonly pattern: RegExp }[] = [
  { tool: "mikro-orm", pattern: /@mikro-orm\/migrations|\bthis\.addSql\(/ },
  { tool: "typeorm", pattern: /\bMigrationInterface\b|\bQueryRunner\b|\bqueryRunner\b/ },
  { tool: "sequelize", pattern: /\bqueryInterface\b|\bQueryInterface\b/ },
  { tool: "node-pg-migrate", pattern: /["']node-pg-migrate["']|\bpgm\b|\bMigrationBuilder\b/ },
  { tool: "knex", pattern: /\b[kK]nex\b/ },
  { tool: "prisma", pattern: /\$(?:execute|query)Raw/ },
  { tool: "drizzle", pattern: /["']drizzle-orm(?:\/[\w-]{1,40})?["']/ },
];

/** Undefined: none that is read. */
export function codeToolOf(text: string): string | undefined {
  const head = text.slice(0, 65536);
  return words.find(({ pattern }) => pattern.test(head))?.tool;
}

/** A language that is read. */
export const isCode = (file: string): boolean => /\.[cm]?[jt]s$/i.test(file) && !/\.d\.[cm]?ts$/i.test(file);
