/** Follows the advice of findings in a copy of the database, forward and back again, beside the migration's own way back. */
import { tableOf } from "../../src/model/kinds.ts";
import type { Advice } from "../../src/lint/rule.ts";
import type { RawFinding } from "../../src/lint/raw-finding.ts";
import type { Migration } from "../../src/project/migration.ts";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";
import type { Statement } from "../../src/sql/front-end.ts";
import { placeText } from "../../src/verify/differences.ts";
import { unsendable } from "../../src/verify/send.ts";
import { isHelper, isMoved, placeholder, type Place } from "./advice.ts";
import { planned } from "./apply.ts";
import { inGeneral, kindText } from "./compare.ts";
import { inCopy, type Copies, type Copy, type Failed, type Runnable } from "./copy.ts";
import type { Replay } from "./histories.ts";
import { pasted, withoutDowns, type Pasted } from "./pasted.ts";

/** What became of the way back where the advice of a finding is followed. */
export interface WayBack {
  readonly rule: string;
  readonly place: string;
  /** Of the file: `py`, `rb`, `xml`, `sql`. */
  readonly language: string;
  /**
   * `values`: it has placeholders; `no way back`: nor had the migration one; `not read`: what the user would have isn't read as migrations; `not reached`:
   * it, or its own way back, can't be run here; `says so`: a file says that it can't be taken back; `up fails`, `wrong`:
   * the fault is the advice's; `right`: all is as it was, step by step.
   */
  readonly is:
    "values" | "no way back" | "not read" | "not reached" | "says so" | "up fails" | "wrong" | "right";
  /** In words without the names of this history, where there is anything to say. */
  readonly cause?: string;
  readonly detail?: string;
}

type Outcome = Pick<WayBack, "is" | "cause" | "detail">;

/** A migration that can be run forward and back; `down` is undefined where there is nothing to run. */
interface Both {
  readonly up: Runnable;
  readonly down: Runnable | undefined;
  /** It says that it can't be run back. */
  readonly oneWay?: Outcome;
}

/** What the migration leads to, and its own way back. */
interface Own {
  readonly seeded: boolean;
  /** The catalogue behind the migration. */
  readonly after: readonly string[];
  readonly hasBack: boolean;
  /** Lines of the catalogue that differ then. */
  readonly differs: readonly string[];
  /** Columns whose values differ then. */
  readonly lost: readonly string[];
}

/** Each finding in code by itself, those of one statement that advise the same once; of SQL the plan for the migration. */
export async function tryWaysBack(
  from: Copies,
  replay: Replay,
  place: Place,
  findings: readonly RawFinding[],
): Promise<readonly WayBack[]> {
  const { up } = place.migration;
  const language = up.path.replace(/^.*\./, "");
  let own: Own | Outcome | undefined;
  const follow = async (
    files: () => Promise<readonly Both[] | Outcome>,
    advice: Advice = [],
  ): Promise<Outcome> => {
    own ??= await ownOf(from, replay, place);
    if ("is" in own) return own;
    const [known, steps] = [own, await files()];
    return "is" in steps
      ? steps
      : inCopy(from, (copy) => gone(copy, steps, tablesOf(place.scope), known, advice));
  };
  if (up.code === undefined) {
    if (replay.history.rollbacks === "none" || hasNone(place.migration)) return [];
    return [{ rule: "plan", place: up.path, language, ...(await follow(() => inPlan(replay, place))) }];
  }
  const distinct = new Map(
    findings.map((one) => [`${one.statement?.start ?? ""} ${one.instead ?? ""}`, one]),
  );
  const tried: WayBack[] = [];
  for (const finding of distinct.values()) {
    const statement = place.parsed.statements.find(({ span }) => span.start === finding.statement?.start);
    const paste = statement && pasted(place.scope, finding);
    if (statement === undefined || paste === undefined) continue;
    const outcome: Outcome =
      finding.advice?.some(({ statements }) => statements.some((text) => placeholder.test(text))) === true
        ? { is: "values" }
        : await follow(() => Promise.resolve(followed(replay, place, paste)), finding.advice);
    const isFault = outcome.is === "up fails" || outcome.is === "wrong";
    const isMore = isFault && movesOthers.test(finding.instead ?? "");
    tried.push({
      rule: finding.ruleId,
      place: placeText(up, statement),
      language,
      ...(isMore ? { is: "not reached", cause: "other statements move along with it" } : outcome),
    });
  }
  return tried;
}

