/** Connects to a server, or starts an embedded one. Nothing else in ddlint connects to anything. */
import { UserError } from "../config/user-error.ts";
import type { PerSqlFamily } from "../model/dialect.ts";
import { codeOf, reasonOf } from "../project/files/system-error.ts";
import {
  connectionOf,
  type Answer,
  type Connection,
  type Row,
  type TransactionStatus,
} from "./connection.ts";
import {
  loadMysql,
  loadPg,
  loadPglite,
  loadPgliteExtensions,
  type MysqlConnection,
  type PgClient,
  type PgliteMessage,
} from "./drivers.ts";
import { onlyVariables, type ServerAddress } from "./server-address.ts";

/**
 * A session on the server.
 *
 * @throws UserError if it can't be reached, or its driver isn't installed
 */
export const connect = (address: ServerAddress): Promise<Connection> => connects[address.family](address);

const refused = ({ shown }: ServerAddress, error: unknown): UserError =>
  new UserError(`can't connect to ${shown}: ${plainly(error)}`);

/** Each address of a name is tried, and each has an error. */
const plainly = (error: unknown): string => {
  const one: unknown = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  return reasons[codeOf(one) ?? ""] ?? reasonOf(one);
};

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the server closed the connection",
  EPIPE: "the server closed the connection",
  ENOTFOUND: "there is no host of this name",
};

const lost = (shown: string, error: unknown): UserError =>
  new UserError(`the connection to ${shown} was lost: ${plainly(error)}`);

const statuses: Readonly<Record<string, TransactionStatus>> = { I: "idle", T: "open", E: "failed" };

async function connectPostgres(address: ServerAddress): Promise<Connection> {
  const client = new (loadPg().Client)({
    // Without a URL, the driver reads the PG* variables.
    ...(address.url === onlyVariables ? {} : { connectionString: address.url }),
    application_name: "ddlint",
    types: { getTypeParser: () => (value: unknown) => value },
  });
  // What is lost while nothing is asked for is reported by the next message.
  client.on("error", () => undefined);
  await client.connect().catch((error: unknown) => {
    throw refused(address, error);
  });
  return connectionOf(postgresDriver(client, address));
}

function postgresDriver(client: PgClient, { shown }: ServerAddress): Parameters<typeof connectionOf>[0] {
  let status: TransactionStatus = "idle";
  let ended = 0;
  let isReady = (): void => undefined;
  client.connection.on("commandComplete", () => ended++);
  client.connection.on("readyForQuery", (message) => {
    status = statuses[message.status] ?? "idle";
    isReady();
  });
  client.on("end", () => {
    isReady();
  });
  return {
    family: "postgres",
    status: () => status,
    close: () => client.end(),
    async send(sql): Promise<Answer> {
      ended = 0;
      const ready = new Promise<void>((resolve) => {
        isReady = resolve;
      });
      try {
        const result = await client.query(sql);
        return { sets: "rows" in result ? [result.rows] : result.map(({ rows }) => rows), ended };
      } catch (error) {
        const {
          severity,
          code = "",
          message = "",
        } = error as { severity?: string; code?: string; message?: string };
        // Only what the server answers has a severity; behind FATAL it closes the connection.
        if (severity !== "ERROR") throw lost(shown, error);
        // The driver reports it before the server says in which state the session is.
        await ready;
        return { sets: [], ended, error: { code, message } };
      }
    },
  };
}

async function connectMysql(address: ServerAddress): Promise<Connection> {
  const session = await loadMysql()
    .createConnection({
      uri: address.url,
      charset: "utf8mb4",
      // LOAD DATA LOCAL reads files of this machine.
      flags: ["-LOCAL_FILES"],
      multipleStatements: false,
      typeCast: (field: { string(): string | null }) => field.string(),
    })
    .catch((error: unknown) => {
      throw refused(address, error);
    });
  session.on("error", () => undefined);
  return connectionOf(mysqlDriver(session, address));
}

function mysqlDriver(session: MysqlConnection, { shown }: ServerAddress): Parameters<typeof connectionOf>[0] {
  return {
    family: "mysql",
    status: () => "idle",
    close: () => session.end().catch(() => undefined),
    async send(sql): Promise<Answer> {
      try {
        const [result] = await session.query(sql);
        return { sets: setsOf(result), ended: 1 };
      } catch (error) {
        const { errno, sqlState, sqlMessage } = error as {
          errno?: number;
          sqlState?: string;
          sqlMessage?: string;
        };
        if (errno === undefined || sqlState === undefined || sqlMessage === undefined)
          throw lost(shown, error);
        return { sets: [], ended: 0, error: { code: String(errno), message: sqlMessage } };
      }
    },
  };
}

/** Of a query the rows, of CALL a list for each query of the procedure, of others an object. */
function setsOf(result: unknown): readonly (readonly Row[])[] {
  if (!Array.isArray(result)) return [[]];
  const isSets = result.some((one) => Array.isArray(one));
  return isSets
    ? result.map((one: unknown) => (Array.isArray(one) ? (one as readonly Row[]) : []))
    : [result as readonly Row[]];
}

/**
 * A PostgreSQL in this process, in memory.
 *
 * @param extensions that CREATE EXTENSION may name, as far as they come with it
 * @throws UserError if its package isn't installed
 */
export async function startPglite(extensions: readonly string[] = []): Promise<Connection> {
  const { PGlite } = loadPglite();
  const database = await PGlite.create({ extensions: loadPgliteExtensions(extensions) });
  let status: TransactionStatus = "idle";
  return connectionOf({
    family: "postgres",
    status: () => status,
    close: () => database.close(),
    async send(sql): Promise<Answer> {
      const { messages } = await database.execProtocol(queryMessage(sql), { throwOnError: false });
      const ready = messages.findLast(({ name }) => name === "readyForQuery");
      if (ready === undefined) throw new UserError("the embedded PostgreSQL has crashed");
      status = statuses[ready.status ?? ""] ?? "idle";
      return answerOf(messages);
    },
  });
}

const connects: PerSqlFamily<(address: ServerAddress) => Promise<Connection>> = {
  postgres: connectPostgres,
  mysql: connectMysql,
};

/** A Query message of the protocol: its kind, its length, the text, a zero. */
function queryMessage(sql: string): Uint8Array {
  const text = new TextEncoder().encode(sql);
  const message = new Uint8Array(text.length + 6);
  message[0] = "Q".charCodeAt(0);
  new DataView(message.buffer).setUint32(1, text.length + 5);
  message.set(text, 5);
  return message;
}

function answerOf(messages: readonly PgliteMessage[]): Answer {
  const sets: Row[][] = [];
  let rows: Row[] = [];
  let names: readonly string[] = [];
  let ended = 0;
  for (const { name, fields = [], code = "", message = "" } of messages) {
    if (name === "error") return { sets, ended, error: { code, message } };
    if (name === "rowDescription") names = fields.map((field) => (field as { readonly name: string }).name);
    if (name === "dataRow")
      rows.push(Object.fromEntries(names.map((column, at) => [column, fields[at] as string | null])));
    if (name !== "commandComplete") continue;
    sets.push(rows);
    rows = [];
    ended++;
  }
  return { sets, ended };
}
