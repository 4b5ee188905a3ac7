import type { DialectName } from "../model/dialect.ts";
/** Sizes of the tables in production, as `ddlint stats-query` gives them: how long a rewrite or a scan takes. */

export interface TableStats {
  /** Estimated; a partitioned table counts its partitions. */
  readonly rows: number;
  /** Heap and TOAST, or the rows of InnoDB; without secondary indexes. */
  readonly bytes: number;
}

/** By key: `public.orders`. */
export type Stats = ReadonlyMap<string, TableStats>;

/** To be run in production, where it reads two catalogues (manual, sections 52.11 and 27.2.22) and locks nothing else. */
const statsQuery = `SELECT json_agg(json_build_object('table', t.name, 'rows', t.rows, 'bytes', t.bytes) ORDER BY t.name)
FROM (
  SELECT n.nspname || '.' || c.relname AS name,
         greatest(coalesce(sum(p.reltuples), 0), coalesce(sum(s.n_live_tup), 0), 0)::bigint AS rows,
         coalesce(sum(pg_table_size(p.oid)), 0)::bigint AS bytes
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN LATERAL pg_partition_tree(c.oid) tree ON c.relkind = 'p'
  LEFT JOIN pg_class p ON p.oid = coalesce(tree.relid, c.oid) AND p.relkind IN ('r', 'm')
  LEFT JOIN pg_stat_user_tables s ON s.relid = p.oid
  WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  GROUP BY n.nspname, c.relname
) t;
`;

/**
 * The same of MySQL (5.7.22 and newer) and MariaDB, of the database that the client is connected to: InnoDB's estimates,
 * and what its rows take without secondary indexes.
 */
const mysqlStatsQuery = `SELECT JSON_ARRAYAGG(JSON_OBJECT('table', t.TABLE_NAME, 'rows', COALESCE(t.TABLE_ROWS, 0), 'bytes', COALESCE(t.DATA_LENGTH, 0)))
FROM information_schema.TABLES t
WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE';
`;

/** The same of the collections of the database that mongosh is connected to. */
const mongodbStatsQuery = `print(JSON.stringify(db.getCollectionInfos({ type: "collection" }).map(({ name }) => {
  const [{ storageStats: stats }] = db.getCollection(name).aggregate([{ $collStats: { storageStats: {} } }]).toArray();
  return { table: name, rows: Number(stats.count), bytes: Number(stats.size) };
})));
`;

/** The query in the words of each. */
export const statsQueries: Readonly<Record<DialectName, string>> = {
  postgres: statsQuery,
  mysql: mysqlStatsQuery,
  mariadb: mysqlStatsQuery,
  mongodb: mongodbStatsQuery,
};

/** How to ask production in a shell; the answer is the file. */
export const statsCommands: Readonly<Record<DialectName, string>> = {
  postgres: 'psql -XAt -c "$(npx ddlint stats-query)"',
  mysql: 'mysql -NBr -e "$(npx ddlint stats-query)" <database>',
  mariadb: 'mariadb -NBr -e "$(npx ddlint stats-query)" <database>',
  mongodb: 'mongosh --quiet <address> --eval "$(npx ddlint stats-query)"',
};

/** Undefined: not what the query gives. */
export function readStats(text: string): Stats | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(data)) return undefined;
  const stats = new Map<string, TableStats>();
  for (const entry of data as readonly unknown[]) {
    if (typeof entry !== "object" || entry === null) return undefined;
    const { table, rows, bytes } = entry as Readonly<Record<string, unknown>>;
    if (typeof table !== "string" || typeof rows !== "number" || typeof bytes !== "number") return undefined;
    // MySQL has no schemas: its tables are those of the default one.
    stats.set(table.includes(".") ? table : `public.${table}`, { rows, bytes });
  }
  return stats;
}