/** In words only. */
const movesOthers =
  /what needs it moves behind it, too:|: drop that behind it, too$|\btake DROP TABLE \S+ out of this\b/m;

/** The tables that a migration names. */
const tablesOf = ({ steps, downSteps }: ReplayedMigration): readonly string[] => [
  ...new Set([...steps, ...downSteps].flatMap(({ operation }) => tableOf(operation)?.text ?? [])),
];

/** With rows, where the way back takes them. */
async function ownOf(
  from: Copies,
  replay: Replay,
  { migration, scope, state }: Place,
): Promise<Own | Outcome> {
  const isOneWay = hasNone(migration);
  const both = bothOf(replay, isOneWay ? { ...migration, down: undefined } : migration, state);
  if ("is" in both) return both;
  const { up, down } = both;
  const tables = tablesOf(scope);
  const run = (seeded: boolean): Promise<Own | Outcome> =>
    inCopy(from, async (copy) => {
      const hasRows = seeded && (await copy.seed(tables));
      const [before, values] = [await copy.state(), await copy.values(tables)];
      let after: readonly string[] = [];
      for (const [script, name] of [
        [up, "the migration"],
        [down, "its way back"],
      ] as const) {
        if (script === down) after = await copy.state();
        const failed = script && (await copy.run(script));
        if (failed === undefined) continue;
        if (hasRows) return run(false);
        return {
          is: "not reached",
          cause: `${name} fails itself: ${causeOf(failed)}`,
          detail: failed.error.message,
        };
      }
      const differs = differences(before, await copy.state());
      const lost = lostOf(values, await copy.values(tables));
      return { seeded: hasRows, after, hasBack: down !== undefined, differs, lost };
    });
  return run(true);
}

const hasNone = (migration: Migration): boolean =>
  migration.down === undefined || migration.down.empty || whyNone(migration) !== undefined;

/** Why it can't be taken back; an empty rollback of a changeset has nothing to do. */
const whyNone = ({ irreversible, oneWay }: Migration): string | undefined =>
  irreversible === "stated as not needed" ? undefined : (irreversible ?? oneWay?.what);

function bothOf(
  replay: Replay,
  migration: Migration,
  state: Replay["start"],
): (Both & { readonly state: Replay["start"] }) | Outcome {
  if (migration.unread === true) return { is: "not read", cause: "a migration that isn't read" };
  const plan = planned(replay, migration, state);
  const [because] = plan.left.values();
  if (because !== undefined) return { is: "not reached", cause: because };
  const { down } = migration;
  const up = { script: migration.up, parsed: plan.parsed, wrapped: isWrapped(plan.scope.steps) };
  if (down === undefined || down.empty) return { up, down: undefined, state: plan.state };
  const parsed = replay.parse(down);
  for (const statement of parsed.statements) {
    const why = unsendable(statement, down, parsed);
    if (why !== undefined) return { is: "not reached", cause: `a rollback with ${why}` };
  }
  const back = { script: down, parsed, wrapped: isWrapped(plan.scope.downSteps) };
  return { up, down: parsed.statements.length === 0 ? undefined : back, state: plan.state };
}

const isWrapped = (steps: ReplayedMigration["steps"]): boolean =>
  steps.some(({ transaction }) => transaction.kind === "block" && transaction.by === "runner");

