/** The application that runs while a plan does: it writes, reads back what it wrote, and notices when that differs. */
import type { Values, Version } from "./case.ts";
import { ServerError, type Connection, type Database, type Server } from "./servers/server.ts";

const valueOf: Readonly<Record<Values, (key: number, turn: number) => string>> = {
  text: (key, turn) => `v${key}_${turn}`,
  number: (key, turn) => String(((key * 31 + turn * 7) % 30_000) + 1),
  status: (key, turn) => ["new", "paid", "shipped"][(key + turn) % 3] ?? "new",
  moment: (key, turn) => `2025-01-${two(1 + (key % 28))} ${two(turn % 24)}:${two(turn % 60)}:00`,
  flag: (key, turn) => String((key + turn) % 2),
};
const two = (n: number): string => String(n).padStart(2, "0");

/** The statements of a version. */
export interface Statements {
  insert(key: number, value: string): string;
  update(key: number, value: string): string;
  read(key: number): string;
  delete(key: number): string;
  touch(row: number): string;
  /** All that it has written: `k` and `v`. */
  readonly all: string;
  readonly key: string;
  readonly touched: string;
  readonly table: string;
  value(key: number, turn: number): string;
}

const orders = { customer_id: "1 + {k} % 1000", total: "10", code: "'c{k}'" };

export function statementsOf(version: Version, server: Pick<Server, "asText">): Statements {
  const {
    table = "orders",
    value = "note",
    values = "text",
    key = "ref",
    row = "id",
    touch = "touched",
  } = version;
  const read = version.read ?? server.asText(value);
  const literal = (written: string): string =>
    values === "number" || values === "flag" ? written : `'${written}'`;
  const filled = (text: string, k: number, v: string): string =>
    text.replaceAll("{k}", String(k)).replaceAll("{v}", literal(v));
  const given: Record<string, string> = {
    ...(version.columns ?? (version.table === undefined ? orders : {})),
  };
  Object.assign(given, { [key]: "{k}", [value]: "{v}" });
  const insert =
    version.insert ??
    `INSERT INTO ${table} (${Object.keys(given).join(", ")}) VALUES (${Object.values(given).join(", ")})`;
  const update = version.update ?? `UPDATE ${table} SET ${value} = {v} WHERE ${key} = {k}`;
  const gone = version.delete ?? `DELETE FROM ${table} WHERE ${key} = {k}`;
  return {
    insert: (k, v) => filled(insert, k, v),
    update: (k, v) => filled(update, k, v),
    read: (k) => `SELECT ${read} AS v FROM ${table} WHERE ${key} = ${k}`,
    delete: (k) => filled(gone, k, ""),
    touch: (r) => `UPDATE ${table} SET ${touch} = ${touch} + 1 WHERE ${row} = ${r}`,
    all: `SELECT ${server.asText(key)} AS k, ${read} AS v FROM ${table} WHERE ${key} IS NOT NULL`,
    key,
    touched: `SELECT ${server.asText(`sum(${touch})`)} AS n FROM ${table} WHERE ${key} IS NULL`,
    table,
    value: valueOf[values],
  };
}

