/** The parts of a plan as steps: what each locks and does, what is deployed before it, what takes it back. */
import { blocksOnline } from "../effects/describe.ts";
import { blocks, combine, type Blocks, type Effects } from "../effects/effects.ts";
import type { Severity } from "../lint/rule.ts";
import { downText } from "../plan/down-text.ts";
import type { Piece } from "../plan/pieces.ts";
import { statementsOf } from "../plan/sequence.ts";
import { wayBackOf, type WayBack } from "../plan/way-back.ts";
import { phaseOf } from "../replay/phase.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { Difference } from "../schema/model.ts";
import { displayName, splitKey } from "../schema/dependents.ts";
import { textsOf } from "./chosen-migration.ts";
import { released, replayParts, type Following, type ReplayedPart } from "./replay-parts.ts";
import { mapWayBack } from "./written-names.ts";
import type { PlanLock, PlanStep, StepRollback } from "./plan.ts";

export interface PlannedSteps {
  readonly steps: readonly PlanStep[];
  /** Where each part stands among the steps. */
  readonly places: readonly number[];
  /** The rollback of each migration, as a file writes it. */
  readonly downs: readonly (string | undefined)[];
  /** What is reported on the parts with their rollbacks. */
  readonly findings: readonly {
    readonly part: number;
    readonly ruleId: string;
    readonly severity: Severity;
    readonly message: string;
  }[];
}

export function stepsOf(following: Following, parts: readonly ReplayedPart[]): PlannedSteps {
  const pieces = parts.flatMap((part) => part.pieces);
  const ways = waysBack(following, parts, pieces);
  const { history } = following;
  const isUndone = history.rollbacks !== "none";
  const reported = replayParts(following, pieces, isUndone ? ways.map((way) => way?.text) : []);
  const inOneRelease = replayParts(released(following), pieces);
  const downs = parts.flatMap(({ kind }, at) => (kind === "migration" ? [ways[at]?.text] : []));
  const steps: PlanStep[] = [];
  const places: number[] = [];
  let last: PlanStep["phase"] = "expand";
  const deployed = new Set<string>();
  for (const [at, part] of parts.entries()) {
    const phase: PlanStep["phase"] = phaseIn(inOneRelease[at]?.scope ?? part.scope) ?? last;
    last = phase;
    const asked = part.pieces.flatMap(({ deploys }) => deploys).filter((one) => !deployed.has(one));
    asked.forEach((one) => deployed.add(one));
    if (asked.length > 0)
      steps.push(
        deployment(
          asked.map((version) => `deploy ${version}`),
          phase,
        ),
      );
    places.push(steps.length);
    steps.push(withNames(stepOf(part, phase, ways[at]?.rollback), following.asWritten.text));
  }
  const findings = reported.flatMap((part, at) =>
    part.findings.map(({ ruleId, severity, message }) => ({ part: at, ruleId, severity, message })),
  );
  return { steps, places, downs, findings };
}

const withNames = (step: PlanStep, asWritten: Following["asWritten"]["text"]): PlanStep => ({
  ...step,
  locks: step.locks.map((lock) => ({ ...lock, relation: asWritten(lock.relation) })),
  works: step.works.map((work) => ({ ...work, relation: asWritten(work.relation) })),
  ...(step.rollback === undefined
    ? {}
    : {
        rollback: {
          ...step.rollback,
          gaps: step.rollback.gaps.map(asWritten),
          waits: step.rollback.waits.map(asWritten),
        },
      }),
});

const nothing = { statements: [], transaction: "any", locks: [], works: [], rules: [] } as const;

const deployment = (why: readonly string[], phase: PlanStep["phase"]): PlanStep => ({
  ...nothing,
  kind: "deploy",
  phase,
  why,
});

/** Undefined: no application notices it. */
function phaseIn(scope: ReplayedMigration): PlanStep["phase"] | undefined {
  const { reasons } = phaseOf(scope);
  const has = (...wanted: readonly string[]): boolean => reasons.some(({ phase }) => wanted.includes(phase));
  if (has("contract", "break")) return "contract";
  if (has("data")) return "data";
  return has("expand", "unknown") ? "expand" : undefined;
}

