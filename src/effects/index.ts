/** Effects of operations: one folder per dialect; `effects.ts` is the contract. */
import type { DialectName, MysqlDialect } from "../model/dialect.ts";
import type { Operation } from "../model/operation.ts";
import type { Schema } from "../schema/schema.ts";
import type { Effects, ServerContext } from "./effects.ts";
import { effects as postgresEffects } from "./postgres/effects.ts";

export type {
  Algorithm,
  Blocks,
  Cost,
  Effects,
  Lock,
  LockMode,
  Online,
  OnlineLock,
  ServerContext,
} from "./effects.ts";
export { rowVersionLimit } from "./mysql/limits.ts";
export { releaseOf } from "./mysql/release.ts";
import { noEffects } from "./effects.ts";
export {
  algorithms,
  blocks,
  combine,
  lockModes,
  noEffects,
  onlineLocks,
  strongest,
  withoutNew,
  withStrongestLocks,
} from "./effects.ts";
export { describe, waits, type Wait } from "./describe.ts";

type DialectEffects = (
  operation: Operation,
  schema: Schema,
  server: ServerContext,
  statement?: readonly Operation[],
) => Effects;

const dialects = new Map<DialectName, DialectEffects>([["postgres", postgresEffects]]);

/** The tables of MySQL and MariaDB, which are loaded with their front end; what asks for them waits for that. */
export function addMysqlEffects(
  effects: (dialect: MysqlDialect, ...asked: Parameters<DialectEffects>) => Effects,
): void {
  for (const dialect of ["mysql", "mariadb"] as const)
    dialects.set(dialect, (...asked) => effects(dialect, ...asked));
}

/**
 * What an operation does, given the schema before it; for MySQL and MariaDB the schema before its statement, which is
 * planned as a whole. `statement` holds all operations of its statement, if there
 * are several. Objects that are new in the transaction are left to the caller: `withoutNew`.
 */
export function effectsOn(
  dialect: DialectName,
  operation: Operation,
  schema: Schema,
  server: ServerContext,
  statement?: readonly Operation[],
): Effects {
  const effects = dialects.get(dialect);
  if (effects === undefined) throw new Error(`the effects of ${dialect} are not loaded`);
  return effects(operation, schema, server, statement);
}

/**
 * The effects of each operation of a statement; `befores` are the schemas before each. PostgreSQL runs one after the
 * other, MySQL and MariaDB plan the statement as a whole.
 */
export function statementEffects(
  dialect: DialectName,
  operations: readonly Operation[],
  befores: readonly Schema[],
  server: ServerContext,
): readonly Effects[] {
  const [first] = befores;
  return operations.map((operation, i) => {
    const before = dialect === "postgres" ? befores[i] : first;
    return before === undefined ? noEffects : effectsOn(dialect, operation, before, server, operations);
  });
}
