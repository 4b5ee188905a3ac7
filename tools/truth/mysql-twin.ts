/**
 * A second database that every migration runs in, too. DDL commits: a rollback that is tried out there is undone by what ran
 * before, once more.
 */
import type { MysqlDialect } from "../../src/model/dialect.ts";
import type { Script } from "../../src/project/migration.ts";
import type { ParsedText } from "../../src/sql/front-end.ts";
import { catalogue } from "../../src/verify/mysql/catalogue.ts";
import { readBy, type Session } from "../../tests/mariadb/session.ts";
import type { ServerError } from "../../src/verify/connection.ts";
import { isControl, sent } from "../../src/verify/send.ts";
import type { Undoing } from "./rollback.ts";

/** What ran of one migration; `isLast`: the tool begins a new session behind it. */
interface Ran {
  readonly texts: readonly string[];
  readonly isLast: boolean;
}

/** A history of more statements isn't run again from its beginning. */
const mostStatements = 1500;

export class MysqlTwin implements Undoing {
  readonly #connect: () => Session;
  readonly #dialect: MysqlDialect;
  readonly #database: string;
  readonly #errorOf: (text: string) => ServerError;
  readonly #ran: Ran[] = [];
  #session: Session | undefined;
  /** Why nothing can be tried out any more. */
  #lost: string | undefined;

  constructor(
    connect: () => Session,
    dialect: MysqlDialect,
    database: string,
    errorOf: (text: string) => ServerError,
  ) {
    this.#connect = connect;
    this.#dialect = dialect;
    this.#database = database;
    this.#errorOf = errorOf;
  }

  /** Runs here what ran of a migration. */
  async follow(ran: Ran): Promise<void> {
    this.#ran.push(ran);
    if (this.#lost !== undefined) return;
    // Another database would be the same one for both.
    if (ran.texts.some((text) => /\b(?:create|drop|alter)\s+(?:database|schema)\b|^\s*use\s/i.test(text)))
      this.#lost = "a rollback in a history of several databases";
    else if ((await this.#send(ran)) !== undefined)
      this.#lost = "a rollback in a history that doesn't run twice alike";
  }

  async #send({ texts, isLast }: Ran): Promise<string | undefined> {
    this.#session ??= await this.#made();
    for (const text of texts) {
      const { error } = await this.#session.query(text);
      if (error !== undefined) return error;
    }
    await this.#session.query("COMMIT");
    if (isLast) this.close();
    return undefined;
  }

  /** A session in the database, which it makes where it isn't there. */
  async #made(): Promise<Session> {
    const session = this.#connect();
    await session.query(
      `CREATE DATABASE IF NOT EXISTS ${this.#database} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`,
    );
    await session.query(`USE ${this.#database}`);
    return session;
  }

  async tryOut(script: Script, parsed: ParsedText): ReturnType<Undoing["tryOut"]> {
    if (this.#lost !== undefined) return { after: [], notRun: this.#lost };
    const expected = await this.state();
    const session = (this.#session ??= await this.#made());
    let failed: Awaited<ReturnType<Undoing["tryOut"]>>["failed"];
    for (const statement of parsed.statements) {
      if (isControl(statement)) continue;
      const { error } = await session.query(sent(statement, script, parsed));
      if (error === undefined) continue;
      failed = { statement, error: this.#errorOf(error) };
      break;
    }
    const after = await this.state();
    await this.#restore(expected);
    return { failed, after };
  }

  /** The last migration once more leads back where the rollback was whole; else the whole history does. */
  async #restore(expected: readonly string[]): Promise<void> {
    const last = this.#ran.at(-1);
    const isThere = async (): Promise<boolean> => (await this.state()).join("\n") === expected.join("\n");
    if (await isThere()) return;
    if (last !== undefined && (await this.#send(last)) === undefined && (await isThere())) return;
    if (this.#ran.reduce((sum, { texts }) => sum + texts.length, 0) <= mostStatements) {
      this.close();
      const session = await this.#made();
      await session.query(`DROP DATABASE ${this.#database}`);
      session.close();
      let error: string | undefined;
      for (const one of this.#ran) error ??= await this.#send(one);
      if (error === undefined && (await isThere())) return;
    }
    this.#lost = "a rollback in a history that couldn't be run again";
  }

  async state(): Promise<readonly string[]> {
    return objectsOf((this.#session ??= await this.#made()), this.#database, this.#dialect);
  }

  /** `index orders orders_state (…)`, `column orders.state …`: in its database, as a key. */
  relationOf(line: string): string | undefined {
    return /^(?:column|foreign key|index|check|partition|trigger|table) ([^\s.]+)/.exec(line)?.[1];
  }

  /** Keys and values that the rows decide on. */
  isOfRows({ code }: ServerError): boolean {
    return /^(?:1022|1048|1062|1138|1264|1265|1292|1366|1406|1451|1452|1242|1690|3819|4025)$/.test(code);
  }

  close(): void {
    this.#session?.close();
    this.#session = undefined;
  }
}

/** Sorted lines of everything that a rollback has to bring back, without the order of columns. */
export async function objectsOf(
  session: Session,
  database: string,
  dialect: MysqlDialect,
): Promise<readonly string[]> {
  await session.query(`USE ${database}`);
  const lines = await catalogue(readBy(session), dialect === "mysql");
  const written: string[] = [];
  for (const [table, what] of Object.entries(bodies)) {
    const { lines: found } = await session.query(
      `SELECT CONCAT_WS(' ', ${what}) AS line FROM information_schema.${table} WHERE ${table.slice(0, -1)}_SCHEMA = DATABASE()`.replace(
        "VIEW_SCHEMA",
        "TABLE_SCHEMA",
      ),
    );
    written.push(...found.slice(1));
  }
  return [
    // InnoDB takes both actions of a foreign key for one.
    ...lines.map((line) =>
      line.replace(/^(column \S+) \d+ /, "$1 ").replaceAll(/\bno action\b/g, "restrict"),
    ),
    ...written.map((line) => line.replaceAll(`\`${database}\`.`, "")),
  ].sort();
}

const bodies: Readonly<Record<string, string>> = {
  VIEWS: "'definition of view', TABLE_NAME, VIEW_DEFINITION",
  ROUTINES: "'definition of routine', ROUTINE_NAME, ROUTINE_DEFINITION",
  TRIGGERS: "'definition of trigger', TRIGGER_NAME, ACTION_STATEMENT",
};
