/** What statements do to a MySQL or MariaDB server, one after the other: `effectsOf` of the public API. */
import type { MysqlDialect } from "../model/dialect.ts";
import { noEffects, statementEffects, type Effects, type ServerContext } from "../effects/index.ts";
import { applyStatement } from "../schema/apply.ts";
import { emptySchema, type Schema } from "../schema/schema.ts";
import type { ParsedText, Statement } from "../sql/front-end.ts";
import { createSkipper } from "../schema/skip.ts";
import type { Operation } from "../model/operation.ts";
import { isIgnored } from "./questions/mysql/ignored.ts";
import { inServersOrder } from "./passes.ts";
import { calledOperations } from "./run-script.ts";

export interface OnlineSession {
  readonly schema: Schema;
  /** Settings of the session, names in lower case. */
  readonly settings: ReadonlyMap<string, string>;
  /** Why a statement is certain to have failed. */
  readonly fails?: string | undefined;
}

interface Server {
  readonly dialect: MysqlDialect;
  readonly release: readonly number[];
}

/** A new database: what the statements don't create isn't there. */
export function newSession(parsed: ParsedText, server: Server): OnlineSession {
  const made = ran({ schema: emptySchema(server.dialect), settings: new Map() }, parsed, server, 0);
  return { ...made.session, schema: made.session.schema.withWhole() };
}

export const continuedSession = (before: OnlineSession, parsed: ParsedText, server: Server): OnlineSession =>
  ran(before, parsed, server, 0).session;

/** The effects of each operation, in order; they end with the first that fails. */
export const onlineEffects = (
  before: OnlineSession,
  parsed: ParsedText,
  server: Server,
): readonly Effects[] => ran(before, parsed, server, 1).effects;

function ran(
  before: OnlineSession,
  { statements, problems }: ParsedText,
  { dialect, release }: Server,
  migration: number,
): { readonly session: OnlineSession; readonly effects: readonly Effects[] } {
  let { schema } = before;
  const settings = new Map(before.settings);
  const context: ServerContext = {
    version: release[0] ?? 0,
    release,
    setting: (name) => settings.get(name),
  };
  const [problem] = problems;
  let fails = before.fails ?? problem?.message;
  const effects: Effects[] = fails === undefined ? [] : [{ ...noEffects, fails }];
  for (const statement of statements) {
    if (fails !== undefined) break;
    const done = runStatement(statement, schema, context, dialect, migration);
    effects.push(...done.effects);
    ({ fails } = done);
    schema = done.schema;
    for (const operation of statement.operations)
      if (operation.kind === "setOption" && operation.value !== undefined)
        settings.set(operation.name, operation.value);
      else if (operation.kind === "setOption") settings.delete(operation.name);
      else if (operation.kind === "useSchema") schema = schema.withSearchPath([operation.schema.text]);
  }
  return { session: { schema, settings, fails }, effects };
}

function runStatement(
  statement: Statement,
  before: Schema,
  context: ServerContext,
  dialect: MysqlDialect,
  migration: number,
): { readonly schema: Schema; readonly effects: readonly Effects[]; readonly fails: string | undefined } {
  const called = statement.operations.flatMap((operation) => calledOperations(operation, before));
  const operations = inServersOrder(called);
  const origin = { migration, path: "", span: statement.span };
  const applied = applyStatement(before, operations, origin, isIgnored(dialect, context.release));
  const skips = createSkipper();
  let fails: string | undefined;
  const planned = statementEffects(dialect, operations, [before], context);
  const effects = operations.map((operation, i) => {
    const own = planned[i] ?? noEffects;
    const skipped = skips(applied[i - 1]?.after ?? before, operation);
    // What the statement itself takes away isn't missed, nor in the way if it goes later.
    const [missing] = (skipped ? [] : (applied[i]?.failures ?? [])).filter(
      ({ kind, dropped, bare }) =>
        kind !== "differs" &&
        !(kind === "unknown-table" && dropped === origin) &&
        !(kind === "duplicate-column" && leaves(bare, operations)),
    );
    const why =
      own.fails ?? (missing === undefined ? undefined : `${missing.kind.replace("-", " ")} ${missing.name}`);
    fails ??= why;
    return why === undefined ? own : { ...noEffects, fails: why };
  });
  return { schema: applied.at(-1)?.after ?? before, effects, fails };
}

/** `RENAME COLUMN a TO b, RENAME COLUMN b TO a`. */
const leaves = (column: string | undefined, operations: readonly Operation[]): boolean =>
  operations.some(
    (op) => (op.kind === "renameColumn" || op.kind === "redefineColumn") && op.column.text === column,
  );
