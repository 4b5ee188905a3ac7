/** Histories on a MariaDB or MySQL server. */
import { execFileSync } from "node:child_process";
import type { MysqlDialect } from "../../src/model/dialect.ts";
import type { Script } from "../../src/project/migration.ts";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";
import type { Schema } from "../../src/schema/schema.ts";
import type { ParsedText } from "../../src/sql/front-end.ts";
import { catalogue } from "../../src/verify/mysql/catalogue.ts";
import { schemaDifferences } from "../../src/verify/mysql/schema-differences.ts";
import { startMariaDb } from "../../tests/mariadb/server.ts";
import { openSession, readBy, type Session } from "../../tests/mariadb/session.ts";
import { tryAdvice } from "./advice.ts";
import { withCopy } from "./advice-on-mysql.ts";
import { kindText, stepsOf, type Difference } from "./compare.ts";
import type { Lab, Labs, Rollback } from "./lab.ts";
import { MysqlTwin, objectsOf } from "./mysql-twin.ts";
import type { ServerError } from "../../src/verify/connection.ts";
import type { Run } from "../../src/verify/run.ts";
import { sent } from "../../src/verify/send.ts";
import { rollbackDifference, type Undoing } from "./rollback.ts";

/** Debian's, in a folder of its own. */
export async function startMariaDbLabs(): Promise<Labs> {
  const server = await startMariaDb();
  return {
    title: `MariaDB ${server.version.replace("-MariaDB", "")}`,
    database: "mariadb",
    version: server.version.replace("-MariaDB", ""),
    open: () =>
      MysqlLab.open(
        () => server.session(),
        "mariadb",
        (database) => server.dump(database),
      ),
    stop: () => server.stop(),
  };
}

/**
 * @param client a command-line client that connects as somebody who may do everything, without options
 * @param dumper `mysqldump`, with what connects it
 */
export async function openMysqlLabs(client: string, dumper: string | undefined): Promise<Labs> {
  const shell = ["-c", 'exec "$@" 2>&1', "sh", ...client.split(" "), "--unbuffered", "--batch", "--force"];
  const open = (): Session => openSession(shell, process.env);
  const session = open();
  const version = (await session.query("SELECT VERSION()")).lines[1] ?? "";
  session.close();
  return {
    title: `MySQL ${version}`,
    database: "mysql",
    version: version.replace(/-.*/, ""),
    open: () => MysqlLab.open(open, "mysql", (database) => dumper && dumpBy(dumper, database)),
    stop: () => Promise.resolve(),
  };
}

function dumpBy(dumper: string, database: string): string {
  const [program = "", ...args] = dumper.split(" ");
  const all = [...args, "--no-data", "--routines", database];
  return execFileSync(program, all, { encoding: "utf8", maxBuffer: 1 << 28 });
}

type Dump = (database: string) => string | undefined;

let databases = 0;

class MysqlLab implements Lab {
  readonly #connect: () => Session;
  readonly #dialect: MysqlDialect;
  readonly #dump: Dump;
  readonly #database = `truth_${++databases}`;
  /** Of the server, which aren't this history's. */
  #others: ReadonlySet<string> = new Set();
  #session: Session;
  readonly #observer: Session;
  readonly #twin: MysqlTwin;

  private constructor(connect: () => Session, dialect: MysqlDialect, dump: Dump) {
    this.#connect = connect;
    this.#dump = dump;
    this.#dialect = dialect;
    this.#session = connect();
    this.#observer = connect();
    this.#twin = new MysqlTwin(connect, dialect, `${this.#database}_twin`, errorOf);
  }

  static async open(connect: () => Session, dialect: MysqlDialect, dump: Dump): Promise<Lab> {
    const lab = new MysqlLab(connect, dialect, dump);
    lab.#others = new Set(await lab.#databases());
    await lab.makeSchema(lab.#database);
    await lab.#use();
    return lab;
  }

  async #databases(): Promise<readonly string[]> {
    return (await this.#observer.query("SHOW DATABASES")).lines.slice(1);
  }

  async #use(): Promise<void> {
    await this.#session.query(`USE ${this.#database}`);
  }

  async play(script: Script, parsed: ParsedText, wrapped: boolean): Promise<readonly Run[]> {
    const runs = parsed.statements.map((statement): Run => ({ statement, is: "unreached" }));
    if (wrapped) await this.#session.query("START TRANSACTION");
    let spaces = await this.#spaces();
    for (const run of runs) {
      const { error } = await this.#session.query(sent(run.statement, script, parsed));
      if (error !== undefined) {
        run.is = "failed";
        run.error = errorOf(error);
        break;
      }
      run.is = "ran";
      const now = await this.#spaces();
      run.observed = {
        heldBefore: new Map(),
        held: new Map(),
        rewritten: [...spaces].flatMap(([name, space]) =>
          now.has(name) && now.get(name) !== space ? [name] : [],
        ),
        relations: new Map([...spaces.keys()].map((name) => [name, "r"])),
      };
      spaces = now;
    }
    // Rows that a failure takes back matter to no definition; what DDL did stays.
    await this.#session.query(runs.some(({ is }) => is === "failed") ? "ROLLBACK" : "COMMIT");
    const ran = runs.filter(({ is }) => is === "ran").map(({ statement }) => sent(statement, script, parsed));
    await this.#twin.follow({ texts: ran, isLast: script.transaction.resets === "all" });
    if (script.transaction.resets === "all") {
      this.#session.close();
      this.#session = this.#connect();
      await this.#use();
    }
    return runs;
  }

