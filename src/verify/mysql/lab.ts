/** A database of MySQL or MariaDB for migrations. */
import type { DialectName } from "../../model/dialect.ts";
import type { Script } from "../../project/migration.ts";
import type { Schema } from "../../schema/schema.ts";
import type { ParsedText, Statement } from "../../sql/front-end.ts";
import type { Connection, ServerError } from "../connection.ts";
import type { SchemaDifference } from "../differences.ts";
import type { Definitions, Lab, Rows, Seeding } from "../lab.ts";
import { markTable } from "../own-database.ts";
import type { PlayOptions, Run } from "../run.ts";
import { sent } from "../send.ts";
import { catalogue, type Read } from "./catalogue.ts";
import { runOnline } from "./locks.ts";
import { schemaDifferences } from "./schema-differences.ts";
import { seed } from "./seeds.ts";

/** Keys and values that the rows decide on. */
export const isOfRows = ({ code }: ServerError): boolean =>
  /^(?:1022|1048|1062|1138|1264|1265|1292|1366|1406|1451|1452|1242|1690|3819|4025)$/.test(code);

export interface MysqlLabOptions {
  readonly database: string;
  readonly renew: (session: Connection) => Promise<Connection>;
  readonly close: (session: Connection) => Promise<void>;
}

export class MysqlLab implements Lab {
  #session: Connection;
  readonly #options: MysqlLabOptions;

  constructor(session: Connection, options: MysqlLabOptions) {
    this.#session = session;
    this.#options = options;
  }

  async renew(): Promise<void> {
    this.#session = await this.#options.renew(this.#session);
  }

