/** One statement on a server: the loop that linting, `effectsOf` and the editor's notes share. */
import {
  noEffects,
  statementEffects,
  type Effects,
  type EffectsDialect,
  type ServerContext,
} from "../effects/index.ts";
import type { Operation } from "../model/operation.ts";
import { applyStatement } from "../schema/apply.ts";
import type { Failure } from "../schema/failure.ts";
import type { Origin } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import { createSkipper } from "../schema/skip.ts";
import type { Statement } from "../sql/front-end.ts";
import { inServersOrder } from "./passes.ts";
import { isIgnored } from "./questions/mysql/ignored.ts";

/** The server that statements are sent to, in one session. */
export interface SessionServer extends ServerContext {
  readonly dialect: EffectsDialect;
  /** MySQL and MariaDB: as far as the project states it; undefined: nothing is assumed of what it ignores. */
  readonly stated?: readonly number[] | undefined;
}

/** One operation, with what it meets and what it leaves. */
export interface RunOperation {
  readonly operation: Operation;
  readonly before: Schema;
  readonly after: Schema;
  /** Nothing happens: what IF [NOT] EXISTS asks for holds, or the statement itself has seen to it. */
  readonly skipped: boolean;
  /** Why the server is certain to refuse it, by the schema. */
  readonly failures: readonly Failure[];
  readonly effects: Effects;
}

/** All operations of a statement in the order in which the server runs them, those of called functions behind the call. */
export function runStatement(
  { kind, operations: written }: Pick<Statement, "kind" | "operations">,
  before: Schema,
  origin: Origin,
  server: SessionServer,
): readonly RunOperation[] {
  const { dialect, stated } = server;
  const called = written.flatMap((operation) => withCalled(operation, before));
  const operations = inServersOrder(dialect.family, kind, called);
  const applied = applyStatement(before, operations, origin, isIgnored(dialect, stated));
  const befores = operations.map((_, i) => applied[i - 1]?.after ?? before);
  const effects = statementEffects(dialect, operations, befores, server);
  const skips = createSkipper();
  return operations.map((operation, i) => {
    const met = befores[i] ?? before;
    const { after, failures } = applied[i] ?? { after: met, failures: [] };
    // DROP a, b CASCADE: b may have gone with a, which the server doesn't mind.
    const isGone = kind === "DropStmt" && failures.some(({ dropped }) => dropped === origin);
    const isSkipped = skips(met, operation);
    return {
      operation,
      before: met,
      after,
      skipped: isGone || isSkipped,
      failures: isGone ? failures.filter(({ dropped }) => dropped !== origin) : failures,
      effects: effects[i] ?? noEffects,
    };
  });
}

/** What a call of a function of the history does, told at the call. */
function withCalled(operation: Operation, schema: Schema): readonly Operation[] {
  if (operation.kind !== "callFunction") return [operation];
  const routines = schema.routines(operation.function);
  if (routines.is !== "present" || routines.value.length !== 1) return [operation];
  const inner = routines.value[0]?.definition.operations ?? [];
  const at = { span: operation.span, head: operation.head, called: true as const };
  const flags = operation.conditional === true ? { conditional: true as const } : {};
  return [operation, ...inner.map((called) => ({ ...called, ...at, ...flags }))];
}
