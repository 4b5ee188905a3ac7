/**
 * What is true of a kind of operation, whatever one operation of it says. Every list of kinds derives from this table:
 * a kind that it doesn't have doesn't compile.
 */
import type { DialectName } from "./dialect.ts";
import type { QualifiedName } from "./names.ts";
import type { Operation, OperationKind, OperationOf } from "./operation.ts";

/**
 * What an operation changes. `description`: the comment, the owner or the privileges of an object, which no query sees;
 * `storage`: it writes again what is there; `session`: settings and transactions; `nothing`: it reads, locks or looks
 * after what is there; `unknown`: its text isn't known, or isn't understood.
 */
export type Changed = "schema" | "rows" | "description" | "storage" | "session" | "nothing" | "unknown";

/** The field that holds the operation's table: an index of MySQL's stands in the name space of its table. */
type TableField<K extends OperationKind> = "table" extends keyof OperationOf<K>
  ? "table"
  : "onTable" extends keyof OperationOf<K>
    ? "onTable"
    : undefined;

export interface KindTraits<T extends "table" | "onTable" | undefined = "table" | "onTable" | undefined> {
  readonly changes: Changed;
  /** Servers that have it; their families' front ends read it for each of them. */
  readonly databases: readonly DialectName[];
  /**
   * MySQL and MariaDB: it ends the transaction that is open, by the manual's "Statements That Cause an Implicit
   * Commit". Some operations of a kind don't: see `commitsImplicitly`. Undefined: they don't have it.
   */
  readonly commits?: boolean | undefined;
  /** Undefined: it has none, or several. */
  readonly table: T;
}

const everywhere: readonly DialectName[] = ["postgres", "mysql", "mariadb"];
const postgres: readonly DialectName[] = ["postgres"];
const mysqlFamily: readonly DialectName[] = ["mysql", "mariadb"];
const mongodb: readonly DialectName[] = ["mongodb"];
const notMysql: readonly DialectName[] = ["postgres", "mariadb"];

/** What ALTER TABLE and its kin do in PostgreSQL alone. */
const alterInPostgres = { changes: "schema", databases: postgres, table: "table" } as const;
const alterInMysql = { changes: "schema", databases: mysqlFamily, commits: true, table: "table" } as const;
const alterTable = { changes: "schema", databases: everywhere, commits: true, table: "table" } as const;
/** Of what is no table. */
const define = { changes: "schema", databases: everywhere, commits: true, table: undefined } as const;
const defineInPostgres = { changes: "schema", databases: postgres, table: undefined } as const;
/** Of MongoDB: collections and indexes, and the documents in them. */
const ofCollection = { changes: "schema", databases: mongodb, table: undefined } as const;
const ofDocuments = { changes: "rows", databases: mongodb, table: undefined } as const;
const session = { changes: "session", databases: everywhere, table: undefined } as const;

