/** One history on a server: every migration as its tool runs it, compared after each. */
import type { Finding } from "../../src/index.ts";
import type { RawFinding } from "../../src/lint/raw-finding.ts";
import type { Migration } from "../../src/project/migration.ts";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";
import type { Statement } from "../../src/sql/front-end.ts";
import { apply, makeSurroundings, planned, startOf } from "./apply.ts";
import { announcing, inGeneral, kindText, refusals, schemaCause, type Difference } from "./compare.ts";
import type { Replay } from "./histories.ts";
import type { Place, Trial } from "./advice.ts";
import type { WayBack } from "./way-back.ts";
import type { Lab } from "./lab.ts";
import type { ServerError } from "../../src/verify/connection.ts";
import { naming, placeText } from "../../src/verify/differences.ts";
import type { Run } from "../../src/verify/run.ts";

export interface Played {
  /** Folder of the history, relative to the project. */
  readonly root: string;
  readonly tool: string;
  readonly migrations: number;
  /** Ran to their end. */
  readonly applied: number;
  readonly failed: number;
  /** In a language or file that ddlint doesn't read. */
  readonly unread: number;
  /** After how many migrations the schema was compared (those of a closed history), and was equal. */
  readonly compared: number;
  readonly equal: number;
  /** How many of them added no difference to those that were there. */
  readonly noNewer: number;
  readonly statements: number;
  /** Statements that lock an existing relation, or should; those on which both agree. */
  readonly locking: number;
  readonly locksEqual: number;
  /** Rollbacks that ran to their end, and those of which ddlint says rightly whether they lead back. */
  readonly rollbacks: number;
  readonly rollbacksEqual: number;
  readonly differences: readonly Difference[];
  /** Of the findings whose advice was tried. */
  readonly trials: readonly Trial[];
  /** Of those whose advice was followed there and back. */
  readonly waysBack: readonly WayBack[];
  /** Statements that weren't sent, statements that need what isn't there, and the like: one reason each. */
  readonly notRun: readonly string[];
}

/** How often advice is tried, for each rule. */
export interface Most {
  readonly advice: number;
  readonly waysBack: number;
  /** Nothing else is compared. */
  readonly only: boolean;
}

/** Plays a history in a database of its own, and closes that. */
export async function playHistory(
  lab: Lab,
  replay: Replay,
  findings: readonly Finding[],
  most: Most,
): Promise<Played> {
  try {
    return await new HistoryRun(replay, findings, lab, most).run();
  } finally {
    await lab.close();
  }
}

