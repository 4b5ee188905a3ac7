/** The embedded PostgreSQL as a server that is all ours. */
import { startPglite } from "./connect.ts";
import type { Connection } from "./connection.ts";
import type { Labs } from "./lab.ts";
import { definitionsQuery } from "./postgres/definitions.ts";
import { PostgresLab, isOfRows } from "./postgres/lab.ts";

/** @param extensions that the history creates: those that come with the package are loaded */
export async function embeddedLabs(extensions: readonly string[]): Promise<Labs> {
  const started = await startPglite(extensions);
  const { title, dialect, version } = started;
  const isEmpty = await emptied(started);
  /** Empty, and not in use. */
  let idle: Connection | undefined = started;
  const close = async (session: Connection): Promise<void> => {
    // Starting another one takes seconds.
    if (idle === undefined && (await isEmpty(session))) idle = session;
    else await session.close();
  };
  return {
    title,
    dialect,
    version,
    isOfRows,
    async open() {
      const session = idle ?? (await startPglite(extensions));
      idle = undefined;
      // It has one session; this is what a new one begins with.
      const renew = async (one: Connection): Promise<Connection> => {
        await one.exec("DISCARD ALL");
        return one;
      };
      return new PostgresLab(session, { isOwnServer: true, renew, close });
    },
    stop: async () => {
      await idle?.close();
    },
  };
}

/** What there is beside the definitions. */
const state = `${definitionsQuery}
  UNION ALL SELECT 'role ' || rolname, rolconfig::text FROM pg_roles
  UNION ALL SELECT 'setting', setdatabase || ' ' || setrole || setconfig::text FROM pg_db_role_setting
  UNION ALL SELECT 'wrapper ' || fdwname, '' FROM pg_foreign_data_wrapper
  UNION ALL SELECT 'large object ' || oid, '' FROM pg_largeobject_metadata
  UNION ALL SELECT 'database ' || datname, '' FROM pg_database ORDER BY 1, 2`;

const drops = `
  SELECT format('DROP EVENT TRIGGER %I', evtname) AS sql FROM pg_event_trigger
  UNION ALL SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
  UNION ALL SELECT format('DROP EXTENSION IF EXISTS %I CASCADE', extname) FROM pg_extension WHERE extname <> 'plpgsql'
  UNION ALL SELECT format('DROP SCHEMA IF EXISTS %I CASCADE', nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  UNION ALL SELECT format('DROP OWNED BY %I CASCADE; DROP ROLE %I', rolname, rolname) FROM pg_roles WHERE oid >= 16384`;

/** Remembers how an empty server is, and makes one so again; false: something stays. */
async function emptied(fresh: Connection): Promise<(session: Connection) => Promise<boolean>> {
  const expected = JSON.stringify(await fresh.query(state));
  return async (session) => {
    try {
      await session.exec("DISCARD ALL");
      for (const { sql } of await session.query(drops)) await session.send(sql ?? "");
      await session.exec("CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC");
      return JSON.stringify(await session.query(state)) === expected;
    } catch {
      return false;
    }
  };
}
