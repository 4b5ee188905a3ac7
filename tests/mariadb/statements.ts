/** Makes a statement that the schema at hand has a good chance to accept, from a list of numbers. */
import { mariadbNames } from "../../src/model/name-rules.ts";
import type { Column, Relation } from "../../src/schema/model.ts";
import type { Schema } from "../../src/schema/schema.ts";

const tableNames = ["orders", "items", "customers", "Audit", "x1", "order lines"] as const;
const columnNames = ["a", "b", "c", "d", "e", "a_b", "Qty", "key"] as const;
const memberNames = ["k1", "k2", "a", "b", "items_ibfk_1", "Uq"] as const;
const charsets = ["latin1", "utf8mb4", "utf8mb3", "ascii"] as const;
const collations = ["utf8mb4_bin", "utf8mb4_unicode_ci", "latin1_bin", "utf8mb4_general_ci"] as const;
const engines = ["InnoDB", "InnoDB", "InnoDB", "MyISAM"] as const;

/** A type with defaults that it takes. */
const types: readonly (readonly [type: string, ...defaults: readonly string[]])[] = [
  ["int", "5", "'7'", "-1"],
  ["INT(11) UNSIGNED", "0", "+3"],
  ["bigint", "1"],
  ["tinyint(1)", "TRUE", "0"],
  ["bool", "false"],
  ["smallint unsigned zerofill", "3"],
  ["varchar(20)", "'x'", "''", "'it''s'", "5"],
  ["varchar(300)", "'long'"],
  ["char(2)", "'ab'"],
  ["varchar(20) character set latin1", "'x'"],
  ["varchar(20) collate utf8mb4_bin", "'x'"],
  ["text"],
  ["text(100) character set utf8mb4"],
  ["mediumtext charset latin1"],
  ["enum('a','b','c''d')", "'a'"],
  ["set('x','y')", "'x,y'", "''"],
  ["decimal(10,2)", "1.5", "'2.50'", "0"],
  ["decimal", "3"],
  ["double", "1.25"],
  ["float(7,3)", "2"],
  ["date", "'2020-01-02'"],
  ["datetime", "current_timestamp", "NOW()", "'2020-01-02 03:04:05'", "'2021-02-03'"],
  ["datetime(3)", "current_timestamp(3)"],
  ["timestamp", "current_timestamp()", "'2020-01-02 03:04:05'"],
  ["time", "'10:00:00'"],
  ["year", "2020", "'2021'"],
  ["bit(4)", "b'101'", "1"],
  ["binary(3)", "'abc'"],
  ["varbinary(16)", "'z'"],
  ["blob"],
  ["json"],
];

/** Numbers taken one after the other, from the start again when they end. */
class Draws {
  private at = 0;
  private readonly numbers: readonly number[];

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  next(): number {
    return this.numbers[this.at++ % this.numbers.length] ?? 0;
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[this.next() % Math.max(1, list.length)];
  }

  /** Once in `n`. */
  once(n: number): boolean {
    return this.next() % n === 0;
  }

  /** The text, once in `n`. */
  maybe(n: number, text: () => string): string {
    const wanted = this.once(n);
    return wanted ? text() : "";
  }
}

const quote = (name: string): string => mariadbNames.spell(name);

type Shape = Pick<Relation, "name" | "columns" | "constraints" | "partitionBy">;

export class Author {
  private readonly draws: Draws;
  private readonly tables: readonly Relation[];
  private readonly schema: Schema;

  constructor(schema: Schema, numbers: readonly number[]) {
    this.draws = new Draws(numbers);
    this.schema = schema;
    this.tables = [...schema.relations()]
      // Of a query's columns ddlint doesn't know the types.
      .filter(({ kind, columns }) => kind === "table" && columns.every(({ type }) => type !== undefined))
      .sort((x, y) => (x.key < y.key ? -1 : 1));
  }

