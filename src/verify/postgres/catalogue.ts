/** What a PostgreSQL server and a schema hold, as lines that can be compared. */
import { quoteIdentifier } from "../../model/names.ts";
import { typeText, type ColumnType } from "../../model/types.ts";
import type { Schema } from "../../schema/schema.ts";

/**
 * One line for each object of a database that belongs to no extension: `column public.users.id bigint not null`. Types are
 * printed with their schema only where `search_path` is empty, those of extensions never. `DEFAULT NULL`, which the server
 * keeps for a type with a length, is no default.
 */
export const catalogue = `
  WITH of_extension AS (SELECT objid FROM pg_depend WHERE deptype = 'e'), rel AS (
    SELECT c.*, CASE WHEN n.nspname LIKE 'pg_temp%' THEN 'pg_temp' ELSE n.nspname END || '.' || c.relname AS key,
      CASE WHEN n.nspname LIKE 'pg_temp%' THEN 'pg_temp' ELSE n.nspname END AS nspname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg_toast%'
      AND c.oid NOT IN (SELECT objid FROM of_extension)
  )
  SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'f' THEN 'foreign table'
      WHEN 'm' THEN 'materialized view' ELSE 'sequence' END || ' ' || key
      || coalesce((SELECT ' owned by ' || o.key || '.' || a.attname FROM pg_depend d JOIN rel o ON o.oid = d.refobjid
         JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
         WHERE rel.relkind = 'S' AND d.objid = rel.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')), '')
      || coalesce((SELECT string_agg(' child of ' || p.key, '' ORDER BY p.key)
         FROM pg_inherits i JOIN rel p ON p.oid = i.inhparent WHERE i.inhrelid = rel.oid), '') AS line
  FROM rel WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL
  SELECT 'column ' || key || '.' || a.attname || ' ' || CASE WHEN a.atttypid IN (SELECT objid FROM of_extension)
      OR (SELECT typelem FROM pg_type WHERE oid = a.atttypid AND typcategory = 'A') IN (SELECT objid FROM of_extension)
      THEN regexp_replace(format_type(a.atttypid, a.atttypmod), '^\\w+\\.', '') ELSE format_type(a.atttypid, a.atttypmod) END
    || CASE WHEN a.attnotnull AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = rel.oid AND k.contype = 'n'
         AND k.conkey[1] = a.attnum AND NOT k.convalidated) THEN ' not null' ELSE '' END
    || CASE WHEN a.attgenerated <> '' THEN ' generated' WHEN a.attidentity <> '' OR a.atthasdef
      AND (SELECT pg_get_expr(d.adbin, d.adrelid) !~ '^NULL::' FROM pg_attrdef d WHERE d.adrelid = rel.oid AND d.adnum = a.attnum) THEN ' default' ELSE '' END
    || CASE a.attidentity WHEN 'a' THEN ' always' WHEN 'd' THEN ' by default' ELSE '' END
  FROM rel JOIN pg_attribute a ON a.attrelid = rel.oid
  WHERE relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT 'constraint ' || key || ' ' || k.conname || ' '
    || CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key'
         WHEN 'c' THEN 'check' ELSE 'exclusion' END
    || CASE WHEN k.contype = 'c' THEN '' ELSE ' (' || coalesce((SELECT string_agg(a.attname, ',' ORDER BY o.n)
         FROM unnest(k.conkey) WITH ORDINALITY o(num, n)
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = o.num), '') || ')' END
    || CASE WHEN k.contype = 'f' THEN ' to ' || (SELECT t.key FROM rel t WHERE t.oid = k.confrelid) || '('
         || coalesce((SELECT string_agg(a.attname, ',' ORDER BY o.n) FROM unnest(k.confkey) WITH ORDINALITY o(num, n)
         JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = o.num), '') || ')' ELSE '' END
    || CASE WHEN k.convalidated THEN '' ELSE ' not valid' END
  FROM rel JOIN pg_constraint k ON k.conrelid = rel.oid
  WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND NOT (k.contype = 'f' AND EXISTS (SELECT FROM pg_constraint up
    WHERE up.oid = k.conparentid AND up.conrelid = k.conrelid))
  UNION ALL
  SELECT 'index ' || rel.key || ' on ' || t.key || CASE WHEN i.indisunique THEN ' unique' ELSE '' END
    || ' (' || (SELECT string_agg(coalesce(a.attname, '<expression>'), ',' ORDER BY o.n)
         FROM unnest(i.indkey) WITH ORDINALITY o(num, n)
         LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = o.num AND o.num > 0) || ')'
    || CASE WHEN i.indpred IS NULL THEN '' ELSE ' partial' END || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END
    || coalesce((SELECT ' below ' || p.key FROM pg_inherits h JOIN rel p ON p.oid = h.inhparent WHERE h.inhrelid = rel.oid), '')
  FROM rel JOIN pg_index i ON i.indexrelid = rel.oid JOIN rel t ON t.oid = i.indrelid
  WHERE t.nspname <> 'pg_toast'
  UNION ALL
  SELECT 'type ' || n.nspname || '.' || t.typname || CASE t.typtype WHEN 'e' THEN ' enum ' || coalesce((SELECT
      string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid), '') WHEN 'd' THEN ' domain' ELSE ' composite' END
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg_%'
    AND (t.typtype IN ('e', 'd') OR c.relkind = 'c') AND t.oid NOT IN (SELECT objid FROM of_extension)
  UNION ALL
  SELECT 'trigger ' || key || ' ' || g.tgname FROM rel JOIN pg_trigger g ON g.tgrelid = rel.oid WHERE NOT g.tgisinternal
  UNION ALL
  SELECT 'policy ' || key || ' ' || p.polname FROM rel JOIN pg_policy p ON p.polrelid = rel.oid
  UNION ALL
  SELECT DISTINCT 'function ' || n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND p.oid NOT IN (SELECT objid FROM of_extension)`;

