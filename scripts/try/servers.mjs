/** Real servers of Debian's packages, each with a database of a shop in production, and how its own client is asked. */
import { join } from "node:path";
import { findMariaDb } from "../../tests/mariadb/binaries.ts";
import { startMariaDb } from "../../tests/mariadb/server.ts";
import { findPostgres, startPostgres } from "../../tests/plan/postgres-server.ts";

const bin = findPostgres();
const mariadb = findMariaDb();

async function postgres() {
  const server = await startPostgres(bin);
  server.psql("postgres", "CREATE DATABASE shop;");
  const home = new URL(server.url.replace("@/", "@localhost/")).searchParams.get("host");
  return {
    url: server.url.replace("/postgres?", "/shop?"),
    databaseUrl: `postgres://postgres@/shop?host=${home}&sslmode=disable`,
    client: [join(bin, "psql"), "-XAt", "-F", "\t", "-h", home, "-U", "postgres", "shop"],
    stop: server.stop,
  };
}

async function mysql() {
  const server = await startMariaDb();
  server.run("CREATE DATABASE shop;");
  const socket = new URL(server.url).searchParams.get("socketPath");
  return {
    url: server.url.replace("/?", "/shop?"),
    databaseUrl: `mysql://root@/shop?socket=${socket}`,
    client: [mariadb.client, "--no-defaults", `--socket=${socket}`, "--user=root", "-BN", "shop"],
    env: { LD_LIBRARY_PATH: mariadb.env.LD_LIBRARY_PATH },
    stop: server.stop,
  };
}

/** `start` is undefined where there is none. */
export const kinds = [
  {
    name: "PostgreSQL",
    dialect: "postgres",
    id: "bigint GENERATED ALWAYS AS IDENTITY",
    start: bin && postgres,
  },
  {
    name: "MariaDB",
    dialect: "mariadb",
    id: "bigint AUTO_INCREMENT",
    start: mariadb && mysql,
  },
];
