/** A server of the user's: each run has a database of its own there, which is dropped at the end. */
import type { PerSqlFamily } from "../model/dialect.ts";
import { connect } from "./connect.ts";
import type { Connection } from "./connection.ts";
import type { Lab, Labs } from "./lab.ts";
import { MysqlLab, isOfRows as isOfMysqlRows, type MysqlLabOptions } from "./mysql/lab.ts";
import { dropDatabase, dropLeftOvers, makeDatabase } from "./own-database.ts";
import { PostgresLab, isOfRows, type PostgresLabOptions } from "./postgres/lab.ts";
import { withDatabase, type ServerAddress } from "./server-address.ts";

export interface ServerLabs extends Labs {
  /** Names of the server's databases that statements can reach from another one. */
  others(): Promise<readonly string[]>;
}

/** @throws UserError if it can't be reached */
export async function serverLabs(address: ServerAddress): Promise<ServerLabs> {
  const admin = await connect(address);
  const { title, dialect, version, family } = admin;
  await dropLeftOvers(admin, address);
  const open = new Set<string>();
  const drop = async (name: string): Promise<void> => {
    await dropDatabase(admin, address, name);
    open.delete(name);
  };
  /** Of a user who stops it. */
  const leave = (): void => {
    void Promise.allSettled([...open].map(drop)).finally(() => process.exit(130));
  };
  for (const signal of signals) process.once(signal, leave);
  return {
    others: () => otherDatabases(admin),
    title,
    dialect,
    version,
    isOfRows: kinds[family].isOfRows,
    async open(): Promise<Lab> {
      const name = await makeDatabase(admin, address);
      open.add(name);
      const own = withDatabase(address, name);
      const options = {
        isOwnServer: false,
        renew: async (session: Connection): Promise<Connection> => {
          await session.close();
          return connect(own);
        },
        close: async (session: Connection): Promise<void> => {
          await session.close();
          await drop(name);
        },
      };
      return kinds[family].labOf(await connect(own), { ...options, database: name });
    },
    async stop() {
      for (const signal of signals) process.removeListener(signal, leave);
      await Promise.allSettled([...open].map(drop));
      await admin.close();
    },
  };
}

const kinds: PerSqlFamily<{
  readonly databases: string;
  readonly isOfRows: Labs["isOfRows"];
  readonly labOf: (session: Connection, options: PostgresLabOptions & MysqlLabOptions) => Lab;
}> = {
  // No statement names another database there.
  postgres: {
    databases: "SELECT WHERE false",
    isOfRows,
    labOf: (session, options) => new PostgresLab(session, options),
  },
  mysql: {
    databases: "SHOW DATABASES",
    isOfRows: isOfMysqlRows,
    labOf: (session, options) => new MysqlLab(session, options),
  },
};

const otherDatabases = async (admin: Connection): Promise<readonly string[]> => {
  const { sets } = await admin.send(kinds[admin.family].databases);
  const names = (sets[0] ?? []).flatMap((row) => Object.values(row));
  return names.filter((name) => name !== null && name !== "information_schema").map(String);
};

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