const keyOf = ({ up: { path }, name }: Migration): string => `${path} ${name}`;

/** The migrations that the user has then, in their order. */
function followed(replay: Replay, { migration, state }: Place, paste: Pasted): readonly Both[] | Outcome {
  const there = new Set(replay.history.migrations.map(keyOf));
  const read = (files: Pasted["files"]): readonly [Replay, readonly Migration[]] | undefined => {
    const again = replay.with(files);
    const own = again?.history.migrations.filter(
      (one) =>
        paste.paths.includes(one.up.path) && (keyOf(one) === keyOf(migration) || !there.has(keyOf(one))),
    );
    return (
      again && [
        again,
        own?.toSorted((a, b) => paste.paths.indexOf(a.up.path) - paste.paths.indexOf(b.up.path)) ?? [],
      ]
    );
  };
  let found = read(paste.files);
  const { path } = migration.up;
  const others = paste.takeOver.flatMap(
    (one) => found?.[1].filter(({ up }) => up.path === one).map(({ down }) => down) ?? [],
  );
  const done = others.flatMap((down) => {
    const statements = down === undefined ? [] : (found?.[0].parse(down).statements ?? []);
    return statements.map(({ span }) => down?.text.slice(span.start, span.end) ?? "");
  });
  const first = found?.[1].find(({ up }) => up.path === path);
  if (done.length > 0 && found !== undefined && first !== undefined) {
    const replayed = found[0].step(first, state).scope;
    found = read({ ...paste.files, [path]: withoutDowns(replayed, paste.files[path] ?? "", done) });
  }
  const [again, migrations = []] = found ?? [];
  const missing = paste.paths.find((one) => one !== path && !migrations.some(({ up }) => up.path === one));
  if (again === undefined || missing !== undefined || migrations.length === 0)
    return { is: "not read", cause: "a file of the advice isn't in the history", detail: missing ?? "" };
  return stepsOf(again, migrations, state);
}

/** The migrations of the plan that takes a migration's place. */
async function inPlan(replay: Replay, { migration, state }: Place): Promise<readonly Both[] | Outcome> {
  const plan = await replay.plan(migration);
  if (typeof plan === "string") return { is: "not reached", cause: "there is no plan", detail: plan };
  const { files = [], steps } = plan;
  if (files.length === 0) return { is: "values" };
  const again = replay.with(Object.fromEntries(files.map(({ file, text }) => [file, text])));
  const count = steps.filter(({ kind }) => kind === "migration").length;
  const migrations = again?.history.migrations.slice(migration.index, migration.index + count) ?? [];
  const isRead = migrations.every(({ up }) => files.some(({ file }) => file === up.path));
  if (again === undefined || !isRead)
    return { is: "not read", cause: "a file of the plan isn't in its place" };
  return stepsOf(again, migrations, state);
}

function stepsOf(
  replay: Replay,
  migrations: readonly Migration[],
  state: Replay["start"],
): readonly Both[] | Outcome {
  const steps: Both[] = [];
  let now = state;
  for (const one of migrations) {
    const oneWay = whyNone(one);
    const both = bothOf(replay, oneWay === undefined ? one : { ...one, down: undefined }, now);
    if ("is" in both) return both;
    now = both.state;
    steps.push({
      ...both,
      ...(oneWay === undefined
        ? {}
        : { oneWay: { is: "says so", cause: oneWay, detail: one.up.path } as const }),
    });
  }
  return steps;
}

