/** Which database the programs near a folder of migrations import a driver for: part of their language, or without a manifest. */
import type { Database } from "../../model/dialect.ts";
import type { Found } from "./dialect-surroundings.ts";
import type { FileSystem } from "../migration.ts";
import { programTexts } from "../own-runner.ts";

/** `from "bun:sqlite"`, `import sqlite3`, `from "npm:postgres@3"`, `import { SQL } from "bun"`. */
const imports: readonly { readonly dialect: Database; readonly pattern: RegExp }[] = [
  {
    dialect: "postgres",
    pattern:
      /["'](?:(?:npm|jsr):(?:@[\w-]{1,30}\/)?(?:pg|postgres|postgresjs)(?:@[^"'\n]{1,30})?|https:\/\/deno\.land\/x\/postgres[^"'\n]{0,60})["']|\{[^{}\n]{0,100}\b(?:sql|SQL)\b[^{}\n]{0,100}\}\s*from\s*["']bun["']|^\s*(?:import|from)\s+(?:psycopg2?|asyncpg|pg8000)\b/m,
  },
  {
    dialect: "mysql",
    pattern:
      /["'](?:npm:mysql2?(?:@[^"'\n]{1,30})?|https:\/\/deno\.land\/x\/mysql[^"'\n]{0,60})["']|^\s*(?:import|from)\s+(?:pymysql|MySQLdb|mysql\.connector|aiomysql|asyncmy)\b/m,
  },
  {
    dialect: "sqlite",
    pattern:
      /["'](?:(?:bun|node):sqlite|(?:jsr|npm):@(?:db|libsql)\/(?:sqlite|client)(?:@[^"'\n]{1,30})?|https:\/\/deno\.land\/x\/sqlite3?[^"'\n]{0,60})["']|^\s*(?:import|from)\s+(?:sqlite3|aiosqlite|apsw)\b/m,
  },
];

/** The only one; undefined: none, or several. */
export function byImports(fs: FileSystem, root: string): Found | undefined {
  const found = new Map<Database, string>();
  for (const { path, text } of programTexts(fs, root))
    for (const { dialect, pattern } of imports)
      if (!found.has(dialect) && pattern.test(text)) found.set(dialect, path);
  const [one, ...more] = found;
  return one === undefined || more.length > 0
    ? undefined
    : {
        dialect: one[0],
        evidence: [`${one[1]} imports a driver for ${one[0]}, and no program one for another`],
      };
}