  statement(): string {
    const { draws } = this;
    const table = draws.pick(this.tables);
    if (table === undefined || draws.once(7)) return this.createTable();
    const t = quote(table.name);
    switch (draws.next() % 19) {
      case 16:
        return this.routine();
      case 17:
        return draws.once(2)
          ? `CREATE ${draws.maybe(3, () => "OR REPLACE ")}TABLE ${draws.maybe(3, () => "IF NOT EXISTS ")}${this.freshTable()} AS SELECT * FROM ${t}`.replace(
              "OR REPLACE TABLE IF NOT EXISTS",
              "TABLE",
            )
          : `CREATE TABLE IF NOT EXISTS ${this.freshTable()} (a int, b int UNIQUE, KEY (b, a))`;
      case 18:
        return this.guarded(table);
      case 0:
        return `DROP TABLE ${draws.maybe(3, () => "IF EXISTS ")}${t}${draws.maybe(6, () => this.others(table))}`;
      case 1:
        return draws.once(2)
          ? `RENAME TABLE ${t} TO ${this.freshTable()}`
          : `RENAME TABLE ${t} TO zz, ${this.anyTable()} TO ${t}, zz TO ${this.freshTable()}`;
      case 2:
        return `CREATE ${draws.maybe(3, () => "UNIQUE ")}INDEX ${draws.maybe(5, () => "IF NOT EXISTS ")}${this.freshMember()} ON ${t} (${this.keyParts(table)})${this.indexOptions()}`;
      case 3:
        return `DROP INDEX ${draws.maybe(5, () => "IF EXISTS ")}${this.indexOf(table)} ON ${t}`;
      case 4:
        return this.view(table);
      case 5:
        return draws.once(3)
          ? `DROP TRIGGER ${draws.maybe(3, () => "IF EXISTS ")}${quote(draws.pick(table.triggers)?.name ?? "tr_a")}`
          : `CREATE TRIGGER ${draws.pick(["tr_a", "tr_b", "tr_c"]) ?? ""} ${draws.pick(["BEFORE", "AFTER"]) ?? ""} ${draws.pick(["INSERT", "UPDATE", "DELETE"]) ?? ""} ON ${t} FOR EACH ROW BEGIN SET @x = 1; END`;
      default: {
        const clauses = [this.clause(table)];
        while (draws.once(3) && clauses.length < 4) clauses.push(this.clause(table));
        // The last name of several holds, and CONVERT with COLLATE beside it is anybody's guess.
        if (clauses.some((clause) => /^(?:RENAME TO|CONVERT)/.test(clause))) clauses.length = 1;
        // A column that comes under the name of one that goes inherits its indexes: not modelled.
        const gone = clauses.flatMap(
          (clause) => /^(?:DROP|CHANGE|RENAME)\s(?:COLUMN\s)?(?:IF EXISTS\s)?(\S+)/.exec(clause)?.[1] ?? [],
        );
        if (clauses.some((clause) => clause.startsWith("ADD") && gone.some((name) => clause.includes(name))))
          clauses.length = 1;
        // What is guarded looks at the table as it was, PARTITION BY at names that go.
        const guarded = clauses.find((clause) => clause.includes("IF NOT EXISTS"));
        if (guarded !== undefined) return `ALTER TABLE ${t} ${guarded.replace(" PRIMARY KEY", "")}`;
        const partitions = clauses.length > 1 ? "" : draws.maybe(8, () => this.partitionBy(table));
        return `ALTER TABLE ${t} ${clauses.join(", ")}${/^(?:CHANGE|RENAME)/.test(clauses[0] ?? "") ? "" : partitions}`;
      }
    }
  }

