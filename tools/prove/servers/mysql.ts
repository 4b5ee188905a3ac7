/** MariaDB and MySQL, each connection a session of the command-line client: a database for each copy. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DialectName } from "../../../src/model/dialect.ts";
import { startMariaDb } from "../../../tests/mariadb/server.ts";
import { openSession, type Session } from "../../../tests/mariadb/session.ts";
import type { Case } from "../case.ts";
import { statementsIn } from "../statements.ts";
import { ServerError, type Connection, type Database, type Rows, type Server } from "./server.ts";

const catalogue = join(import.meta.dirname, "../catalogue");
/** `--batch` writes these with a backslash. */
const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, one: string) => ({ n: "\n", t: "\t", "0": "\0" })[one] ?? one);

class MysqlConnection implements Connection {
  readonly #session: Session;
  readonly database: string;
  constructor(session: Session, database: string) {
    this.#session = session;
    this.database = database;
  }

  async query(sql: string): Promise<Rows> {
    const text = sql.trim().replace(/;$/, "");
    const isChange = /^(?:UPDATE|DELETE|INSERT)\b/i.test(text);
    const { lines, error } = await this.#session.query(
      isChange ? `${text}\n//end//\nSELECT ROW_COUNT() AS n` : text,
    );
    if (error !== undefined) {
      const [, code = "?", message = error] = /^(\d+) \(\w+\): ([^]*)$/.exec(error) ?? [];
      throw new ServerError(code, message);
    }
    if (isChange) return { rows: [], count: Number(lines.at(-1)) };
    const [head = "", ...rest] = lines;
    const names = head.split("\t");
    const rows = rest.map((line) => {
      const cells = line.split("\t").map((cell) => (cell === "NULL" ? null : unescaped(cell)));
      return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? null]));
    });
    return { rows, count: rows.length };
  }

  end(): Promise<void> {
    this.#session.close();
    return Promise.resolve();
  }
}

interface Started {
  readonly title: string;
  readonly dialect: DialectName;
  readonly version: string;
  readonly session: () => Session;
  readonly stop: () => Promise<void>;
}

export async function startMariaDbServer(): Promise<Server> {
  const server = await startMariaDb();
  const version = server.version.replace("-MariaDB", "");
  return mysqlServer({
    title: `MariaDB ${version.replace(/\.\d+$/, "")}`,
    dialect: "mariadb",
    version,
    session: () => server.session(),
    stop: () => server.stop(),
  });
}

/** @param client a command-line client that connects as somebody who may do everything, without options */
export async function openMysqlServer(client: string): Promise<Server> {
  const shell = ["-c", 'exec "$@" 2>&1', "sh", ...client.split(" "), "--unbuffered", "--batch", "--force"];
  const session = (): Session => openSession(shell, process.env);
  const first = session();
  const version = ((await first.query("SELECT VERSION()")).lines[1] ?? "").replace(/-.*/, "");
  first.close();
  const title = `MySQL ${version.replace(/\..*/, "")}`;
  return mysqlServer({ title, dialect: "mysql", version, session, stop: () => Promise.resolve() });
}

