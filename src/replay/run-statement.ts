/** One statement on a server: the loop that linting, `effectsOf` and the editor's notes share. */
import {
  noEffects,
  statementEffects,
  type Effects,
  type EffectsDialect,
  type ServerContext,
} from "../effects/index.ts";
import { changed } from "../model/kinds.ts";
import type {
  Branch,
  CallFunction,
  CreateFunction,
  ExecuteDynamic,
  HandedText,
  Operation,
} from "../model/operation.ts";
import { applyStatement } from "../schema/apply.ts";
import { Branches } from "../schema/branches.ts";
import { failsAllTheSame, type Failure } from "../schema/failure.ts";
import type { Origin } from "../schema/model.ts";
import type { QualifiedName } from "../model/names.ts";
import type { Schema } from "../schema/schema.ts";
import { createSkipper } from "../schema/skip.ts";
import type { Statement } from "../sql/front-end.ts";
import { fillHoles, type Filled, type Given } from "../sql/holes.ts";
import { inServersOrder } from "./passes.ts";
import { isIgnored } from "./questions/mysql/ignored.ts";

/** The server that statements are sent to, in one session. */
export interface SessionServer extends ServerContext {
  readonly dialect: EffectsDialect;
  /** MySQL and MariaDB: as far as the project states it; undefined: nothing is assumed of what it ignores. */
  readonly stated?: readonly number[] | undefined;
  /** What a name that isn't known may stand for: some table that isn't new; undefined: it is taken to exist. */
  readonly hasOlderTables?: ((schema: Schema) => boolean) | undefined;
}

/** One operation, with what it meets and what it leaves. */
export interface RunOperation {
  readonly operation: Operation;
  /** What it meets; in a branch that may or may not be taken, what that has done is certain. */
  readonly before: Schema;
  readonly after: Schema;
  /** What others meet who don't know whether its branch was taken. */
  readonly left: Schema;
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
  branches = new Branches(),
): readonly RunOperation[] {
  const sent = written.map((operation) => withKeyLookedUp(operation, before));
  const told = new Set(written.flatMap((op) => (op.kind === "callFunction" ? [op.function.span.start] : [])));
  const called = sent.flatMap((operation) => [
    ...withCalled(operation, before),
    ...calledByQuery(operation, before, told),
  ]);
  let met = before;
  return statementsOf(called).flatMap((operations) => {
    const ran = runTogether(kind, operations, met, origin, server, branches);
    met = ran.at(-1)?.left ?? met;
    return ran;
  });
}

/** The tool asks the database for the name (`ToolCall.looksKeyUp`). */
function withKeyLookedUp(operation: Operation, schema: Schema): Operation {
  if (operation.kind !== "dropConstraint" || operation.call?.looksKeyUp !== true) return operation;
  const relation = schema.relation(operation.table);
  const key =
    relation.is === "present"
      ? relation.value.constraints.find(({ kind }) => kind === "primary key")
      : undefined;
  if (key === undefined) return { ...operation, unnamed: true };
  return { ...operation, name: { ...operation.name, text: key.name } };
}

/** MySQL plans a statement as a whole, but not the body of a routine that it calls. */
function statementsOf(operations: readonly Operation[]): readonly (readonly Operation[])[] {
  const found: Operation[][] = [[]];
  let last: number | undefined;
  for (const operation of operations) {
    if (operation.bodyStatement !== last) found.push([]);
    last = operation.bodyStatement;
    found.at(-1)?.push(operation);
  }
  return found;
}