const spelled: Readonly<Record<string, string>> = {
  varchar: "character varying",
  char: "character",
  bit: "bit",
  varbit: "bit varying",
  timestamptz: "timestamp with time zone",
  timestamp: "timestamp without time zone",
  timetz: "time with time zone",
  time: "time without time zone",
};

/** As the server's format_type says it. */
function formatType(type: ColumnType, schema: Schema): string {
  const known = spelled[type.name];
  if (known === undefined) {
    const user = schema.type({ name: type.name, schema: type.schema, text: "", span: type.span });
    const relation = schema.relation({ name: type.name, schema: type.schema, text: "", span: type.span });
    const home =
      user.is === "present"
        ? user.value.schema
        : relation.is === "present"
          ? relation.value.schema
          : undefined;
    return typeText({
      ...type,
      schema: home,
      name: home === undefined ? type.name : quoteIdentifier(type.name),
    });
  }
  // A bare `char` is `char(1)`.
  const modifiers = type.name === "char" && type.modifiers.length === 0 ? [1] : type.modifiers;
  const [head = "", ...rest] = known.split(/ (?=with)/);
  const inner = modifiers.length === 0 ? "" : `(${modifiers.join(",")})`;
  return [head + inner, ...rest].join(" ") + "[]".repeat(type.dimensions > 0 ? 1 : 0);
}

/** What ddlint knows that it doesn't know (CREATE TABLE AS) isn't compared: a type, or columns of an incomplete table. */
export function forget(
  servers: readonly string[],
  schema: Schema,
  ours: readonly string[],
): readonly string[] {
  const untyped = new Map(
    ours.flatMap((line) => {
      const [, column, rest] = /^(column .*) \?((?: not null)?(?: default)?)$/.exec(line) ?? [];
      return column === undefined ? [] : [[column, rest ?? ""]];
    }),
  );
  const withoutType = (line: string): string => {
    const [, column, type = ""] = /^(column \S+\.\S+) (.*)$/.exec(line) ?? [];
    const rest = column === undefined ? undefined : untyped.get(column);
    const own = / not null| default/.exec(type);
    return column === undefined || rest !== (own === null ? "" : type.slice(own.index))
      ? line
      : `${column} ?${rest}`;
  };
  const partial = [...schema.relations()].filter((r) => !r.complete).map((r) => `column ${r.key}.`);
  return servers
    .map(withoutType)
    .filter((line) => ours.includes(line) || !partial.some((start) => line.startsWith(start)))
    .sort();
}

/** The schema as lines like those of `catalogue`. */
export function describe(schema: Schema): readonly string[] {
  const lines: string[] = [];
  for (const relation of schema.relations()) {
    const owner =
      relation.ownedBy === undefined ? "" : ` owned by ${relation.ownedBy.table}.${relation.ownedBy.column}`;
    const parents =
      relation.partitionOf === undefined ? [...relation.parents].sort() : [relation.partitionOf.parent];
    lines.push(`${relation.kind} ${relation.key}${owner}${parents.map((p) => ` child of ${p}`).join("")}`);
    for (const trigger of relation.triggers) lines.push(`trigger ${relation.key} ${trigger.name}`);
    for (const policy of relation.policies) lines.push(`policy ${relation.key} ${policy.name}`);
    if (relation.kind !== "table" && relation.kind !== "foreign table") continue;
    for (const c of relation.columns) {
      const type = c.type === undefined ? "?" : formatType(c.type, schema);
      const value = c.generated !== undefined ? " generated" : c.hasDefault === "yes" ? " default" : "";
      const identity = c.identity === undefined ? "" : ` ${c.identity}`;
      lines.push(
        `column ${relation.key}.${c.name} ${type}${c.notNull === "yes" ? " not null" : ""}${value}${identity}`,
      );
    }
    for (const c of relation.constraints) {
      if (c.kind === "not null") continue;
      const columns = c.kind === "check" ? "" : ` (${c.columns.join(",")})`;
      const to = c.kind === "foreign key" ? ` to ${c.references}(${c.referencedColumns.join(",")})` : "";
      lines.push(
        `constraint ${relation.key} ${c.name} ${c.kind}${columns}${to}${c.validated ? "" : " not valid"}`,
      );
    }
  }
  for (const i of schema.indexes()) {
    const columns = [...i.elements.map((e) => e.column ?? "<expression>"), ...i.include].join(",");
    lines.push(
      `index ${i.schema}.${i.name} on ${i.table}${i.unique ? " unique" : ""} (${columns})` +
        `${i.where === undefined ? "" : " partial"}${i.valid ? "" : " invalid"}` +
        (i.parent === undefined ? "" : ` below ${i.parent}`),
    );
  }
  for (const t of schema.types())
    lines.push(
      `type ${t.schema}.${t.name} ${t.form}${t.form === "enum" ? ` ${t.labels.map((l) => l.label).join(",")}` : ""}`,
    );
  lines.push(...new Set([...schema.allRoutines()].map((r) => `function ${r.schema}.${r.name}`)));
  return lines.sort();
}
