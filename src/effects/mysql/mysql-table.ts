/**
 * MySQL 5.7 to 9.x: what each change takes at best. Manual: MySQL Reference Manual, "Online DDL Operations";
 * measured: 5.7.42, 8.0.19, 8.0.28, 8.0.46, 8.4.8, 9.7.4 (fixtures/effects/mysql/servers.jsonl).
 */
import { cost, type ChangeCost, type Row, type Table } from "./cost.ts";

const column = "manual, Column Operations";
const generated = "manual, Generated Column Operations";
const index = "manual, Index Operations";
const primary = "manual, Primary Key Operations";
const foreign = "manual, Foreign Key Operations";
const table = "manual, Table Operations";
const partition = "manual, Partitioning Operations";
const code = "not in the manual: unmeasured, as the server's check_if_supported_inplace_alter";

const always = (cost: ChangeCost): Row["since"] => ({ "5.7": cost });
const row = (source: string, since: Row["since"] | ChangeCost): Row => ({
  source,
  since: isCost(since) ? always(since) : since,
});
const isCost = (since: Row["since"] | ChangeCost): since is ChangeCost => !("5.7" in since);

const { instant, inplace, rebuild, copy, inplaceBuild, inplaceBuildShared, none } = cost;
/** ALGORITHM=INSTANT is there since 8.0.12. */
const metadata = { "5.7": inplace, "8.0.12": instant };
const addColumn = { "5.7": rebuild, "8.0.12": cost.instantOrRebuild, "8.0.29": cost.instantVersion };
const addBetween = { "5.7": rebuild, "8.0.29": cost.instantVersion };
/** Refused with 1846 until 5.7: the grammar's clauses are not for partitions. */
const partitioned = (then: ChangeCost, before: ChangeCost = none): Row["since"] => ({
  "5.7": before,
  "8.0": then,
});

