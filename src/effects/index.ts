/** Effects of operations: a folder for each family; `effects.ts` is what they say, `dialect.ts` how they are asked. */

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
export { statementEffects, type EffectsDialect, type EffectsParts } from "./dialect.ts";
export { describe, waits, type Wait } from "./describe.ts";