  async play(
    script: Script,
    parsed: ParsedText,
    { wrapped, observes }: PlayOptions,
  ): Promise<readonly Run[]> {
    const runs = parsed.statements.map((statement): Run => ({ statement, is: "unreached" }));
    if (wrapped) await this.#session.exec("START TRANSACTION");
    const there = new Set(observes ? await this.#tables() : []);
    let files = observes ? await this.#files() : new Map<string, string>();
    for (const run of runs) {
      const text = sent(run.statement, script, parsed);
      const { answer, online } = observes
        ? await runOnline(this.#session, run.statement, text)
        : { answer: await this.#session.send(text) };
      const { error } = answer;
      run.is = error === undefined ? "ran" : "failed";
      if (error !== undefined) {
        run.error = error;
        break;
      }
      if (!observes) continue;
      const now = await this.#files();
      run.observed = {
        ...nothing,
        ...(online !== undefined && there.has(online.relation) ? { online } : {}),
        rewritten: isTruncate(run.statement) ? [] : rewrittenIn(files, now, there),
      };
      files = now;
    }
    // Rows that a failure takes back matter to no definition; what DDL did stays.
    await this.#session.exec(runs.some(({ is }) => is === "failed") ? "ROLLBACK" : "COMMIT");
    if (script.transaction.resets === "all") await this.renew();
    return runs;
  }

  /** The file of each table: one that is written anew gets another one. None where this user may not see them. */
  async #files(): Promise<ReadonlyMap<string, string>> {
    const { innodbTables: view } = views[this.#session.dialect];
    const { sets } = await this.#session.send(
      `SELECT SUBSTRING(NAME, ${this.#options.database.length + 2}) AS name, SPACE AS file FROM information_schema.${view} WHERE NAME LIKE '${this.#options.database.replaceAll("_", "\\_")}/%'`,
    );
    return new Map((sets[0] ?? []).map(({ name, file }) => [name ?? "", file ?? ""]));
  }

  #read: Read = async (table, columns, rest) => {
    const names = columns.split(" ");
    const list = names.map((name, at) => `${name} AS c${at}`).join(", ");
    const rows = await this.#session.query(`SELECT ${list} FROM information_schema.${table} WHERE ${rest}`);
    return rows.map((row) => names.map((_, at) => row[`c${at}`] ?? undefined));
  };

  async #catalogue(): Promise<readonly string[]> {
    await this.#session.exec(`USE ${this.#options.database}`);
    const lines = await catalogue(this.#read, views[this.#session.dialect].isMysql);
    return lines.filter((line) => !line.split(/[ .]/).includes(markTable));
  }

  async definitions(): Promise<Definitions> {
    const found = new Map<string, string>();
    for (const line of await this.#catalogue()) {
      const [, object = line, definition = ""] = named.exec(line) ?? [];
      // Its position among the columns isn't brought back.
      found.set(
        object,
        object.startsWith("column ") ? definition.replace(/^\s*\d+ /, "") : definition.trim(),
      );
    }
    for (const [table, name, schema, body] of bodies)
      for (const [of = "", text = ""] of await this.#read(table, `${name} ${body}`, `${schema} = DATABASE()`))
        found.set(
          `definition of ${table.slice(0, -1).toLowerCase()} ${of}`,
          text.replaceAll(`\`${this.#options.database}\`.`, ""),
        );
    return found;
  }

  async schemaDifferences(schema: Schema): Promise<readonly SchemaDifference[]> {
    return schemaDifferences(schema, await this.#catalogue());
  }

  seed(seeding: Seeding): Promise<ReadonlyMap<string, string>> {
    return seed(this.#session, seeding);
  }

  async #tables(): Promise<readonly string[]> {
    const where = "TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'";
    return (await this.#read("TABLES", "TABLE_NAME", where)).map(([name = ""]) => name);
  }

  async rows(): Promise<Rows> {
    const found = new Map<string, readonly Readonly<Record<string, unknown>>[]>();
    for (const name of await this.#tables()) {
      if (name === markTable) continue;
      const rows = await this.#session.query(
        `SELECT * FROM \`${name.replaceAll("`", "``")}\` LIMIT ${mostRows}`,
      );
      if (rows.length > 0 && rows.length < mostRows) found.set(name, rows);
    }
    return found;
  }

  /** Databases and users are the administrator's. */
  supply(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return this.#options.close(this.#session);
  }
}

/** How the information_schema of each is. */
const views: Readonly<Record<DialectName, { readonly innodbTables: string; readonly isMysql: boolean }>> = {
  // There are no such sessions.
  postgres: { innodbTables: "", isMysql: false },
  mongodb: { innodbTables: "", isMysql: false },
  mysql: { innodbTables: "INNODB_TABLES", isMysql: true },
  mariadb: { innodbTables: "INNODB_SYS_TABLES", isMysql: false },
};

/** Rows of larger tables aren't compared. */
const mostRows = 1000;

const nothing = { heldBefore: new Map(), held: new Map(), relations: new Map() } as const;

/** Tables with a file, or that of a partition, written anew. */
const rewrittenIn = (
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  tables: ReadonlySet<string>,
): readonly string[] => {
  const anew = [...before].filter(([name, file]) => after.has(name) && after.get(name) !== file);
  const names = anew.map(([name]) => name.replace(/#p#.*/i, ""));
  return [...new Set(names)].filter((name) => tables.has(name));
};

/** It empties a table, by another file. */
const isTruncate = ({ operations }: Statement): boolean =>
  operations.some(({ kind }) => kind === "truncateTable");

const named =
  /^((?:foreign key|index|check|partition|trigger) \S+ \S+|(?:table|view|sequence|function|procedure|column) \S+)(.*)$/s;

/** Texts of what has a body: table of information_schema, name, database, text. */
const bodies = [
  ["VIEWS", "TABLE_NAME", "TABLE_SCHEMA", "VIEW_DEFINITION"],
  ["ROUTINES", "ROUTINE_NAME", "ROUTINE_SCHEMA", "ROUTINE_DEFINITION"],
  ["TRIGGERS", "TRIGGER_NAME", "TRIGGER_SCHEMA", "ACTION_STATEMENT"],
] as const;
