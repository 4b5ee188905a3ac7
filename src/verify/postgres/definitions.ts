/** What a PostgreSQL database has, as the server itself writes it: one row for each object, with its definition. */

const own = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'";
const isOfExtension = (id: string): string =>
  `EXISTS (SELECT FROM pg_depend e WHERE e.objid = ${id} AND e.deptype = 'e')`;
const name = "n.nspname || '.' || c.relname";
const relations = "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace";

/** What a schema without owners and privileges is made of. The order of columns is left out. */
const structure: readonly string[] = [
  `SELECT 'schema ' || n.nspname AS object, '' AS definition FROM pg_namespace n WHERE ${own}`,
  `SELECT 'relation ' || ${name}, c.relkind::text || ' ' || c.relpersistence::text || ' '
    || c.relrowsecurity::text || c.relforcerowsecurity::text || ' ' || c.relreplident::text || coalesce(' ' || pg_get_partkeydef(c.oid), '')
    || coalesce(' ' || pg_get_expr(c.relpartbound, c.oid), '')
    || coalesce((SELECT ' below ' || string_agg(i.inhparent::regclass::text, ',' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid), '')
    FROM ${relations} WHERE ${own} AND c.relkind IN ('r', 'p', 'S', 'f')`,
  `SELECT 'column ' || ${name} || '.' || a.attname, format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || ' ' || a.attidentity::text || a.attgenerated::text
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE ${own} AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f')`,
  `SELECT 'constraint ' || k.conrelid::regclass || ' ' || k.conname, pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${own} AND k.contype <> 'n' AND k.conrelid <> 0`,
  `SELECT 'index ' || ${name}, pg_get_indexdef(i.indexrelid) || i.indisvalid::text
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own}`,
  `SELECT 'view ' || ${name}, pg_get_viewdef(c.oid) FROM ${relations} WHERE ${own} AND c.relkind IN ('v', 'm')`,
  `SELECT 'trigger ' || t.tgrelid::regclass || ' ' || t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT t.tgisinternal`,
  `SELECT 'policy ' || p.polrelid::regclass || ' ' || p.polname, p.polcmd::text || ' ' || p.polpermissive::text || ' '
    || p.polroles::regrole[]::text || coalesce(' using ' || pg_get_expr(p.polqual, p.polrelid), '')
    || coalesce(' check ' || pg_get_expr(p.polwithcheck, p.polrelid), '') FROM pg_policy p`,
  `SELECT 'function ' || p.oid::regprocedure, pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE ${own} AND p.prokind IN ('f', 'p') AND NOT ${isOfExtension("p.oid")}`,
  `SELECT 'type ' || n.nspname || '.' || t.typname, t.typtype::text || coalesce((SELECT ' ' || string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
    FROM pg_enum e WHERE e.enumtypid = t.oid), '') || coalesce(' ' || format_type(t.typbasetype, t.typtypmod), '')
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE ${own} AND t.typtype IN ('e', 'd') AND NOT ${isOfExtension("t.oid")}`,
];

/** Of relations and columns. */
const comments: readonly string[] = [
  `SELECT 'comment on relation ' || ${name} AS object, obj_description(c.oid, 'pg_class') AS definition FROM ${relations}
    WHERE ${own} AND c.relkind IN ('r', 'p', 'S', 'f', 'v', 'm') AND obj_description(c.oid, 'pg_class') IS NOT NULL`,
  `SELECT 'comment on column ' || ${name} || '.' || a.attname, col_description(c.oid, a.attnum) FROM ${relations} JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE ${own} AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'v') AND col_description(c.oid, a.attnum) IS NOT NULL`,
];

/** Privileges in a fixed order, without those of the owner. */
const privileges = (acl: string, owner: string): string =>
  `(SELECT string_agg(one, ', ' ORDER BY one) FROM (SELECT coalesce(r.rolname, 'public') || ' ' || x.privilege_type
    || CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END AS one
    FROM aclexplode(${acl}) x LEFT JOIN pg_roles r ON r.oid = x.grantee WHERE x.grantee <> ${owner}) each_of_them)`;

