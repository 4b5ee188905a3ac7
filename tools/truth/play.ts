/** Runs migrations on a server as their tool would, and writes down what each statement did. */
import type { Client, Result } from "pg";
import { lockModes, type LockMode } from "../../src/effects/effects.ts";
import type { RunnerTransaction, Script } from "../../src/project/migration.ts";
import { messagesOf } from "../../src/replay/messages.ts";
import { dynamicKind, type ParsedText, type Statement } from "../../src/sql/front-end.ts";
import { maskName } from "../../src/sql/postgres/split.ts";
import { modeOf, named } from "../measure/observe.ts";
import type { Server } from "../measure/servers.ts";
import { addTo } from "../../src/text/group.ts";

export interface ServerError {
  readonly code: string;
  readonly message: string;
}

/** What one statement held and wrote anew, of relations that were there before its migration; by name. */
export interface Observed {
  /** Of its transaction so far: before it, and after it. */
  readonly heldBefore: ReadonlyMap<string, LockMode>;
  readonly held: ReadonlyMap<string, LockMode>;
  readonly rewritten: readonly string[];
  /** All of those relations, with their kinds as in `pg_class`. */
  readonly relations: ReadonlyMap<string, string>;
}

export interface Run {
  readonly statement: Statement;
  /** `undone`: it ran, and what failed later undid it. */
  is: "ran" | "failed" | "undone" | "unreached";
  error?: ServerError;
  /** Undefined: it ran outside of a transaction block, so that nothing could be read in time. */
  observed?: Observed;
}

/** Why a statement of a script can't be sent; undefined: it can. */
export function unsendable(statement: Statement, script: Script, parsed: ParsedText): string | undefined {
  const { start, end } = statement.span;
  const text = script.text.slice(start, end);
  if (statement.kind === dynamicKind) return "SQL that code builds when it runs";
  const piece = script.code?.pieces.find(({ part }) => part.start <= start && end <= part.end);
  if (piece?.holes === true) return "SQL with values that code puts in";
  if (piece?.conditional === true) return "code under a condition";
  if (piece?.repeated === true) return "code in a loop";
  if (/^\\/.test(text)) return "a command of psql";
  if (/^copy\b[^]*\bfrom\s+stdin\b/i.test(text)) return "COPY FROM STDIN";
  // What the server rejects there is the statement before it, which goes on.
  if (parsed.problems.some(({ span }) => span.start === start) && statement.operations.length > 0)
    return "a statement behind one without a semicolon";
  const isRead = statement.kind !== "unparsable";
  if (!isRead && !parsed.problems.some(({ span }) => span.start >= start && span.start <= end))
    return "a placeholder that isn't a name";
  return undefined;
}

/**
 * A statement as it is sent: a template's placeholders are the names that ddlint reads in their place, in strings and bodies
 * of functions, too.
 */
export function sent(statement: Statement, script: Script, { placeholders }: ParsedText): string {
  let text = script.text.slice(statement.span.start, statement.span.end);
  for (const [name, written] of placeholders ?? []) text = text.replaceAll(written, name);
  return namesOfTemplates(text, script);
}

/** `{{ .Name }}` as the name that is read in its place. */
export const namesOfTemplates = (text: string, script: Script): string =>
  script.code === undefined ? text.replace(braces, (written) => nameOf(written)) : text;

const braces = /\{\{[^\n]{0,400}?\}\}/g;
const nameOf = (written: string): string =>
  maskName(written, { start: 0, end: written.length, as: "identifier" });

/** Relations of users with their files, and the modes in which this session holds them. */
const probe = `
  SELECT coalesce(c.oid, l.relation)::text AS oid, n.nspname || '.' || c.relname AS name, c.relkind::text AS kind,
    pg_catalog.pg_relation_filenode(c.oid)::text AS file, l.modes
  FROM (SELECT * FROM pg_catalog.pg_class WHERE oid >= 16384 AND relkind IN (${named})) c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  FULL JOIN (SELECT relation, pg_catalog.array_agg(mode) AS modes FROM pg_catalog.pg_locks
    WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation' AND relation >= 16384 GROUP BY relation) l
    ON l.relation = c.oid`;

interface Probed {
  readonly oid: string;
  readonly name: string | null;
  readonly kind: string | null;
  readonly file: string | null;
  readonly modes: readonly string[] | null;
}