  /** MariaDB's IF [NOT] EXISTS, where a migration would write it. */
  private guarded(table: Relation): string {
    const { draws } = this;
    const t = quote(table.name);
    const columns = table.columns.map(({ name }) => name);
    // A second PRIMARY KEY of a guarded column is forgotten, but not that it is NOT NULL.
    const definition = this.definition(columns).replace(" PRIMARY KEY", "");
    return (
      draws.pick([
        `ALTER TABLE IF EXISTS ${this.freshTable()} COMMENT='x'`,
        `ALTER TABLE ${t} MODIFY COLUMN IF EXISTS ${this.freshColumn()} ${definition}`,
        `ALTER TABLE ${t} CHANGE COLUMN IF EXISTS ${this.freshColumn()} ${this.freshColumn()} ${definition}`,
        `ALTER TABLE ${t} ADD INDEX IF NOT EXISTS ${this.freshMember()} (${this.keyParts(table)})`,
        `ALTER TABLE ${t} ADD UNIQUE KEY IF NOT EXISTS ${this.freshMember()} (${this.keyParts(table)})`,
        `ALTER TABLE ${t} ADD CONSTRAINT IF NOT EXISTS ${this.freshMember()} CHECK (${this.column(table)} IS NOT NULL)`,
        `ALTER TABLE ${t} ADD FOREIGN KEY IF NOT EXISTS ${this.freshMember()} (${this.column(table)}) REFERENCES ${this.anyTable()} (a)`,
        `ALTER TABLE ${t} ALTER INDEX IF EXISTS ${this.freshMember()} IGNORED`,
        `ALTER TABLE ${t} RENAME INDEX IF EXISTS ${this.freshMember()} TO ${this.freshMember()}`,
        `ALTER TABLE ${t} RENAME COLUMN IF EXISTS ${this.freshColumn()} TO ${this.freshColumn()}`,
        `CREATE OR REPLACE INDEX ${this.freshMember()} ON ${t} (${this.keyParts(table)})`,
        `DROP TABLE IF EXISTS nope, ${t}`,
        `CREATE OR REPLACE TRIGGER tr_a AFTER INSERT ON ${t} FOR EACH ROW SET @x = 2`,
        `CREATE TRIGGER IF NOT EXISTS tr_b AFTER INSERT ON ${t} FOR EACH ROW SET @x = 2`,
        `ALTER TABLE ${t} ${draws.pick(["ADD", "DROP"]) ?? ""} SYSTEM VERSIONING`,
        `TRUNCATE TABLE ${t}`,
        `ALTER TABLE ${t} FORCE`,
        `CREATE VIEW IF NOT EXISTS v1 AS SELECT ${this.column(table)} AS z FROM ${t}`,
      ]) ?? ""
    );
  }

  private routine(): string {
    const { draws } = this;
    const name = draws.pick(["p1", "p2"]) ?? "";
    return (
      draws.pick([
        `CREATE ${draws.maybe(2, () => "OR REPLACE ")}PROCEDURE ${draws.maybe(4, () => "IF NOT EXISTS ")}${name}(IN n int) BEGIN SET @x = n; END`,
        `CREATE FUNCTION ${name}(n int) RETURNS int DETERMINISTIC RETURN n + 1`,
        `DROP PROCEDURE ${draws.maybe(2, () => "IF EXISTS ")}${name}`,
        `DROP FUNCTION ${draws.maybe(2, () => "IF EXISTS ")}${name}`,
        `CREATE ${draws.maybe(2, () => "OR REPLACE ")}SEQUENCE s1 START WITH 5`,
        `DROP SEQUENCE ${draws.maybe(2, () => "IF EXISTS ")}s1`,
      ]) ?? ""
    );
  }

  private freshTable(): string {
    return quote(this.draws.pick(tableNames) ?? "t");
  }
  private anyTable(): string {
    return quote(this.draws.pick(this.tables)?.name ?? "nope");
  }
  /** A server that misses one of several has dropped the others. */
  private others(table: Relation): string {
    const other = this.draws.pick(this.tables.filter(({ key }) => key !== table.key));
    return other === undefined ? "" : `, ${quote(other.name)}`;
  }
  private freshColumn(): string {
    return quote(this.draws.pick(columnNames) ?? "a");
  }
  private freshMember(): string {
    return quote(this.draws.pick(memberNames) ?? "k1");
  }
  private column(table: Shape): string {
    return quote(this.draws.pick(table.columns)?.name ?? "a");
  }
  private indexOf(table: Relation): string {
    const indexes = this.schema.indexesOn(table.key).filter(({ name }) => name !== "primary");
    return quote(this.draws.pick(indexes)?.name ?? "nope");
  }

