/** The servers that are asked for, and a project on one of them. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openProject } from "./histories.ts";
import type { Most, Played } from "./history.ts";
import type { Labs } from "./lab.ts";
import type { Repository } from "./report.ts";

export interface Asked {
  /** Major versions of PostgreSQL: `15,18`; not asked where MariaDB or MySQL is. */
  readonly versions: string;
  /** Debian's MariaDB. */
  readonly mariadb?: boolean;
  /** A command-line client that connects to a MySQL server. */
  readonly mysql?: string | undefined;
  /** `mysqldump`, with what connects it to that server. */
  readonly mysqldump?: string | undefined;
  /** Folder with the programs of the version that is asked for. Default: the machine's own, else those of its npm package. */
  readonly programs?: string | undefined;
}

/** One after the other; who takes one stops it. */
export async function* servers({
  versions,
  mariadb = false,
  mysql,
  mysqldump,
  programs,
}: Asked): AsyncGenerator<Labs> {
  if (mariadb || mysql !== undefined) {
    const { startMariaDbLabs, openMysqlLabs } = await import("./mysql-lab.ts");
    if (mariadb) yield await startMariaDbLabs();
    if (mysql !== undefined) yield await openMysqlLabs(mysql, mysqldump);
    return;
  }
  const measure = join(import.meta.dirname, "../measure");
  if (!existsSync(join(measure, "node_modules/pg"))) {
    const install = ["--prefix", measure, "install", "--silent", "--no-audit", "--no-fund"];
    execFileSync("npm", install, { stdio: "inherit" });
  }
  const { startPostgres } = await import("./postgres-lab.ts");
  for (const version of versions.split(",")) {
    // The machine's own has all extensions of the distribution.
    const own = programs ?? `/usr/lib/postgresql/${version}/bin`;
    yield await startPostgres(Number(version), existsSync(own) ? own : undefined);
  }
}

/** Plays every history below a folder that this server runs. */
export async function playFolder(name: string, folder: string, labs: Labs, most: Most): Promise<Repository> {
  const { playHistory } = await import("./history.ts");
  const project = await openProject(folder, labs.database, labs.version);
  const bugs = project.errors.map(({ message }) => message);
  const played: Played[] = [];
  for (const replay of project.replays)
    try {
      played.push(await playHistory(await labs.open(), replay, project.findings, most));
    } catch (error) {
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      bugs.push(`${replay.history.root}: ${words}`);
    }
  return { name, played, bugs, others: project.others };
}
