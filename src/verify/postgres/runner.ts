/** Runs scripts in a session of PostgreSQL as their tool would, and writes down what each statement did. */
import type { RunnerTransaction, Script } from "../../project/migration.ts";
import { messagesOf } from "../../replay/messages.ts";
import type { ParsedText } from "../../sql/front-end.ts";
import { addTo } from "../../text/group.ts";
import type { Connection } from "../connection.ts";
import { failureOf, type PlayOptions, type Run } from "../run.ts";
import { isControl, onlyAlone, sent } from "../send.ts";
import { observedOf, probe, probedOf, unlocked, type Probed } from "./locks.ts";

/** What a migration has set stays behind it; once it stands there, it isn't put there again. */
const defaultFirst = `SELECT set_config('search_path', reset_val || ', ' || current_setting('search_path'), false) FROM pg_settings
WHERE name = 'search_path' AND current_setting('search_path') <> '' AND NOT starts_with(current_setting('search_path'), reset_val)`;

/** A session of the tool. `renew`: another one in its place. */
export class PostgresRunner {
  session: Connection;
  readonly #renew: (session: Connection) => Promise<Connection>;
  #observes = false;
  /** As it was before the migration, and before the statement that is next. */
  #start: Probed = new Map();
  #last: Probed = new Map();

  constructor(session: Connection, renew: (session: Connection) => Promise<Connection>) {
    this.session = session;
    this.#renew = renew;
  }

  async renew(): Promise<void> {
    this.session = await this.#renew(this.session);
  }

  /** What the tool does with its session behind a migration. */
  async #reset(resets: RunnerTransaction["resets"]): Promise<void> {
    if (resets === "all") await this.renew();
    else if (resets === "path") await this.session.exec(defaultFirst);
    else for (const name of resets ?? []) await this.session.exec(`RESET ${name}`);
  }

  async play(script: Script, parsed: ParsedText, options: PlayOptions): Promise<readonly Run[]> {
    const runs = parsed.statements.map((statement): Run => ({ statement, is: "unreached" }));
    const messages = messagesOf(script, parsed.statements);
    const groups = new Map<number, Run[]>();
    for (const [at, run] of runs.entries()) {
      // A pipeline is one implicit transaction, too.
      const message = script.transaction.sends === "pipeline" ? 0 : (messages[at] ?? at);
      addTo(groups, message, run);
    }
    this.#observes = options.observes;
    if (this.#observes) this.#last = await this.#probe();
    if (options.continues !== true) this.#start = this.#last;
    if (options.wrapped && this.session.status() === "idle") await this.session.exec("BEGIN");
    let open: Run[] = [];
    for (const group of groups.values()) {
      const texts = group.map(({ statement }) => sent(statement, script, parsed));
      await (group.length === 1 ? this.#one(group[0] as Run, texts[0] ?? "") : this.#message(group, texts));
      open.push(...group.filter(({ is }) => is === "ran"));
      if (failureOf(group) !== undefined) {
        const end = open.findLastIndex(({ statement }) =>
          statement.operations.some(({ kind }) => kind === "commit" || kind === "rollback"),
        );
        // A COMMIT in the same message, before what failed.
        if (group.length > 1) open = open.slice(end + 1);
        break;
      }
      if (this.session.status() === "idle") open = [];
    }
    if (failureOf(runs) === undefined && options.staysOpen === true) return runs;
    if (failureOf(runs) === undefined && options.wrapped && this.session.status() === "open") {
      const { error } = await this.session.send("COMMIT");
      const last = open.at(-1);
      if (error === undefined) open = [];
      else if (last !== undefined) {
        last.is = "failed";
        last.error = error;
      }
    }
    if (this.session.status() !== "idle") await this.session.exec("ROLLBACK");
    // What was left open is lost with the session.
    for (const run of open) if (run.is === "ran") run.is = "undone";
    await this.#reset(script.transaction.resets);
    return runs;
  }

  async #probe(): Promise<Probed> {
    return probedOf(await this.session.query(probe));
  }

  /** A message of one statement. */
  async #one(run: Run, sql: string): Promise<void> {
    const isIdle = this.session.status() === "idle";
    if (!this.#observes || isControl(run.statement) || !isIdle || onlyInBlock.test(sql)) {
      await this.#send(run, sql);
      if (!this.#observes || run.is === "failed") return;
      if (this.session.status() !== "failed")
        this.#observe(run, await this.#probe(), this.session.status() === "idle");
      return;
    }
    // A transaction around it, so that its locks can be read before they are gone.
    await this.session.exec("BEGIN");
    await this.#send(run, sql);
    const now = run.is === "ran" ? await this.#probe() : undefined;
    if (run.is === "ran") {
      const { error } = await this.session.send("COMMIT");
      if (error !== undefined) Object.assign(run, { is: "failed", error });
    } else await this.session.exec("ROLLBACK");
    if (run.is === "ran" && now !== undefined) this.#observe(run, now, true);
    else if (onlyAlone.has(run.error?.code ?? "")) {
      delete run.error;
      await this.#send(run, sql);
      this.#last = await this.#probe();
    }
  }

  async #send(run: Run, sql: string): Promise<void> {
    const { error } = await this.session.send(sql);
    run.is = error === undefined ? "ran" : "failed";
    if (error !== undefined) run.error = error;
  }

  /** Several statements as one message, each with a probe behind it: the implicit transaction is the tool's own. */
  async #message(group: readonly Run[], texts: readonly string[]): Promise<void> {
    const each = this.#observes ? texts.map((text) => `${text}\n;${probe}`) : texts;
    const { ended, sets, error } = await this.session.send(each.join("\n;\n"));
    const times = this.#observes ? 2 : 1;
    const reached = error === undefined ? group.length : Math.floor(ended / times);
    for (const [at, run] of group.slice(0, reached).entries()) {
      run.is = "ran";
      const rows = this.#observes ? sets[2 * at + 1] : undefined;
      if (rows !== undefined) this.#observe(run, probedOf(rows), run === group.at(-1));
    }
    const failed = group[reached];
    if (error !== undefined && failed !== undefined) Object.assign(failed, { is: "failed", error });
  }

  #observe(run: Run, now: Probed, isOver: boolean): void {
    run.observed = observedOf(this.#start, this.#last, now);
    this.#last = isOver ? unlocked(now) : now;
  }
}

/** Refused, or without effect, outside of a transaction block: an additional one would hide that. */
const onlyInBlock = /^(?:lock|declare|savepoint|release|set\s+(?:local|transaction|constraints))\b/i;
