/** Copies of a MariaDB or MySQL database, in which advice is executed: DDL commits, so that each thing has one of its own. */
import type { MysqlDialect } from "../../src/model/dialect.ts";
import type { ServerError } from "../../src/verify/connection.ts";
import { readBy, unescaped, type Session } from "../../tests/mariadb/session.ts";
import type { Copied, Picture } from "./advice.ts";
import { objectsOf } from "./mysql-twin.ts";
import { rowsOf, seed } from "./mysql-seeds.ts";

/** Where copies of a database are made. */
export interface Copies {
  readonly connect: () => Session;
  readonly dialect: MysqlDialect;
  /** Name of the database as it is before the migration. */
  readonly database: string;
  readonly errorOf: (text: string) => ServerError;
}

let copies = 0;

/** Makes a copy for some work. */
export async function withCopy(of: Copies, work: (copy: Copied) => Promise<void>): Promise<void> {
  const copy = await MysqlCopy.make(of);
  try {
    await work(copy);
  } finally {
    await copy.drop();
  }
}

class MysqlCopy implements Copied {
  readonly #of: Copies;
  readonly #name: string;
  readonly #session: Session;
  /** What was done here, to be done in a second copy, too. */
  readonly #done: ((copy: MysqlCopy) => Promise<unknown>)[] = [];

  private constructor(of: Copies, name: string, session: Session) {
    this.#of = of;
    this.#name = name;
    this.#session = session;
  }

  static async make(of: Copies): Promise<MysqlCopy> {
    const name = `${of.database}_advice_${++copies}`;
    const session = of.connect();
    await session.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`);
    await session.query(`USE ${name}`);
    // What two copies do at two times leads to the same rows.
    await session.query("SET SESSION timestamp = 1600000000");
    await copyAll(session, of.database);
    return new MysqlCopy(of, name, session);
  }

  async drop(): Promise<void> {
    await this.#session.query("ROLLBACK");
    await this.#session.query(`DROP DATABASE ${this.#name}`);
    this.#session.close();
  }

  async run(texts: readonly string[]): Promise<ServerError | undefined> {
    this.#done.push((copy) => copy.run(texts));
    for (const text of texts) {
      const { error } = await this.#session.query(withoutDelimiter(text));
      if (error === undefined) continue;
      await this.#session.query("ROLLBACK");
      const { code, message } = this.#of.errorOf(error);
      return { code, message: message.replaceAll(this.#name, "") };
    }
    return undefined;
  }

  seed(tables: readonly string[], left: ReadonlySet<string>): Promise<readonly string[]> {
    this.#done.push((copy) => copy.seed(tables, left));
    return seed(this.#session, tables, left);
  }

  async empty(tables: readonly string[]): Promise<void> {
    this.#done.push((copy) => copy.empty(tables));
    await this.#session.query("SET SESSION foreign_key_checks = 0");
    for (const table of tables) await this.#session.query(`DELETE FROM ${table}`);
    await this.#session.query("SET SESSION foreign_key_checks = DEFAULT");
  }

  async picture(tables: readonly string[]): Promise<Picture> {
    const { connect, dialect } = this.#of;
    const session = connect();
    const lines = await objectsOf(session, this.#name, dialect);
    const rows = await rowsOf(session, tables);
    session.close();
    return { lines: lines.map((line) => line.replaceAll(this.#name, "")), rows };
  }

  async leadsTo(
    texts: readonly string[],
    tables: readonly string[],
  ): Promise<Picture | { readonly error: ServerError }> {
    const copy = await MysqlCopy.make(this.#of);
    try {
      for (const step of this.#done) await step(copy);
      const error = await copy.run(texts);
      return error === undefined ? await copy.picture(tables) : { error };
    } finally {
      await copy.drop();
    }
  }
}

/** A routine as the server gets it: DELIMITER is read by the client. */
const withoutDelimiter = (text: string): string =>
  /^DELIMITER (\S+)\n([^]*?)\1\s*\nDELIMITER ;\s*$/.exec(text)?.[2] ?? text;

/** Makes everything of a database in the one that the session uses. */
async function copyAll(session: Session, database: string): Promise<void> {
  await session.query("SET SESSION foreign_key_checks = 0, sql_mode = ''");
  const read = readBy(session);
  const ofIt = (column: string): string => `${column} = '${database}'`;
  const named = async (table: string, column: string, rest: string): Promise<readonly string[]> =>
    (await read(table, column, rest)).map(([name]) => name ?? "");
  const send = async (text: string | undefined): Promise<boolean> =>
    text !== undefined && (await session.query(text.replaceAll(`\`${database}\`.`, ""))).error === undefined;
  /** The column of `SHOW CREATE …` with the statement. */
  const shown = async (kind: string, name: string): Promise<string | undefined> => {
    const { lines } = await session.query(`SHOW CREATE ${kind} \`${database}\`.\`${name}\``);
    return lines[1]
      ?.split("\t")
      .map(unescaped)
      .find((cell) => /^create\b/i.test(cell));
  };
  const tables = await named("TABLES", "TABLE_NAME", `${ofIt("TABLE_SCHEMA")} AND TABLE_TYPE = 'BASE TABLE'`);
  for (const name of tables) await send(await shown("TABLE", name));
  for (const name of tables) {
    const columns = await named(
      "COLUMNS",
      "COLUMN_NAME",
      `${ofIt("TABLE_SCHEMA")} AND TABLE_NAME = '${name}' AND COALESCE(GENERATION_EXPRESSION, '') = '' ORDER BY ORDINAL_POSITION`,
    );
    const list = columns.map((column) => `\`${column}\``).join(", ");
    await session.query(`INSERT INTO \`${name}\` (${list}) SELECT ${list} FROM \`${database}\`.\`${name}\``);
  }
  for (const kind of ["FUNCTION", "PROCEDURE"])
    for (const name of await named(
      "ROUTINES",
      "ROUTINE_NAME",
      `${ofIt("ROUTINE_SCHEMA")} AND ROUTINE_TYPE = '${kind}'`,
    ))
      await send(await shown(kind, name));
  // One may read another that comes later.
  let views = await named("VIEWS", "TABLE_NAME", ofIt("TABLE_SCHEMA"));
  for (let before = views.length + 1; views.length < before;) {
    before = views.length;
    const left: string[] = [];
    for (const name of views) if (!(await send(await shown("VIEW", name)))) left.push(name);
    views = left;
  }
  for (const name of await named("TRIGGERS", "TRIGGER_NAME", ofIt("TRIGGER_SCHEMA")))
    await send(await shown("TRIGGER", name));
  await session.query("SET SESSION foreign_key_checks = DEFAULT, sql_mode = DEFAULT");
}
