/** Where node-sql-parser reads a statement as well, both must say the same of it. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitStatements } from "../../../src/sql/mysql/split.ts";
import { ours, theirs, type Product } from "./oracle.ts";

const folder = join(import.meta.dirname, "../../../fixtures/sql/mysql");
const statements = readdirSync(folder)
  .filter((name) => name.endsWith(".sql"))
  .sort()
  .flatMap((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    return splitStatements(text, { dialect: "mysql" }).pieces.map(({ tokens }) =>
      text.slice(tokens[0]?.start, tokens.at(-1)?.end),
    );
  })
  // A statement of one clause without a fact to compare.
  .filter((sql) => !sql.startsWith("ALTER TABLE t ALGORITHM"));
const products: readonly Product[] = ["mysql", "mariadb"];

describe.each(products)("the %s build of node-sql-parser", (dialect) => {
  it("says the same of the fixtures", () => {
    const compared = statements.filter((sql) => {
      const expected = theirs(sql, dialect);
      if (expected !== undefined) expect({ sql, facts: ours(sql) }).toEqual({ sql, facts: expected });
      return expected !== undefined;
    });
    expect(compared.length).toBeGreaterThan(25);
  });

  it("says the same of made-up statements", () => {
    let compared = 0;
    const check = (sql: string): void => {
      const expected = theirs(sql, dialect);
      if (expected === undefined) return;
      compared++;
      expect({ sql, facts: ours(sql) }).toEqual({ sql, facts: expected });
    };
    fc.assert(fc.property(fc.oneof(createTable, alterTable), check), {
      seed: 5,
      numRuns: 400,
      endOnFailure: true,
    });
    expect(compared).toBeGreaterThan(100);
  });
});

const name = fc.constantFrom("a", "`b`", "userId", "`select`", "c_1", "`ünï`");
const type = fc.constantFrom(
  ...[
    "int",
    "bigint(20) unsigned",
    "varchar(50)",
    "decimal(10,2)",
    "text",
    "datetime(6)",
    "enum('x','y')",
    "tinyint(1)",
  ],
  ...["INTEGER", "numeric(5)", "double", "json", "timestamp", "varbinary(16)", "mediumtext", "int unsigned"],
);
const attribute = fc.constantFrom(
  ...[
    "not null",
    "default 0",
    "default 'it''s'",
    "default null",
    "comment 'c, (d)'",
    "auto_increment",
    "null",
  ],
  ...["default current_timestamp", "on update current_timestamp", "collate utf8mb4_bin"],
);
const attributes = fc.uniqueArray(attribute, { maxLength: 3, selector: (words) => words.split(" ")[0] });
const column = fc.tuple(name, type, attributes).map(([n, t, list]) => [n, t, ...list].join(" "));
const columns = fc.uniqueArray(name, { minLength: 1, maxLength: 3 }).map((list) => `(${list.join(", ")})`);
const key = fc.oneof(
  columns.map((list) => `primary key ${list}`),
  fc.tuple(name, columns).map(([n, list]) => `unique key ${n} ${list}`),
  fc.tuple(name, columns).map(([n, list]) => `key ${n} ${list}`),
  fc
    .tuple(name, columns)
    .map(([n, list]) => `constraint ${n} foreign key ${list} references other ${list} on delete cascade`),
);
const table = fc.constantFrom("t", "`Orders`", "shop.t", "`shop`.`order items`");
const createTable = fc
  .tuple(
    table,
    fc.uniqueArray(column, { minLength: 1, maxLength: 4 }),
    fc.array(key, { maxLength: 3 }),
    fc.constantFrom("", "engine=InnoDB default charset=utf8mb4"),
  )
  .map(([t, list, keys, options]) => `create table ${t} (${[...list, ...keys].join(", ")}) ${options}`);
const clause = fc.oneof(
  fc.tuple(column, fc.constantFrom("", "first", "after a")).map(([c, at]) => `add column ${c} ${at}`),
  name.map((n) => `drop column ${n}`),
  column.map((c) => `modify ${c}`),
  fc.tuple(name, column).map(([n, c]) => `change ${n} ${c}`),
  key.map((k) => `add ${k}`),
  name.map((n) => `drop index ${n}`),
  name.map((n) => `drop foreign key ${n}`),
  fc.constantFrom("drop primary key", "algorithm=inplace", "rename to u"),
);
const alterTable = fc
  .tuple(table, fc.array(clause, { minLength: 1, maxLength: 4 }))
  .filter(([, list]) => list.some((each) => !each.startsWith("algorithm")))
  .map(([t, list]) => `alter table ${t} ${list.join(", ")}`);
