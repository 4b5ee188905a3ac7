/** Texts that grow with one number, in the shapes that a long or hostile migration may have. */
import type { DialectName } from "../../src/index.ts";

export interface Shape {
  readonly dialect: DialectName;
  /** The text of size `n`. */
  readonly text: (n: number) => string;
}

/** `count` pieces, joined. */
const rep = (count: number, piece: (i: number) => string, between = "\n"): string =>
  Array.from({ length: count }, (_, i) => piece(i)).join(between);

const postgres: Readonly<Record<string, (n: number) => string>> = {
  "CREATE TABLE": (n) => rep(n, (i) => `CREATE TABLE t${i} (id int);`),
  "CREATE INDEX on one table": (n) =>
    "CREATE TABLE t (id int);\n" + rep(n, (i) => `CREATE INDEX i${i} ON t (id);`),
  "INSERT of one row": (n) => "CREATE TABLE t (id int);\n" + rep(n, (i) => `INSERT INTO t VALUES (${i});`),
  "INSERT of many rows": (n) =>
    "CREATE TABLE t (id int);\nINSERT INTO t VALUES " + rep(n, (i) => `(${i})`, ",\n") + ";",
  "UPDATE of one row": (n) =>
    "CREATE TABLE t (id int primary key);\n" + rep(n, (i) => `UPDATE t SET id = ${i} WHERE id = ${i};`),
  "UPDATE beside a CHECK NOT VALID": (n) =>
    rep(
      n,
      (i) =>
        `CREATE TABLE t${i} (a int);\nALTER TABLE t${i} ADD CONSTRAINT c${i} CHECK (a > 0) NOT VALID;\nUPDATE t${i} SET a = 1 WHERE a IS NULL;`,
    ),
  "IFs in a DO block": (n) =>
    "DO $$ BEGIN\n" + rep(n, (i) => `IF x = ${i} THEN DELETE FROM t WHERE id = ${i}; END IF;`) + "\nEND $$;",
  "disable without end": (n) => rep(n, (i) => `-- ddlint-disable drop-table\nDROP TABLE t${i};`),
  "suppressed lines": (n) => rep(n, (i) => `-- ddlint-disable-next-line drop-table\nDROP TABLE t${i};`),
  partitions: (n) =>
    "CREATE TABLE p (id int) PARTITION BY RANGE (id);\n" +
    rep(n, (i) => `CREATE TABLE p${i} PARTITION OF p FOR VALUES FROM (${i}) TO (${i + 1});`),
  "foreign keys to a partition": (n) =>
    "CREATE TABLE p (id int primary key) PARTITION BY RANGE (id);\n" +
    rep(
      n,
      (i) =>
        `CREATE TABLE p${i} PARTITION OF p FOR VALUES FROM (${i}) TO (${i + 1});\nCREATE TABLE r${i} (id int REFERENCES p${i});`,
    ),
  "ALTER of the parent of partitions": (n) =>
    "CREATE TABLE p (id int) PARTITION BY RANGE (id);\n" +
    rep(n, (i) => `CREATE TABLE p${i} PARTITION OF p FOR VALUES FROM (${i}) TO (${i + 1});`) +
    "\nALTER TABLE p ADD COLUMN a int;\nCREATE INDEX ON p (a);",
  "ADD COLUMN in one ALTER": (n) =>
    "CREATE TABLE t (id int);\nALTER TABLE t " + rep(n, (i) => `ADD COLUMN c${i} int`, ", ") + ";",
  "ADD COLUMN": (n) => "CREATE TABLE t (id int);\n" + rep(n, (i) => `ALTER TABLE t ADD COLUMN c${i} int;`),
  "ADD CHECK": (n) =>
    "CREATE TABLE t (id int);\n" + rep(n, (i) => `ALTER TABLE t ADD CONSTRAINT k${i} CHECK (id > ${i});`),
  "ADD FOREIGN KEY": (n) =>
    "CREATE TABLE r (id int primary key);\nCREATE TABLE t (id int);\n" +
    rep(n, (i) => `ALTER TABLE t ADD CONSTRAINT k${i} FOREIGN KEY (id) REFERENCES r;`),
  "ADD VALUE": (n) => "CREATE TYPE e AS ENUM ();\n" + rep(n, (i) => `ALTER TYPE e ADD VALUE 'v${i}';`),
  "columns of one table": (n) => "CREATE TABLE t (" + rep(n, (i) => `c${i} int`, ", ") + ");",
  "pairs of RENAME": (n) =>
    "CREATE TABLE t (id int);\n" + rep(n, () => `ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t;`),
  "RENAME COLUMN": (n) =>
    "CREATE TABLE t (c0 int);\n" + rep(n, (i) => `ALTER TABLE t RENAME COLUMN c${i} TO c${i + 1};`),
  SAVEPOINT: (n) =>
    "BEGIN;\n" + rep(n, (i) => `SAVEPOINT s; CREATE TABLE t${i} (id int); ROLLBACK TO s;`) + "\nCOMMIT;",
  "views on one table": (n) =>
    "CREATE TABLE t (id int);\n" + rep(n, (i) => `CREATE VIEW v${i} AS SELECT id FROM t;`),
  "a chain of views, then CASCADE": (n) =>
    "CREATE TABLE v0 (id int);\n" +
    rep(n, (i) => `CREATE VIEW v${i + 1} AS SELECT id FROM v${i};`) +
    "\nDROP TABLE v0 CASCADE;",
  "views, then CASCADE": (n) =>
    "CREATE TABLE t (id int);\n" +
    rep(n, (i) => `CREATE VIEW v${i} AS SELECT id FROM t;`) +
    "\nDROP TABLE t CASCADE;",
  "DROP TABLE of many": (n) =>
    rep(n, (i) => `CREATE TABLE t${i} (id int);`) + "\nDROP TABLE " + rep(n, (i) => `t${i}`, ", ") + ";",
  "CREATE and DROP": (n) => rep(n, (i) => `CREATE TABLE t${i} (id int); DROP TABLE t${i};`),
  functions: (n) => rep(n, (i) => `CREATE FUNCTION f${i}() RETURNS int LANGUAGE sql AS 'SELECT 1';`),
  "calls of functions": (n) =>
    "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM t';\n" + rep(n, () => `SELECT f();`),
  "functions that call the next": (n) =>
    rep(n, (i) => `CREATE FUNCTION f${i}() RETURNS void LANGUAGE sql AS 'SELECT f${i - 1}()';`) +
    `\nSELECT f${n - 1}();`,
  triggers: (n) =>
    "CREATE TABLE t (id int);\n" +
    rep(n, (i) => `CREATE TRIGGER g${i} BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();`),
  policies: (n) => "CREATE TABLE t (id int);\n" + rep(n, (i) => `CREATE POLICY p${i} ON t USING (true);`),
  grants: (n) => "CREATE TABLE t (id int);\n" + rep(n, (i) => `GRANT SELECT ON t TO r${i};`),
  "comments on columns": (n) => "CREATE TABLE t (id int);\n" + rep(n, () => `COMMENT ON COLUMN t.id IS 'x';`),
  "line comments": (n) => rep(n, (i) => `-- comment ${i}`) + "\nSELECT 1;",
  settings: (n) => rep(n, (i) => `SET a.b${i} = '1';`),
  transactions: (n) => rep(n, (i) => `BEGIN; CREATE TABLE t${i} (id int); COMMIT;`),
  "syntax errors": (n) => rep(n, () => `CREAT TABLE x;`),
  "one long expression": (n) => "SELECT " + rep(n, (i) => `${i}`, " + ") + ";",
  "nested brackets": (n) =>
    "SELECT " +
    "(".repeat(Math.min(n, 900)) +
    "1" +
    ")".repeat(Math.min(n, 900)) +
    ";" +
    rep(n, () => "SELECT 1;"),
  "a long IN list": (n) => "DELETE FROM t WHERE id IN (" + rep(n, (i) => `${i}`, ",") + ");",
  "a long string": (n) => `INSERT INTO t VALUES ('${"x".repeat(n * 40)}');`,
  CTEs: (n) => "WITH " + rep(n, (i) => `c${i} AS (SELECT 1)`, ", ") + " SELECT 1;",
  "UNION ALL": (n) => "CREATE VIEW v AS " + rep(n, (i) => `SELECT ${i}`, " UNION ALL ") + ";",
  joins: (n) =>
    "CREATE VIEW v AS SELECT 1 FROM t0 " +
    rep(Math.min(n, 1500), (i) => `JOIN t${i} USING (id)`, " ") +
    ";" +
    rep(n, () => "SELECT 1;"),
  sequences: (n) => rep(n, (i) => `CREATE SEQUENCE s${i};`),
  schemas: (n) => rep(n, (i) => `CREATE SCHEMA s${i}; CREATE TABLE s${i}.t (id int);`),
  "EXECUTE of text": (n) =>
    "DO $$ BEGIN\n" + rep(n, (i) => `EXECUTE 'CREATE TABLE t${i} (id int)';`) + "\nEND $$;",
  "PREPARE and EXECUTE (pg)": (n) => rep(n, (i) => `PREPARE p${i} AS SELECT 1; EXECUTE p${i};`),
  "INSERT with keys (serial)": (n) =>
    "CREATE TABLE t (id serial primary key, a int);\n" +
    rep(n, (i) => `INSERT INTO t (id, a) VALUES (${i}, 1);`),
  "TRUNCATE of many": (n) =>
    rep(n, (i) => `CREATE TABLE t${i} (id int);`) + "\nTRUNCATE " + rep(n, (i) => `t${i}`, ", ") + ";",
  "inheriting tables": (n) =>
    "CREATE TABLE p (id int);\n" +
    rep(n, (i) => `CREATE TABLE c${i} () INHERITS (p);`) +
    "\nALTER TABLE p ADD COLUMN x int;",
  "ALTER COLUMN in one ALTER": (n) =>
    "CREATE TABLE t (" +
    rep(n, (i) => `c${i} int`, ", ") +
    ");\nALTER TABLE t " +
    rep(n, (i) => `ALTER COLUMN c${i} SET NOT NULL`, ", ") +
    ";",
  "DROP COLUMN in one ALTER": (n) =>
    "CREATE TABLE t (" +
    rep(n, (i) => `c${i} int`, ", ") +
    ");\nALTER TABLE t " +
    rep(n, (i) => `DROP COLUMN c${i}`, ", ") +
    ";",
};