class HistoryRun {
  readonly #replay: Replay;
  readonly #findings: readonly Finding[];
  readonly #lab: Lab;
  readonly #most: Most;
  readonly #trials: Trial[] = [];
  readonly #waysBack: WayBack[] = [];
  readonly #differences: Difference[] = [];
  readonly #notRun: string[] = [];
  #counts = {
    applied: 0,
    failed: 0,
    unread: 0,
    compared: 0,
    equal: 0,
    noNewer: 0,
    statements: 0,
    locking: 0,
    locksEqual: 0,
    rollbacks: 0,
    rollbacksEqual: 0,
  };
  /** Differences of the schema that were reported. */
  #known = new Set<string>();
  /** Something of the history never ran, as this server has no place for it: what follows may fail for that. */
  #lacks = false;

  constructor(replay: Replay, findings: readonly Finding[], lab: Lab, most: Most) {
    this.#replay = replay;
    this.#findings = findings;
    this.#lab = lab;
    this.#most = most;
  }

  async run(): Promise<Played> {
    const { history } = this.#replay;
    let state = this.#replay.start;
    await this.#lab.prepare(history.tool);
    for (const migration of history.migrations) state = await this.#migration(migration, state);
    return {
      root: history.root,
      tool: history.tool,
      migrations: history.migrations.length,
      ...this.#counts,
      differences: this.#differences,
      trials: this.#trials,
      waysBack: this.#waysBack,
      notRun: this.#notRun,
    };
  }

  async #migration(migration: Migration, state: Replay["start"]): Promise<Replay["start"]> {
    const { up } = migration;
    if (migration.unread === true) {
      this.#counts.unread++;
      this.#notRun.push("a migration that isn't read");
      this.#lacks = true;
      return this.#replay.step(migration, state).state;
    }
    const plan = planned(this.#replay, migration, state);
    const { left, parsed } = plan;
    const { only } = this.#most;
    const before = migration.down?.empty === false && !only ? await this.#lab.state() : [];
    await makeSurroundings(this.#lab, plan);
    await this.#advise({ migration, state, scope: plan.scope, parsed });
    const runs = await apply(this.#lab, this.#replay, plan);
    for (const because of left.values()) this.#notRun.push(because);
    if (left.size > 0) this.#lacks = true;
    if (!only) this.#judge(plan.scope, runs);
    const ran = runs.every(({ is }) => is === "ran");
    if (ran) this.#counts.applied++;
    else this.#counts.failed++;
    const gone = new Set(runs.filter(({ is }) => is !== "ran").map(({ statement }) => startOf(statement)));
    const after = ran
      ? plan
      : this.#replay.step(migration, state, (one, script) => {
          if (script !== up) return true;
          return !left.has(startOf(one)) && !gone.has(startOf(one));
        });
    if (!only) await this.#compareSchema(after.scope);
    if (ran && left.size === 0 && !only) await this.#rollback(after.scope, before);
    return after.state;
  }

  async #advise(place: Place): Promise<void> {
    const found = this.#replay
      .lint(place.scope)
      .filter(({ advice, direction }) => advice !== undefined && direction === "up");
    const advised = fewOf(found, this.#trials, this.#most.advice);
    if (advised.length > 0) this.#trials.push(...(await this.#lab.advise(this.#replay, place, advised)));
    const followed = fewOf(found, this.#waysBack, this.#most.waysBack);
    if (followed.length > 0)
      this.#waysBack.push(...(await this.#lab.waysBack(this.#replay, place, followed)));
  }

  #judge(scope: ReplayedMigration, runs: readonly Run[]): void {
    const { up } = scope.migration;
    for (const run of runs) {
      const { statement, is, error } = run;
      const place = placeText(up, statement);
      if (is === "ran" || is === "undone") {
        this.#counts.statements++;
        for (const refusal of refusals(scope, statement))
          this.#differences.push({
            area: "false failure",
            cause: `${kindText(statement)}: ${inGeneral(refusal).replace(/(?<=(?:unknown|duplicate) \w+ ).*/, "…")}`,
            place,
            detail: refusal,
          });
        for (const { ruleId, message } of announcing(this.#findings, up, statement))
          if (/^fails\b(?! (?:on|or)\b)(?!.*\b(?:if|when|unless)\b)/.test(message))
            this.#differences.push({
              area: "false failure",
              cause: `${ruleId}: ${kindText(statement)}`,
              place,
              detail: message,
            });
        const { differences, counts } = this.#lab.costDifferences(scope, run);
        if (counts) {
          this.#counts.locking++;
          if (differences.length === 0) this.#counts.locksEqual++;
        }
        this.#differences.push(...differences.map((difference) => ({ ...difference, place })));
      } else if (is === "failed" && error !== undefined) this.#judgeFailure(scope, statement, error, place);
    }
  }

  #judgeFailure(scope: ReplayedMigration, statement: Statement, error: ServerError, place: string): void {
    this.#counts.statements++;
    const words = `${error.code}: ${inGeneral(error.message)}`;
    const surroundings = this.#lab.lacks(error, this.#replay.history.trackingTables);
    if (surroundings !== undefined) {
      this.#notRun.push(surroundings);
      this.#lacks = true;
      return;
    }
    const { up } = scope.migration;
    const isAnnounced =
      refusals(scope, statement).length > 0 || announcing(this.#findings, up, statement).length > 0;
    // Names that the tool writes otherwise aren't those that it sends.
    const isClosed = scope.before.closed && !this.#lacks && this.#replay.history.mapsNames !== true;
    this.#differences.push({
      area: isAnnounced ? "announced failure" : isClosed ? "missed failure" : "failure in an open history",
      cause: isClosed && !isAnnounced ? `${kindText(statement)}: ${words}` : words,
      place,
      detail: error.message,
    });
  }

  async #compareSchema(scope: ReplayedMigration): Promise<void> {
    const { after, migration } = scope;
    if (!after.closed) return;
    const differences = await this.#lab.schemaDifferences(after);
    this.#counts.compared++;
    if (differences.length === 0) this.#counts.equal++;
    const now = new Set<string>();
    let isNewer = false;
    for (const difference of differences) {
      const key = JSON.stringify(difference);
      now.add(key);
      if (this.#known.has(key)) continue;
      isNewer = true;
      const { up } = migration;
      const statement = naming(up, scope.parsed.up?.statements ?? [], difference.object);
      this.#differences.push({
        area: "schema",
        cause: `${schemaCause(difference)}; ${statement === undefined ? "no statement names it" : kindText(statement)}`,
        place: statement === undefined ? up.path : placeText(up, statement),
        detail: difference.object,
      });
    }
    if (!isNewer) this.#counts.noNewer++;
    this.#known = now;
  }

  async #rollback(scope: ReplayedMigration, before: readonly string[]): Promise<void> {
    const found = await this.#lab.rollback(scope, before);
    if (found === undefined) return;
    if ("notRun" in found) {
      this.#notRun.push(found.notRun);
      return;
    }
    this.#counts.rollbacks++;
    if (found.difference === undefined) this.#counts.rollbacksEqual++;
    else this.#differences.push(found.difference);
  }
}

/** So many of each rule, with those that were tried before. */
function fewOf(
  findings: readonly RawFinding[],
  before: readonly { readonly rule: string }[],
  most: number,
): readonly RawFinding[] {
  const times = new Map<string, number>();
  const isOneMore = (rule: string): boolean => {
    const seen = (times.get(rule) ?? 0) + 1;
    if (seen <= most) times.set(rule, seen);
    return seen <= most;
  };
  for (const { rule } of before) isOneMore(rule);
  return findings.filter(({ ruleId }) => isOneMore(ruleId));
}
