import type { Dialect } from "../dialects/dialect.ts";
import type { DialectName, MysqlDialect } from "../model/dialect.ts";
import {
  algorithms,
  onlineLocks,
  releaseOf,
  type Algorithm,
  type Effects,
  type OnlineLock,
} from "../effects/index.ts";
import { continuedSession, newSession, onlineEffects, type OnlineSession } from "../replay/online-effects.ts";
import type { ParsedText } from "../sql/front-end.ts";

export interface OnlineEffectsOptions {
  readonly dialect: MysqlDialect;
  /** Statements that make the schema; what they don't create isn't there. */
  readonly schema: string;
  /** Statements that the session ran before: `SET foreign_key_checks = 0`. */
  readonly session?: string | undefined;
  /** Release of the server, `8.0.36`; parts left out are the latest. Default: MySQL 8.4, MariaDB 11.8. */
  readonly version?: string | number | undefined;
}

/** In the words of the MySQL manual, "InnoDB and Online DDL"; of several statements the dearest. */
export interface OnlineStatementEffects {
  /** The cheapest ALGORITHM that the server can (or that the statement insists on); null: it takes no such clause. */
  readonly algorithm: Algorithm | null;
  /** The weakest LOCK that goes with it: SHARED stops writes, EXCLUSIVE reads, too; null: as above. */
  readonly lock: OnlineLock | null;
  /** The table, or a partition of it, is written anew. */
  readonly rebuild: boolean;
  /** The server copies it row by row. */
  readonly rowsCopied: boolean;
  /** One of the instant row versions is used of which MySQL has 64 (255 since 9.1). */
  readonly rowVersion: boolean;
  /** Indexes that are built. */
  readonly indexesBuilt: readonly string[];
  /** It waits for every transaction that uses the table, and everybody else behind it; null: it changes no table. */
  readonly metadataLock: "EXCLUSIVE" | null;
  /** The transaction around it is committed. */
  readonly commits: boolean;
  /** False: it depends on a definition that the schema doesn't show. */
  readonly certain: boolean;
  /** Why it is certain to fail; then everything else is empty. */
  readonly fails: string | null;
}

/** What is assumed where no version is given. */
export const latest: Readonly<Record<DialectName, string>> = {
  postgres: "17",
  mysql: "8.4",
  mariadb: "11.8",
  mongodb: "8.0",
};

const serverOf = (
  { version }: Pick<OnlineEffectsOptions, "version">,
  dialect: Dialect,
): { readonly dialect: Dialect; readonly release: readonly number[] } => ({
  dialect,
  release: releaseOf(String(version ?? latest[dialect.name])),
});

/** The schema that statements make on a new database. */
export const preparedDatabase = (
  options: Pick<OnlineEffectsOptions, "schema" | "version">,
  dialect: Dialect,
): OnlineSession => newSession(dialect.frontEnd("").read(options.schema), serverOf(options, dialect));

/** `prepared`: of `preparedDatabase`, on the same server; `setup`: statements after it. */
export function onlineEffectsIn(
  sql: string,
  prepared: OnlineSession,
  options: Pick<OnlineEffectsOptions, "session" | "version"> & { readonly setup?: string | undefined },
  dialect: Dialect,
): OnlineStatementEffects {
  const server = serverOf(options, dialect);
  const read = (text: string): ParsedText => dialect.frontEnd("").read(text);
  let state = prepared;
  for (const more of [options.setup, options.session])
    if (more !== undefined && state.fails === undefined) state = continuedSession(state, read(more), server);
  if (state.fails !== undefined) return inForm([{ ...nothing, fails: `setup: ${state.fails}` }]);
  return inForm(onlineEffects(state, read(sql), server));
}

const nothing: Effects = {
  locks: [],
  rewrites: [],
  scans: [],
  builds: [],
  rebuilds: [],
  inTransaction: true,
};

function inForm(effects: readonly Effects[]): OnlineStatementEffects {
  const fails = effects.find((e) => e.fails !== undefined)?.fails ?? null;
  const online = fails === null ? effects.flatMap((e) => e.online ?? []) : [];
  const dearest = <T extends string>(order: readonly T[], found: readonly (T | undefined)[]): T | null =>
    order[Math.max(-1, ...found.map((one) => (one === undefined ? -1 : order.indexOf(one))))] ?? null;
  return {
    algorithm: dearest(
      algorithms,
      online.map((one) => one.algorithm),
    ),
    lock: dearest(
      onlineLocks,
      online.map((one) => one.lock),
    ),
    rebuild: online.some((one) => one.rebuild),
    rowsCopied: online.some((one) => one.rowsCopied),
    rowVersion: online.some((one) => one.rowVersion),
    indexesBuilt: fails === null ? effects.flatMap((e) => e.builds.map(({ index }) => index)) : [],
    metadataLock: online.length > 0 ? "EXCLUSIVE" : null,
    commits: effects.some((e) => e.commits === true),
    certain: online.every((one) => one.certain),
    fails,
  };
}
