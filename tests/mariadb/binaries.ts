/** Where Debian's MariaDB is: installed, or unpacked into the folder `DDLINT_MARIADB` (.ci/mariadb does so). */
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface Binaries {
  readonly server: string;
  readonly client: string;
  readonly install: string;
  /** Of the package mariadb-client. */
  readonly dump?: string | undefined;
  /** Options that tell a server in a folder of its own where its files are. */
  readonly options: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Undefined: there is none. */
export function findMariaDb(env: NodeJS.ProcessEnv = process.env): Binaries | undefined {
  const root = env["DDLINT_MARIADB"] ?? "";
  const usr = join(root, "usr");
  // Not everybody's PATH has the folder of servers.
  const folders =
    root === ""
      ? [...(env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/bin"]
      : [join(usr, "sbin"), join(usr, "bin")];
  const find = (name: string): string | undefined =>
    folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  const [server, client, install] = ["mariadbd", "mariadb", "mariadb-install-db"].map(find);
  if (server === undefined || client === undefined || install === undefined) return undefined;
  const dump = find("mariadb-dump");
  if (root === "") return { server, client, install, dump, options: [], env };
  const libraries = ["lib", "usr/lib"]
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return {
    server,
    client,
    install,
    dump,
    options: [`--basedir=${usr}`],
    env: { ...env, LD_LIBRARY_PATH: libraries.join(delimiter) },
  };
}