/** Refused in a transaction block, and by COMMIT in a procedure or DO block that isn't alone. */
export const onlyAlone: ReadonlySet<string> = new Set(["25001", "2D000"]);

export const errorOf = (error: unknown): ServerError => {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return { code: code ?? "", message: message ?? String(error) };
};

export const isControl = ({ operations }: Statement): boolean =>
  operations.some(
    ({ kind }) => kind === "begin" || kind === "commit" || kind === "rollback" || kind === "savepoint",
  );

/** A database, and the session of the tool in it. */
export class Player {
  readonly #server: Server;
  readonly #database: string;
  #client: Client;
  #ended = 0;
  /** As it was before the migration, and before the statement that is next. */
  #start = new Map<string, Probed>();
  #last = new Map<string, Probed>();

  private constructor(server: Server, database: string, client: Client) {
    this.#server = server;
    this.#database = database;
    this.#client = client;
    this.#listen();
  }

  static async open(server: Server, database: string): Promise<Player> {
    return new Player(server, database, await server.connect(database));
  }

  #listen(): void {
    this.#client.connection.on("commandComplete", () => this.#ended++);
  }

  close(): Promise<void> {
    return this.#client.end();
  }

  /** Leaves the database, and comes back with a new session. */
  async away(meanwhile: () => Promise<void>): Promise<void> {
    await this.#client.end();
    await meanwhile();
    this.#client = await this.#server.connect(this.#database);
    this.#listen();
  }

  /** Something beside the migrations. */
  async run(sql: string): Promise<void> {
    await this.#client.query(sql);
  }

  /** What the tool does with its session behind a migration. */
  async #reset(resets: RunnerTransaction["resets"]): Promise<void> {
    if (resets === "all") {
      await this.#client.end();
      this.#client = await this.#server.connect(this.#database);
      this.#listen();
    } else for (const name of resets ?? []) await this.#client.query(`RESET ${name}`);
  }

  /**
   * @param wrapped the tool opens a transaction around it
   * @param continues it is one change with the migration before it: what that made is new here, too
   */
  async play(
    script: Script,
    parsed: ParsedText,
    wrapped: boolean,
    continues: boolean,
  ): Promise<readonly Run[]> {
    const runs = parsed.statements.map((statement): Run => ({ statement, is: "unreached" }));
    const { sends } = script.transaction;
    const messages = messagesOf(script, parsed.statements);
    const groups = new Map<number, Run[]>();
    for (const [at, run] of runs.entries()) {
      // A pipeline is one implicit transaction, too.
      const message = sends === "pipeline" ? 0 : (messages[at] ?? at);
      addTo(groups, message, run);
    }
    this.#last = asMap((await this.#client.query(probe)).rows as unknown as readonly Probed[]);
    if (!continues) this.#start = this.#last;
    if (wrapped) await this.#client.query("BEGIN");
    let open: Run[] = [];
    let failed = false;
    for (const group of groups.values()) {
      const texts = group.map(({ statement }) => sent(statement, script, parsed));
      await (group.length === 1 ? this.#one(group[0] as Run, texts[0] ?? "") : this.#message(group, texts));
      open.push(...group.filter(({ is }) => is === "ran"));
      failed = group.some(({ is }) => is === "failed");
      if (failed) {
        const end = open.findLastIndex(({ statement }) =>
          statement.operations.some(({ kind }) => kind === "commit" || kind === "rollback"),
        );
        // A COMMIT in the same message, before what failed.
        if (group.length > 1) open = open.slice(end + 1);
        break;
      }
      if (this.#client.getTransactionStatus() === "I") open = [];
    }
    if (!failed && wrapped && this.#client.getTransactionStatus() === "T") {
      try {
        await this.#client.query("COMMIT");
        open = [];
      } catch (error) {
        const last = open.at(-1);
        if (last !== undefined) {
          last.is = "failed";
          last.error = errorOf(error);
        }
      }
    }
    if (this.#client.getTransactionStatus() !== "I") await this.#client.query("ROLLBACK");
    // What was left open is lost with the session.
    for (const run of open) if (run.is === "ran") run.is = "undone";
    await this.#reset(script.transaction.resets);
    return runs;
  }

  /** Runs a script in a transaction of its own, looks at what is there then, and undoes it. */
  async tryOut<T>(
    script: Script,
    parsed: ParsedText,
    look: (client: Client) => Promise<readonly T[]>,
  ): Promise<{
    readonly failed?: { readonly statement: Statement; readonly error: ServerError };
    readonly after: readonly T[];
  }> {
    await this.#client.query("BEGIN");
    try {
      for (const statement of parsed.statements) {
        if (isControl(statement)) continue;
        try {
          await this.#client.query(sent(statement, script, parsed).replace(/\bconcurrently\b/i, ""));
        } catch (error) {
          return { failed: { statement, error: errorOf(error) }, after: [] };
        }
      }
      await this.#client.query("SET LOCAL search_path = ''");
      return { after: await look(this.#client) };
    } finally {
      await this.#client.query("ROLLBACK");
    }
  }

  /** A message of one statement. */
  async #one(run: Run, sql: string): Promise<void> {
    const isIdle = this.#client.getTransactionStatus() === "I";
    if (isControl(run.statement) || !isIdle) {
      try {
        await this.#client.query(sql);
        run.is = "ran";
      } catch (error) {
        run.is = "failed";
        run.error = errorOf(error);
        return;
      }
      const rows = (await this.#client.query(probe)).rows as unknown as readonly Probed[];
      this.#observe(run, rows, this.#client.getTransactionStatus() === "I");
      return;
    }
    try {
      await this.#client.query("BEGIN");
      await this.#client.query(sql);
      const rows = (await this.#client.query(probe)).rows as unknown as readonly Probed[];
      await this.#client.query("COMMIT");
      run.is = "ran";
      this.#observe(run, rows, true);
    } catch (error) {
      await this.#client.query("ROLLBACK");
      if (onlyAlone.has(errorOf(error).code)) await this.#alone(run, sql);
      else {
        run.is = "failed";
        run.error = errorOf(error);
      }
    }
  }

  async #alone(run: Run, sql: string): Promise<void> {
    try {
      await this.#client.query(sql);
      run.is = "ran";
      this.#last = asMap((await this.#client.query(probe)).rows as unknown as readonly Probed[]);
    } catch (error) {
      run.is = "failed";
      run.error = errorOf(error);
    }
  }

  /** Several statements as one message, each with a probe behind it: the implicit transaction is the tool's own. */
  async #message(group: readonly Run[], texts: readonly string[]): Promise<void> {
    this.#ended = 0;
    try {
      const results = await this.#client.query<readonly Result[]>(
        texts.map((text) => `${text}\n;${probe}`).join(";\n"),
      );
      for (const [at, run] of group.entries()) {
        run.is = "ran";
        const rows = results[2 * at + 1]?.rows as unknown as readonly Probed[] | undefined;
        if (rows !== undefined) this.#observe(run, rows, run === group.at(-1));
      }
    } catch (error) {
      const at = Math.floor(this.#ended / 2);
      for (const run of group.slice(0, at)) run.is = "ran";
      const run = group[at];
      if (run !== undefined) {
        run.is = "failed";
        run.error = errorOf(error);
      }
    }
  }

  #observe(run: Run, rows: readonly Probed[], isOver: boolean): void {
    const now = asMap(rows);
    const heldBefore = new Map<string, LockMode>();
    const held = new Map<string, LockMode>();
    const rewritten: string[] = [];
    const relations = new Map<string, string>();
    for (const [oid, { kind }] of this.#start) {
      const before = this.#last.get(oid);
      // Under the name that the statement has found it; dropped relations have none.
      if (before?.name === null || before?.name === undefined || kind === null) continue;
      const after = now.get(oid);
      relations.set(before.name, kind);
      const was = strongestOf(before.modes);
      const is = strongestOf(after?.modes ?? null);
      if (was !== undefined) heldBefore.set(before.name, was);
      if (is !== undefined) held.set(before.name, is);
      const isMoved = after?.file !== undefined && after.file !== null && after.file !== before.file;
      if (isMoved && (kind === "r" || kind === "m")) rewritten.push(before.name);
    }
    run.observed = { heldBefore, held, rewritten, relations };
    this.#last = isOver ? new Map([...now].map(([oid, one]) => [oid, { ...one, modes: null }])) : now;
  }
}

const asMap = (rows: readonly Probed[]): Map<string, Probed> => new Map(rows.map((row) => [row.oid, row]));

function strongestOf(modes: readonly string[] | null): LockMode | undefined {
  const ranks = (modes ?? []).map((mode) => lockModes.indexOf(modeOf(mode)));
  return lockModes[Math.max(-1, ...ranks)];
}