/** A release that is deployed, or two that run side by side. */
export type Deployed = readonly { readonly name: string; readonly statements: Statements }[];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Application {
  /** What it has written, by key. */
  readonly written = new Map<number, string>();
  readonly faults = new Map<string, number>();
  touched = 0;
  done = 0;
  longest = { ms: 0, at: "" };
  /** The step of the plan that runs. */
  step = "start";
  /** Statements that end in a deadlock are repeated, as the plan asks for. */
  repeats = false;
  readonly #server: Server;
  readonly #database: Database;
  readonly #rows: number;
  #deployed: Deployed;
  #release = 0;
  readonly #busy = new Map<number, number>();
  #next = 1_000_000;
  #lives = true;
  #tasks: Promise<void>[] = [];

  constructor(server: Server, database: Database, rows: number, deployed: Deployed) {
    this.#server = server;
    this.#database = database;
    this.#rows = rows;
    this.#deployed = deployed;
  }

  async start(): Promise<void> {
    this.#lives = true;
    for (let worker = 0; worker < 3; worker++) this.#tasks.push(this.#work(worker));
    this.#tasks.push(this.#readSlowly());
    await pause(150);
    // The first statements of a session are slow by themselves.
    this.longest = { ms: 0, at: "" };
  }

  async stop(): Promise<void> {
    this.#lives = false;
    await Promise.all(this.#tasks);
    this.#tasks = [];
  }

  /** Returns when no statement of a release that is gone runs any more. */
  async deploy(deployed: Deployed): Promise<void> {
    this.#deployed = deployed;
    const release = ++this.#release;
    while ([...this.#busy.values()].some((one) => one < release)) await pause(2);
  }

  get deployed(): Deployed {
    return this.#deployed;
  }

  fault(text: string): void {
    this.faults.set(text, (this.faults.get(text) ?? 0) + 1);
  }

  #note(ms: number, what: string, began: string): void {
    this.done++;
    if (ms > this.longest.ms)
      this.longest = { ms, at: `${what} in ${began === this.step ? began : `${began} to ${this.step}`}` };
  }

  async #work(worker: number): Promise<void> {
    const connection = await this.#database.connect();
    const own: number[] = [];
    for (let turn = 0; this.#lives; turn++) {
      this.#busy.set(worker, this.#release);
      const one = this.#deployed[Math.floor(Math.random() * this.#deployed.length)];
      if (one !== undefined) await this.#act(connection, one, own, turn);
      this.#busy.delete(worker);
      await pause(2);
    }
    await connection.end();
  }

  async #act(connection: Connection, version: Deployed[number], own: number[], turn: number): Promise<void> {
    const { name, statements } = version;
    const { step } = this;
    const chance = Math.random();
    const key = own[Math.floor(Math.random() * own.length)];
    const begin = performance.now();
    let what = "insert";
    try {
      if (key === undefined || chance < 0.35) {
        const made = this.#next++;
        const value = statements.value(made, turn);
        await connection.query(statements.insert(made, value));
        this.written.set(made, value);
        own.push(made);
      } else if (chance < 0.6) {
        what = "update";
        const value = statements.value(key, turn);
        const { count } = await connection.query(statements.update(key, value));
        this.written.set(key, value);
        // MySQL doesn't count a row that has the value already.
        if (count !== 1 && this.#server.dialect === "postgres")
          this.fault(`${name} update hits ${count} rows in ${step}`);
      } else if (chance < 0.8) {
        what = "read";
        const { rows } = await connection.query(statements.read(key));
        const found = rows[0]?.["v"];
        if (rows.length !== 1 || found !== this.written.get(key))
          this.fault(
            `${name} reads ${rows.length === 1 ? "another value" : `${rows.length} rows`} in ${step}`,
          );
      } else if (chance < 0.85) {
        what = "delete";
        await connection.query(statements.delete(key));
        this.written.delete(key);
        own.splice(own.indexOf(key), 1);
      } else {
        what = "touch";
        const row = 1 + Math.floor(Math.random() * this.#rows);
        const { count } = await connection.query(statements.touch(row));
        if (count !== 1) this.fault(`${name} touches ${count} rows in ${step}`);
        this.touched++;
      }
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (this.repeats && error.code === "1213") {
        // The server has undone it as a whole.
        await pause(2);
        return this.#act(connection, version, own, turn);
      }
      this.fault(`${name} ${what} in ${step}: ${error.code} ${error.message.replace(/\d{7}/g, "<key>")}`);
      await pause(5);
    }
    this.#note(performance.now() - begin, `${name} ${what}`, step);
  }

  /** Holds a transaction open for 0.2 s, again and again. */
  async #readSlowly(): Promise<void> {
    const connection = await this.#database.connect();
    while (this.#lives) {
      this.#busy.set(-1, this.#release);
      const [one] = this.#deployed;
      if (one === undefined) break;
      const { step } = this;
      try {
        await connection.query("BEGIN");
        await connection.query(one.statements.read(1));
        await connection.query(this.#server.sleep(200));
        await connection.query("COMMIT");
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        this.fault(`${one.name} slow reader in ${step}: ${error.code} ${error.message}`);
        await connection.query("ROLLBACK");
      }
      this.#busy.delete(-1);
      await pause(3);
    }
    await connection.end();
  }
}
