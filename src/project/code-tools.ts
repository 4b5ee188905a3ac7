/** Which tool a file in JavaScript or TypeScript is a migration of, by the words that it can't do without. */

import type { FileSystem, RunnerTransaction } from "./migration.ts";
import { ancestors, join } from "./paths.ts";

/** Words of the tools' own interfaces, the most telling first; one is enough. */
const words: readonly { readonly tool: string; readonly pattern: RegExp; readonly without?: RegExp }[] = [
  { tool: "mikro-orm", pattern: /@mikro-orm\/migrations|\bthis\.addSql\(/ },
  { tool: "typeorm", pattern: /\bMigrationInterface\b|\bQueryRunner\b|\bqueryRunner\b/ },
  { tool: "sequelize", pattern: /\bqueryInterface\b|\bQueryInterface\b/ },
  { tool: "node-pg-migrate", pattern: /["']node-pg-migrate["']|\bpgm\b|\bMigrationBuilder\b/ },
  {
    tool: "db-migrate",
    pattern: /\bdb\.(?:runSql|createTable|dropTable|addColumn|removeColumn)\b/,
    // Written by the tool around SQL in files of its own, which are read instead.
    without: /\breadFile\(/,
  },
  { tool: "knex", pattern: /\b[kK]nex\b/ },
  { tool: "prisma", pattern: /\$(?:execute|query)Raw/ },
  { tool: "drizzle", pattern: /["']drizzle-orm(?:\/[\w-]{1,40})?["']/ },
];

/** Undefined: none that is read. */
export function codeToolOf(text: string): string | undefined {
  const head = text.slice(0, 65536);
  return words.find(({ pattern, without }) => pattern.test(head) && without?.test(head) !== true)?.tool;
}

/** A language that is read. */
export const isCode = (file: string): boolean => /\.[cm]?[jt]s$/i.test(file) && !/\.d\.[cm]?ts$/i.test(file);

interface Setting {
  readonly tool: string;
  readonly files: readonly string[];
  /** Its first group, or the whole of it, decides. */
  readonly pattern: RegExp;
  readonly wraps: (word: string) => RunnerTransaction["wraps"];
}

const settings: readonly Setting[] = [
  {
    tool: "knex",
    files: ["knexfile.js", "knexfile.cjs", "knexfile.mjs", "knexfile.ts"],
    pattern: /\bdisableTransactions["']?[ \t]*:[ \t]*true\b/,
    wraps: () => "none",
  },
  {
    tool: "typeorm",
    files: ["data-source.ts", "src/data-source.ts", "ormconfig.json", "ormconfig.js", "ormconfig.ts"],
    pattern: /\bmigrationsTransactionMode["']?[ \t]*:[ \t]*["'`](all|each|none)["'`]/,
    wraps: (word) => (word === "each" || word === "none" ? word : "all"),
  },
  {
    tool: "node-pg-migrate",
    files: ["package.json", ".migraterc", ".node-pg-migraterc"],
    pattern: /--no-single-transaction\b|["']single-transaction["'][ \t]*:[ \t]*false\b/,
    wraps: () => "each",
  },
  {
    tool: "mikro-orm",
    files: ["mikro-orm.config.ts", "mikro-orm.config.js", "src/mikro-orm.config.ts"],
    pattern: /\b(allOrNothing|transactional)["']?[ \t]*:[ \t]*false\b/,
    wraps: (word) => (word === "transactional" ? "none" : "each"),
  },
];

/** What the project's settings say of the tool's transactions; undefined where they leave it to the tool. */
export function statedWraps(
  fs: FileSystem,
  root: string,
  tool: string,
): RunnerTransaction["wraps"] | undefined {
  const own = settings.find((setting) => setting.tool === tool);
  for (const folder of own === undefined ? [] : ancestors(root, 4)) {
    for (const file of own?.files ?? []) {
      const match = own?.pattern.exec((fs.read(join(folder, file)) ?? "").slice(0, 65536));
      if (match !== null && match !== undefined) return own?.wraps(match[1] ?? match[0]);
    }
  }
  return undefined;
}
