/** Which call of a file of code sends a statement, and what else the same call sends. */
import type { UnitBlock, UnitCall } from "../model/tool.ts";
import { pieceOf } from "../replay/code-piece.ts";
import type { Step } from "../replay/step.ts";
import { placeOf, type MappedPlace } from "../text/source-map.ts";
import { contains, type Span } from "../text/span.ts";

type Script = Step["script"];
type Statement = Step["statement"];
type Piece = NonNullable<Script["code"]>["pieces"][number];

/** Some of the statement is known only when the code runs. */
export const hasHoles = (script: Script, statement: Statement): boolean =>
  pieceOf(script, statement)?.holes === true;

/** A part of it stands for what code knows only when it runs; in changesets Liquibase puts it in, in advice as well. */
export const hasHole = (sql: string, { code }: Script): boolean =>
  /\$\{[^{}\n]{1,80}\}/.test(sql) && code?.unit?.terms === undefined;

/**
 * What the driver puts into the statement, as it stands there: `$1`, `:name`; `?` may be an operator of PostgreSQL. A block or a
 * trigger can't have them.
 */
export function parametersOf({ script, statement }: Step): readonly string[] {
  if (script.code === undefined) return [];
  const { start, end } = statement.span;
  const plain = script.text.slice(start, end).replaceAll(/'(?:[^']|'')*'|(\$\w*\$)[^]*?\1/g, "''");
  return plain.match(/(?<![:\w]):[a-z_]\w*|\$\d+/gi) ?? [];
}

/** It stands in a function of the project that is called again, perhaps on the way back: each call has values of its own. */
export function isSentAgain({ script, statement }: Pick<Step, "script" | "statement">): boolean {
  const own = pieceOf(script, statement);
  if (own?.inCall === undefined) return false;
  const { start, end } = own.statement;
  return (script.code?.pieces ?? []).some(
    (other) =>
      other.statement.start === start &&
      other.statement.end === end &&
      isSameText(script, own, other) &&
      // The tool itself takes back what a method for both directions does.
      (contains(script.part, other.part)
        ? other.inCall !== own.inCall
        : script.code?.unit?.reverses !== true),
  );
}

/** Where the text of a piece begins. */
const beginOf = ({ code }: Script, { part: { start } }: Piece): MappedPlace | undefined =>
  code && placeOf(code.map, { start, end: start + 1 });

const isInCall = ({ path }: Script, { statement }: Piece, begin: MappedPlace): boolean =>
  begin.path === path && contains(statement, begin.span);

/** The call that sends them may have been given another text each time, or send several texts. */
function isSameText(script: Script, own: Piece, other: Piece): boolean {
  const [one, two] = [beginOf(script, own), beginOf(script, other)];
  if (one === undefined || isInCall(script, own, one)) return true;
  return one.path === two?.path && one.span.start === two.span.start;
}

/**
 * A function sends it under a condition, or does more than that, and what takes the place of the call that runs the function
 * would lose it.
 */
export function isRestLost({ script, statement }: Pick<Step, "script" | "statement">): boolean {
  const own = pieceOf(script, statement);
  if (own === undefined) return false;
  if (hasNoPlace(script, statement, own)) return true;
  const begin = own.conditional || own.isPart === true ? beginOf(script, own) : undefined;
  return begin !== undefined && !isInCall(script, own, begin);
}

/** A function makes the text of several statements, or a loop: nowhere does this one stand alone. */
function hasNoPlace({ code, text }: Script, { span }: Statement, { part }: Piece): boolean {
  // Of a call of which all statements are known, advice is for all of them.
  if (code === undefined || code.unit !== undefined) return false;
  const own = placeOf(code.map, span);
  if (own === undefined) return false;
  const before = text.slice(part.start, span.start).trimEnd().replace(/;+$/, "");
  const after = text.slice(span.end, part.end);
  const next = after.search(/[^\s;]/);
  const near = [
    ...(before === "" ? [] : [part.start + before.length - 1]),
    ...(next < 0 ? [] : [span.end + next]),
  ];
  return near.some((at) => {
    const other = placeOf(code.map, { start: at, end: at + 1 });
    return other?.path === own.path && other.span.start < own.span.end && own.span.start < other.span.end;
  });
}

/** What stands for a statement that is known only when the code runs. */
export const isOpaque = (sql: string): boolean => sql === "EXECUTE sql;";

/** Of a finding that stands elsewhere, such as at a column that a list of the file holds: the line of the call that sends it. */
export function lineOfSender({ script, statement, operation }: Step): number | undefined {
  const piece = pieceOf(script, statement);
  const at = script.code && placeOf(script.code.map, operation.head);
  if (script.code === undefined || piece === undefined || at?.path !== script.path) return undefined;
  if (contains(piece.statement, at.span)) return undefined;
  return script.code.source.slice(0, piece.statement.start).split("\n").length;
}

