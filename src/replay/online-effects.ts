/** What statements do to a MySQL or MariaDB server, one after the other: `effectsOf` of the public API. */
import { noEffects, type Effects, type EffectsDialect } from "../effects/index.ts";
import { failureText } from "../schema/failure.ts";
import { emptySchema, type Schema } from "../schema/schema.ts";
import type { ParsedText, Statement } from "../sql/front-end.ts";
import type { Operation } from "../model/operation.ts";
import { runStatement, type SessionServer } from "./run-statement.ts";

export interface OnlineSession {
  readonly schema: Schema;
  /** Settings of the session, names in lower case. */
  readonly settings: ReadonlyMap<string, string>;
  /** Why a statement is certain to have failed. */
  readonly fails?: string | undefined;
}

interface Server {
  readonly dialect: EffectsDialect;
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
  const server: SessionServer = {
    dialect,
    version: release[0] ?? 0,
    release,
    stated: release,
    setting: (name) => settings.get(name),
  };
  const [problem] = problems;
  let fails = before.fails ?? problem?.message;
  const effects: Effects[] = fails === undefined ? [] : [{ ...noEffects, fails }];
  for (const statement of statements) {
    if (fails !== undefined) break;
    const done = seen(statement, schema, server, migration);
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

function seen(
  statement: Statement,
  before: Schema,
  server: SessionServer,
  migration: number,
): { readonly schema: Schema; readonly effects: readonly Effects[]; readonly fails: string | undefined } {
  const origin = { migration, path: "", span: statement.span };
  const ran = runStatement(statement, before, origin, server);
  const operations = ran.map(({ operation }) => operation);
  let fails: string | undefined;
  const effects = ran.map(({ effects: own, skipped, failures }) => {
    // What the statement itself takes away isn't missed, nor in the way if it goes later.
    const [missing] = (skipped ? [] : failures).filter(
      ({ kind, dropped, bare }) =>
        kind !== "differs" &&
        !(kind === "unknown-table" && dropped === origin) &&
        !(kind === "duplicate-column" && leaves(bare, operations)),
    );
    const why = own.fails ?? (missing === undefined ? undefined : failureText(missing));
    fails ??= why;
    return why === undefined ? own : { ...noEffects, fails: why };
  });
  return { schema: ran.at(-1)?.left ?? before, effects, fails };
}

/** `RENAME COLUMN a TO b, RENAME COLUMN b TO a`. */
const leaves = (column: string | undefined, operations: readonly Operation[]): boolean =>
  operations.some(
    (op) => (op.kind === "renameColumn" || op.kind === "redefineColumn") && op.column.text === column,
  );
