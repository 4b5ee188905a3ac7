/**
 * Types of MySQL, SQLite and SQL Server that no extension brings, and what PostgreSQL has instead. Left out: those of EDB,
 * orafce and CockroachDB (`varchar2`, `number`, `clob`, `string`), and `blob`, which tells histories for SQLite.
 */
export const typesOfOthers: ReadonlyMap<string, string> = new Map([
  ["datetime", "timestamp"],
  ["datetime2", "timestamp"],
  ["smalldatetime", "timestamp"],
  ["tinyint", "smallint"],
  ["mediumint", "integer"],
  ["double", "double precision"],
  ["tinytext", "text"],
  ["mediumtext", "text"],
  ["longtext", "text"],
  ["ntext", "text"],
  ["nvarchar", "varchar"],
  ["tinyblob", "bytea"],
  ["mediumblob", "bytea"],
  ["longblob", "bytea"],
  ["binary", "bytea"],
  ["varbinary", "bytea"],
  ["uniqueidentifier", "uuid"],
]);