/** What a rollback has to bring back as well. */
const rest: readonly string[] = [
  `SELECT 'extension ' || e.extname, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace`,
  `SELECT 'privileges on ' || ${name}, p.list FROM ${relations},
    LATERAL ${privileges("c.relacl", "c.relowner")} p(list) WHERE ${own} AND p.list IS NOT NULL`,
  `SELECT 'privileges on ' || ${name} || '.' || a.attname, p.list FROM ${relations} JOIN pg_attribute a ON a.attrelid = c.oid,
    LATERAL ${privileges("a.attacl", "c.relowner")} p(list) WHERE ${own} AND a.attacl IS NOT NULL AND p.list IS NOT NULL`,
  `SELECT 'privileges on schema ' || n.nspname, p.list FROM pg_namespace n,
    LATERAL ${privileges("n.nspacl", "n.nspowner")} p(list) WHERE ${own} AND n.nspname <> 'public' AND p.list IS NOT NULL`,
  `SELECT 'privileges on function ' || f.oid::regprocedure, coalesce(p.list, 'none') FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace,
    LATERAL ${privileges("f.proacl", "f.proowner")} p(list) WHERE ${own} AND f.proacl IS NOT NULL AND NOT ${isOfExtension("f.oid")}`,
  `SELECT 'default privileges of ' || d.defaclrole::regrole || coalesce(' in ' || nullif(d.defaclnamespace, 0)::regnamespace::text, '') || ' on ' || d.defaclobjtype::text,
    d.defaclacl::text FROM pg_default_acl d`,
  `SELECT 'owner of ' || ${name}, c.relowner::regrole::text FROM ${relations} WHERE ${own} AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')`,
  `SELECT 'sequence ' || ${name}, format_type(s.seqtypid, NULL) || format(' start %s by %s from %s to %s cache %s cycle %s', s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
    || coalesce((SELECT ' owned by ' || d.refobjid::regclass || '.' || o.attname FROM pg_depend d JOIN pg_attribute o ON o.attrelid = d.refobjid AND o.attnum = d.refobjsubid WHERE d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0), '')
    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own}`,
  `SELECT 'storage of ' || ${name}, array_to_string(c.reloptions, ', ') FROM ${relations} WHERE ${own} AND c.reloptions IS NOT NULL`,
  `SELECT 'collation of ' || ${name} || '.' || a.attname, l.collname FROM ${relations} JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_collation l ON l.oid = a.attcollation WHERE ${own} AND c.relkind IN ('r', 'p') AND a.attcollation <> t.typcollation AND NOT a.attisdropped`,
  `SELECT 'state of trigger ' || t.tgrelid::regclass || ' ' || t.tgname, t.tgenabled::text FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgenabled <> 'O'`,
  `SELECT 'rule ' || r.ev_class::regclass || ' ' || r.rulename, pg_get_ruledef(r.oid) FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND r.rulename <> '_RETURN'`,
  `SELECT 'statistics ' || n.nspname || '.' || s.stxname, pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE ${own}`,
  `SELECT 'publication ' || p.pubname, p.puballtables::text || p.pubinsert::text || p.pubupdate::text || p.pubdelete::text || p.pubtruncate::text
    || coalesce((SELECT ' ' || string_agg(r.prrelid::regclass::text, ',' ORDER BY 1) FROM pg_publication_rel r WHERE r.prpubid = p.oid), '') FROM pg_publication p`,
  `SELECT 'event trigger ' || e.evtname, e.evtevent || ' ' || e.evtfoid::regprocedure || ' ' || e.evtenabled::text FROM pg_event_trigger e`,
  `SELECT 'attribute ' || n.nspname || '.' || t.typname || '.' || a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid
    JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_attribute a ON a.attrelid = c.oid WHERE ${own} AND c.relkind = 'c' AND a.attnum > 0 AND NOT a.attisdropped`,
  `SELECT 'constraint of domain ' || k.contypid::regtype || ' ' || k.conname, pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${own} AND k.contypid <> 0 AND k.contype <> 'n'`,
  `SELECT 'aggregate ' || p.oid::regprocedure, a.aggtransfn::text || ' ' || a.aggtranstype::regtype FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid
    JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${own} AND NOT ${isOfExtension("p.oid")}`,
  `SELECT 'operator ' || o.oid::regoperator, o.oprcode::text FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE ${own} AND NOT ${isOfExtension("o.oid")}`,
  `SELECT 'cast ' || k.castsource::regtype || ' to ' || k.casttarget::regtype, k.castcontext::text FROM pg_cast k WHERE k.oid >= 16384 AND NOT ${isOfExtension("k.oid")}`,
];

const all = (parts: readonly string[]): string => parts.join("\n  UNION ALL\n  ");

/** Rows of `object` and `definition`. */
export const structureQuery = all([...structure, ...comments]);
export const definitionsQuery = all([...structure, ...comments, ...rest]);
