/** Keys, constraints and indexes. */
import type { Change, Lowering } from "../change.ts";
import { columnOrExpression, nameOf, namesOf } from "../database.ts";
import { instead, listed, sql, written, type Sql } from "../sql.ts";
import { typeOf } from "../types.ts";
import { neededType } from "./tables.ts";

const constraintName = (change: Change): Sql => {
  const name = change.get("constraintName");
  return name === undefined ? [] : sql`CONSTRAINT ${nameOf(change.target, name)} `;
};

/** `USING INDEX TABLESPACE ts` of PostgreSQL. */
function tablespace(change: Change): Sql {
  const space = change.get("tablespace");
  return space === undefined || change.target.isMysql
    ? []
    : sql` USING INDEX TABLESPACE ${nameOf(change.target, space)}`;
}

function columnsOf(change: Change, name: string): Sql {
  const given = change.get(name);
  return given === undefined ? change.named(name) : namesOf(change.target, given);
}

const addForeignKeyConstraint: Lowering = (change) => {
  const { target } = change;
  change.needs("constraintName");
  const isLater = change.is("deferrable") || change.is("initiallyDeferred");
  change.forbid(target.isMysql && isLater, "deferrable");
  const table = change.object("baseTableName", "baseTable");
  const other = change.object("referencedTableName", "referencedTable");
  const columns = columnsOf(change, "baseColumnNames");
  const referred = columnsOf(change, "referencedColumnNames");
  if (change.refused.length > 0) return;
  const onUpdate = change.get("onUpdate");
  const onDelete = change.get("onDelete") ?? (change.is("deleteCascade") ? "CASCADE" : undefined);
  const isValid = change.get("validate")?.text.trim().toLowerCase() !== "false";
  change.send([
    ...sql`ALTER TABLE ${table} ADD ${constraintName(change)}FOREIGN KEY (${columns}) REFERENCES ${other} (${referred})`,
    ...(onUpdate === undefined ? [] : sql` ON UPDATE ${onUpdate}`),
    ...(onDelete === undefined ? [] : sql` ON DELETE ${onDelete}`),
    change.is("deferrable") ? " DEFERRABLE" : "",
    change.is("initiallyDeferred") ? " INITIALLY DEFERRED" : "",
    isValid || target.isMysql ? "" : " NOT VALID",
  ]);
};

const dropForeignKeyConstraint: Lowering = (change) => {
  const table = change.object("baseTableName", "baseTable");
  const words = change.target.isMysql ? "DROP FOREIGN KEY" : "DROP CONSTRAINT";
  change.send(sql`ALTER TABLE ${table} ${words} ${change.named("constraintName")}`);
};

/** PostgreSQL has `USING INDEX`, which Liquibase knows since 4.27. */
const hasNoIndexes = ({ target }: Change): boolean => target.isMysql || target.isSince("4.27") === "no";

const addUniqueConstraint: Lowering = (change) => {
  const { target, table } = change;
  const index = change.get("forIndexName");
  change.forbid(hasNoIndexes(change) && index !== undefined, "forIndexName");
  change.forbid(change.is("clustered"), "clustered");
  const columns = columnsOf(change, "columnNames");
  if (change.refused.length > 0) return;
  const own = constraintName(change);
  // Liquibase writes the columns as well, which PostgreSQL doesn't take together with an index.
  const later = target.isMysql
    ? ""
    : `${change.is("deferrable") ? " DEFERRABLE" : ""}${change.is("initiallyDeferred") ? " INITIALLY DEFERRED" : ""}`;
  const using = index === undefined ? [] : sql` USING INDEX ${nameOf(target, index)}`;
  change.send(sql`ALTER TABLE ${table} ADD ${own}UNIQUE (${columns})${later}${tablespace(change)}${using}`);
};

const dropUniqueConstraint: Lowering = (change) => {
  const words = change.target.isMysql ? "DROP KEY" : "DROP CONSTRAINT";
  change.send(sql`ALTER TABLE ${change.table} ${words} ${change.named("constraintName")}`);
};

const addPrimaryKey: Lowering = (change) => {
  const { target, table } = change;
  change.forbid(hasNoIndexes(change) && change.get("forIndexName") !== undefined, "forIndexName");
  change.forbid(target.isMysql && change.is("clustered"), "clustered", "4.5");
  const columns = columnsOf(change, "columnNames");
  if (change.refused.length > 0) return;
  const own = target.isMysql ? [] : constraintName(change);
  change.send(sql`ALTER TABLE ${table} ADD ${own}PRIMARY KEY (${columns})${tablespace(change)}`);
  const name = change.get("constraintName");
  if (change.is("clustered") && name !== undefined)
    change.send(sql`CLUSTER ${table} USING ${nameOf(target, name)}`);
};

