/** The servers of MySQL's family that statements are measured on. */
import { spawnSync } from "node:child_process";
import { startMariaDb } from "../../../tests/mariadb/server.ts";

export type Algorithm = "INSTANT" | "NOCOPY" | "INPLACE" | "COPY";

export interface Server {
  /** As in the data: `mariadb 10.11.19`. */
  readonly name: string;
  /** Those that an ALTER TABLE may ask for, from the cheapest on. */
  readonly algorithms: readonly Algorithm[];
  /** Brings a session back to its defaults. */
  readonly reset: string;
  /** Asks for the tables of the database `lab`, each with its tablespace and, where it is counted, its row versions. */
  readonly spaces: string;
  /** An ALTER TABLE may ask for a LOCK beside ALGORITHM=INSTANT. */
  readonly locksInstant: boolean;
  /** Runs a script in a session of its own and goes on after errors; what it printed, errors in their places. */
  readonly run: (script: string) => string;
  readonly stop: () => Promise<void>;
}

/** Debian's, in a folder of its own. */
export async function mariadbServer(): Promise<Server> {
  const server = await startMariaDb();
  return {
    name: `mariadb ${server.version.replace("-MariaDB", "")}`,
    algorithms: ["INSTANT", "NOCOPY", "INPLACE", "COPY"],
    reset:
      "SET SESSION foreign_key_checks=DEFAULT, sql_mode=DEFAULT, system_versioning_alter_history=DEFAULT",
    spaces: "SELECT NAME, SPACE FROM information_schema.INNODB_SYS_TABLES WHERE NAME LIKE 'lab/%'",
    locksInstant: true,
    run: (script) => server.run(script),
    stop: () => server.stop(),
  };
}

/** @param client a command-line client that connects as somebody who may do everything, without options */
export function mysqlServer(client: string): Server {
  const shell = [
    "-c",
    'exec "$@" 2>&1',
    "sh",
    ...client.split(" "),
    "--unbuffered",
    "--batch",
    "--force",
    "-vv",
  ];
  const run = (input: string): string =>
    spawnSync("sh", shell, { input, encoding: "utf8", maxBuffer: 1 << 26 }).stdout;
  const version = /^(\d+\.\d+\.\d+)/m.exec(run("SELECT VERSION();"))?.[1];
  if (version === undefined) throw new Error(`${client} reaches no server`);
  const counts = run("SELECT TOTAL_ROW_VERSIONS FROM information_schema.INNODB_TABLES LIMIT 1;");
  return {
    name: `mysql ${version}`,
    algorithms: ["INSTANT", "INPLACE", "COPY"],
    // MySQL takes DEFAULT for 0 here.
    reset: "SET SESSION foreign_key_checks=1, sql_mode=DEFAULT",
    spaces: `SELECT NAME, SPACE${/^ERROR/m.test(counts) ? "" : ", TOTAL_ROW_VERSIONS"} FROM information_schema.INNODB_TABLES WHERE NAME LIKE 'lab/%'`,
    locksInstant: false,
    run,
    stop: () => Promise.resolve(),
  };
}
