/** What a PostgreSQL holds after a history, in the server's own words. */
import { PGlite } from "@electric-sql/pglite";
import { citext } from "@electric-sql/pglite/contrib/citext";
import { hstore } from "@electric-sql/pglite/contrib/hstore";
import { ltree } from "@electric-sql/pglite/contrib/ltree";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { pgcrypto } from "@electric-sql/pglite/contrib/pgcrypto";
import { uuid_ossp } from "@electric-sql/pglite/contrib/uuid_ossp";
import { postgres } from "../../src/sql/postgres/parse.ts";
import { statementsOf, withoutChance, type Held, type Lab, type Played } from "./lab.ts";

/** Schemas, roles and the like of a history; the server itself goes on. */
const reset = `
  ROLLBACK;
  RESET ALL;
  DISCARD ALL;
  DO $$ DECLARE it record; BEGIN
    FOR it IN SELECT evtname AS name FROM pg_event_trigger LOOP EXECUTE format('DROP EVENT TRIGGER %I', it.name); END LOOP;
    FOR it IN SELECT pubname AS name FROM pg_publication LOOP EXECUTE format('DROP PUBLICATION %I', it.name); END LOOP;
    FOR it IN SELECT srvname AS name FROM pg_foreign_server LOOP EXECUTE format('DROP SERVER %I CASCADE', it.name); END LOOP;
    FOR it IN SELECT extname AS name FROM pg_extension WHERE extname <> 'plpgsql' LOOP EXECUTE format('DROP EXTENSION %I CASCADE', it.name); END LOOP;
    FOR it IN SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
      LOOP EXECUTE format('DROP SCHEMA %I CASCADE', it.name); END LOOP;
    FOR it IN SELECT rolname AS name FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user
      LOOP EXECUTE format('DROP OWNED BY %I', it.name); EXECUTE format('DROP ROLE %I', it.name); END LOOP;
    CREATE SCHEMA public;
    GRANT USAGE ON SCHEMA public TO PUBLIC;
  END $$;`;

/** One line for each object: definitions as the server prints them, owners, privileges, comments. */
const objects = `
  WITH rel AS (
    SELECT c.*, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS key FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  ), proc AS (
    SELECT p.*, n.nspname || '.' || p.proname AS key FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  )
  SELECT concat_ws(' ', 'relation', key, relkind, relpersistence, reloptions, relrowsecurity, relforcerowsecurity, relreplident, relacl,
      pg_get_userbyid(relowner), pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid), obj_description(oid, 'pg_class'),
      CASE relkind WHEN 'v' THEN pg_get_viewdef(oid) WHEN 'm' THEN pg_get_viewdef(oid) WHEN 'i' THEN pg_get_indexdef(oid) END,
      (SELECT string_agg(inhparent::regclass::text, ',' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = rel.oid)) AS line
    FROM rel WHERE relkind <> 't'
  UNION ALL SELECT concat_ws(' ', 'column', key, a.attnum, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attnotnull,
      a.attidentity, a.attgenerated, a.attcollation, a.attstorage, a.attcompression, a.attoptions, a.attacl, pg_get_expr(d.adbin, d.adrelid),
      col_description(rel.oid, a.attnum))
    FROM rel JOIN pg_attribute a ON a.attrelid = rel.oid LEFT JOIN pg_attrdef d ON d.adrelid = rel.oid AND d.adnum = a.attnum
    WHERE relkind NOT IN ('t', 'i', 'S') AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL SELECT concat_ws(' ', 'constraint', k.conrelid::regclass, k.contypid::regtype, quote_ident(k.conname), pg_get_constraintdef(k.oid),
      k.condeferrable, k.condeferred, k.convalidated, k.confdeltype, k.confupdtype, k.connoinherit, obj_description(k.oid, 'pg_constraint'))
    FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  UNION ALL SELECT concat_ws(' ', 'index', i.indexrelid::regclass, i.indisvalid, i.indisready, i.indisclustered, i.indisreplident, i.indisprimary)
    FROM rel JOIN pg_index i ON i.indexrelid = rel.oid
  UNION ALL SELECT concat_ws(' ', 'sequence', s.seqrelid::regclass, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcycle, s.seqcache)
    FROM pg_sequence s
  UNION ALL SELECT concat_ws(' ', 'type', n.nspname, t.typname, t.typtype, format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault, t.typacl,
      (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid), obj_description(t.oid, 'pg_type'))
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  UNION ALL SELECT concat_ws(' ', 'routine', key, CASE WHEN prokind IN ('f', 'p') THEN pg_get_functiondef(oid) ELSE pg_get_function_identity_arguments(oid) END,
      proacl, obj_description(oid, 'pg_proc')) FROM proc
  UNION ALL SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(g.oid), g.tgenabled) FROM pg_trigger g WHERE NOT g.tgisinternal
  UNION ALL SELECT concat_ws(' ', 'policy', p.polrelid::regclass, p.polname, p.polcmd, p.polpermissive,
      (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r) END, ',' ORDER BY r) FROM unnest(p.polroles) r),
      pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy p
  UNION ALL SELECT concat_ws(' ', 'rule', pg_get_ruledef(r.oid), r.ev_enabled) FROM pg_rewrite r JOIN rel ON rel.oid = r.ev_class WHERE r.rulename <> '_RETURN'
  UNION ALL SELECT concat_ws(' ', 'schema', nspname, nspacl, obj_description(oid, 'pg_namespace')) FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  UNION ALL SELECT concat_ws(' ', 'extension', extname, extversion) FROM pg_extension
  UNION ALL SELECT concat_ws(' ', 'statistics', pg_get_statisticsobjdef(oid)) FROM pg_statistic_ext
  UNION ALL SELECT concat_ws(' ', 'role', rolname, rolsuper, rolinherit, rolcanlogin, rolbypassrls, rolreplication) FROM pg_roles WHERE rolname !~ '^pg_'
  UNION ALL SELECT concat_ws(' ', 'setting', name, setting) FROM pg_settings
    WHERE source = 'session' AND name NOT IN ('search_path', 'transaction_isolation', 'transaction_read_only', 'transaction_deferrable')
  UNION ALL SELECT concat_ws(' ', 'default privileges', d.defaclobjtype, d.defaclacl) FROM pg_default_acl d`;

