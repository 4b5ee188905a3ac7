/**
 * Optional packages that speak with servers, loaded where one is needed. They are looked for beside ddlint, never in the
 * project that it reads: a pull request could bring its own.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { UserError } from "../config/user-error.ts";

/** The part of each that is used here. */
export interface PgModule {
  readonly Client: new (options: Readonly<Record<string, unknown>>) => PgClient;
}

export interface PgClient {
  connect(): Promise<void>;
  query(sql: string): Promise<PgResult | readonly PgResult[]>;
  end(): Promise<void>;
  on(event: "error" | "end", listen: () => void): void;
  readonly connection: {
    on(event: "commandComplete", listen: () => void): void;
    on(event: "readyForQuery", listen: (message: { readonly status: string }) => void): void;
  };
}

export interface PgResult {
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}

export interface MysqlModule {
  createConnection(options: Readonly<Record<string, unknown>>): Promise<MysqlConnection>;
}

export interface MysqlConnection {
  query(sql: string): Promise<readonly [result: unknown, fields: unknown]>;
  end(): Promise<void>;
  destroy(): void;
  on(event: "error", listen: (error: Error) => void): void;
}

export interface PgliteModule {
  readonly PGlite: {
    create(options: { readonly extensions: Readonly<Record<string, unknown>> }): Promise<PgliteDatabase>;
  };
}

export interface PgliteDatabase {
  execProtocol(
    message: Uint8Array,
    options: { readonly throwOnError: false },
  ): Promise<{ readonly messages: readonly PgliteMessage[] }>;
  close(): Promise<void>;
}

/** A message of PostgreSQL's protocol. */
export interface PgliteMessage {
  readonly name: string;
  /** Of `rowDescription` columns, of `dataRow` values. */
  readonly fields?: readonly unknown[];
  readonly status?: string;
  readonly code?: string;
  readonly message?: string;
}

const load = createRequire(import.meta.url);

/** @throws UserError with the command that installs it, where it isn't there */
function optional(name: string, path: string, whatFor: string): unknown {
  try {
    return load(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "MODULE_NOT_FOUND" || !message.includes(`'${path}'`)) throw error;
    throw new UserError(`${whatFor} needs the package ${name}, which isn't installed beside ddlint`, {
      hint: installs(name, fileURLToPath(import.meta.url), process.cwd()),
    });
  }
}

/** The command that puts a package beside ddlint, whose own file this is. */
export function installs(name: string, own: string, folder: string): string {
  const [above = ""] = own.split(/[\\/]node_modules[\\/](?!.*[\\/]node_modules[\\/])/s);
  if (above === own || folder.startsWith(above)) return `npm install --save-dev ${name}`;
  // npx keeps it in a folder of its own, for a while.
  return /[\\/]_npx[\\/]/.test(own)
    ? `npm install --save-dev ddlint ${name}`
    : `npm install --global ${name}`;
}

export const loadPg = (): PgModule => optional("pg", "pg", "a PostgreSQL server") as PgModule;

export const loadMysql = (): MysqlModule =>
  optional("mysql2", "mysql2/promise", "a MySQL or MariaDB server") as MysqlModule;

export const loadPglite = (): PgliteModule =>
  optional("@electric-sql/pglite", "@electric-sql/pglite", "the embedded PostgreSQL") as PgliteModule;

/** Those of the names that come with the embedded PostgreSQL, as it takes them. */
export function loadPgliteExtensions(names: readonly string[]): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const key = name.replaceAll("-", "_");
    if (!/^\w+$/.test(key)) continue;
    try {
      const loaded = load(`@electric-sql/pglite/contrib/${key}`) as Readonly<Record<string, unknown>>;
      found[key] = loaded[key];
    } catch {
      // It doesn't: CREATE EXTENSION says so.
    }
  }
  return found;
}
