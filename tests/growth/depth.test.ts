/** Nothing recurses by the depth of data: what refers to what may be as deep as a file is long. */
import { describe, expect, it } from "vitest";
import { lintText } from "../../src/index.ts";
import type { DialectName } from "../../src/index.ts";

/** `count` pieces, joined. */
const rep = (count: number, piece: (i: number) => string, between = "\n"): string =>
  Array.from({ length: count }, (_, i) => piece(i)).join(between);

const depth = 2500;

const chains: Readonly<Record<string, readonly [DialectName, string]>> = {
  "views of views": [
    "postgres",
    `CREATE TABLE v0 (id int);
    ${rep(depth, (i) => `CREATE VIEW v${i + 1} AS SELECT id FROM v${i};`)}
    DROP VIEW v1; ALTER TABLE v0 ALTER COLUMN id TYPE bigint; ALTER TABLE v0 RENAME COLUMN id TO key;
    ALTER TABLE v0 DROP COLUMN key CASCADE;`,
  ],
  "partitions of partitions": [
    "postgres",
    `CREATE TABLE p0 (id int, a int) PARTITION BY RANGE (id);
    ${rep(depth, (i) => `CREATE TABLE p${i + 1} PARTITION OF p${i} FOR VALUES FROM (0) TO (9) PARTITION BY RANGE (id);`)}
    CREATE INDEX ON p0 (a); ALTER TABLE p0 ADD COLUMN b int; ALTER TABLE p0 ADD CONSTRAINT k CHECK (a > 0);
    ALTER TABLE p0 ADD UNIQUE (id); ALTER TABLE p0 RENAME COLUMN a TO c; ALTER TABLE p0 ALTER COLUMN c SET NOT NULL;
    CREATE TRIGGER g AFTER INSERT ON p0 FOR EACH ROW EXECUTE FUNCTION f(); ALTER INDEX p0_a_idx RENAME TO x;
    ALTER TABLE p0 RENAME CONSTRAINT k TO l; ALTER TABLE p0 DROP CONSTRAINT l; DROP TRIGGER g ON p0; DROP INDEX x;
    ALTER TABLE p0 DROP COLUMN b; LOCK TABLE p0; TRUNCATE p0; ALTER TABLE p0 RENAME TO q0; DROP TABLE q0;`,
  ],
  "tables that inherit": [
    "postgres",
    `CREATE TABLE p0 (id int, a int);
    ${rep(depth, (i) => `CREATE TABLE p${i + 1} () INHERITS (p${i});`)}
    ALTER TABLE p0 ADD COLUMN b int NOT NULL; ALTER TABLE p0 ADD CONSTRAINT k CHECK (a > 0);
    ALTER TABLE p0 RENAME COLUMN a TO c; ALTER TABLE p0 ALTER COLUMN c TYPE bigint; ALTER TABLE p0 DROP CONSTRAINT k;
    ALTER TABLE p0 DROP COLUMN b; DROP TABLE p0 CASCADE;`,
  ],
  "domains over domains": [
    "postgres",
    `CREATE DOMAIN d0 AS int;
    ${rep(depth, (i) => `CREATE DOMAIN d${i + 1} AS d${i};`)}
    CREATE TABLE t (a d${depth}); ALTER TABLE t ADD COLUMN b d${depth} DEFAULT 1; DROP DOMAIN d0 CASCADE;`,
  ],
  "foreign keys to the table before": [
    "postgres",
    `CREATE TABLE t0 (id int PRIMARY KEY);
    ${rep(depth, (i) => `CREATE TABLE t${i + 1} (id int PRIMARY KEY REFERENCES t${i});`)}
    TRUNCATE t0 CASCADE; DELETE FROM t0; ALTER TABLE t0 DROP CONSTRAINT t0_pkey CASCADE; DROP TABLE t0 CASCADE;`,
  ],
  "functions that call functions": [
    "postgres",
    `CREATE FUNCTION f0() RETURNS int LANGUAGE sql AS 'SELECT 1';
    ${rep(depth, (i) => `CREATE FUNCTION f${i + 1}() RETURNS int LANGUAGE sql AS 'SELECT f${i}()';`)}
    SELECT f${depth}(); DROP FUNCTION f0() CASCADE;`,
  ],
  "types of tables": [
    "postgres",
    `CREATE TABLE t0 (id int);
    ${rep(depth, (i) => `CREATE TABLE t${i + 1} (a t${i});`)}
    ALTER TABLE t0 ADD COLUMN b int; DROP TABLE t0 CASCADE;`,
  ],
  "schemas renamed": [
    "postgres",
    `CREATE SCHEMA s0; CREATE TABLE s0.t (id int);
    ${rep(depth, (i) => `ALTER SCHEMA s${i} RENAME TO s${i + 1};`)} DROP SCHEMA s${depth} CASCADE;`,
  ],
  "views of views in MySQL": [
    "mysql",
    `CREATE TABLE v0 (id int);
    ${rep(depth, (i) => `CREATE VIEW v${i + 1} AS SELECT id FROM v${i};`)}
    ALTER TABLE v0 MODIFY id bigint; ALTER TABLE v0 DROP COLUMN id; DROP TABLE v0;`,
  ],
  "foreign keys in MySQL": [
    "mysql",
    `CREATE TABLE t0 (id int PRIMARY KEY);
    ${rep(depth, (i) => `CREATE TABLE t${i + 1} (id int PRIMARY KEY, FOREIGN KEY (id) REFERENCES t${i} (id) ON DELETE CASCADE);`)}
    DELETE FROM t0; ALTER TABLE t0 MODIFY id bigint; DROP TABLE t0;`,
  ],
  "variables of variables": [
    "mysql",
    `SET @a0 = 'CREATE TABLE t (id int)';
    ${rep(depth, (i) => `SET @a${i + 1} = @a${i};`)}
    PREPARE s FROM @a${depth}; EXECUTE s;`,
  ],
  "procedures that call procedures": [
    "mysql",
    `CREATE PROCEDURE p0() DELETE FROM t;
    ${rep(depth, (i) => `CREATE PROCEDURE p${i + 1}() CALL p${i}();`)} CALL p${depth}();`,
  ],
};

describe(`${depth} deep`, () => {
  it.each(Object.entries(chains))("%s", async (_, [dialect, text]) => {
    const { errors } = await lintText(text, { facts: { dialect }, opinions: { presets: ["strict"] } });
    expect(errors.map((error) => (error instanceof Error ? error.stack : error))).toEqual([]);
  });
});