/** Forward through all steps, which lead to what the migration leads to, and back through all. */
async function gone(
  copy: Copy,
  steps: readonly Both[],
  tables: readonly string[],
  own: Own,
  advice: Advice,
): Promise<Outcome> {
  if (own.seeded) await copy.seed(tables);
  const values = await copy.values(tables);
  const before: (readonly string[])[] = [];
  for (const [at, { up }] of steps.entries()) {
    before.push(await copy.state());
    const failed = await copy.run(up);
    if (failed !== undefined)
      return {
        is: "up fails",
        cause: `${stepText(at, steps)} fails: ${causeOf(failed)}`,
        detail: detailOf(failed),
      };
  }
  const all = differences(own.after, await copy.state());
  const other = all.filter((line) => !isHelper(line, advice) && !isMoved(line, all));
  const [difference] = other;
  if (difference !== undefined)
    return {
      is: "wrong",
      cause: `all steps together ${difference.startsWith("-") ? "lack" : "leave"} a ${wordOf(difference)}`,
      detail: other.slice(0, 3).join("; "),
    };
  const oneWay = steps.find((step) => step.oneWay !== undefined)?.oneWay;
  if (!own.hasBack) return { is: "no way back" };
  if (oneWay !== undefined) return oneWay;
  const known = new Set(own.differs.map(objectOf));
  for (const [at, { down }] of [...steps.entries()].toReversed()) {
    const failed = down && (await copy.run(down));
    if (failed !== undefined)
      return {
        is: "wrong",
        cause: `the way back of ${stepText(at, steps)} fails: ${causeOf(failed)}`,
        detail: detailOf(failed),
      };
    const differs = differences(before[at] ?? [], await copy.state()).filter(
      (line) => !known.has(objectOf(line)),
    );
    // A constraint takes the index along that an earlier step has made, and the way back of that is next.
    // An index that the first step drops may come back with its table.
    const isIndex = (line: string): boolean =>
      /^- (?:CREATE UNIQUE INDEX|index) /.test(line)
        ? before[0]?.includes(line.slice(2)) === false
        : /^\+ (?:CREATE (?:UNIQUE )?INDEX|index) /.test(line) && before[0]?.includes(line.slice(2)) === true;
    if (at > 0 && differs.every(isIndex)) continue;
    const [first] = differs;
    if (first !== undefined)
      return {
        is: "wrong",
        cause: `the way back of ${stepText(at, steps)} ${first.startsWith("-") ? "lacks" : "leaves"} a ${wordOf(first)}`,
        detail: differs.slice(0, 3).join("; "),
      };
  }
  const lost = lostOf(values, await copy.values(tables)).filter((one) => !own.lost.includes(one));
  return lost.length === 0
    ? { is: "right" }
    : {
        is: "wrong",
        cause: "the way back loses values that the migration's own keeps",
        detail: lost.join(", "),
      };
}

const stepText = (at: number, { length }: readonly Both[]): string =>
  length === 1
    ? "the only step"
    : at === 0
      ? "the first step"
      : at === length - 1
        ? "the last step"
        : "a later step";

const causeOf = ({ statement, error }: Failed): string =>
  `${kindText(statement)}: ${error.code}: ${inGeneral(error.message)}`;

const detailOf = ({ statement, script, error }: Failed): string =>
  `${error.message}: ${textOf(script, statement).replace(/\s+/g, " ").slice(0, 160)}`;

const textOf = ({ text }: Runnable["script"], { span }: Statement): string =>
  text.slice(span.start, span.end);

function differences(was: readonly string[], is: readonly string[]): readonly string[] {
  const [before, now] = [new Set(was), new Set(is)];
  return [
    ...was.filter((line) => !now.has(line)).map((line) => `- ${line}`),
    ...is.filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ];
}

/** `column public.users.email`, `CREATE INDEX users_email_idx`. */
const objectOf = (line: string): string =>
  /^. (CREATE (?:UNIQUE )?(?:INDEX|TRIGGER) \S+|constraint \S+ \S+|\S+ \S+)/.exec(line)?.[1] ?? line;

const wordOf = (line: string): string =>
  /^. (?:CREATE )?(?:UNIQUE )?(\w+)/.exec(line)?.[1]?.toLowerCase() ?? "";

const lostOf = (before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): readonly string[] =>
  [...before].filter(([column, values]) => now.get(column) !== values).map(([column]) => column);
