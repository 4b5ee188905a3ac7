/** Proves the plan of one case: under the application, beside a copy that gets the migration itself. */
import { spawn, spawnSync } from "node:child_process";
import { Application, statementsOf, type Deployed, type Statements } from "./application.ts";
import type { Case, Plan, PlanStep, UndoPart, Version } from "./case.ts";
import { ServerError, type Connection, type Database, type Picture, type Server } from "./servers/server.ts";
import { statementsIn } from "./statements.ts";

export interface Outcome {
  readonly is: "proven" | "failed" | "not run";
  /** What failed, or why it wasn't run: a line each. */
  readonly because: readonly string[];
  /** Longest wait of a statement of the application, forwards and backwards, and where. */
  readonly wait?: number;
  readonly at?: string;
  readonly waitBack?: number;
  /** Statements that the application sent. */
  readonly sent?: number;
  readonly steps?: number;
  /** `all`: back to the start; `until …`: announced. */
  readonly rollback?: string;
}

/** More than this is a fault. */
const longestWait = 1000;
const mostTries = 60;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function prove(
  server: Server,
  one: Case,
  plan: Exclude<Plan, { notRun: string }>,
  rows: number,
): Promise<Outcome> {
  const missing = plan.steps.flatMap((step) => (step.kind === "command" ? missingTool(step, server) : []))[0];
  if (missing !== undefined) return { is: "not run", because: [missing] };
  const opened = await server.open(one, rows);
  const copies: Database[] = [];
  const copy = async (): Promise<Database> => {
    const made = await opened.copy();
    copies.push(made);
    return made;
  };
  try {
    const direct = await copy();
    const meant = await directly(server, direct, one);
    if (typeof meant === "string")
      return { is: "not run", because: [`the migration itself fails: ${meant}`] };
    await direct.drop();
    return await new Proof(server, one, plan, rows, copy).run(meant);
  } finally {
    for (const made of copies) await made.drop();
    await opened.close();
  }
}

/** Why a command can't be tried here; undefined: it can. */
function missingTool(
  { statements }: { readonly statements: readonly string[] },
  server: Server,
): string | undefined {
  const usable = statements.map(programOf).find((one) => unusable(one, server) === undefined);
  if (usable !== undefined) return undefined;
  return statements.map((line) => unusable(programOf(line), server)).join("; ");
}

const programOf = (line: string): string => line.split(" ")[0] ?? line;

/** Why a program can't be tried here. */
function unusable(program: string, { title, dialect, version }: Server): string | undefined {
  const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  if (status !== 0) return `${program} isn't installed here`;
  const release = /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? "";
  // It asks SHOW SLAVE HOSTS, which MySQL has no more since 8.4: seen with 3.2.1 and 3.5.7.
  return program === "pt-online-schema-change" && dialect === "mysql" && Number.parseFloat(version) >= 8.4
    ? `${program} ${release} doesn't run on ${title}`
    : undefined;
}

async function directly(server: Server, database: Database, one: Case): Promise<Picture | string> {
  const connection = await database.connect();
  try {
    for (const statement of statementsIn(one.migration)) await connection.query(statement);
    return await pictureOf(server, connection, one, last(versionsOf(one, server)));
  } catch (error) {
    if (error instanceof ServerError) return `${error.code} ${error.message}`;
    throw error;
  } finally {
    await connection.end();
  }
}

const last = <T>(all: readonly T[]): T => {
  const found = all.at(-1);
  if (found === undefined) throw new Error("empty");
  return found;
};

interface Release {
  readonly name: string;
  readonly statements: Statements;
  readonly version: Version;
}

const versionsOf = (one: Case, server: Server): readonly Release[] =>
  [one.old ?? {}, ...(one.between ?? []), ...(one.new === undefined ? [] : [one.new])].map((version, at) => ({
    name: at === 0 ? "old" : at === (one.between?.length ?? 0) + 1 ? "new" : `between ${at}`,
    version,
    statements: statementsOf(version, server),
  }));

