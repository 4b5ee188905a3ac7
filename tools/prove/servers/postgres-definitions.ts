/** What a PostgreSQL database holds, a line for each object; columns without their order. */
import type { Connection } from "./server.ts";

const own = (schema: string): string => `${schema} NOT LIKE 'pg\\_%' AND ${schema} <> 'information_schema'`;

const query = `
SELECT 'column ' || c.oid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attcollation <> t.typcollation THEN ' collate ' || a.attcollation::regcollation ELSE '' END
    || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
    || coalesce(CASE a.attgenerated WHEN '' THEN ' default ' ELSE ' generated ' END || pg_get_expr(d.adbin, d.adrelid), '')
    || CASE a.attidentity WHEN '' THEN '' ELSE ' identity ' || a.attidentity::text END
    || coalesce(' comment ' || col_description(c.oid, a.attnum), '')
    || coalesce(' grants ' || a.attacl::text, '') AS line
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relkind IN ('r', 'p', 'v', 'm') AND ${own("n.nspname")}
UNION ALL
SELECT 'relation ' || c.relkind::text || ' ' || c.oid::regclass || CASE WHEN c.relrowsecurity THEN ' row security' ELSE '' END
    || coalesce(' grants ' || c.relacl::text, '') || coalesce(' options ' || c.reloptions::text, '')
    || coalesce(' comment ' || obj_description(c.oid, 'pg_class'), '') || ' replica ' || c.relreplident::text
    || coalesce(' partition ' || pg_get_expr(c.relpartbound, c.oid), '')
    || coalesce(' by ' || pg_get_partkeydef(c.oid), '')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm') AND ${own("n.nspname")}
UNION ALL
SELECT 'constraint ' || coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text) || ' ' || k.conname || ' '
    || pg_get_constraintdef(k.oid)
    || CASE WHEN k.convalidated OR pg_get_constraintdef(k.oid) LIKE '%NOT VALID' THEN '' ELSE ' NOT VALID' END
  FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
  WHERE ${own("n.nspname")} AND k.contype NOT IN ('t', 'n')
UNION ALL
SELECT 'index ' || pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
    || coalesce(' below ' || h.inhparent::regclass, '')
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid WHERE ${own("n.nspname")}
UNION ALL
SELECT 'trigger ' || pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text FROM pg_trigger t WHERE NOT t.tgisinternal
UNION ALL
SELECT 'function ' || p.oid::regprocedure || ' ' || md5(p.prosrc)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${own("n.nspname")}
UNION ALL
SELECT 'view ' || c.oid::regclass || ' ' || pg_get_viewdef(c.oid)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${own("n.nspname")}
UNION ALL
SELECT 'enum ' || t.oid::regtype || ' ' || string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
  FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.oid
UNION ALL
SELECT 'domain ' || t.oid::regtype || ' ' || format_type(t.typbasetype, t.typtypmod) FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'd' AND ${own("n.nspname")}
UNION ALL
SELECT 'sequence ' || c.oid::regclass || ' ' || format_type(s.seqtypid, NULL)
    || coalesce(' owned by ' || d.refobjid::regclass || '.'
      || (SELECT attname FROM pg_attribute WHERE attrelid = d.refobjid AND attnum = d.refobjsubid), '')
  FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend d ON d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass
    AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
  WHERE ${own("n.nspname")}
UNION ALL
SELECT 'policy ' || p.polrelid::regclass || ' ' || p.polname || ' ' || p.polcmd::text
    || coalesce(' using ' || pg_get_expr(p.polqual, p.polrelid), '')
    || coalesce(' check ' || pg_get_expr(p.polwithcheck, p.polrelid), '') FROM pg_policy p
UNION ALL
SELECT 'published ' || p.pubname || ' ' || r.prrelid::regclass FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
UNION ALL
SELECT 'statistics ' || pg_get_statisticsobjdef(oid) FROM pg_statistic_ext`;

/** A NOT NULL of 18 is a constraint whose name is left out: `not null` of the column says the rest. */
export async function definitions(connection: Connection): Promise<readonly string[]> {
  const { rows } = await connection.query(query);
  return rows.flatMap(({ line }) => line ?? []).sort();
}