function runTogether(
  kind: string,
  called: readonly Operation[],
  before: Schema,
  origin: Origin,
  server: SessionServer,
  branches: Branches,
): readonly RunOperation[] {
  const { dialect, stated, hasOlderTables } = server;
  const isForNobody = called.some(({ unnamed }) => unnamed) && hasOlderTables?.(before) === false;
  const operations = inServersOrder(
    dialect.family,
    kind,
    isForNobody ? called.filter(({ unnamed }) => unnamed !== true) : called,
  );
  const applied = applyStatement(before, operations, origin, isIgnored(dialect, stated), branches);
  const befores = applied.map((one) => one.before);
  const effects = statementEffects(dialect, operations, befores, server);
  const skips = createSkipper();
  return operations.map((operation, i) => {
    const met = befores[i] ?? before;
    const { after, left, failures } = applied[i] ?? { after: met, left: met, failures: [] };
    // DROP a, b CASCADE: b may have gone with a, which the server doesn't mind.
    const isGone = kind === "DropStmt" && failures.some(({ dropped }) => dropped === origin);
    const isSkipped = skips(met, operation) && !failsAllTheSame(met, operation, failures);
    return {
      operation,
      before: met,
      after,
      left,
      skipped: isGone || isSkipped,
      failures: isGone ? failures.filter(({ dropped }) => dropped !== origin) : failures,
      effects: certain(operation, met, effects[i] ?? noEffects),
    };
  });
}

/** What isn't named, or may be another thing by now, may be anything that the server accepts. */
const certain = (operation: Operation, schema: Schema, effects: Effects): Effects =>
  effects.fails !== undefined && (operation.unnamed === true || isAboutUnread(operation, schema))
    ? { ...effects, fails: undefined }
    : effects;

/** It names a relation that files which weren't read may have changed. */
function isAboutUnread(operation: Operation, schema: Schema): boolean {
  const { relations = [] } = ("query" in operation ? operation.query : undefined) ?? {};
  return [...Object.values<unknown>({ ...operation }).flat(), ...relations].some(
    (one) => isName(one) && schema.mayDiffer(one),
  );
}

const isName = (value: unknown): value is QualifiedName =>
  typeof value === "object" && value !== null && "name" in value && "text" in value && "span" in value;

/** Functions call functions, themselves among them: so many operations of theirs are followed for one call. */
const mostCalled = 1_000;

/** What a call of a function of the history does, told at the call. */
function withCalled(operation: Operation, schema: Schema, follow = follower()): readonly Operation[] {
  if (operation.kind !== "callFunction") return [operation];
  const at = { span: operation.span, head: operation.head, called: true as const };
  const runs = done(operation, schema, operation, follow);
  // What a function of the history hands over stands in that one's text.
  const isOwn = follow.inside.size === 0;
  return [
    operation,
    ...runs.map((op) => (isOwn && op.handed === true ? op : { ...op, ...at, handed: undefined })),
  ];
}

/** What the functions do that a query calls elsewhere than in its list of results, for some rows or for none. */
function calledByQuery(
  operation: Operation,
  schema: Schema,
  told: ReadonlySet<number>,
): readonly Operation[] {
  if (!("query" in operation) || !runsQuery(operation)) return [];
  return (operation.query?.functions ?? []).flatMap((name) => {
    if (told.has(name.span.start)) return [];
    const at = { span: operation.span, head: name.span, called: true as const };
    const perhaps = { conditional: true, branches: [{ at: `call ${name.span.start}`, way: 0 }] } as const;
    return done({ function: name }, schema, perhaps, follower()).map((op) => ({ ...op, ...at }));
  });
}

function runsQuery(operation: Operation): boolean {
  if (operation.kind === "createTable") return !operation.withNoData;
  if (operation.kind === "utility") return operation.command === "PREPARE" || operation.command === "DECLARE";
  return operation.kind === "selectRows" || changed(operation) === "rows";
}

/** Whether a call runs. */
type Runs = Pick<Operation, "conditional" | "branches">;

/** What one call leads to. */
interface Follower {
  left: number;
  calls: number;
  /** The functions that are being followed. */
  readonly inside: Set<string>;
}

const follower = (): Follower => ({ left: mostCalled, calls: 0, inside: new Set() });