const table = {
  // Tables.
  createTable: alterTable,
  dropTable: alterTable,
  renameTable: alterTable,
  setTableSchema: alterInPostgres,
  truncateTable: { changes: "rows", databases: everywhere, commits: true, table: "table" },
  setTableOptions: alterTable,
  setLogged: alterInPostgres,
  setTablespace: alterInPostgres,
  setAccessMethod: alterInPostgres,
  setReplicaIdentity: alterInPostgres,
  setClusterIndex: alterInPostgres,
  setRowSecurity: alterInPostgres,
  setTriggerState: alterInPostgres,
  setInheritance: alterInPostgres,
  setTableType: alterInPostgres,
  attachPartition: alterInPostgres,
  detachPartition: alterInPostgres,
  convertCharset: alterInMysql,
  forceRebuild: { ...alterInMysql, changes: "storage" },
  orderRows: { ...alterInMysql, changes: "storage" },
  alterPartitions: alterInMysql,
  setSystemVersioning: { changes: "schema", databases: ["mariadb"], commits: true, table: "table" },
  setTableState: alterInMysql,
  // Columns.
  addColumn: alterTable,
  dropColumn: alterTable,
  renameColumn: alterTable,
  redefineColumn: alterInMysql,
  changeColumnType: alterInPostgres,
  setDefault: alterTable,
  dropDefault: alterTable,
  setNotNull: alterInPostgres,
  dropNotNull: alterInPostgres,
  setExpression: alterInPostgres,
  dropExpression: alterInPostgres,
  addIdentity: alterInPostgres,
  alterIdentity: alterInPostgres,
  dropIdentity: alterInPostgres,
  setColumnOption: alterTable,
  // Constraints.
  addForeignKey: alterTable,
  addCheck: alterTable,
  addUnique: alterTable,
  addPrimaryKey: alterTable,
  addExclusion: alterInPostgres,
  addNotNull: alterInPostgres,
  dropConstraint: alterTable,
  renameConstraint: alterInPostgres,
  validateConstraint: alterInPostgres,
  alterConstraint: { changes: "schema", databases: ["postgres", "mysql"], commits: true, table: "table" },
  // Indexes.
  createIndex: alterTable,
  dropIndex: { changes: "schema", databases: everywhere, commits: true, table: "onTable" },
  renameIndex: { changes: "schema", databases: everywhere, commits: true, table: "onTable" },
  alterIndex: { changes: "schema", databases: everywhere, commits: true, table: "onTable" },
  attachIndex: defineInPostgres,
  reindex: { changes: "storage", databases: postgres, table: undefined },
  // Views, sequences, types.
  createView: define,
  dropView: define,
  renameView: defineInPostgres,
  alterView: defineInPostgres,
  refreshView: { changes: "nothing", databases: postgres, table: undefined },
  createSequence: { changes: "schema", databases: notMysql, commits: true, table: undefined },
  alterSequence: { changes: "schema", databases: notMysql, commits: true, table: undefined },
  dropSequence: { changes: "schema", databases: notMysql, commits: true, table: undefined },
  createType: defineInPostgres,
  addEnumValue: defineInPostgres,
  renameEnumValue: defineInPostgres,
  alterCompositeType: defineInPostgres,
  dropType: defineInPostgres,
  createDomain: defineInPostgres,
  alterDomain: defineInPostgres,
  // Functions, triggers, policies, rules.
  createFunction: define,
  alterFunction: define,
  dropFunction: define,
  createTrigger: alterTable,
  dropTrigger: alterInPostgres,
  createPolicy: alterInPostgres,
  alterPolicy: alterInPostgres,
  dropPolicy: alterInPostgres,
  createRule: alterInPostgres,
  dropRule: alterInPostgres,
  // Other objects.
  createSchema: define,
  dropSchema: define,
  createExtension: defineInPostgres,
  createStatistics: alterInPostgres,
  createObject: define,
  alterObject: define,
  dropObject: define,
  renameObject: define,
  setObjectSchema: defineInPostgres,
  changeOwner: { changes: "description", databases: postgres, table: undefined },
  comment: { changes: "description", databases: postgres, table: undefined },
  grant: { changes: "description", databases: everywhere, commits: true, table: undefined },
  // Rows.
  insertRows: { changes: "rows", databases: everywhere, commits: false, table: "table" },
  updateRows: { changes: "rows", databases: everywhere, commits: false, table: "table" },
  deleteRows: { changes: "rows", databases: everywhere, commits: false, table: "table" },
  mergeRows: { changes: "rows", databases: postgres, table: "table" },
  copyRows: { changes: "rows", databases: everywhere, commits: false, table: "table" },
  selectRows: { changes: "nothing", databases: everywhere, commits: false, table: undefined },
  // What the function does is operations of their own.
  callFunction: { changes: "nothing", databases: everywhere, commits: false, table: undefined },
  lockTable: { changes: "nothing", databases: everywhere, commits: true, table: "table" },
  // The session, and what looks after the server.
  begin: { ...session, commits: true },
  commit: { ...session, commits: false },
  rollback: { ...session, commits: false },
  savepoint: { ...session, commits: false },
  // SET autocommit = 1.
  setOption: { ...session, commits: true },
  useSchema: { changes: "session", databases: mysqlFamily, commits: false, table: undefined },
  vacuum: { changes: "nothing", databases: postgres, table: undefined },
  analyze: { changes: "nothing", databases: everywhere, commits: true, table: undefined },
  cluster: { changes: "storage", databases: postgres, table: "table" },
  utility: { changes: "nothing", databases: everywhere, commits: false, table: undefined },
  // Collections and documents.
  createCollection: ofCollection,
  dropCollection: ofCollection,
  renameCollection: ofCollection,
  alterCollection: ofCollection,
  createDocumentIndex: ofCollection,
  dropDocumentIndex: ofCollection,
  syncIndexes: ofCollection,
  insertDocuments: ofDocuments,
  updateDocuments: ofDocuments,
  deleteDocuments: ofDocuments,
  readDocuments: { ...ofDocuments, changes: "nothing" },
  aggregateInto: ofDocuments,
  shardCollection: { ...ofDocuments, changes: "storage" },
  databaseCommand: { ...ofDocuments, changes: "storage" },
  executeDynamic: {
    changes: "unknown",
    databases: [...everywhere, "mongodb"],
    commits: false,
    table: undefined,
  },
  unknown: { changes: "unknown", databases: [...everywhere, "mongodb"], commits: false, table: undefined },
} as const satisfies { readonly [K in OperationKind]: KindTraits<TableField<K>> };

export const kinds: Readonly<Record<OperationKind, KindTraits>> = table;

const ofWholeTable: ReadonlySet<Changed> = new Set<Changed>(["schema", "storage"]);

/** What the operation changes, by its kind. */
export const changed = ({ kind }: Pick<Operation, "kind">): Changed => kinds[kind].changes;

/** The table of each kind of operation: that of an index is known where the statement names it. */
type TableByKind = {
  readonly [O in Operation as O["kind"]]: O extends { readonly table: QualifiedName }
    ? QualifiedName
    : QualifiedName | undefined;
};
export type TableOf<K extends OperationKind> = TableByKind[K];

/** The table that the operation is about; undefined: none, or the statement doesn't say. */
export function tableOf<K extends OperationKind>(operation: OperationOf<K>): TableOf<K> {
  const field = kinds[operation.kind].table;
  // The table of kinds has a field of the operation, by its type.
  return (field && (operation as Partial<Record<typeof field, QualifiedName>>)[field]) as TableOf<K>;
}

/** The existing table whose definition or whole content the operation changes; rows alone are changed one by one. */
export function alteredTable(operation: Operation): QualifiedName | undefined {
  if (operation.kind === "createTable") return undefined;
  const isWhole = ofWholeTable.has(changed(operation)) || operation.kind === "truncateTable";
  return isWhole ? tableOf(operation) : undefined;
}