  private createTable(): string {
    const { draws } = this;
    const head = `CREATE ${draws.maybe(8, () => "OR REPLACE ")}TABLE ${this.freshTable()}`;
    const source = draws.pick(this.tables);
    if (source !== undefined && draws.once(10)) return `${head} LIKE ${quote(source.name)}`;
    const names = columnNames.filter((_, i) => i < 2 || draws.once(2));
    const columns = names.map((name) => `${quote(name)} ${this.definition([...names])}`);
    const known = names.map((name) => ({ name }) as Column);
    const own: Shape = { name: "", columns: known, constraints: [] };
    const extras: string[] = [];
    while (draws.once(2) && extras.length < 4) extras.push(this.member(own));
    if (draws.once(2))
      extras.unshift(`PRIMARY KEY (${this.column(own)}${draws.maybe(3, () => `, ${this.column(own)}`)})`);
    const hasReferences = /REFERENCES/.test([...columns, ...extras].join());
    const options = `${draws.maybe(3, () => this.options()).replace("MyISAM", hasReferences ? "InnoDB" : "MyISAM")}${draws.maybe(8, () => this.partitionBy(own))}`;
    return `${head} (${[...columns, ...extras].join(", ")})${options}`;
  }

  /** All of a column but its name. */
  private definition(others: readonly string[]): string {
    const { draws } = this;
    const [type = "int", ...defaults] = draws.pick(types) ?? [];
    if (draws.once(12)) {
      const other = quote(draws.pick(others) ?? "a");
      return `int ${draws.maybe(2, () => "GENERATED ALWAYS ")}AS (${other} + 1)${draws.pick(["", " VIRTUAL", " STORED", " PERSISTENT"]) ?? ""}`;
    }
    if (draws.once(14))
      return `bigint NOT NULL AUTO_INCREMENT ${draws.pick(["PRIMARY KEY", "UNIQUE", ""]) ?? ""}`;
    if (draws.once(40)) return "SERIAL";
    const parts = [type];
    const isNull = draws.next() % 4;
    if (isNull === 0) parts.push("NOT NULL");
    if (isNull === 1) parts.push("NULL");
    const value = draws.pick(defaults);
    if (value !== undefined && draws.once(2)) parts.push(`DEFAULT ${value}`);
    else if (isNull !== 0 && draws.once(4)) parts.push("DEFAULT NULL");
    if (/^(?:datetime|timestamp)/.test(type) && draws.once(2))
      parts.push(`ON UPDATE current_timestamp${/\(\d\)/.exec(type)?.[0] ?? ""}`);
    if (draws.once(12)) parts.push("INVISIBLE");
    if (draws.once(6)) parts.push("COMMENT 'what it''s for'");
    if (draws.once(14)) parts.push("UNIQUE");
    if (draws.once(20)) parts.push("PRIMARY KEY");
    if (draws.once(14)) parts.push(`CHECK (${quote(draws.pick(others) ?? "a")} IS NOT NULL)`);
    if (draws.once(16)) parts.push(`REFERENCES ${this.anyTable()} (a)`);
    return parts.join(" ");
  }

  private keyParts(table: Shape): string {
    const { draws } = this;
    const chosen = new Set([this.column(table)]);
    while (draws.once(3) && chosen.size < 3) chosen.add(this.column(table));
    return [...chosen]
      .map(
        (name) =>
          `${name}${draws.maybe(4, () => `(${1 + (draws.next() % 12)})`)}${draws.maybe(5, () => " DESC")}`,
      )
      .join(", ");
  }

  private indexOptions(): string {
    return this.draws.maybe(6, () => this.draws.pick([" COMMENT 'fast'", " USING BTREE", " IGNORED"]) ?? "");
  }

