/** What a PostgreSQL database holds, as the server itself writes it: one line for each object; the order of columns aside. */
const own = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'";

export const definitions = `
  SELECT 'schema ' || n.nspname AS line FROM pg_namespace n WHERE ${own}
  UNION ALL
  SELECT 'relation ' || n.nspname || '.' || c.relname || ' ' || c.relkind::text || ' ' || c.relpersistence::text || ' '
    || c.relrowsecurity::text || c.relforcerowsecurity::text || ' ' || c.relreplident::text || coalesce(' ' || pg_get_partkeydef(c.oid), '')
    || coalesce(' ' || pg_get_expr(c.relpartbound, c.oid), '') || coalesce(' ' || obj_description(c.oid, 'pg_class'), '')
    || coalesce((SELECT ' below ' || string_agg(i.inhparent::regclass::text, ',' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid), '')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND c.relkind IN ('r', 'p', 'S', 'f')
  UNION ALL
  SELECT 'column ' || n.nspname || '.' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || ' ' || a.attidentity::text || a.attgenerated::text
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') || coalesce(' ' || col_description(c.oid, a.attnum), '')
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE ${own} AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f')
  UNION ALL
  SELECT 'constraint ' || k.conrelid::regclass || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${own} AND k.contype <> 'n' AND k.conrelid <> 0
  UNION ALL
  SELECT 'index ' || pg_get_indexdef(i.indexrelid) || i.indisvalid::text
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own}
  UNION ALL
  SELECT 'view ' || n.nspname || '.' || c.relname || ' ' || pg_get_viewdef(c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND c.relkind IN ('v', 'm')
  UNION ALL
  SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT t.tgisinternal
  UNION ALL
  SELECT 'policy ' || p.polrelid::regclass || ' ' || p.polname || ' ' || p.polcmd::text || ' ' || p.polpermissive::text || ' '
    || p.polroles::regrole[]::text || coalesce(' using ' || pg_get_expr(p.polqual, p.polrelid), '')
    || coalesce(' check ' || pg_get_expr(p.polwithcheck, p.polrelid), '') FROM pg_policy p
  UNION ALL
  SELECT 'function ' || pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE ${own} AND p.prokind IN ('f', 'p')
  UNION ALL
  SELECT 'type ' || n.nspname || '.' || t.typname || ' ' || t.typtype::text || coalesce((SELECT ' ' || string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
    FROM pg_enum e WHERE e.enumtypid = t.oid), '') || coalesce(' ' || format_type(t.typbasetype, t.typtypmod), '')
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE ${own} AND t.typtype IN ('e', 'd')`;
