/** What a database's statements do to its servers. */
import type { Operation } from "../model/operation.ts";
import type { SchemaDialect } from "../schema/dialect.ts";
import type { Schema } from "../schema/schema.ts";
import { noEffects, type Effects, type ServerContext } from "./effects.ts";

export interface EffectsParts {
  /**
   * What an operation does, given the schema before it. `statement` holds all operations of its statement. Objects that
   * are new in the transaction are left to the caller: `withoutNew`.
   */
  readonly of: (
    operation: Operation,
    schema: Schema,
    server: ServerContext,
    statement?: readonly Operation[],
  ) => Effects;
  /** A statement is planned as a whole: the schema is the one before it, for each of its operations. */
  readonly plansStatements: boolean;
}

export interface EffectsDialect extends SchemaDialect {
  readonly effects: EffectsParts;
}

/** The effects of each operation of a statement; `befores` are the schemas before each. */
export function statementEffects(
  { effects }: EffectsDialect,
  operations: readonly Operation[],
  befores: readonly Schema[],
  server: ServerContext,
): readonly Effects[] {
  const [first] = befores;
  return operations.map((operation, i) => {
    const before = effects.plansStatements ? first : befores[i];
    return before === undefined ? noEffects : effects.of(operation, before, server, operations);
  });
}
