/** Effects of operations: one folder per dialect; `effects.ts` is the contract. */
import type { Operation } from "../model/operation.ts";
import type { Schema } from "../schema/schema.ts";
import type { Effects, ServerContext } from "./effects.ts";
import { effects as postgresEffects } from "./postgres/effects.ts";

export type { Blocks, Effects, Lock, LockMode, ServerContext } from "./effects.ts";
export {
  blocks,
  combine,
  lockModes,
  noEffects,
  strongest,
  withoutNew,
  withStrongestLocks,
} from "./effects.ts";
export { describe, waits, type Wait } from "./describe.ts";

/** Dialects whose effects are known. */
export type EffectsDialect = "postgres";

type DialectEffects = (
  operation: Operation,
  schema: Schema,
  server: ServerContext,
  statement?: readonly Operation[],
) => Effects;

const dialects: Readonly<Record<EffectsDialect, DialectEffects>> = { postgres: postgresEffects };

/**
 * What an operation does, given the schema before it. `statement` holds all operations of its statement, if there
 * are several. Objects that are new in the transaction are left to the caller: `withoutNew`.
 */
export function effectsOn(
  dialect: EffectsDialect,
  operation: Operation,
  schema: Schema,
  server: ServerContext,
  statement?: readonly Operation[],
): Effects {
  const effects: DialectEffects = dialects[dialect];
  return effects(operation, schema, server, statement);
}