  /** A key or constraint, as in CREATE TABLE and behind ADD. */
  private member(table: Shape): string {
    const { draws } = this;
    const name = draws.maybe(2, () => `${this.freshMember()} `);
    const named = draws.maybe(2, () => `CONSTRAINT ${this.freshMember()} `);
    switch (draws.next() % 8) {
      case 0:
      case 1:
        return `${draws.pick(["INDEX", "KEY"]) ?? ""} ${name}(${this.keyParts(table)})${this.indexOptions()}`;
      case 2:
        return `UNIQUE ${draws.pick(["INDEX ", "KEY ", ""]) ?? ""}${name}(${this.keyParts(table)})${this.indexOptions()}`;
      case 3:
        return `${named}UNIQUE (${this.keyParts(table)})`;
      case 4:
        return `FULLTEXT KEY ${name}(${this.column(table)})`;
      case 5:
        return `${named}CHECK (${this.column(table)} IS NOT NULL OR ${this.column(table)} IS NULL)`;
      default: {
        const target = draws.pick([...this.tables, table]) ?? table;
        const two = draws.once(5);
        const columns = two ? `${this.column(table)}, ${this.column(table)}` : this.column(table);
        const others = two ? `${this.column(target)}, ${this.column(target)}` : this.column(target);
        const action =
          draws.pick([
            "",
            " ON DELETE CASCADE",
            " ON DELETE SET NULL",
            " ON UPDATE CASCADE ON DELETE NO ACTION",
          ]) ?? "";
        return `${named}FOREIGN KEY ${draws.maybe(4, () => `${this.freshMember()} `)}(${columns}) REFERENCES ${quote(target.name === "" ? "orders" : target.name)} (${others})${action}`;
      }
    }
  }