async function pictureOf(
  server: Server,
  connection: Connection,
  one: Case,
  release: Release,
): Promise<Picture> {
  const { table, key } = release.statements;
  const touch = release.version.touch ?? "touched";
  const leftOut = new Set([...(one.volatile ?? []), `${table}.${touch}`, `${bare(table)}.${touch}`]);
  return {
    lines: await server.definitions(connection),
    rows: await server.rows(connection, leftOut, key),
  };
}
const bare = (name: string): string => name.replaceAll(/["`]/g, "");

class Proof {
  readonly #server: Server;
  readonly #case: Case;
  readonly #steps: readonly PlanStep[];
  readonly #rows: number;
  readonly #copy: () => Promise<Database>;
  readonly #releases: readonly Release[];
  readonly #faults: string[] = [];
  readonly #renamesKeys: boolean;
  #sent = 0;
  /** Of the last run. */
  #waits = { ms: 0, at: "" };

  constructor(
    server: Server,
    one: Case,
    { steps, renamesKeys }: Exclude<Plan, { notRun: string }>,
    rows: number,
    copy: () => Promise<Database>,
  ) {
    this.#renamesKeys = renamesKeys;
    this.#server = server;
    this.#case = one;
    this.#rows = rows;
    this.#copy = copy;
    this.#releases = versionsOf(one, server);
    const deploys = steps.some(({ kind }) => kind === "deploy");
    const deploy: PlanStep = { kind: "deploy", title: "the new version" };
    this.#steps =
      deploys || one.new === undefined
        ? steps
        : one.deploy === "before"
          ? [deploy, ...steps]
          : [...steps, deploy];
  }

  async run(meant: Picture): Promise<Outcome> {
    const database = await this.#copy();
    const connection = await database.connect();
    const first = last(this.#releases.slice(0, 1));
    const before = await pictureOf(this.#server, connection, this.#case, first);
    const forwards = await this.#play(database, this.#steps);
    const waits = this.#waits;
    if (forwards !== undefined) {
      const end = forwards.release;
      this.#compare(
        "the migration's result",
        meant,
        await pictureOf(this.#server, connection, this.#case, end),
      );
      await this.#checkRows(connection, forwards.application, end, "forwards");
    }
    await connection.end();
    const gone = this.#steps.findIndex(
      (step) => step.kind === "command" || (step.kind === "sql" && step.irreversible !== undefined),
    );
    const back =
      forwards === undefined || this.#faults.length > 0
        ? undefined
        : await this.#wayBack(gone, { database, ...forwards }, before);
    const outcome = {
      wait: waits.ms,
      at: waits.at,
      ...(back === undefined ? {} : { waitBack: Math.round(back.longest.ms) }),
      sent: this.#sent,
      steps: this.#steps.length,
      rollback: gone < 0 ? "all" : `until step ${gone + 1} of ${this.#steps.length}, as announced`,
    };
    return { is: this.#faults.length === 0 ? "proven" : "failed", because: this.#faults, ...outcome };
  }

  /** Runs steps under the application. Undefined: one failed. */
  async #play(
    database: Database,
    steps: readonly PlanStep[],
  ): Promise<{ application: Application; release: Release; at: number } | undefined> {
    const application = new Application(this.#server, database, this.#rows, this.#deployed(0));
    await application.start();
    let at = 0;
    let isDone = true;
    for (const [index, step] of steps.entries()) {
      application.step = `step ${index + 1}`;
      application.repeats ||= step.kind === "command" && /deadlock/.test(step.title);
      if (step.kind === "deploy") {
        if (at + 1 < this.#releases.length) {
          await application.deploy([...this.#deployed(at), ...this.#deployed(at + 1)]);
          await pause(300);
          await application.deploy(this.#deployed(++at));
        }
      } else if (!(await this.#run(database, step, `step ${index + 1}`))) {
        isDone = false;
        break;
      }
      await pause(100);
    }
    await pause(100);
    await application.stop();
    this.#collect(application, "");
    return isDone ? { application, release: last(this.#releases.slice(at, at + 1)), at } : undefined;
  }

  #deployed(at: number): Deployed {
    return this.#releases.slice(at, at + 1);
  }

  #collect(application: Application, direction: string, isWaitAnnounced = false): void {
    this.#sent += application.done;
    application.done = 0;
    this.#waits = { ms: Math.round(application.longest.ms), at: application.longest.at };
    for (const [text, times] of [...application.faults].slice(0, 6))
      this.#faults.push(`the application${direction}: ${text}${times === 1 ? "" : ` (${times} times)`}`);
    const { ms, at } = application.longest;
    if (ms > longestWait && !isWaitAnnounced)
      this.#faults.push(`the application waits ${Math.round(ms)} ms${direction}: ${at}`);
    application.faults.clear();
  }

  #run(database: Database, step: Exclude<PlanStep, { kind: "deploy" }>, name: string): Promise<boolean> {
    if (step.kind === "check") return this.#check(database, step.statements, name);
    return step.kind === "command"
      ? this.#command(database, step.statements, name)
      : this.#execute(database, step, name);
  }

  async #check(database: Database, queries: readonly string[], name: string): Promise<boolean> {
    const connection = await database.connect();
    const found = [];
    for (const query of queries) found.push(...(await connection.query(query)).rows);
    await connection.end();
    if (found.length > 0) this.#faults.push(`${name} finds rows: ${JSON.stringify(found[0])}`);
    return found.length === 0;
  }

  /** Of several lines, one is to be chosen. */
  async #command(database: Database, lines: readonly string[], name: string): Promise<boolean> {
    for (const line of lines
      .filter((one) => unusable(programOf(one), this.#server) === undefined)
      .slice(0, 1)) {
      const child = spawn("sh", ["-c", `${line} 2>&1`], {
        env: database.env,
        stdio: ["ignore", "pipe", "ignore"],
      });
      let out = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
      const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
      if (code !== 0) {
        this.#faults.push(
          `${name}: ${line.split(" ")[0]} ends with ${code}: ${out.trim().split("\n").slice(-3).join(" ")}`,
        );
        return false;
      }
    }
    return true;
  }

  async #execute(
    database: Database,
    { statements, transaction }: { readonly statements: readonly string[]; readonly transaction: boolean },
    name: string,
  ): Promise<boolean> {
    const { begin, alone, again } = this.#server.inTransaction;
    const connection = await database.connect();
    for (const sql of alone) await connection.query(sql);
    const isCodeOfLock = (error: unknown): boolean => error instanceof ServerError && again.has(error.code);
    try {
      for (let attempt = 1; ; attempt++)
        try {
          for (const sql of transaction ? [...begin, ...statements, "COMMIT"] : statements)
            if (transaction) await connection.query(sql);
            else await this.#alone(connection, sql);
          return true;
        } catch (error) {
          if (transaction) await connection.query("ROLLBACK");
          if (!isCodeOfLock(error) || !transaction || attempt === mostTries) throw error;
          await pause(30 + Math.random() * 100);
        }
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      this.#faults.push(`${name} fails: ${error.code} ${error.message}`);
      return false;
    } finally {
      await connection.end();
    }
  }

  /** A statement that commits by itself is repeated by itself. */
  async #alone(connection: Connection, sql: string): Promise<void> {
    for (let attempt = 1; ; attempt++)
      try {
        await connection.query(sql);
        return;
      } catch (error) {
        const isOfLock = error instanceof ServerError && this.#server.inTransaction.again.has(error.code);
        if (!isOfLock || attempt === mostTries) throw error;
        await pause(30 + Math.random() * 100);
      }
  }

  /** Back under the application: from the end, or, where a step can't be undone, on another copy from before it. */
  async #wayBack(
    gone: number,
    end: { database: Database; application: Application; release: Release; at: number },
    before: Picture,
  ): Promise<Application | undefined> {
    if (gone === 0) return undefined;
    let { database, application, at } = end;
    const steps = gone < 0 ? this.#steps : this.#steps.slice(0, gone);
    if (gone > 0) {
      await end.database.drop();
      database = await this.#copy();
      const again = await this.#play(database, steps);
      if (again === undefined) return undefined;
      ({ application, at } = again);
    }
    application.longest = { ms: 0, at: "" };
    await application.start();
    for (const [index, step] of [...steps.entries()].reverse()) {
      application.step = `way back of step ${index + 1}`;
      if (step.kind === "deploy") {
        if (at > 0) {
          await application.deploy([...this.#deployed(at), ...this.#deployed(at - 1)]);
          await pause(300);
          await application.deploy(this.#deployed(--at));
        }
      } else if (step.kind === "sql" && !(await this.#undo(database, step.undo, index))) break;
      await pause(60);
    }
    await application.stop();
    const announced = steps.flatMap((step) => (step.kind === "sql" ? (step.waitsBack ?? []) : []));
    this.#collect(application, " on the way back", announced.length > 0);
    if (this.#faults.length === 0) {
      const connection = await database.connect();
      const release = last(this.#releases.slice(0, 1));
      this.#compare("the start", before, await pictureOf(this.#server, connection, this.#case, release));
      await this.#checkRows(connection, application, release, "backwards");
      await connection.end();
    }
    return application;
  }

  async #undo(database: Database, undo: readonly UndoPart[] | undefined, index: number): Promise<boolean> {
    if (undo === undefined) {
      this.#faults.push(`step ${index + 1} has no rollback, and doesn't say so`);
      return false;
    }
    for (const part of undo)
      if (!(await this.#execute(database, part, `the rollback of step ${index + 1}`))) return false;
    return true;
  }

  #compare(what: string, meant: Picture, found: Picture): void {
    const named = (line: string): string =>
      this.#renamesKeys ? line.replace(/(: CONSTRAINT `)_+(?=.*FOREIGN KEY)/, "$1") : line;
    const [was, is] = [new Set(meant.lines.map(named)), new Set(found.lines.map(named))];
    const differs = this.#case.differs?.lines;
    const lines = [
      ...[...was].filter((line) => !is.has(line)).map((line) => `lacks ${line}`),
      ...[...is].filter((line) => !was.has(line)).map((line) => `has ${line}`),
    ].filter((line) => differs?.test(line) !== true);
    if (lines.length > 0)
      this.#faults.push(
        `another schema than ${what}: ${lines.slice(0, 6).join("; ")}${lines.length > 6 ? " …" : ""}`,
      );
    for (const [table, sum] of meant.rows)
      if (found.rows.has(table) && found.rows.get(table) !== sum)
        this.#faults.push(`other rows than ${what} in ${table}: ${found.rows.get(table)}, not ${sum}`);
  }

  /** All that the application wrote is there, and nothing else. */
  async #checkRows(
    connection: Connection,
    { written, touched }: Application,
    { statements }: Release,
    direction: string,
  ): Promise<void> {
    const { rows } = await connection.query(statements.all);
    const found = new Map(rows.map(({ k, v }) => [Number(k), v]));
    const lost = [...written.keys()].filter((key) => !found.has(key)).length;
    const wrong = [...written].filter(([key, value]) => found.has(key) && found.get(key) !== value).length;
    const extra = [...found.keys()].filter((key) => !written.has(key)).length;
    if (lost + wrong + extra > 0)
      this.#faults.push(`rows ${direction}: ${lost} lost, ${wrong} wrong, ${extra} extra of ${written.size}`);
    const counted = (await connection.query(statements.touched)).rows[0]?.["n"];
    if (Number(counted) !== touched)
      this.#faults.push(`changes of old rows ${direction}: ${counted} of ${touched} are there`);
  }
}
