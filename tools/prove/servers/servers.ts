/** The servers that are asked for, one after the other; who takes one stops it. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Server } from "./server.ts";

export interface Asked {
  /** Major versions of PostgreSQL: `13,15`. */
  readonly versions: string;
  /** Debian's MariaDB. */
  readonly mariadb: boolean;
  /** A command-line client that connects to a MySQL server. */
  readonly mysql?: string | undefined;
  /** Says so where a server can't be had, and leaves its cases out. */
  readonly ifPossible: boolean;
}

export async function* servers({ versions, mariadb, mysql, ifPossible }: Asked): AsyncGenerator<Server> {
  const asked = versions === "" ? [] : versions.split(",");
  if (asked.length > 0) {
    const measure = join(import.meta.dirname, "../../measure");
    if (!existsSync(join(measure, "node_modules/pg"))) {
      const install = ["--prefix", measure, "install", "--silent", "--no-audit", "--no-fund"];
      execFileSync("npm", install, { stdio: "inherit" });
    }
    const { startPostgres } = await import("./postgres.ts");
    for (const version of asked) {
      const own = `/usr/lib/postgresql/${version}/bin`;
      const bin = existsSync(own) ? own : undefined;
      const server = await started(`PostgreSQL ${version}`, ifPossible, () =>
        startPostgres(Number(version), bin),
      );
      if (server !== undefined) yield server;
    }
  }
  if (!mariadb && mysql === undefined) return;
  const { startMariaDbServer, openMysqlServer } = await import("./mysql.ts");
  const server = mariadb ? await started("MariaDB", ifPossible, startMariaDbServer) : undefined;
  if (server !== undefined) yield server;
  if (mysql !== undefined) yield await openMysqlServer(mysql);
}

async function started(
  title: string,
  ifPossible: boolean,
  start: () => Promise<Server>,
): Promise<Server | undefined> {
  try {
    return await start();
  } catch (error) {
    if (!ifPossible) throw error;
    console.log(`NO ${title.toUpperCase()} here: none of its plans is run (${String(error)})`);
    return undefined;
  }
}