const calls = new WeakMap<Piece, { readonly call: UnitCall | undefined }>();

/** The call that sends a statement. */
export function callOf({ script, statement }: Pick<Step, "script" | "statement">): UnitCall | undefined {
  const piece = pieceOf(script, statement);
  if (piece === undefined) return undefined;
  const found = calls.get(piece) ?? { call: callAt(script.code?.unit?.calls ?? [], piece.statement) };
  calls.set(piece, found);
  return found.call;
}

/** The call of another statement that drops an index which these drop. `starts`: where the statements begin that are looked at. */
export function dropping(
  { script, statement, scope }: Pick<Step, "script" | "statement" | "scope">,
  statements: readonly string[],
  starts: ReadonlySet<number>,
): UnitCall | undefined {
  const found = scope.steps.find(
    ({ operation, statement: other, script: own }) =>
      operation.kind === "dropIndex" &&
      own === script &&
      other !== statement &&
      starts.has(other.span.start) &&
      statements.includes(`DROP INDEX CONCURRENTLY IF EXISTS ${operation.index.text};`),
  );
  const call = found && callOf(found);
  // Of the advice's own call, another step is the one that does what it does.
  return call === callOf({ script, statement }) ? undefined : call;
}

const byStart = new WeakMap<readonly UnitCall[], readonly UnitCall[]>();

/** Calls around a call are few: a block, a list of operations. */
const deepest = 8;

/** The outermost call that the place is in, else the first one in the place. */
function callAt(all: readonly UnitCall[], { start, end }: Span): UnitCall | undefined {
  const ordered = byStart.get(all) ?? all.toSorted((a, b) => a.at.start - b.at.start || b.at.end - a.at.end);
  byStart.set(all, ordered);
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle]?.at.start ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const around = ordered.slice(Math.max(0, low - deepest), low).find(({ at }) => end <= at.end);
  if (around !== undefined) return around;
  const inside = [ordered[low - 1], ordered[low]];
  return inside.find((one) => one !== undefined && start <= one.at.start && one.at.end <= end);
}

/** The blocks that the call stands in; not those whose values it uses: it can't do without them. */
export function blocksAround({
  script,
  statement,
}: Pick<Step, "script" | "statement">): readonly UnitBlock[] {
  const blocks = script.code?.unit?.blocks ?? [];
  const place = blocks.length === 0 ? undefined : pieceOf(script, statement)?.statement;
  if (place === undefined) return [];
  const text = script.code?.source.slice(place.start, place.end) ?? "";
  const names = new Set(text.match(/\w+/g));
  return blocks.filter(({ at, gives }) => contains(at, place) && !gives.some((name) => names.has(name)));
}

type Sent = ReadonlyMap<Statement, readonly Step[]>;

const sentBy = new WeakMap<readonly Step[], ReadonlyMap<Script, ReadonlyMap<number, Sent>>>();

const nothing: Sent = new Map();

/** The steps of what the call at `start` sends, also by calls in its block, by statement, in their order. */
export function sentAt(steps: readonly Step[], script: Script, start: number | undefined): Sent {
  if (start === undefined) return nothing;
  const known = sentBy.get(steps) ?? bySender(steps);
  sentBy.set(steps, known);
  return known.get(script)?.get(start) ?? nothing;
}

/** Which of the calls that send something the one at `start` is, in the order of the text, from 0. */
export function placeOfSender(steps: readonly Step[], script: Script, start: number | undefined): number {
  if (start === undefined || sentAt(steps, script, start) === nothing) return 0;
  const starts = sentBy.get(steps)?.get(script)?.keys() ?? [];
  return [...starts].filter((one) => one < start).length;
}

/** Where the call begins that sends a statement, else the statement itself. */
export const senderOf = (step: Pick<Step, "script" | "statement">): number | undefined =>
  callOf(step)?.at.start ?? pieceOf(step.script, step.statement)?.statement.start;

function bySender(steps: readonly Step[]): ReadonlyMap<Script, ReadonlyMap<number, Sent>> {
  const scripts = new Map<Script, Map<number, Map<Statement, Step[]>>>();
  for (const step of steps) {
    const start = senderOf(step);
    if (start === undefined) continue;
    const starts = entryOf(scripts, step.script, () => new Map<number, Map<Statement, Step[]>>());
    const statements = entryOf(starts, start, () => new Map<Statement, Step[]>());
    entryOf(statements, step.statement, (): Step[] => []).push(step);
  }
  return scripts;
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