export const mysqlTable: Table = {
  nothing: row(`${column}; measured`, metadata),
  "add column last": row(`${column}; measured`, addColumn),
  "add column in between": row(`${column}; measured`, addBetween),
  // A zero date or no shape at all: each row is looked at.
  "add column without implicit default": row("measured", rebuild),
  "add AUTO_INCREMENT column": row(column, cost.rebuildShared),
  "add column with expression default": row("measured", copy),
  "add column with volatile default": row("measured", copy),
  "add VIRTUAL column": row(generated, metadata),
  "add STORED column": row(`${generated}; measured`, copy),
  "drop column": row(`${column}; measured`, addBetween),
  "drop VIRTUAL column": row(`${generated}; measured`, metadata),
  "drop STORED column": row("measured, against the manual", { "5.7": copy, "8.0.29": cost.instantVersion }),
  "drop column of a remaining index": row("measured", rebuild),
  "drop column of the primary key": row("measured", copy),
  "rename column": row(`${column}; measured`, { "5.7": inplace, "8.0.28": instant }),
  "rename referenced column": row(`${column}; measured`, inplace),
  "change default or comment": row(`${column}; measured`, metadata),
  "change visibility of column": row("measured", metadata),
  "change system versioning of column": row("MariaDB only", copy),
  "move column": row(`${column}; measured`, rebuild),
  "move generated column": row(generated, copy),
  "widen VARCHAR": row(`${column}; measured`, inplace),
  "widen VARCHAR of at most 127 bytes past 255": row("measured", copy),
  "widen VARCHAR past 255 bytes in REDUNDANT": row("measured", copy),
  "append members": row(column, metadata),
  "rename members": row("measured", copy),
  "change type": row(`${column}; measured`, copy),
  "make NULL": row(`${column}; measured`, rebuild),
  "make NULL in REDUNDANT": row("measured", rebuild),
  "make NOT NULL": row(`${column}; measured`, rebuild),
  "make NOT NULL, not strict": row(column, copy),
  "make NOT NULL below a generated column": row(code, rebuild),
  "turn AUTO_INCREMENT on": row("measured", cost.copyShared),
  "change collation": row(code, { "5.7": copy, "8.0": inplace }),
  "change collation of indexed column": row("measured", copy),
  "change collation of key or FULLTEXT column": row("measured", copy),
  "utf8mb3 to utf8mb4": row("measured", { "5.7": copy, "8.0": inplace }),
  "utf8mb3 to utf8mb4, indexed": row("measured", copy),
  "change VIRTUAL expression": row("measured", copy),
  "change indexed VIRTUAL expression": row("measured", copy),
  "change STORED expression": row("measured", copy),
  "keep STORED column": row(code, metadata),
  "change generated type": row(code, copy),
  "add index": row(`${index}; measured`, inplaceBuild),
  "add unique index": row(`${index}; measured`, inplaceBuild),
  "add hash index": row("MariaDB only", copy),
  "add FULLTEXT index": row(`${index}; measured`, inplaceBuildShared),
  "add first FULLTEXT index": row(`${index}; measured`, cost.rebuildShared),
  "add several FULLTEXT indexes": row(`${index}: one at a time`, copy),
  "add SPATIAL index": row(`${index}; measured`, inplaceBuildShared),
  "add functional index": row("measured", inplaceBuildShared),
  "add index on new VIRTUAL column": row("measured", inplaceBuildShared),
  "drop index": row(`${index}; measured`, inplace),
  "rename index": row(index, inplace),
  "same index again": row(`${index}, "Changing the index type"`, metadata),
  "same index under another name": row(index, inplaceBuild),
  "same index with USING": row(`${index}, "Changing the index type"`, metadata),
  "change visibility of index": row("measured", inplace),
  "add primary key": row(`${primary}; measured`, rebuild),
  "add primary key, not strict": row(primary, copy),
  "drop primary key": row(`${primary}; measured`, copy),
  "replace primary key": row(primary, rebuild),
  "add foreign key": row(`${foreign}; measured`, copy),
  "add foreign key unchecked": row(`${foreign}; measured`, inplace),
  "drop foreign key": row(`${foreign}; measured`, inplace),
  "add check": row("measured; parsed and ignored before 8.0.16", { "5.7": inplace, "8.0.16": copy }),
  "add check not enforced": row("measured", instant),
  "drop check": row("measured", instant),
  "enforce check": row(code, copy),
  "change table option": row(`${table}, "Setting Persistent Table Statistics"; measured`, inplace),
  "change AUTO_INCREMENT value": row(`${column}; measured`, inplace),
  "change storage option": row(table, rebuild),
  "change default charset": row(table, inplace),
  "change ROW_FORMAT": row(`${table}; measured`, rebuild),
  "change engine": row("measured", copy),
  rebuild: row(table, rebuild),
  "rebuild with FULLTEXT index": row(`${table}; measured`, copy),
  encrypt: row(`${table}, "Encrypting a file-per-table tablespace"`, copy),
  "optimize table": row(table, { rebuild: true }),
  "truncate table": row("manual, TRUNCATE TABLE", { rebuild: true }),
  "order rows": row("measured", copy),
  "rename table": row(`${table}; measured`, {
    "5.7": { algorithm: "INPLACE", lock: "EXCLUSIVE" },
    "8.0.12": { algorithm: "INSTANT", lock: "EXCLUSIVE" },
  }),
  "switch keys": row(code, {
    "5.7": { algorithm: "INPLACE", lock: "EXCLUSIVE" },
    "8.0.12": { algorithm: "INSTANT", lock: "EXCLUSIVE" },
  }),
  "change tablespace": row("manual, ALTER TABLE, DISCARD TABLESPACE", none),
  "add partition": row(`${partition}; measured`, partitioned(inplace)),
  "add hash partition": row(`${partition}; measured`, partitioned(cost.rebuildShared, { rebuild: true })),
  "drop partition": row(`${partition}; measured`, partitioned(inplace)),
  "truncate partition": row(partition, partitioned({ lock: "NONE", rebuild: true }, rebuild)),
  "coalesce partition": row(`${partition}; measured`, partitioned(cost.rebuildShared, { rebuild: true })),
  "reorganize partition": row(`${partition}; measured`, partitioned(cost.rebuildShared, { rebuild: true })),
  "exchange partition": row("measured", partitioned({ lock: "NONE", rebuild: true }, rebuild)),
  "rebuild partition": row(`${partition}; measured`, partitioned(cost.rebuildShared, { rebuild: true })),
  "optimize partition": row(partition, partitioned({ lock: "NONE", rebuild: true }, rebuild)),
  "analyze partition": row("measured", metadata),
  "partition by": row(partition, copy),
  "remove partitioning": row(partition, copy),
  "add system versioning": row("MariaDB only", copy),
  "drop system versioning": row("MariaDB only", copy),
  "add period": row("MariaDB only", copy),
};
