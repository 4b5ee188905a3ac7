/** One history on a server: every migration as its tool runs it, compared after each. */
import type { Client } from "pg";
import type { Finding } from "../../src/index.ts";
import type { Migration } from "../../src/project/migration.ts";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";
import type { ParsedText, Statement } from "../../src/sql/front-end.ts";
import { tryAdvice, type Trial } from "./advice.ts";
import { catalogue, describe, forget } from "../../tests/schema/catalogue.ts";
import type { Server } from "../measure/servers.ts";
import {
  announcing,
  inGeneral,
  kindText,
  lockDifferences,
  naming,
  placeText,
  refusals,
  schemaCause,
  schemaDifferences,
  type Difference,
} from "./compare.ts";
import type { Replay } from "./histories.ts";
import { Player, unsendable, type Run, type ServerError } from "./play.ts";
import { rollbackDifference, stateOf } from "./rollback.ts";

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
  /** Statements that weren't sent, statements that need what isn't there, and the like: one reason each. */
  readonly notRun: readonly string[];
}

let databases = 0;

/** Plays a history in a database of its own. */
export async function playHistory(
  server: Server,
  replay: Replay,
  findings: readonly Finding[],
  mostAdvice: number,
): Promise<Played> {
  const admin = await server.connect("postgres");
  const database = `truth_${++databases}`;
  await admin.query(`CREATE DATABASE ${database}`);
  // In UTC the server takes `timestamp` for `timestamptz`, and rewrites nothing.
  await admin.query(`ALTER DATABASE ${database} SET timezone = 'Asia/Kolkata'`);
  const observe = async (): Promise<Client> => {
    const client = await server.connect(database);
    // Names in types are printed in full.
    await client.query("SET search_path = ''");
    return client;
  };
  const player = await Player.open(server, database);
  const run = new HistoryRun(
    { replay, findings, player, admin, server, database, mostAdvice, observe },
    await observe(),
  );
  try {
    return await run.run();
  } finally {
    await player.close().catch(() => undefined);
    await run.close();
    await admin.query(`DROP DATABASE ${database} WITH (FORCE)`);
    await dropRoles(admin);
    await admin.end();
  }
}

/** Roles belong to no database. */
async function dropRoles(admin: Client): Promise<void> {
  const { rows } = await admin.query(
    "SELECT quote_ident(rolname) AS name FROM pg_roles WHERE rolname !~ '^(pg|lab)_' AND rolname <> current_user",
  );
  for (const { name } of rows) await admin.query(`DROP ROLE ${String(name)}`).catch(() => undefined);
}

const startsWith = (statement: Statement): number => statement.span.start;

interface Surroundings {
  readonly replay: Replay;
  readonly findings: readonly Finding[];
  readonly player: Player;
  readonly admin: Client;
  readonly server: Server;
  readonly database: string;
  /** How often the advice of a rule is tried in a history. */
  readonly mostAdvice: number;
  readonly observe: () => Promise<Client>;
}

class HistoryRun {
  readonly #all: Surroundings;
  readonly #replay: Replay;
  readonly #findings: readonly Finding[];
  readonly #player: Player;
  #observer: Client;
  readonly #admin: Client;
  readonly #trials: Trial[] = [];
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

  constructor(all: Surroundings, observer: Client) {
    this.#all = all;
    this.#replay = all.replay;
    this.#findings = all.findings;
    this.#player = all.player;
    this.#observer = observer;
    this.#admin = all.admin;
  }

  close(): Promise<void> {
    return this.#observer.end();
  }

