import type { DialectName } from "../model/dialect.ts";
import type { Effects, LockMode } from "../effects/effects.ts";
import type { OnlineEffectsOptions, OnlineStatementEffects } from "./online-effects-of.ts";
import {
  continued,
  stateAfter,
  transactionEffects,
  type SessionState,
} from "../replay/transaction-effects.ts";
import { loadDialects } from "../dialects/load.ts";
import type { ParsedText } from "../sql/front-end.ts";
import { postgres } from "../dialects/postgres.ts";
import { postgres as parser } from "../sql/postgres/parse.ts";

export interface EffectsOptions {
  /** Of MySQL and MariaDB see `OnlineEffectsOptions`. */
  readonly dialect?: "postgres" | undefined;
  /** Statements that make the schema; what they don't create isn't there. */
  readonly schema: string;
  /** Statements that the session ran before: `SET timezone = 'UTC'`. */
  readonly session?: string | undefined;
  /** Major version of the server, 13 to 18. Default: 17. */
  readonly version?: number | undefined;
}

/** Relations are named with their schema: `public.orders`. All lists are sorted. */
export interface StatementEffects {
  /** The strongest lock on each relation that existed before, as the manual names it: `ACCESS EXCLUSIVE`. */
  readonly locks: Readonly<Record<string, LockMode>>;
  /** Tables whose rows are all written anew. */
  readonly rewrite: readonly string[];
  /** Tables that are read wholly; a rewrite and an index build count. */
  readonly scan: readonly string[];
  /** Existing indexes that are built anew. */
  readonly indexRebuild: readonly string[];
  /** May it run inside of a transaction block? Null: it is certain to fail, inside and outside. */
  readonly inTransaction: boolean | null;
}

/**
 * What statements do to a server, before they run. For MySQL and MariaDB: which ALGORITHM and LOCK an ALTER takes, and
 * whether it rebuilds the table.
 *
 * @example
 * const { algorithm, lock } = await effectsOf("ALTER TABLE orders MODIFY total BIGINT", {
 *   dialect: "mysql",
 *   schema: "CREATE TABLE orders (id INT PRIMARY KEY, total INT)",
 *   version: "8.0.36",
 * }); // "COPY", "SHARED"
 */
export function effectsOf(sql: string, options: OnlineEffectsOptions): Promise<OnlineStatementEffects>;
/**
 * What statements do to a PostgreSQL server, before they run: locks, rewrites, scans, index rebuilds. Several
 * statements are one transaction; what it creates itself isn't listed, as nobody else waits for it.
 *
 * @example
 * const { locks } = await effectsOf("ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users", {
 *   schema: "CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE orders (user_id int)",
 *   version: 16,
 * }); // { "public.orders": "SHARE ROW EXCLUSIVE", "public.users": "SHARE ROW EXCLUSIVE" }
 */
export function effectsOf(sql: string, options: EffectsOptions): Promise<StatementEffects>;
export async function effectsOf(
  sql: string,
  options: EffectsOptions | OnlineEffectsOptions,
): Promise<StatementEffects | OnlineStatementEffects> {
  if (isOnline(options)) {
    // Its front end is loaded where it is asked for.
    const dialect = (await loadDialects([options.dialect], undefined)).of(options.dialect);
    const { onlineEffectsIn, preparedDatabase } = await import("./online-effects-of.ts");
    return onlineEffectsIn(sql, preparedDatabase(options, dialect), options, dialect);
  }
  await parser.load();
  return inForm(effectsIn(sql, preparedSchema(options.schema, options.version ?? 17), options));
}

const isOnline = (options: EffectsOptions | OnlineEffectsOptions): options is OnlineEffectsOptions =>
  options.dialect !== undefined && isOnlineDialect[options.dialect];

/** Who plans statements as a whole, with an ALGORITHM and a LOCK. */
const isOnlineDialect: Readonly<Record<DialectName, boolean>> = {
  postgres: false,
  mysql: true,
  mariadb: true,
  mongodb: false,
};

const readText = (text: string): ParsedText => parser.read(text);

/** The schema that statements make on a new database of a server of this major version; after `load`. */
export const preparedSchema = (schema: string, version: number): SessionState =>
  stateAfter(schema, readText, { dialect: postgres, version });

/**
 * The same in the engine's own form, with the indexes that are built and the reason of a failure; after `load`.
 * `prepared`: of `preparedSchema`, with the same version; `setup`: statements after it.
 */
export function effectsIn(
  sql: string,
  prepared: SessionState,
  { setup, session, version = 17 }: Omit<EffectsOptions, "schema"> & { readonly setup?: string | undefined },
): Effects {
  const server = { dialect: postgres, version };
  let state = prepared;
  for (const more of [setup, session])
    if (more !== undefined && state.fails === undefined) state = continued(state, more, readText, server);
  if (state.fails !== undefined)
    return { ...transactionEffects(state, "", readText, server), fails: `setup: ${state.fails}` };
  return transactionEffects(state, sql, readText, server);
}

function inForm({ locks, rewrites, scans, rebuilds, inTransaction, fails }: Effects): StatementEffects {
  return {
    locks: Object.fromEntries(
      locks.map(({ relation, mode }) => [relation, mode] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    rewrite: [...rewrites].sort(),
    scan: [...scans].sort(),
    indexRebuild: [...rebuilds].sort(),
    inTransaction: fails === undefined || !inTransaction ? inTransaction : null,
  };
}