  /** The file of each table: a table that is written anew gets another one. */
  async #spaces(): Promise<ReadonlyMap<string, string>> {
    const view = this.#dialect === "mariadb" ? "INNODB_SYS_TABLES" : "INNODB_TABLES";
    const { lines } = await this.#observer.query(
      `SELECT SUBSTRING(NAME, ${this.#database.length + 2}) AS name, SPACE FROM information_schema.${view} WHERE NAME LIKE '${this.#database.replaceAll("_", "\\_")}/%'`,
    );
    return new Map(
      lines.slice(1).map((line) => {
        const [name = "", space = ""] = line.split("\t");
        return [name, space];
      }),
    );
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async makeSchema(name: string): Promise<void> {
    const charset = "CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci";
    await this.#observer.query(`CREATE DATABASE IF NOT EXISTS \`${name}\` ${charset}`);
  }

  /** Databases that an administrator makes before. */
  async supply({ code, message }: ServerError): Promise<boolean> {
    const isMissing = code === "1049" || code === "3503";
    const found = /^(?:Unknown database '(.*)'|Database '(.*)' doesn't exist)$/.exec(message);
    const name = isMissing ? (found?.[1] ?? found?.[2]) : undefined;
    if (name === undefined || (await this.#databases()).includes(name)) return false;
    await this.makeSchema(name);
    return true;
  }

  lacks({ code, message }: ServerError, tracking: readonly string[]): string | undefined {
    const table = code === "1146" ? /Table '(?:\w+\.)?(.*)' doesn't exist/.exec(message)?.[1] : undefined;
    return table !== undefined && tracking.some((name) => name.endsWith(table))
      ? `the tool's own table ${table} isn't there`
      : undefined;
  }

  /** Whether a table is written anew. */
  costDifferences(
    scope: ReplayedMigration,
    { statement, observed }: Run,
  ): ReturnType<Lab["costDifferences"]> {
    const differences: Omit<Difference, "place">[] = [];
    let counts = false;
    const steps = stepsOf(scope, statement).filter(({ skipped }) => !skipped);
    for (const { effects, operation } of steps.slice(0, 1)) {
      const { online } = effects;
      if (online === undefined || !online.certain || operation.conditional === true) continue;
      const name = online.table.replace(/^.*\./, "");
      if (observed?.relations.has(name) !== true) continue;
      counts = true;
      const did = observed.rewritten.includes(name);
      // MySQL writes an empty table anew where it needn't.
      if (did === online.rebuild || (did && this.#dialect === "mysql")) continue;
      differences.push({
        area: "rewrite",
        cause: `${kindText(statement)}: the table is ${did ? "" : "not "}rebuilt`,
        detail: `${name}: ${online.algorithm ?? ""} ${online.because.join(", ")}`,
      });
    }
    return { differences, counts };
  }

  async schemaDifferences(schema: Schema): ReturnType<Lab["schemaDifferences"]> {
    await this.#observer.query(`USE ${this.#database}`);
    const isMysql = this.#dialect === "mysql";
    return schemaDifferences(schema, await catalogue(readBy(this.#observer), isMysql));
  }

  state(): Promise<readonly string[]> {
    return this.#twin.state();
  }

  /** What a down does to definitions commits: a twin tries it out. */
  rollback(scope: ReplayedMigration, before: readonly string[]): Promise<Rollback | undefined> {
    return rollbackDifference(this.#undoing(scope), scope, before);
  }

  /** Relations have keys with the database that the history knows, if any. */
  #undoing(scope: ReplayedMigration): Undoing {
    const twin = this.#twin;
    const [here] = scope.after.searchPath;
    return {
      tryOut: (script, parsed) => twin.tryOut(script, parsed),
      isOfRows: (error) => twin.isOfRows(error),
      relationOf(line) {
        const name = twin.relationOf(line);
        return name === undefined || here === undefined ? name : `${here}.${name}`;
      },
    };
  }

  advise(...of: Parameters<Lab["advise"]>): ReturnType<Lab["advise"]> {
    const copies = {
      connect: this.#connect,
      dialect: this.#dialect,
      database: this.#database,
      errorOf,
    };
    return tryAdvice((work) => withCopy(copies, work), ...of);
  }

  waysBack(): ReturnType<Lab["waysBack"]> {
    return Promise.resolve([]);
  }

  async send(sql: string): Promise<ServerError | undefined> {
    const { error } = await this.#session.query(sql);
    return error === undefined ? undefined : errorOf(error);
  }

  objects(): Promise<readonly string[]> {
    return objectsOf(this.#observer, this.#database, this.#dialect);
  }

  dump(): string | undefined {
    return this.#dump(this.#database);
  }

  async close(): Promise<void> {
    this.#twin.close();
    for (const name of await this.#databases())
      if (!this.#others.has(name)) await this.#observer.query(`DROP DATABASE \`${name}\``);
    this.#session.close();
    this.#observer.close();
  }
}

function errorOf(text: string): ServerError {
  const [, code = "", message = text] = /^(\d+) \(\w+\): ([^]*)$/.exec(text) ?? [];
  // The name of the database is none of the history's.
  return { code, message: message.replace(/([`'])truth_\d+(?:_\w+)?\1\.|\btruth_\d+(?:_\w+)?\./g, "") };
}
