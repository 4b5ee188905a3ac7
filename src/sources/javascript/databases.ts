/** Names of databases in code that chooses between them. */
import type { Reader } from "./evaluate.ts";
import { textOf, type ChainValue, type Value } from "./value.ts";

const ours = /^(?:(postgres(?:ql)?|pg|pgnative|aurorapostgres)|(mysql2?|mariadb|auroramysql))$/;
const others = /^(?:(?:better)?sqlite3?|mssql|sqlserver|oracle(?:db)?|cockroach(?:db)?|redshift|mongodb)$/;

/** The name of a database, as tools call them: is it that of the history? Undefined for other words. */
export function isOurs(
  { isMysql }: { readonly isMysql: boolean },
  name: string | undefined,
): boolean | undefined {
  const word = name?.toLowerCase().replaceAll(/[-_]/g, "") ?? "";
  const [, postgres, mysql] = ours.exec(word) ?? [];
  const known = postgres ?? mysql;
  return known === undefined && !others.test(word) ? undefined : (isMysql ? mysql : postgres) !== undefined;
}

/** `knex.client.config.client`, as the settings have it; the others are Knex's own words for it. */
const clientPaths: Readonly<Record<string, (client: string) => string>> = {
  "client.config.client": (client) => client,
  "client.dialect": (client) => (/^(?:mysql|maria)/.test(client) ? "mysql" : "postgresql"),
  "client.driverName": (client) => (/^(?:mysql|maria)/.test(client) ? client : "pg"),
};

/** What a chain's first links are known to be, and how many these are: a file, the name of the client, `String(name)`. */
export function beginningOf(
  { client, path, imported }: Pick<Reader, "client" | "path" | "imported">,
  { root, rootName, links, at }: ChainValue,
): { readonly value: Value; readonly from: number } {
  const text = links[0]?.values?.[0];
  if (root.is === "unknown" && rootName === "String" && links[0]?.name === "" && textOf(text) !== undefined)
    return { value: text ?? root, from: 1 };
  if (root.is === "unknown" && rootName === "require" && links[0]?.name === "") {
    const source = textOf(text) ?? "";
    const loaded = imported(path, source, "*", at);
    if (loaded.is !== "unknown" || source.startsWith(".")) return { value: loaded, from: 1 };
  }
  if (root.is !== "handle" || client === undefined) return { value: root, from: 0 };
  for (const [names, word] of Object.entries(clientPaths)) {
    const count = names.split(".").length;
    const first = links.slice(0, count);
    if (first.some(({ values }) => values !== undefined)) continue;
    if (first.map(({ name }) => name).join(".") !== names) continue;
    return {
      value: { is: "text", segments: [{ text: word(client), path, at, exact: false }], holes: false, at },
      from: count,
    };
  }
  return { value: root, from: 0 };
}