const mysql: Readonly<Record<string, (n: number) => string>> = {
  "CREATE TABLE": (n) => rep(n, (i) => `CREATE TABLE t${i} (id int);`),
  "CREATE INDEX": (n) => "CREATE TABLE t (id int);\n" + rep(n, (i) => `CREATE INDEX i${i} ON t (id);`),
  "INSERT of one row": (n) => "CREATE TABLE t (id int);\n" + rep(n, (i) => `INSERT INTO t VALUES (${i});`),
  "INSERT of many rows": (n) =>
    "CREATE TABLE t (id int);\nINSERT INTO t VALUES " + rep(n, (i) => `(${i})`, ",\n") + ";",
  "KEYs of one table": (n) => "CREATE TABLE t (id int, " + rep(n, (i) => `KEY k${i} (id)`, ", ") + ");",
  "columns of one table": (n) => "CREATE TABLE t (" + rep(n, (i) => `c${i} int`, ", ") + ");",
  "ADD COLUMN": (n) => "CREATE TABLE t (id int);\n" + rep(n, (i) => `ALTER TABLE t ADD COLUMN c${i} int;`),
  "ADD COLUMN in one ALTER": (n) =>
    "CREATE TABLE t (id int);\nALTER TABLE t " + rep(n, (i) => `ADD COLUMN c${i} int`, ", ") + ";",
  "MODIFY in one ALTER": (n) =>
    "CREATE TABLE t (" +
    rep(n, (i) => `c${i} int`, ", ") +
    ");\nALTER TABLE t " +
    rep(n, (i) => `MODIFY c${i} bigint`, ", ") +
    ";",
  "ADD FOREIGN KEY": (n) =>
    "CREATE TABLE r (id int primary key);\nCREATE TABLE t (id int);\n" +
    rep(n, (i) => `ALTER TABLE t ADD CONSTRAINT k${i} FOREIGN KEY (id) REFERENCES r (id);`),
  "pairs of RENAME": (n) =>
    "CREATE TABLE t (id int);\n" + rep(n, () => `RENAME TABLE t TO u; RENAME TABLE u TO t;`),
  "PREPARE and EXECUTE": (n) =>
    rep(
      n,
      (i) => `SET @s = 'CREATE TABLE t${i} (id int)'; PREPARE p FROM @s; EXECUTE p; DEALLOCATE PREPARE p;`,
    ),
  "user variable doubling": (n) =>
    "SET @a = 'xxxxxxxx';\n" +
    rep(Math.min(n, 60), () => `SET @a = CONCAT(@a, @a);`) +
    rep(n, () => "SELECT 1;"),
  "user variable growing": (n) => "SET @a = 'x';\n" + rep(n, () => `SET @a = CONCAT(@a, 'xxxxxxxx');`),
  WITH: (n) => "WITH " + rep(n, (i) => `c${i} AS (SELECT 1)`, ", ") + " SELECT 1;",
  "nested selects": (n) => "SELECT " + "(SELECT ".repeat(n) + "1" + ")".repeat(n) + ";",
  views: (n) => "CREATE TABLE t (id int);\n" + rep(n, (i) => `CREATE VIEW v${i} AS SELECT id FROM t;`),
  "IFs in a procedure": (n) =>
    "DELIMITER //\nCREATE PROCEDURE p() BEGIN\n" +
    rep(n, (i) => `IF 1 = ${i} THEN DELETE FROM t WHERE id = ${i}; END IF;`) +
    "\nEND //\nDELIMITER ;\nCALL p();",
  "conditional comments": (n) => rep(n, (i) => `/*!50001 CREATE TABLE t${i} (id int) */;`),
  DELIMITER: (n) => rep(n, (i) => `DELIMITER //\nSELECT ${i} //\nDELIMITER ;`),
  expression: (n) => "UPDATE t SET a = " + rep(n, (i) => `${i}`, " + ") + ";",
  "syntax errors": (n) => rep(n, () => `CREAT TABLE x;`),
};

const of = (dialect: DialectName, texts: typeof postgres): (readonly [string, Shape])[] =>
  Object.entries(texts).map(([name, text]) => [`${dialect}: ${name}`, { dialect, text }]);

export const shapes: readonly (readonly [string, Shape])[] = [
  ...of("postgres", postgres),
  ...of("mysql", mysql),
];
