/** A copy of a PostgreSQL database, in which advice is executed. */
import type { Client } from "pg";
import type { ServerError } from "../../src/verify/connection.ts";
import { catalogue } from "../../src/verify/postgres/catalogue.ts";
import { onlyAlone } from "../../src/verify/send.ts";
import type { Copied, Picture } from "./advice.ts";
import { errorOf } from "./play.ts";
import { rowsOf, seed } from "./seeds.ts";

/** A database that one client is connected to, as a copy. */
export const copyOn = (client: Pick<Client, "query">): Copied => ({
  run: (texts) => failureOf(client, texts),
  seed: (tables, left) => seed(client, tables, left),
  async empty(tables) {
    for (const table of tables) await client.query(`TRUNCATE ${table} CASCADE`);
  },
  picture: (tables) => pictureOf(client, tables),
  leadsTo: (texts, tables) => undone(client, texts, tables),
});

async function failureOf(
  client: Pick<Client, "query">,
  texts: readonly string[],
): Promise<ServerError | undefined> {
  try {
    for (const text of texts) await client.query(text);
    return undefined;
  } catch (error) {
    await client.query("ROLLBACK");
    return errorOf(error);
  }
}

/** What a statement leads to, undone again. */
async function undone(
  client: Pick<Client, "query">,
  texts: readonly string[],
  tables: readonly string[],
): Promise<Picture | { readonly error: ServerError }> {
  await client.query("BEGIN");
  const error = await failureOf(client, texts);
  if (error !== undefined) {
    // Without it the statement leads to the same schema.
    const inTransaction = texts.map((one) => one.replace(/\bconcurrently\b/i, ""));
    const isOther = inTransaction.some((one, at) => one !== texts[at]);
    return onlyAlone.has(error.code) && isOther ? undone(client, inTransaction, tables) : { error };
  }
  const picture = await pictureOf(client, tables);
  await client.query("ROLLBACK");
  return picture;
}

async function pictureOf(client: Pick<Client, "query">, tables: readonly string[]): Promise<Picture> {
  const rows = await rowsOf(client, tables);
  const { rows: path } = await client.query("SELECT current_setting('search_path') AS path");
  await client.query("SET search_path = ''");
  const { rows: lines } = await client.query(catalogue);
  await client.query(`SELECT set_config('search_path', $1, false)`, [String(path[0]?.path)]);
  return { lines: lines.map(({ line }) => String(line)), rows };
}
