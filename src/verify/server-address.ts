/** Which server is meant: by its URL, or by the variables that its own clients read. */
import { UserError } from "../config/user-error.ts";
import type { DialectFamily, PerSqlFamily, SqlFamily } from "../model/dialect.ts";

export interface ServerAddress {
  readonly family: SqlFamily;
  /** `postgres://…` or `mysql://…`; a PostgreSQL URL that lacks a part leaves it to the `PG*` variables. */
  readonly url: string;
  /** Without password: for messages. */
  readonly shown: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const families: Readonly<Record<string, SqlFamily>> = {
  "postgres:": "postgres",
  "postgresql:": "postgres",
  "mysql:": "mysql",
  "mariadb:": "mysql",
};

const isSql = (family: DialectFamily): family is SqlFamily => Object.hasOwn(variables, family);

const forms: PerSqlFamily<string> = {
  postgres: "postgres://user@host:5432/database",
  mysql: "mysql://user@host:3306/database",
};

/**
 * @param given the URL of `--server`; `true`: the option without a value, which leaves it to the environment
 * @param family of the migrations: decides between the variables of PostgreSQL and those of MySQL
 * @throws UserError if it names no server; its text never contains a password
 */
export function serverAddress(
  given: string | true,
  family: DialectFamily,
  env: Environment = process.env,
): ServerAddress {
  if (given !== true) return addressOf(given, "--server");
  const own = env["DDLINT_SERVER"];
  if (own !== undefined && own !== "") return addressOf(own, "DDLINT_SERVER");
  if (!isSql(family)) throw new UserError("ddlint connects to servers with SQL only");
  const { read, variable } = variables[family];
  const found = read(env);
  if (found !== undefined) return found;
  throw new UserError("no server is given", {
    hint: `--server ${forms[family]}, DDLINT_SERVER, or ${variable}`,
  });
}

function addressOf(text: string, source: string): ServerAddress {
  const url = parsed(text.trim());
  const family = url === undefined ? undefined : families[url.protocol];
  // Not a part of the text, which may contain a password.
  if (url === undefined || family === undefined)
    throw new UserError(`${source} isn't the URL of a server`, {
      expected: Object.values(forms).join(" or "),
    });
  return { family, url: written(url), shown: shownUrl(url) };
}

/** `postgres://user@/db?host=/run/postgresql` has no host, which is no URL to Node. */
const parsed = (text: string): URL | undefined => {
  const whole = text.replace(/^(\w+:\/\/[^/?#]*@)(?=\/|\?|$)/, `$1${noHost}`);
  return URL.canParse(whole) ? new URL(whole) : undefined;
};
const noHost = "_no_host_";

const written = (url: URL): string => url.href.replace(noHost, "");

function shownUrl(url: URL): string {
  const shown = new URL(url.href);
  shown.password = "";
  for (const name of [...shown.searchParams.keys()])
    if (!shownParameters.has(name)) shown.searchParams.delete(name);
  return decodeURIComponent(written(shown));
}

/** Those of the others may be secrets. */
const shownParameters: ReadonlySet<string> = new Set(["host", "port", "user", "socketPath", "sslmode"]);

/** A PostgreSQL that the `PG*` variables alone describe. */
export const onlyVariables = "postgres://";

/** libpq's names, which the driver reads by itself. */
function fromPostgres(env: Environment): ServerAddress | undefined {
  const { PGHOST = "", PGPORT = "", PGUSER = "", PGDATABASE = "" } = env;
  if ([PGHOST, PGUSER, PGDATABASE].every((value) => value === "")) return undefined;
  const shown = new URL(`postgres://${noHost}/${encodeURIComponent(PGDATABASE)}`);
  shown.username = encodeURIComponent(PGUSER);
  // A folder is that of a socket.
  if (PGHOST !== "") shown.searchParams.set("host", PGHOST);
  if (PGPORT !== "") shown.searchParams.set("port", PGPORT);
  return { family: "postgres", url: onlyVariables, shown: shownUrl(shown) };
}

/** Those of the client programs, and those of the container images. */
function fromMysql(env: Environment): ServerAddress | undefined {
  const either = (...names: readonly string[]): string =>
    names.map((name) => env[name] ?? "").find((value) => value !== "") ?? "";
  const [host, user, socket] = [either("MYSQL_HOST"), either("MYSQL_USER"), either("MYSQL_UNIX_PORT")];
  if (host === "" && user === "" && socket === "") return undefined;
  const url = new URL("mysql://localhost/");
  // A name with a port, or an address of IPv6 in brackets.
  if (host !== "") url.hostname = host;
  url.port = either("MYSQL_TCP_PORT", "MYSQL_PORT");
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(either("MYSQL_PWD", "MYSQL_PASSWORD"));
  url.pathname = `/${encodeURIComponent(either("MYSQL_DATABASE"))}`;
  if (socket !== "") url.searchParams.set("socketPath", socket);
  return { family: "mysql", url: written(url), shown: shownUrl(url) };
}

const variables: PerSqlFamily<{
  readonly read: (env: Environment) => ServerAddress | undefined;
  readonly variable: string;
}> = {
  postgres: { read: fromPostgres, variable: "PGHOST" },
  mysql: { read: fromMysql, variable: "MYSQL_HOST" },
};

/** The same server, another database. */
export function withDatabase(address: ServerAddress, database: string): ServerAddress {
  const change = (text: string): string => {
    const url = parsed(text);
    if (url === undefined) return text;
    url.pathname = `/${encodeURIComponent(database)}`;
    return written(url);
  };
  return { ...address, url: change(address.url), shown: change(address.shown) };
}