function stepOf(
  { kind, pieces, scope }: ReplayedPart,
  phase: PlanStep["phase"],
  rollback: StepRollback | undefined,
): PlanStep {
  const effects = combine(scope.steps.map((step) => step.effects));
  const own = kind === "migration";
  return {
    kind,
    phase,
    why: pieces.flatMap(({ when, language, statements: words }) => [
      ...when,
      ...(language === "words" ? words : []),
    ]),
    statements: statementsOf({ kind, pieces }),
    transaction: pieces[0]?.transaction ?? "any",
    header: pieces[0]?.header,
    locks: own ? locksOf(scope, effects) : [],
    works: own ? worksOf(scope, effects) : [],
    rules: [...new Set(pieces.flatMap(({ rules }) => rules))],
    ...(rollback === undefined ? {} : { rollback }),
  };
}

const show = ({ after }: ReplayedMigration, key: string): string => displayName(after, ...splitKey(key));

function locksOf(scope: ReplayedMigration, { locks, online }: Effects): readonly PlanLock[] {
  const waits = { NONE: "nothing", SHARED: "writes", EXCLUSIVE: "reads and writes" } as const;
  return [
    ...locks.map(({ relation, mode }) => ({ relation: show(scope, relation), mode, blocks: blocks(mode) })),
    ...(online?.lock === undefined
      ? []
      : [{ relation: show(scope, online.table), mode: online.lock, blocks: waits[online.lock] }]),
  ];
}

function worksOf(scope: ReplayedMigration, { rewrites, scans, builds }: Effects): PlanStep["works"] {
  const work = (what: PlanStep["works"][number]["what"], keys: readonly string[]): PlanStep["works"] =>
    keys.map((key) => ({ relation: show(scope, key), what }));
  const built = [...new Set(builds.map(({ table }) => table))];
  const read = scans.filter((key) => !rewrites.includes(key) && !built.includes(key));
  return [...work("rewrite", rewrites), ...work("build", built), ...work("scan", read)];
}

interface Way {
  readonly rollback: StepRollback;
  /** As a file writes it. */
  readonly text: string;
}

/** What takes each part back; undefined: it isn't a migration. */
function waysBack(
  following: Following,
  parts: readonly ReplayedPart[],
  pieces: readonly Piece[],
): readonly (Way | undefined)[] {
  const { history, migration, flow, asWritten } = following;
  const migrations = [
    ...history.migrations.slice(0, migration.index),
    ...parts.map(({ scope }) => scope.migration),
  ];
  const textOf = textsOf({ ...history, migrations }, flow);
  const written = parts.map(({ kind, scope }) => {
    if (kind !== "migration") return undefined;
    const back = mapWayBack(
      wayBackOf(scope, { backup: false, since: migration.index, textOf }),
      asWritten.text,
    );
    return { back, text: downText(scope, back) };
  });
  const undone = parts.map((part) => (part.kind === "migration" ? recipeUndo(part) : undefined));
  const replayed = (texts: readonly (string | undefined)[]): readonly ReplayedPart[] =>
    texts.every((text) => text === undefined) ? [] : replayParts(following, pieces, texts);
  const byRecipe = replayed(undone.map((one) => one?.join("\n")));
  const bySchema = replayed(written.map((one) => one?.text));
  return written.map((own, at) => {
    if (own === undefined) return undefined;
    const { back, text } = own;
    const undo = undone[at];
    const scope = byRecipe[at]?.scope;
    if (
      undo !== undefined &&
      scope !== undefined &&
      faultsOf(scope).length + scope.rollbackLosses().length === 0
    )
      return {
        rollback: {
          statements: undo,
          lost: [],
          stays: [],
          gaps: emptyMeanwhile(parts[at], undo),
          waits: longWaits(scope),
        },
        text: undo.join("\n"),
      };
    const lost = each(back.losses);
    const stays = [...new Set(back.stays)];
    const faults =
      back.gaps.length > 0 || bySchema[at] === undefined
        ? each(back.gaps)
        : faultsOf(bySchema[at].scope, back);
    if (faults.length === 0)
      return {
        rollback: {
          statements: back.statements,
          lost,
          stays,
          gaps: emptyMeanwhile(parts[at], back.statements),
          waits: bySchema[at] === undefined ? [] : longWaits(bySchema[at].scope),
        },
        text,
      };
    const why = [...lost.map((what) => `it doesn't restore ${what}`), ...faults].join(", ");
    return {
      rollback: { statements: [], lost, stays, gaps: faults, waits: [] },
      text: `-- ddlint-irreversible: ${why}`,
    };
  });
}

