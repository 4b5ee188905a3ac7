/** What a MariaDB holds after a history, in the server's own words. */
import { mariadb } from "../../src/sql/mysql/parse.ts";
import { startMariaDb } from "../mariadb/server.ts";
import type { Session } from "../mariadb/session.ts";
import { statementsOf, withoutChance, type Held, type Lab, type Played } from "./lab.ts";

/** @throws Error where there is no MariaDB */
export async function mariadbLab(): Promise<Lab> {
  const server = await startMariaDb();
  return {
    name: `MariaDB ${server.version}`,
    async play(played: readonly Played[], given = ""): Promise<Held> {
      // One of its own: settings of the last one are gone.
      const session = server.session();
      const run = async (sql: string): Promise<string | undefined> =>
        (await session.query(sql)).error?.slice(0, 4);
      try {
        await clean(session);
        const errors: (string | undefined)[] = [];
        for (const sql of statementsOf(mariadb, given)) errors.push(await run(sql));
        for (const { text, wrapped } of played) {
          let error = wrapped ? await run("START TRANSACTION") : undefined;
          for (const sql of statementsOf(mariadb, text)) error ??= await run(sql);
          await run(error === undefined && wrapped ? "COMMIT" : "ROLLBACK");
          errors.push(error);
        }
        return { errors, lines: await held(session) };
      } finally {
        session.close();
      }
    },
    stop: () => server.stop(),
  };
}

const system = "('information_schema', 'mysql', 'performance_schema', 'sys', 'test')";

async function list(session: Session, sql: string): Promise<readonly string[]> {
  const { lines, error } = await session.query(sql);
  if (error !== undefined) throw new Error(`${sql}: ${error}`);
  return lines.slice(1);
}

async function clean(session: Session): Promise<void> {
  const names = await list(
    session,
    `SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN ${system}`,
  );
  for (const name of names) await session.query(`DROP DATABASE \`${name}\``);
  await session.query("CREATE DATABASE lab CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
  await session.query("USE lab");
}

const kinds: Readonly<Record<string, string>> = {
  "BASE TABLE": "TABLE",
  "SYSTEM VERSIONED": "TABLE",
  VIEW: "VIEW",
  SEQUENCE: "SEQUENCE",
};

async function held(session: Session): Promise<readonly string[]> {
  const lines: string[] = [];
  const show = async (what: string, name: string): Promise<void> => {
    lines.push(
      (await session.query(`SHOW CREATE ${what} ${name}`)).lines
        .slice(1)
        .join("\n")
        .replace(/ AUTO_INCREMENT=\d+/, ""),
    );
  };
  await session.query("UNLOCK TABLES");
  await session.query("SET SESSION sql_mode = DEFAULT");
  const own = `NOT IN ${system}`;
  const tables = `SELECT CONCAT('\`', table_schema, '\`.\`', table_name, '\`'), table_type FROM information_schema.tables WHERE table_schema ${own}`;
  for (const line of await list(session, tables)) {
    const [name = "", type = ""] = line.split("\t");
    await show(kinds[type] ?? "TABLE", name);
    if (kinds[type] === "TABLE")
      lines.push(
        `rows ${name} ${[...(await session.query(`SELECT * FROM ${name}`)).lines].sort().join("\n")}`,
      );
  }
  for (const [what, from] of [
    ["TRIGGER", "triggers"],
    ["EVENT", "events"],
  ] as const)
    for (const name of await list(
      session,
      `SELECT CONCAT('\`', ${what}_SCHEMA, '\`.\`', ${what}_NAME, '\`') FROM information_schema.${from} WHERE ${what}_SCHEMA ${own}`,
    ))
      await show(what, name);
  const routines = `SELECT CONCAT(routine_type, ' \`', routine_schema, '\`.\`', routine_name, '\`') FROM information_schema.routines WHERE routine_schema ${own}`;
  for (const line of await list(session, routines))
    await show(line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1));
  lines.push(
    ...(await list(
      session,
      `SELECT CONCAT_WS(' ', 'action', constraint_schema, table_name, constraint_name, delete_rule, update_rule) FROM information_schema.referential_constraints WHERE constraint_schema ${own}`,
    )),
  );
  // Triggers and events say when they were made.
  return lines.map(withoutChance).sort();
}