  async run(): Promise<Played> {
    const { history } = this.#replay;
    let state = this.#replay.start;
    for (const migration of history.migrations) state = await this.#migration(migration, state);
    return {
      root: history.root,
      tool: history.tool,
      migrations: history.migrations.length,
      ...this.#counts,
      differences: this.#differences,
      trials: this.#trials,
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
    const parsed = this.#replay.parse(up);
    const left = new Map<number, string>();
    for (const statement of parsed.statements) {
      const because = unsendable(statement, up, parsed);
      if (because !== undefined) left.set(startsWith(statement), because);
    }
    const plan = this.#replay.step(
      migration,
      state,
      (one, script) => script !== up || !left.has(startsWith(one)),
    );
    const read = plan.scope.parsed.up ?? parsed;
    const before = migration.down?.empty === false ? await stateOf(this.#observer) : [];
    await this.#surroundings(read.placeholders, up.text);
    const wrapped = plan.scope.steps.some(
      ({ transaction }) => transaction.kind === "block" && transaction.by === "runner",
    );
    await this.#advice(migration, state, plan.scope, read);
    const runs = await this.#withRoles(() => this.#player.play(up, read, wrapped));
    for (const because of left.values()) this.#notRun.push(because);
    if (left.size > 0) this.#lacks = true;
    this.#judge(plan.scope, runs);
    const ran = runs.every(({ is }) => is === "ran");
    if (ran) this.#counts.applied++;
    else this.#counts.failed++;
    const gone = new Set(runs.filter(({ is }) => is !== "ran").map(({ statement }) => startsWith(statement)));
    const after = ran
      ? plan
      : this.#replay.step(migration, state, (one, script) => {
          if (script !== up) return true;
          return !left.has(startsWith(one)) && !gone.has(startsWith(one));
        });
    await this.#compareSchema(after.scope);
    if (ran && left.size === 0) await this.#rollback(after.scope, before);
    return after.state;
  }

  /** Executes what findings of the migration advise, in copies of the database as it is before it. */
  async #advice(
    migration: Migration,
    state: Replay["start"],
    scope: ReplayedMigration,
    parsed: ParsedText,
  ): Promise<void> {
    const { server, database, mostAdvice, observe } = this.#all;
    if (mostAdvice === 0) return;
    const times = new Map<string, number>();
    for (const { rule } of this.#trials) times.set(rule, (times.get(rule) ?? 0) + 1);
    const findings = this.#replay.lint(scope).filter(({ advice, ruleId, direction }) => {
      const seen = (times.get(ruleId) ?? 0) + 1;
      if (advice === undefined || direction !== "up" || seen > mostAdvice) return false;
      times.set(ruleId, seen);
      return true;
    });
    if (findings.length === 0) return;
    await this.#observer.end();
    await this.#player.away(async () => {
      const copies = { server, admin: this.#admin, database };
      const place = { migration, state, scope, parsed };
      this.#trials.push(...(await tryAdvice(copies, this.#replay, place, findings)));
    });
    this.#observer = await observe();
  }

  /** Schemas that a template names. */
  async #surroundings(placeholders: ReadonlyMap<string, string> | undefined, text: string): Promise<void> {
    for (const [name, written] of placeholders ?? [])
      if (text.includes(`${written}.`) || text.includes(`${written}".`))
        await this.#observer.query(`CREATE SCHEMA IF NOT EXISTS "${name}"`);
  }

  /** Who deploys has made the roles that a history names; then it runs again. */
  async #withRoles(play: () => Promise<readonly Run[]>): Promise<readonly Run[]> {
    const made = new Set<string>();
    for (;;) {
      const runs = await play();
      const error = runs.find(({ is }) => is === "failed")?.error;
      const role =
        error?.code === "42704" ? /^role "(.*)" does not exist$/.exec(error.message)?.[1] : undefined;
      // What is applied in part can't run again.
      const isWhole = runs.every(({ is }) => is !== "ran");
      if (role === undefined || made.has(role) || !isWhole) return runs;
      made.add(role);
      await this.#admin.query(`CREATE ROLE "${role.replaceAll('"', '""')}"`);
    }
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
          if (/^fails\b(?! (?:if|on|or|when)\b)/.test(message))
            this.#differences.push({
              area: "false failure",
              cause: `${ruleId}: ${kindText(statement)}`,
              place,
              detail: message,
            });
        const { differences, counts } = lockDifferences(scope, run);
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
    const surroundings = isOfSurroundings(error, this.#replay.history.trackingTables);
    if (surroundings !== undefined) {
      this.#notRun.push(surroundings);
      this.#lacks = true;
      return;
    }
    const { up } = scope.migration;
    const isAnnounced =
      refusals(scope, statement).length > 0 || announcing(this.#findings, up, statement).length > 0;
    const isClosed = scope.before.closed && !this.#lacks;
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
    const { rows } = await this.#observer.query(catalogue);
    const isTemporary = (line: string): boolean => /(?:^| )pg_temp\./.test(line);
    const ours = describe(after).filter((line) => !isTemporary(line));
    const servers = forget(
      rows.map(({ line }) => String(line)).filter((line) => !isTemporary(line)),
      after,
      ours,
    );
    const differences = schemaDifferences(after, ours, servers);
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
    const found = await rollbackDifference(this.#player, scope, before);
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

/** What this server or its surroundings lack, in words; undefined: the migration itself fails. */
function isOfSurroundings({ code, message }: ServerError, tracking: readonly string[]): string | undefined {
  const extension =
    /extension "(.*)" is not available/.exec(message)?.[1] ??
    /could not open extension control file ".*\/(.*)\.control"/.exec(message)?.[1];
  if (extension !== undefined) return `the extension ${extension} isn't there`;
  const library = /could not access file "(.*)"/.exec(message)?.[1];
  if (library !== undefined) return `the library ${library} isn't there`;
  const relation =
    code === "42P01" ? /relation "(?:\w+\.)?(.*)" does not exist/.exec(message)?.[1] : undefined;
  if (relation !== undefined && tracking.some((name) => name.endsWith(relation)))
    return `the tool's own table ${relation} isn't there`;
  return undefined;
}
