/**
 * Whether what a branch adds goes together with what the branch that it will be merged into has got meanwhile. Both are
 * replayed in either order, from the migrations that both have, and in the order of the tool, as a new database runs
 * them.
 */
import type { EffectsDialect } from "../effects/index.ts";
import type { History, Migration, Script } from "../project/migration.ts";
import { diff } from "../schema/diff.ts";
import type { Difference, Origin } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import type { ParsedText } from "../sql/front-end.ts";
import { whyRefused } from "./questions/dependents/refused.ts";
import { idIn, takenVersions, type Sides } from "./questions/project/sides.ts";
import { replayMigration, type Read } from "./replay.ts";
import type { ReplayFacts } from "./replay-facts.ts";
import { startOf, type ReplayedMigration } from "./replayed-migration.ts";
import { initialState, type ReplayState } from "./state.ts";
import type { MergeConflict, Place, Step } from "./step.ts";

/** What replaying a history needs beside its files. */
export interface Server {
  readonly dialect: EffectsDialect;
  readonly read: Read;
  readonly facts: ReplayFacts;
  readonly snapshot: Schema | undefined;
}

/** What the branches of these histories don't agree on, in the order of this one's migrations. */
export function mergeConflicts(sides: Sides, server: Server, since: string): readonly MergeConflict[] {
  return [...takenVersions(sides, since), ...new Merge(sides, server, since).conflicts()];
}

/** Migrations that were replayed one after the other. */
interface Run {
  readonly scopes: readonly ReplayedMigration[];
  /** Before each of them, and after the last. */
  readonly states: readonly ReplayState[];
}

/** A statement that the server is sure to refuse. */
interface Refusal {
  readonly key: string;
  readonly scope: ReplayedMigration;
  readonly step: Step;
  readonly what: string;
  readonly at: Place;
  /** What is missing was dropped there, what is in the way made. */
  readonly origin: Origin | undefined;
}

const end = ({ states }: Run): ReplayState => states[states.length - 1] as ReplayState;

class Merge {
  readonly #sides: Sides;
  readonly #server: Server;
  readonly #since: string;
  readonly #history: History;
  readonly #common: readonly Migration[];
  readonly #theirs: readonly Migration[];
  readonly #ours: readonly Migration[];
  /** Which of all these a migration is, by its number in this replay. */
  readonly #owner: readonly ("common" | "theirs" | "ours")[];
  readonly #parsed = new Map<Script, ParsedText>();
  readonly #found: MergeConflict[] = [];