async function mysqlServer({ session, ...server }: Started): Promise<Server> {
  const schema = readFileSync(join(catalogue, "mysql.sql"), "utf8");
  const seed = readFileSync(join(catalogue, "mysql-seed.sql"), "utf8");
  let made = 0;
  const connect = async (database: string): Promise<MysqlConnection> => {
    const connection = new MysqlConnection(session(), database);
    await connection.query(`USE ${database}`);
    return connection;
  };
  const admin = new MysqlConnection(session(), "");
  // Programs of others read their options there.
  const home = mkdtempSync(join(tmpdir(), "ddlint-prove-"));
  const socket = (await admin.query("SELECT @@socket AS s")).rows[0]?.["s"] ?? "";
  writeFileSync(join(home, ".my.cnf"), `[client]\nuser=root\nsocket=${socket}\n`);
  return {
    ...server,
    schema,
    open(one: Case, rows: number) {
      const copy = async (): Promise<Database> => {
        const name = `prove_${++made}`;
        await admin.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
        const connection = await connect(name);
        const script = [schema, seed, one.setup ?? "", one.seed ?? ""]
          .join("\n")
          .replaceAll("{rows}", String(rows));
        for (const statement of statementsIn(script)) await connection.query(statement);
        await connection.end();
        return {
          env: { ...process.env, HOME: home, DB: name },
          connect: () => connect(name),
          drop: async () => {
            await admin.query(`DROP DATABASE IF EXISTS ${name}`);
          },
        };
      };
      return Promise.resolve({ copy, close: () => Promise.resolve() });
    },
    definitions,
    rows: sums,
    asText: (expression) => `CAST(${expression} AS CHAR)`,
    inTransaction: {
      begin: ["START TRANSACTION"],
      // One that can't have its lock gives up, and is repeated.
      alone: ["SET SESSION lock_wait_timeout = 1"],
      again: new Set(["1205", "1213"]),
    },
    sleep: (ms) => `SELECT SLEEP(${ms / 1000}) AS s`,
    async stop() {
      await admin.end();
      rmSync(home, { recursive: true, force: true });
      await server.stop();
    },
  };
}

async function definitions(connection: Connection): Promise<readonly string[]> {
  const database = (await connection.query("SELECT DATABASE() AS d")).rows[0]?.["d"] ?? "";
  const { rows: relations } = await connection.query(
    "SELECT TABLE_NAME AS name, TABLE_TYPE AS kind FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1",
  );
  const lines: string[] = [];
  for (const { name, kind } of relations) {
    const { rows } = await connection.query(`SHOW CREATE ${kind === "VIEW" ? "VIEW" : "TABLE"} \`${name}\``);
    const text = Object.values(rows[0] ?? {})[1] ?? "";
    const own = text
      .replaceAll(`\`${database}\`.`, "")
      .replace(/ AUTO_INCREMENT=\d+/, "")
      .split("\n");
    lines.push(...own.map((line) => `${name}: ${line.trim().replace(/,$/, "")}`));
  }
  const others = [
    "SELECT CONCAT_WS(' ', 'trigger', TRIGGER_NAME, ACTION_TIMING, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_STATEMENT) AS line FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()",
    "SELECT CONCAT_WS(' ', ROUTINE_TYPE, ROUTINE_NAME, SHA2(ROUTINE_DEFINITION, 256)) AS line FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()",
  ];
  for (const query of others)
    lines.push(...(await connection.query(query)).rows.flatMap(({ line }) => line ?? []));
  return lines.sort();
}

async function sums(
  connection: Connection,
  leftOut: ReadonlySet<string>,
  key: string,
): Promise<ReadonlyMap<string, string>> {
  const { rows: columns } = await connection.query(
    `SELECT C.TABLE_NAME AS relation, C.COLUMN_NAME AS name FROM information_schema.COLUMNS C
     JOIN information_schema.TABLES T ON T.TABLE_SCHEMA = C.TABLE_SCHEMA AND T.TABLE_NAME = C.TABLE_NAME
     WHERE C.TABLE_SCHEMA = DATABASE() AND T.TABLE_TYPE = 'BASE TABLE' ORDER BY 1, 2`,
  );
  const tables = new Map<string, string[]>();
  for (const { relation, name } of columns)
    if (relation && name) tables.set(relation, [...(tables.get(relation) ?? []), name]);
  const found = new Map<string, string>();
  for (const [relation, names] of tables) {
    const compared = names.filter((name) => name !== key && !leftOut.has(`${relation}.${name}`));
    const whole = compared.map((name) => `COALESCE(CAST(\`${name}\` AS CHAR), '<null>')`).join(", ");
    const { rows } = await connection.query(
      `SELECT CONCAT(COUNT(*), ' rows, ', COALESCE(SUM(CRC32(CONCAT_WS('|', ${whole === "" ? "''" : whole}))), 0)) AS s
       FROM \`${relation}\`${names.includes(key) ? ` WHERE \`${key}\` IS NULL` : ""}`,
    );
    found.set(relation, rows[0]?.["s"] ?? "");
  }
  return found;
}