function done(
  { function: name, literals = [], texts = [] }: Pick<CallFunction, "function" | "literals" | "texts">,
  schema: Schema,
  call: Runs,
  follow: Follower,
): readonly Operation[] {
  const routines = schema.routines(name);
  const key = `${name.schema ?? ""}.${name.name}`;
  if (follow.inside.has(key)) return [];
  const place = `${name.span.start} ${++follow.calls} `;
  if (routines.is !== "present") return handedToUnknown(texts, schema, call, place, follow);
  // Which of several is meant isn't followed.
  const isOneOf = routines.value.length > 1;
  const found: Operation[] = [];
  follow.inside.add(key);
  for (const [way, { definition }] of routines.value.entries()) {
    const around = [...(call.branches ?? []), ...(isOneOf ? [{ at: place, way }] : [])];
    for (const inner of withArguments(definition, literals)) {
      if (--follow.left < 0) break;
      const text = inner.kind === "executeDynamic" ? textOf(inner, definition, texts) : undefined;
      for (const op of text ?? withCalled(inner, schema, follow))
        found.push(inCall(op, call.conditional === true || isOneOf, around, place));
    }
  }
  follow.inside.delete(key);
  return found;
}

/**
 * What a function does, with what the call gives. A name that the call doesn't give may be that of what the function itself
 * has made: what needs it is left out. Where all names of a text are given, nothing else is done by it.
 */
function withArguments(
  definition: CreateFunction,
  literals: readonly (string | undefined)[],
): readonly Operation[] {
  const given = argumentsOf(definition, literals);
  const found: Operation[] = [];
  // What stands before `executeDynamic` is its text; under a condition, one of several, of which it stands for the others.
  let text: (Filled<Operation> | undefined)[] = [];
  for (const written of [...definition.operations, undefined]) {
    if (written?.unnamed === true) {
      text.push(fillHoles(written, given));
      continue;
    }
    const isWhole =
      written?.kind === "executeDynamic" &&
      text.length > 0 &&
      text.every((one) => one?.isKnown === true && one.operation.conditional === written.conditional);
    for (const one of text)
      if (one !== undefined)
        found.push(isWhole ? { ...one.operation, unnamed: undefined, composed: true } : one.operation);
    text = [];
    if (written !== undefined && !isWhole) found.push(written);
  }
  return found;
}

/** The text that a function gets and runs: most probably for this migration, whatever condition its EXECUTE stands under. */
function textOf(
  { variable }: ExecuteDynamic,
  { parameters }: CreateFunction,
  texts: readonly HandedText[],
): readonly Operation[] | undefined {
  const inputs = parameters.filter(({ mode }) => mode === "in" || mode === "inout");
  const number = inputs.findIndex(({ name }, i) => variable === `$${i + 1}` || variable === name);
  return variable === undefined ? undefined : texts.find(({ argument }) => argument === number)?.operations;
}

/** Who hands over whole statements that change the schema has them run, though it isn't known when. */
function handedToUnknown(
  texts: readonly HandedText[],
  schema: Schema,
  { branches = [] }: Runs,
  at: string,
  follow: Follower,
): readonly Operation[] {
  const all = texts.flatMap(({ operations }) => operations);
  if (all.every((op) => changed(op) !== "schema")) return [];
  const around = [...branches, { at, way: 0 }];
  return all.flatMap((op) => withCalled(op, schema, follow)).map((op) => inCall(op, true, around, at));
}

/** What a function does under the conditions of its call. Each call has branches of its own. */
function inCall(op: Operation, isConditional: boolean, around: readonly Branch[], place: string): Operation {
  if (!isConditional && op.branches === undefined) return op;
  const branches = [...around, ...(op.branches ?? []).map(({ at, way }) => ({ at: place + at, way }))];
  const isDoubtful = op.conditional === true && op.branches === undefined;
  return {
    ...op,
    ...(isConditional ? { conditional: true as const } : {}),
    branches: isDoubtful || branches.length === 0 ? undefined : branches,
  };
}

/** The literals of a call by the names of the parameters. */
function argumentsOf(
  { parameters }: CreateFunction,
  literals: readonly (string | undefined)[],
): ReadonlyMap<string, Given> {
  const inputs = parameters.filter(({ mode }) => mode === "in" || mode === "inout");
  return new Map(
    inputs.flatMap(({ name, type }, i) => {
      const value = literals[i];
      if (value === undefined) return [];
      const given: Given = { value, isName: type.name === "regclass" };
      return [...(name === undefined ? [] : [[name, given] as const]), [`$${i + 1}`, given] as const];
    }),
  );
}