  constructor(sides: Sides, server: Server, since: string) {
    this.#sides = sides;
    // All of them are asked about, whichever are new or applied.
    const facts = { ...server.facts, changes: undefined, startAfter: undefined };
    const read: Read = (script, reading) => {
      const known = this.#parsed.get(script);
      if (known !== undefined) return known;
      const text = server.read(script, reading);
      this.#parsed.set(script, text);
      return text;
    };
    this.#server = { ...server, facts, read };
    this.#since = since;
    const { common, theirs, ours, tip } = sides;
    // Numbered once, in whatever order they run, and without their rollbacks, which nobody runs here.
    const all = [...common, ...theirs, ...ours].map((migration, index): Migration => ({
      ...migration,
      index,
      down: undefined,
    }));
    this.#history = { ...tip, migrations: all };
    this.#common = all.slice(0, common.length);
    this.#theirs = all.slice(common.length, common.length + theirs.length);
    this.#ours = all.slice(common.length + theirs.length);
    this.#owner = [
      ...common.map(() => "common" as const),
      ...theirs.map(() => "theirs" as const),
      ...ours.map(() => "ours" as const),
    ];
  }

  conflicts(): readonly MergeConflict[] {
    if (this.#ours.length === 0 || this.#theirs.length === 0) return [];
    const { dialect, facts, snapshot } = this.#server;
    const first = initialState(this.#history, dialect, facts, snapshot);
    const common = this.#run(inOrder(this.#common), first);
    const start = end(common);
    const theirs = this.#run(inOrder(this.#theirs), start);
    const ours = this.#run(inOrder(this.#ours), start);
    const oursThen = this.#run(inOrder(this.#ours), end(theirs));
    const known = new Set([...this.#refusals(theirs), ...this.#refusals(ours)].map(({ key }) => key));
    const failing = this.#refusals(oursThen).filter(({ key }) => !known.has(key));
    for (const refusal of failing) {
      known.add(refusal.key);
      const other =
        this.#ownerOf(refusal.origin, "theirs") ??
        this.#firstToBreak(refusal, this.#theirs, this.#ours, start);
      this.#add({
        how: "fails",
        at: refusal.at,
        name: refusal.scope.migration.name,
        other,
        what: refusal.what,
      });
    }
    this.#newDatabase(common, known);
    // What this branch needs of the other one runs after it.
    const needed = this.#refusals(ours).some(
      ({ key }) => !this.#refusals(oursThen).some((one) => one.key === key),
    );
    if (needed || !this.#sides.kept) return this.#found;
    const theirsThen = this.#run(inOrder(this.#theirs), end(ours));
    const late = this.#refusals(theirsThen).filter(({ key }) => !known.has(key));
    for (const refusal of late)
      this.#blocked("blocks", refusal, () => this.#firstToBreak(refusal, this.#ours, this.#theirs, start));
    // Behind a failure, schemas differ by it.
    if (this.#found.length > 0) return this.#found;
    this.#differences(start, oursThen, theirsThen);
    return this.#found;
  }

  /** A new database runs all of them in the order of the tool, which may be neither of the two. */
  #newDatabase(common: Run, known: ReadonlySet<string>): void {
    const { merged, now } = this.#sides;
    if (merged === undefined || now.late?.runs === false) return;
    const mine = new Map(this.#history.migrations.map((migration) => [idIn(migration), migration]));
    const order = merged.migrations.flatMap((migration) => mine.get(idIn(migration)) ?? []);
    if (order.length !== mine.size) return;
    if (order.every(({ index }, i) => i === 0 || index > (order[i - 1]?.index ?? 0))) return;
    // What comes before anything new has been replayed already.
    const differs = order.findIndex((migration, i) => common.scopes[i]?.migration !== migration);
    const from = common.states[differs];
    if (from === undefined) return;
    const run = (isHere: (migration: Migration) => boolean): readonly Refusal[] =>
      this.#refusals(this.#run(order.slice(differs).filter(isHere), from));
    const isKnown = new Set(known);
    // What already fails without the other branch is this one's own fault.
    for (const side of ["ours", "theirs"] as const)
      for (const { key } of run(({ index }) => this.#owner[index] !== side)) isKnown.add(key);
    for (const refusal of run(() => true)) {
      if (isKnown.has(refusal.key)) continue;
      const { origin, at, what } = refusal;
      const { migration } = refusal.scope;
      const last = (side: "ours" | "theirs"): Migration | undefined =>
        order.slice(0, order.indexOf(migration)).findLast(({ index }) => this.#owner[index] === side);
      if (this.#owner[migration.index] === "ours") {
        const other = this.#ownerOf(origin, "theirs") ?? last("theirs");
        this.#add({ how: "fails-new", at, name: migration.name, other, what });
      } else this.#blocked("blocks-new", refusal, () => last("ours"));
    }
  }

  /** The other branch's migration fails after one of this branch, which the finding stands at. */
  #blocked(
    how: "blocks" | "blocks-new",
    { origin, scope, what }: Refusal,
    otherwise: () => Migration | undefined,
  ): void {
    const known = this.#ownerOf(origin, "ours");
    const own = known ?? otherwise();
    if (own === undefined) return;
    const at =
      known === undefined || origin === undefined
        ? startOf(own.up)
        : { path: own.up.path, span: origin.span };
    this.#add({ how, at, name: own.name, other: scope.migration, what });
  }

  #differences(start: ReplayState, oursThen: Run, theirsThen: Run): void {
    const found = diff(end(theirsThen).schema, end(oursThen).schema);
    if (found.length === 0) return;
    const texts = new Set(found.map(({ text }) => text));
    const own = this.#makers(oursThen, texts);
    const other = this.#makers(theirsThen, texts);
    const byMigration = new Map<
      Migration,
      { readonly at: Place; readonly other: Migration | undefined; readonly what: Difference[] }
    >();
    for (const one of found) {
      const maker = own.get(one.text);
      const migration = maker?.scope.migration ?? this.#ours[0];
      if (migration === undefined) continue;
      const known = byMigration.get(migration);
      if (known !== undefined) known.what.push(one);
      else
        byMigration.set(migration, {
          at: maker === undefined ? startOf(migration.up) : placeOf(maker),
          other: other.get(one.text)?.scope.migration ?? this.#firstToDiffer(start),
          what: [one],
        });
    }
    for (const [{ name }, { at, other: theirs, what }] of byMigration)
      this.#add({ how: "differs", at, name, other: theirs, what: said(what) });
  }

  /** The last step of a run that changes each of these objects. */
  #makers({ scopes }: Run, texts: ReadonlySet<string>): ReadonlyMap<string, Step> {
    const makers = new Map<string, Step>();
    for (const scope of scopes)
      for (const step of scope.steps)
        if (step.before !== step.after)
          for (const { text } of diff(step.before, step.after)) if (texts.has(text)) makers.set(text, step);
    return makers;
  }

  /** The first of `breaking` after which the statement of `refusal` is refused. */
  #firstToBreak(
    { key }: Refusal,
    breaking: readonly Migration[],
    broken: readonly Migration[],
    start: ReplayState,
  ): Migration | undefined {
    const list = inOrder(breaking);
    const { states } = this.#run(list, start);
    return boundary(list, (count) => {
      const state = states[count];
      return (
        state !== undefined &&
        this.#refusals(this.#run(inOrder(broken), state)).some((one) => one.key === key)
      );
    });
  }

  /** The first of the other branch's that doesn't commute with this branch. */
  #firstToDiffer(start: ReplayState): Migration | undefined {
    const list = inOrder(this.#theirs);
    return boundary(list, (count) => {
      const some = list.slice(0, count);
      const theirsThen = this.#run(some, end(this.#run(inOrder(this.#ours), start)));
      const oursThen = this.#run(inOrder(this.#ours), end(this.#run(some, start)));
      return diff(end(theirsThen).schema, end(oursThen).schema).length > 0;
    });
  }

  #ownerOf(origin: Origin | undefined, side: "theirs" | "ours"): Migration | undefined {
    if (origin === undefined || this.#owner[origin.migration] !== side) return undefined;
    return this.#history.migrations[origin.migration];
  }

  #add({
    other,
    ...conflict
  }: Omit<MergeConflict, "since" | "other" | "otherAt"> & { readonly other: Migration | undefined }): void {
    if (other === undefined) return;
    // What fails in one order is expected to fail in the other one, too.
    const isKnown = ({ how, name, other: theirs }: MergeConflict): boolean =>
      how !== conflict.how && name === conflict.name && theirs === other.name;
    if (this.#found.some(isKnown)) return;
    this.#found.push({ ...conflict, other: other.name, since: this.#since });
  }

  #run(migrations: readonly Migration[], from: ReplayState): Run {
    const { dialect, read, facts } = this.#server;
    const scopes: ReplayedMigration[] = [];
    const states = [from];
    let state = from;
    for (const migration of migrations) {
      const result = replayMigration(this.#history, dialect, migration, state, read, facts);
      scopes.push(result.scope);
      ({ state } = result);
      states.push(state);
    }
    return { scopes, states };
  }

  /** The first of each migration for each reason. */
  #refusals({ scopes }: Run): readonly Refusal[] {
    return scopes.flatMap((scope) => {
      const found = new Map<string, Refusal>();
      for (const step of scope.steps) {
        const why = whyRefused(step);
        if (why === undefined || found.has(why.text)) continue;
        const { migration } = scope;
        const key = [migration.index, step.statement.span.start, why.text].join("\0");
        found.set(why.text, {
          key,
          scope,
          step,
          what: why.text,
          at: { path: step.script.path, span: why.span },
          origin: why.origin,
        });
      }
      return [...found.values()];
    });
  }
}

const placeOf = ({ script, operation }: Step): Place => ({ path: script.path, span: operation.head });

/** Repeatable ones run after the others. */
const inOrder = (migrations: readonly Migration[]): readonly Migration[] => [
  ...migrations.filter(({ kind }) => kind !== "repeatable"),
  ...migrations.filter(({ kind }) => kind === "repeatable"),
];

/** The one with which `holds` becomes true: of none it isn't, of all it is. */
function boundary<T>(list: readonly T[], holds: (count: number) => boolean): T | undefined {
  let [low, high] = [0, list.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return list[high - 1];
}

const shownAtMost = 3;

function said(differences: readonly Difference[]): string {
  const words = [
    ...new Set(differences.map(({ text, detail }) => (detail === undefined ? text : `${text} (${detail})`))),
  ];
  const rest = words.length > shownAtMost ? ` and ${words.length - shownAtMost} more` : "";
  return words.slice(0, shownAtMost).join("; ") + rest;
}