const dropPrimaryKey: Lowering = (change) => {
  const { target, table } = change;
  const name = change.get("constraintName");
  if (target.isMysql) change.send(sql`ALTER TABLE ${table} DROP PRIMARY KEY`);
  else if (name !== undefined) change.send(sql`ALTER TABLE ${table} DROP CONSTRAINT ${nameOf(target, name)}`);
  else {
    // A DO block that looks the name up, which is this one where nobody has given another.
    const own = change.get("tableName");
    const usual = own === undefined ? [] : nameOf(target, instead(own, `${own.text.trim()}_pkey`));
    change.send(sql`ALTER TABLE ${table} DROP CONSTRAINT ${usual}`, { looksKeyUp: true });
  }
};

const createIndex: Lowering = (change) => {
  const { target, table } = change;
  // The database is taken to have made it.
  if (change.get("associatedWith") !== undefined) return;
  const name = change.get("indexName");
  const using = change.get("using");
  const columns = change.columns.map((column): Sql => {
    const own = column.get("name");
    if (own === undefined) return [];
    const direction = column.is("descending") ? " DESC" : "";
    return sql`${columnOrExpression(target, own, column.is("computed"))}${direction}`;
  });
  const space = change.get("tablespace");
  const own = name === undefined ? [] : nameOf(target, name);
  const method = using === undefined || target.isMysql ? [] : sql` USING ${using}`;
  const where = space === undefined || target.isMysql ? [] : sql` TABLESPACE ${nameOf(target, space)}`;
  const unique = change.is("unique") ? "UNIQUE " : "";
  change.send(sql`CREATE ${unique}INDEX ${own} ON ${table}${method}(${listed(columns)})${where}`);
  if (change.is("clustered") && !target.isMysql) change.send(sql`CLUSTER ${table} USING ${own}`);
};

const dropIndex: Lowering = (change) => {
  const { isMysql } = change.target;
  if (isMysql) change.send(sql`DROP INDEX ${change.named("indexName")} ON ${change.table}`);
  else change.send(sql`DROP INDEX ${change.object("indexName")}`);
};

/** It asks the database for their names. */
const dropAllForeignKeyConstraints: Lowering = (change) => {
  const table = written(change.object("baseTableName", "baseTable"));
  change.dynamic({ prefix: `ALTER TABLE ${table} DROP FOREIGN KEY ` });
};

const addLookupTable: Lowering = (change) => {
  const { target } = change;
  const given = change.get("newColumnDataType");
  if (target.isMysql && given === undefined) neededType(change, "newColumnDataType");
  const from = change.object("existingTableName", "existingTable");
  const to = change.object("newTableName", "newTable");
  const column = change.named("existingColumnName");
  const own = change.named("newColumnName");
  if (change.refused.length > 0) return;
  change.send(
    sql`CREATE TABLE ${to} AS SELECT DISTINCT ${column} AS ${own} FROM ${from} WHERE ${column} IS NOT NULL`,
  );
  const type = given === undefined ? [] : [typeOf(target, given).sql];
  if (target.isMysql) change.send(sql`ALTER TABLE ${to} MODIFY ${own} ${type} NOT NULL`);
  else change.send(sql`ALTER TABLE ${to} ALTER COLUMN ${own} SET NOT NULL`);
  change.send(sql`ALTER TABLE ${to} ADD PRIMARY KEY (${own})`);
  const name = lookupName(change);
  change.send(
    sql`ALTER TABLE ${from} ADD CONSTRAINT ${name} FOREIGN KEY (${column}) REFERENCES ${to} (${own})`,
  );
};

export function lookupName(change: Change): Sql {
  const name = change.get("constraintName");
  if (name !== undefined) return nameOf(change.target, name);
  const [from, to] = [change.get("existingTableName"), change.get("newTableName")];
  return from === undefined
    ? []
    : nameOf(change.target, instead(from, `FK_${from.text}_${to?.text ?? ""}`.toUpperCase()));
}

export const constraints: Readonly<Record<string, Lowering>> = {
  addForeignKeyConstraint,
  dropForeignKeyConstraint,
  addUniqueConstraint,
  dropUniqueConstraint,
  addPrimaryKey,
  dropPrimaryKey,
  createIndex,
  dropIndex,
  dropAllForeignKeyConstraints,
  addLookupTable,
};