  private options(): string {
    const { draws } = this;
    return (
      draws.pick([
        ` ENGINE=${draws.pick(engines) ?? ""}`,
        ` COMMENT='all of it'`,
        ` DEFAULT CHARSET=${draws.pick(charsets) ?? ""}`,
        ` COLLATE ${draws.pick(collations) ?? ""}`,
        ` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
        ` ROW_FORMAT=${draws.pick(["DYNAMIC", "COMPACT", "DEFAULT"]) ?? ""}`,
        ` COMMENT=''`,
      ]) ?? ""
    );
  }

  private partitionBy(table: Shape): string {
    const { draws } = this;
    const column = this.column(table);
    return (
      draws.pick([
        ` PARTITION BY HASH (${column}) PARTITIONS 3`,
        ` PARTITION BY KEY (${column}) PARTITIONS 2`,
        ` PARTITION BY RANGE (${column}) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20))`,
        ` PARTITION BY RANGE COLUMNS (${column}) (PARTITION p0 VALUES LESS THAN (10), PARTITION pm VALUES LESS THAN (MAXVALUE))`,
        ` PARTITION BY LIST (${column}) (PARTITION p0 VALUES IN (1, 2), PARTITION p1 VALUES IN (3))`,
      ]) ?? ""
    );
  }

  private partitionChange(table: Shape): string {
    const { draws } = this;
    const partitions = table.partitionBy?.partitions?.map(({ name }) => quote(name.text)) ?? [];
    const one = draws.pick(partitions) ?? "p0";
    const n = 30 + (draws.next() % 9) * 10;
    return (
      draws.pick([
        "REMOVE PARTITIONING",
        `ADD PARTITION (PARTITION pn${n} VALUES LESS THAN (${n}))`,
        `ADD PARTITION (PARTITION pn${n} VALUES IN (${n}))`,
        "ADD PARTITION PARTITIONS 2",
        "COALESCE PARTITION 1",
        `DROP PARTITION ${one}`,
        `TRUNCATE PARTITION ${one}`,
        `REORGANIZE PARTITION p0 INTO (PARTITION pa VALUES LESS THAN (5), PARTITION p0 VALUES LESS THAN (10))`,
        `REBUILD PARTITION ${one}`,
      ]) ?? ""
    );
  }

  private view(table: Relation): string {
    const { draws } = this;
    const views = [...this.schema.relations()].filter(({ kind }) => kind === "view");
    const view = draws.pick(views);
    if (view !== undefined && draws.once(3))
      return `DROP VIEW ${draws.maybe(3, () => "IF EXISTS ")}${quote(view.name)}`;
    const columns = draws.once(3) ? "*" : this.column(table);
    return `CREATE ${draws.maybe(2, () => "OR REPLACE ")}VIEW ${draws.pick(["v1", "v2", "orders"]) ?? ""} AS SELECT ${columns} FROM ${quote(table.name)}`;
  }

  private alterDefault(table: Relation): string {
    const { draws } = this;
    const column = draws.pick(table.columns);
    const value = /^(?:(?:tiny|small|medium|big)?int|decimal|double)$/.test(column?.type?.name ?? "")
      ? "5"
      : /^(?:var)?char$/.test(column?.type?.name ?? "")
        ? "'z'"
        : "NULL";
    const change = draws.pick(["DROP DEFAULT", "SET DEFAULT NULL", `SET DEFAULT ${value}`]) ?? "";
    return `ALTER ${draws.maybe(2, () => "COLUMN ")}${quote(column?.name ?? "a")} ${change}`;
  }

  /** One clause of ALTER TABLE. */
  private clause(table: Relation): string {
    const { draws } = this;
    const names = table.columns.map(({ name }) => name);
    const place = (): string =>
      draws.maybe(3, () => (draws.once(2) ? " FIRST" : ` AFTER ${this.column(table)}`));
    const foreign = table.constraints.filter(({ kind }) => kind === "foreign key");
    const checks = table.constraints.filter(({ kind }) => kind === "check");
    // Beside a column's own check of the name, nothing is dropped.
    const own = new Set(checks.map(({ name }) => name));
    const plain = table.constraints.filter(({ name }) => !own.has(name));
    switch (draws.next() % 24) {
      case 0:
      case 1:
      case 2:
      case 3:
        return `ADD ${draws.pick(["", "COLUMN ", "COLUMN IF NOT EXISTS "]) ?? ""}${this.freshColumn()} ${this.definition(names)}${place()}`;
      case 4:
        return `ADD COLUMN (${this.freshColumn()} ${this.definition(names)}, ${this.freshColumn()} ${this.definition(names)})`;
      case 5:
      case 6:
        return `DROP ${draws.pick(["", "COLUMN ", "COLUMN IF EXISTS "]) ?? ""}${this.column(table)}`;
      case 7:
      case 8:
        return `MODIFY ${draws.maybe(2, () => "COLUMN ")}${this.column(table)} ${this.definition(names)}${place()}`;
      case 9:
        return `CHANGE ${this.column(table)} ${this.freshColumn()} ${this.definition(names)}${place()}`;
      case 10:
        return `RENAME COLUMN ${this.column(table)} TO ${this.freshColumn()}`;
      case 11:
        return this.alterDefault(table);
      case 12:
      case 13:
      case 14:
        return `ADD ${this.member(table)}`;
      case 15:
        return `ADD PRIMARY KEY (${this.keyParts(table)})`;
      case 16:
        return "DROP PRIMARY KEY";
      case 17:
        return `DROP ${draws.pick(["INDEX", "KEY"]) ?? ""} ${draws.maybe(4, () => "IF EXISTS ")}${this.indexOf(table)}`;
      case 18:
        return `DROP FOREIGN KEY ${draws.maybe(4, () => "IF EXISTS ")}${quote(draws.pick(foreign)?.name ?? "nope")}`;
      case 19:
        return `DROP CONSTRAINT ${quote(draws.pick(draws.once(2) ? checks : plain)?.name ?? "nope")}`;
      case 20:
        return `RENAME ${draws.pick(["INDEX", "KEY"]) ?? ""} ${this.indexOf(table)} TO ${this.freshMember()}`;
      case 21:
        return draws.once(2)
          ? `ALTER INDEX ${this.indexOf(table)} ${draws.pick(["IGNORED", "NOT IGNORED"]) ?? ""}`
          : `RENAME TO ${this.freshTable()}`;
      case 22:
        return draws.once(2)
          ? this.options().trim()
          : // MariaDB's JSON is a text of its own collation, until it is converted.
            table.columns.some(({ type }) => type?.name === "json")
            ? "FORCE"
            : `CONVERT TO CHARACTER SET ${draws.pick(charsets) ?? ""}${draws.maybe(4, () => " COLLATE utf8mb4_bin")}`;
      default:
        return this.partitionChange(table);
    }
  }
}