const rows = `
  SELECT 'rows ' || c.oid::regclass || ' ' || coalesce(query_to_xml(
    CASE c.relkind WHEN 'S' THEN format('SELECT last_value, is_called FROM %s', c.oid::regclass)
      ELSE format('SELECT * FROM %1$s t ORDER BY t::text', c.oid::regclass) END, true, true, '')::text, '') AS line
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'm', 'S')
    AND (c.relkind <> 'm' OR c.relispopulated)`;

/** `0A000`: an error by its code; others of JavaScript by their text. */
const errorOf = (error: unknown): string => {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return code ?? message ?? String(error);
};

export async function postgresLab(): Promise<Lab> {
  await postgres.load();
  const db = await PGlite.create({ extensions: { citext, hstore, ltree, pg_trgm, pgcrypto, uuid_ossp } });
  const run = async (sql: string): Promise<string | undefined> => {
    try {
      await db.exec(sql);
      return undefined;
    } catch (error) {
      return errorOf(error);
    }
  };
  const held = async (): Promise<readonly string[]> => {
    // Names are printed in full, and rows in the same format whatever the history has set.
    await db.exec("ROLLBACK; SET search_path = ''; RESET ROLE");
    const found = await db.query<{ line: string }>(objects);
    const data = await run("SET row_security = off; SET statement_timeout = 0");
    const values = data === undefined ? (await db.query<{ line: string }>(rows)).rows : [];
    return [
      ...found.rows.map(({ line }) => line),
      // A line for each row.
      ...values.flatMap(({ line }) => {
        const [table = "", ...each] = withoutChance(line).split(/(?=<row )/);
        return each.length === 0 ? [table] : each.map((row) => table + row);
      }),
    ].sort();
  };
  return {
    name: "PGlite",
    async play(played: readonly Played[], given = ""): Promise<Held> {
      for (const sql of reset.split(/;(?=\s*(?:RESET|DISCARD|DO))/)) await db.exec(sql);
      const errors: (string | undefined)[] = [];
      if (given !== "") errors.push(await run(given));
      for (const { text, wrapped } of played) {
        let error = wrapped ? await run("BEGIN") : undefined;
        for (const sql of statementsOf(postgres, text)) error ??= await run(sql);
        // A tool rolls back what has failed, and what is left open is lost with the connection.
        await run(error === undefined && wrapped ? "COMMIT" : "ROLLBACK");
        errors.push(error);
      }
      return { errors, lines: await held() };
    },
    stop: () => db.close(),
  };
}