/** What the rollback does to existing tables as a whole while the application waits. */
function longWaits({ downSteps, before }: ReplayedMigration): readonly string[] {
  const name = (key: string): string => displayName(before, ...splitKey(key));
  const all = downSteps.flatMap(({ effects }) => {
    const { locks, online } = effects;
    if (online !== undefined) {
      const { table, rowsCopied, rebuild } = online;
      const blocked = blocksOnline(online);
      const what = rowsCopied ? "copies" : rebuild ? "rebuilds" : "reads";
      return blocked === "nothing" ? [] : [`${what} ${name(table)}, which blocks ${blocked}`];
    }
    const blockedOn = (key: string): Blocks => {
      const found = locks.filter(({ relation }) => relation === key).map(({ mode }) => blocks(mode));
      return (
        found.find((one) => one === "reads and writes") ?? found.find((one) => one !== "nothing") ?? "nothing"
      );
    };
    const { rewrites, scans, builds } = effects;
    const works = [
      ...rewrites.map((key) => ["rewrites", key] as const),
      ...builds.map(({ table }) => ["builds an index on", table] as const),
      ...scans.filter((key) => !rewrites.includes(key)).map((key) => ["reads all of", key] as const),
    ];
    return works.flatMap(([what, key]) => {
      const blocked = blockedOn(key);
      return blocked === "nothing" ? [] : [`${what} ${name(key)}, which blocks ${blocked}`];
    });
  });
  return [...new Set(all)];
}

const each = (notes: readonly { readonly what: string }[]): readonly string[] => [
  ...new Set(notes.map(({ what }) => what)),
];

/** SET NOT NULL fails on rows that were inserted without a value after DROP NOT NULL, unless something fills them. */
function emptyMeanwhile(part: ReplayedPart | undefined, undo: readonly string[]): readonly string[] {
  const { steps = [], after } = part?.scope ?? {};
  const isFilled =
    undo.some((one) => /^UPDATE\b/i.test(one)) ||
    steps.some(({ operation }) => operation.kind === "createTrigger");
  return steps.flatMap(({ operation, show: shown, after: then }) => {
    if (operation.kind !== "dropNotNull" || isFilled || after === undefined) return [];
    const { table, column } = operation;
    const found = after.column(after.resolve(table), column.text);
    return found.is === "present" && found.value.hasDefault === "no"
      ? [`the value of ${shown(then.resolve(table))}.${column.text} in rows that are inserted without one`]
      : [];
  });
}

/** What the recipes say that undoes their steps; undefined: not all of it is known. */
function recipeUndo({ pieces }: ReplayedPart): readonly string[] | undefined {
  const all = pieces.toReversed().map(({ undo }) => undo);
  return all.includes(undefined) ? undefined : all.flatMap((undo) => undo ?? []);
}

/** What the server would refuse of the rollback, and what it would leave other than it was. */
function faultsOf(scope: ReplayedMigration, back?: WayBack): readonly string[] {
  const refused = scope.downSteps.filter((step) => step.refused && !step.skipped);
  const isAnnounced = ({ text, detail }: Difference): boolean =>
    detail === "no NOT NULL" && back?.nullable.some((column) => text === `column ${column}`) === true;
  const left = (scope.rollbackDifference() ?? []).filter((one) => !isAnnounced(one));
  return [
    ...refused.map(({ operation: { kind } }) => `the server would refuse ${kind} in the way back`),
    ...left.map(({ text, change, detail }) => `it would leave ${text} (${detail ?? change})`),
  ];
}
