/** `schema --diff` without a server: what a dump writes otherwise is no drift, and what is one is reconciled in an order that a server takes. */
import { describe, expect, it } from "vitest";
import { planDrift, planSchema } from "../../src/engine/schema.ts";
import type { DialectName } from "../../src/model/dialect.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const drift = (history: string, dump: string, dialect: DialectName = "postgres") =>
  planDrift({
    fs: memoryFileSystem({ "migrations/001_all.sql": history }),
    facts: { dialect },
    dump: { path: "dump.sql", text: dump },
  });

const printed = async (history: string, dialect: DialectName = "postgres"): Promise<string> =>
  (await planSchema({ fs: memoryFileSystem({ "migrations/001_all.sql": history }), facts: { dialect } }))
    .text;

describe("objects that share their names", () => {
  it.each([
    [
      "a table where a sequence belongs",
      "CREATE SEQUENCE t;",
      "CREATE TABLE public.t (a integer);",
      ["DROP TABLE t;", "CREATE SEQUENCE t;"],
    ],
    [
      "a sequence where a table belongs",
      "CREATE TABLE t (a int);",
      "CREATE SEQUENCE public.t;",
      ["DROP SEQUENCE t;", "CREATE TABLE t"],
    ],
    [
      "a view where a table belongs",
      "CREATE TABLE t (a int);",
      "CREATE VIEW public.t AS SELECT 1 AS a;",
      ["DROP VIEW t;", "CREATE TABLE t"],
    ],
    [
      "a table where a view belongs",
      "CREATE VIEW t AS SELECT 1 AS a;",
      "CREATE TABLE public.t (a integer);",
      ["DROP TABLE t;", "CREATE VIEW t"],
    ],
    [
      "an index where a table belongs",
      "CREATE TABLE u (a int); CREATE TABLE t (a int);",
      "CREATE TABLE public.u (a integer); CREATE INDEX t ON public.u USING btree (a);",
      ["DROP INDEX t;", "CREATE TABLE t"],
    ],
    [
      "a type where a table belongs",
      "CREATE TABLE first (a int); CREATE TABLE t (a int);",
      "CREATE TABLE public.first (a integer); CREATE TYPE public.t AS ENUM ('x');",
      ["DROP TYPE t;", "CREATE TABLE t"],
    ],
    [
      "a table where a type belongs",
      "CREATE TABLE first (a int); CREATE TYPE t AS ENUM ('x');",
      "CREATE TABLE public.first (a integer); CREATE TABLE public.t (a integer);",
      ["DROP TABLE t;", "CREATE TYPE t"],
    ],
  ])("%s", async (_, history, dump, expected) => {
    const { statements } = await drift(history, dump);
    expect(statements.map((sql, at) => sql.slice(0, expected[at]?.length))).toEqual(expected);
  });
});

describe("tables of tables", () => {
  it("leaves the table that it inherits from before that is dropped, and joins another one", async () => {
    const { statements, gaps } = await drift(
      "CREATE TABLE whole (a int, b int); CREATE TABLE part () INHERITS (whole);",
      "CREATE TABLE public.other (a integer, c integer); CREATE TABLE public.part () INHERITS (public.other);",
    );
    expect(statements).toEqual([
      "ALTER TABLE part NO INHERIT other;",
      "ALTER TABLE part DROP COLUMN c;",
      "DROP TABLE other;",
      "CREATE TABLE whole (\n  a int,\n  b int\n);",
      "ALTER TABLE part ADD COLUMN b int;",
      "ALTER TABLE part INHERIT whole;",
    ]);
    expect(gaps).toEqual([]);
  });

  it("attaches a partition, and detaches one", async () => {
    const tables =
      "CREATE TABLE whole (a int) PARTITION BY RANGE (a); CREATE TABLE low (a int); CREATE TABLE high (a int);";
    const { statements } = await drift(
      `${tables} ALTER TABLE whole ATTACH PARTITION low FOR VALUES FROM (0) TO (10);`,
      `${tables} ALTER TABLE ONLY public.whole ATTACH PARTITION public.high FOR VALUES FROM (10) TO (20);`,
    );
    expect(statements).toEqual([
      "ALTER TABLE whole DETACH PARTITION high;",
      "ALTER TABLE whole ATTACH PARTITION low FOR VALUES FROM (0) TO (10);",
    ]);
  });
});

describe("what pg_dump writes otherwise", () => {
  it.each([
    [
      "a default of a quoted enum",
      `CREATE TYPE "Kind" AS ENUM ('A'); CREATE TABLE t (k "Kind" DEFAULT 'A');`,
      `CREATE TYPE public."Kind" AS ENUM ('A'); CREATE TABLE public.t (k public."Kind" DEFAULT 'A'::public."Kind");`,
    ],
    [
      "types of parameters, whose lengths the server discards",
      "CREATE FUNCTION f(a varchar(50), n int) RETURNS numeric(10,2) LANGUAGE sql AS 'SELECT 1.0';",
      "CREATE FUNCTION public.f(a character varying, n integer) RETURNS numeric LANGUAGE sql AS $$SELECT 1.0$$;",
    ],
    [
      "a result that isn't a text",
      "CREATE TYPE kind AS ENUM ('A'); CREATE FUNCTION k(text) RETURNS kind LANGUAGE sql RETURN CAST($1 AS kind);",
      "CREATE TYPE public.kind AS ENUM ('A'); CREATE FUNCTION public.k(text) RETURNS public.kind LANGUAGE sql RETURN ($1)::public.kind;",
    ],
    [
      "an operator class with its schema",
      "CREATE EXTENSION pg_trgm; CREATE TABLE t (a text); CREATE INDEX i ON t USING gin (a gin_trgm_ops);",
      "CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public; CREATE TABLE public.t (a text); CREATE INDEX i ON public.t USING gin (a public.gin_trgm_ops);",
    ],
    [
      "functions of a session, which aren't in it",
      "CREATE TABLE t (a int); CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
      "CREATE TABLE public.t (a integer);",
    ],
    [
      "CASE without ELSE",
      "CREATE TABLE t (a boolean, b bigint); CREATE UNIQUE INDEX i ON t ((CASE WHEN a = true THEN b END));",
      "CREATE TABLE public.t (a boolean, b bigint); CREATE UNIQUE INDEX i ON public.t USING btree ((\nCASE\n    WHEN (a = true) THEN b\n    ELSE NULL::bigint\nEND));",
    ],
    [
      "intervals, times and bits",
      "CREATE TABLE t (a interval DEFAULT '90 min', b interval DEFAULT interval '1' day, c interval DEFAULT 'P1Y2M', d timestamptz DEFAULT now() + INTERVAL '90 day', e time DEFAULT '10:00', f timetz DEFAULT '10:00+00', g bit(3) DEFAULT B'001');",
      "CREATE TABLE public.t (a interval DEFAULT '01:30:00'::interval, b interval DEFAULT '1 day'::interval, c interval DEFAULT '1 year 2 mons'::interval, d timestamp with time zone DEFAULT (now() + '90 days'::interval), e time without time zone DEFAULT '10:00:00'::time without time zone, f time with time zone DEFAULT '10:00:00+00'::time with time zone, g bit(3) DEFAULT '001'::\"bit\");",
    ],
    [
      "no default where the table above has one",
      "CREATE TABLE p (a int DEFAULT 3); CREATE TABLE t (a int); ALTER TABLE t INHERIT p;",
      "CREATE TABLE public.p (a integer DEFAULT 3); CREATE TABLE public.t (a integer DEFAULT NULL) INHERITS (public.p);",
    ],
    [
      "moments in the zone of a session",
      "CREATE TABLE t (a timestamptz DEFAULT '2000-01-01 00:00:00+00', b timestamptz DEFAULT 'epoch', c timestamp DEFAULT 'epoch', d timestamptz DEFAULT '2000-01-01', e timestamptz DEFAULT TIMESTAMPTZ '2000-01-01T00:00:00.50Z');",
      "CREATE TABLE public.t (a timestamp with time zone DEFAULT '2000-01-01 05:30:00+05:30'::timestamp with time zone, b timestamp with time zone DEFAULT '1970-01-01 05:30:00+05:30'::timestamp with time zone, c timestamp without time zone DEFAULT '1970-01-01 00:00:00'::timestamp without time zone, d timestamp with time zone DEFAULT '2000-01-01 00:00:00+05:30'::timestamp with time zone, e timestamp with time zone DEFAULT '1999-12-31 16:00:00.5-08'::timestamp with time zone);",
    ],
    [
      "moments behind the whole name of their type",
      "CREATE TABLE t (a timestamptz DEFAULT TIMESTAMP WITH TIME ZONE 'epoch', b time DEFAULT TIME WITHOUT TIME ZONE '10:00');",
      "CREATE TABLE public.t (a timestamp with time zone DEFAULT '1970-01-01 01:00:00+01'::timestamp with time zone, b time without time zone DEFAULT '10:00:00'::time without time zone);",
    ],
    [
      "a sequence in capitals",
      "CREATE SEQUENCE ID_SEQ; CREATE TABLE t (a int DEFAULT nextval('ID_SEQ'));",
      "CREATE SEQUENCE public.id_seq; CREATE TABLE public.t (a integer DEFAULT nextval('public.id_seq'::regclass));",
    ],
    [
      "types of attributes",
      "CREATE TYPE kind AS ENUM ('a'); CREATE TYPE t AS (id UUID, n INT8, k kind, at timestamptz[], s varchar(3));",
      "CREATE TYPE public.kind AS ENUM ('a'); CREATE TYPE public.t AS (id uuid, n bigint, k public.kind, at timestamp with time zone[], s character varying(3));",
    ],
    [
      "a view's query",
      "CREATE TABLE t (a int, b text); CREATE VIEW v AS SELECT a, b AS name FROM t WHERE a IN (1, 2);",
      "CREATE TABLE public.t (a integer, b text); CREATE VIEW public.v AS\n SELECT t.a,\n    t.b AS name\n   FROM public.t\n  WHERE (t.a = ANY (ARRAY[1, 2]));",
    ],
  ])("%s", async (_, history, dump) => {
    const plan = await drift(history, dump);
    expect(plan).toMatchObject({ isSame: true, statements: [], gaps: [] });
  });
});

it("sees other types of attributes", async () => {
  const plan = await drift(
    "CREATE TYPE t AS (a int, b text);",
    "CREATE TYPE public.t AS (a bigint, b text);",
  );
  expect(plan.differences).toEqual(["type t: attributes: a bigint, b text instead of a int, b text"]);
});

it.each([
  ["'2000-01-01 00:00:00+00'", "'2000-01-01 00:00:00+05:30'::timestamp with time zone"],
  ["'2000-01-01 00:00:00+00'", "'2000-01-01 00:00:00.5+00'::timestamp with time zone"],
  ["'epoch'", "'1970-01-02 00:00:00+00'::timestamp with time zone"],
  ["CASE WHEN true THEN now() END", "CASE WHEN true THEN now() ELSE now() END"],
  ["now() + INTERVAL '90 day'", "(now() + '90 mons'::interval)"],
])("the default %s isn't %s", async (history, dump) => {
  const plan = await drift(
    `CREATE TABLE t (a timestamptz DEFAULT ${history});`,
    `CREATE TABLE public.t (a timestamp with time zone DEFAULT ${dump});`,
  );
  expect(plan.isSame).toBe(false);
});

it("a column loses AUTO_INCREMENT before its key", async () => {
  const { statements } = await drift(
    "CREATE TABLE t (a int, b bigint);",
    "CREATE TABLE `t` (`a` int DEFAULT NULL, `b` bigint NOT NULL AUTO_INCREMENT, UNIQUE KEY `b` (`b`)) ENGINE=InnoDB;",
    "mysql",
  );
  expect(statements).toEqual(["ALTER TABLE t MODIFY COLUMN b bigint NULL;", "ALTER TABLE t DROP INDEX b;"]);
});

it("a history that makes no table may begin with some", async () => {
  const plan = await drift("SELECT 1;", "CREATE TABLE public.t (a integer);");
  expect(plan.gaps).toEqual(["whether the history begins with table t"]);
});

it("a function's query with a star, which the server writes as columns", async () => {
  const of = (columns: string): string =>
    `CREATE FUNCTION f(text) RETURNS text LANGUAGE sql RETURN array_to_string(ARRAY(SELECT DISTINCT ${columns} FROM unnest(ARRAY['x']) AS a), $1);`;
  const plan = await drift(of("*"), of("a.a"));
  expect(plan).toMatchObject({
    differences: [],
    statements: [],
    gaps: ["whether the query of f is the same: the server writes it anew"],
  });
  expect((await drift(of("a.a"), of("a.a || 'b'"))).differences).toHaveLength(1);
});

describe("what mysqldump writes otherwise", () => {
  it.each([
    [
      "a sign that does nothing",
      "CREATE TABLE t (a int DEFAULT +3, b int DEFAULT -3);",
      "CREATE TABLE `t` (`a` int DEFAULT 3, `b` int DEFAULT -3) ENGINE=InnoDB;",
    ],
    [
      "the short name of a character set",
      "CREATE TABLE t (a varchar(9) CHARACTER SET utf8 COLLATE utf8_bin) DEFAULT CHARSET=utf8 COLLATE=utf8_bin;",
      "CREATE TABLE `t` (`a` varchar(9) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin DEFAULT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_bin;",
    ],
    [
      "bits",
      "CREATE TABLE t (a bit(1) NOT NULL DEFAULT 0, b bit(4) DEFAULT 5);",
      "CREATE TABLE `t` (`a` bit(1) NOT NULL DEFAULT b'0', `b` bit(4) DEFAULT b'101') ENGINE=InnoDB;",
    ],
    [
      "expressions",
      "CREATE TABLE t (v json, a varchar(9) GENERATED ALWAYS AS (v ->> '$.a') STORED, CONSTRAINT c CHECK (a IN ('x', 'y')));",
      "CREATE TABLE `t` (`v` json DEFAULT NULL, `a` varchar(9) GENERATED ALWAYS AS (json_unquote(json_extract(`v`,_utf8mb4'$.a'))) STORED, CONSTRAINT `c` CHECK ((`a` in (_utf8mb4'x',_utf8mb4'y')))) ENGINE=InnoDB;",
    ],
  ])("%s", async (_, history, dump) => {
    const plan = await drift(history, dump, "mysql");
    expect(plan).toMatchObject({ isSame: true, statements: [], gaps: [] });
  });
});

describe("what mariadb-dump writes otherwise", () => {
  it.each([
    [
      "a key that is a hash, which has no order",
      "CREATE TABLE t (a blob, b int, c varchar(9), d varchar(9), e json, f varchar(1000), UNIQUE KEY j (e DESC), UNIQUE KEY f (f DESC)); CREATE UNIQUE INDEX u ON t (b DESC, a DESC); CREATE UNIQUE INDEX h USING HASH ON t (c DESC); CREATE UNIQUE INDEX w ON t (d DESC); ALTER TABLE t MODIFY d text;",
      "CREATE TABLE `t` (`a` blob DEFAULT NULL, `b` int(11) DEFAULT NULL, `c` varchar(9) DEFAULT NULL, `d` text DEFAULT NULL, `e` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`e`)), `f` varchar(1000) DEFAULT NULL, UNIQUE KEY `j` (`e`) USING HASH, UNIQUE KEY `f` (`f`) USING HASH, UNIQUE KEY `u` (`b`,`a`) USING HASH, UNIQUE KEY `h` (`c`) USING HASH, UNIQUE KEY `w` (`d`) USING HASH) ENGINE=InnoDB;",
    ],
    [
      "the zero date of ON UPDATE",
      "CREATE TABLE t (a datetime(3) NOT NULL ON UPDATE current_timestamp(3));",
      "CREATE TABLE `t` (`a` datetime(3) NOT NULL DEFAULT '0000-00-00 00:00:00.000' ON UPDATE current_timestamp(3)) ENGINE=InnoDB;",
    ],
    [
      "a unique index that CREATE OR REPLACE INDEX has replaced",
      "CREATE TABLE t (a int UNIQUE); CREATE OR REPLACE INDEX a ON t (a);",
      "CREATE TABLE `t` (`a` int(11) DEFAULT NULL, KEY `a` (`a`)) ENGINE=InnoDB;",
    ],
    [
      "a collation, whose character set is the table's",
      "CREATE TABLE t (a int) CHARSET=latin1; ALTER TABLE t COLLATE utf8mb4_bin;",
      "CREATE TABLE `t` (`a` int(11) DEFAULT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;",
    ],
    [
      "a check that IF NOT EXISTS skips",
      "CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT k CHECK (a > 1); ALTER TABLE t ADD CONSTRAINT IF NOT EXISTS k CHECK (a > 2);",
      "CREATE TABLE `t` (`a` int(11) DEFAULT NULL, CONSTRAINT `k` CHECK (`a` > 1)) ENGINE=InnoDB;",
    ],
    [
      "the check of a renamed column",
      "CREATE TABLE t (b int CHECK (b IS NOT NULL)); ALTER TABLE t RENAME COLUMN b TO q;",
      "CREATE TABLE `t` (`q` int(11) DEFAULT NULL CHECK (`q` is not null)) ENGINE=InnoDB;",
    ],
    [
      "a default of a generated column",
      "CREATE TABLE t (b int, a int AS (b + 1) STORED); ALTER TABLE t ALTER COLUMN a SET DEFAULT 5;",
      "CREATE TABLE `t` (`b` int(11) DEFAULT NULL, `a` int(11) GENERATED ALWAYS AS (`b` + 1) STORED) ENGINE=InnoDB;",
    ],
  ])("%s", async (_, history, dump) => {
    const plan = await drift(history, dump, "mariadb");
    expect(plan).toMatchObject({ isSame: true, statements: [], gaps: [] });
  });
});

it("a column of MariaDB after its foreign key, which keeps it", async () => {
  const plan = await drift(
    "CREATE TABLE t (a int, KEY k (a));",
    "CREATE TABLE `t` (`a` int(11) DEFAULT NULL, `d` int(11) DEFAULT NULL, KEY `k` (`a`), KEY `d` (`d`), CONSTRAINT `t_ibfk_1` FOREIGN KEY (`d`) REFERENCES `t` (`a`)) ENGINE=InnoDB;",
    "mariadb",
  );
  expect(plan.statements).toEqual([
    "ALTER TABLE t DROP FOREIGN KEY t_ibfk_1;",
    "ALTER TABLE t DROP COLUMN d;",
  ]);
});

it("a column of MariaDB after the generated one that reads it has become another", async () => {
  const plan = await drift(
    "CREATE TABLE t (b int, g int AS (b + 1) STORED);",
    "CREATE TABLE `t` (`e` int(11) DEFAULT NULL, `g` int(11) GENERATED ALWAYS AS (`e` + 1) STORED) ENGINE=InnoDB;",
    "mariadb",
  );
  expect(plan.statements.map((sql) => sql.split(" ").slice(3, 6).join(" "))).toEqual([
    "ADD COLUMN b",
    "MODIFY COLUMN g",
    "DROP COLUMN e;",
  ]);
});

it("a column of MariaDB after the one whose check reads it", async () => {
  const plan = await drift(
    "CREATE TABLE t (a int);",
    "CREATE TABLE `t` (`a` int(11) DEFAULT NULL, `c` int(11) DEFAULT NULL, `k` int(11) DEFAULT NULL CHECK (`c` is not null)) ENGINE=InnoDB;",
    "mariadb",
  );
  expect(plan.statements).toEqual(["ALTER TABLE t DROP COLUMN k;", "ALTER TABLE t DROP COLUMN c;"]);
});

it("a column of MariaDB loses AUTO_INCREMENT before it is generated from a new one", async () => {
  const plan = await drift(
    "CREATE TABLE t (b int, g int AS (b + 1) STORED);",
    "CREATE TABLE `t` (`g` int(11) NOT NULL AUTO_INCREMENT, UNIQUE KEY `g` (`g`)) ENGINE=InnoDB;",
    "mariadb",
  );
  expect(plan.statements).toEqual([
    "ALTER TABLE t MODIFY COLUMN g int NOT NULL;",
    "ALTER TABLE t DROP INDEX g;",
    "ALTER TABLE t ADD COLUMN b int NULL FIRST;",
    "ALTER TABLE t MODIFY COLUMN g int GENERATED ALWAYS AS (b + 1) STORED;",
  ]);
});

it("names a table with another character set than those that state none, too", async () => {
  const table = (name: string, charset: string): string =>
    `CREATE TABLE \`${name}\` (\`a\` int(11) DEFAULT NULL) ENGINE=InnoDB DEFAULT CHARSET=${charset};`;
  const plan = await drift(
    "CREATE TABLE a (a int); CREATE TABLE b (a int); CREATE TABLE c (a int); CREATE TABLE d (a int) CHARSET=ascii;",
    `${table("a", "utf8mb4")} ${table("b", "latin1 COLLATE=latin1_bin")} ${table("c", "utf8mb4")} ${table("d", "ascii")}`,
    "mariadb",
  );
  expect(plan).toMatchObject({
    statements: [],
    gaps: [
      "whether b should have the character set latin1_bin: the history states none, and more tables have another",
    ],
  });
});

describe("MariaDB's table options", () => {
  it.each([
    ["a comment that only the database has", "", " COMMENT='all of it'", ["ALTER TABLE t COMMENT='';"]],
    [
      "a comment that only the history has",
      " COMMENT='all of it'",
      "",
      ["ALTER TABLE t COMMENT='all of it';"],
    ],
    ["a row format of the database", "", " ROW_FORMAT=DYNAMIC", ["ALTER TABLE t ROW_FORMAT=default;"]],
    ["what the history says is the usual", " ROW_FORMAT=DEFAULT COMMENT=''", "", []],
    ["the server's character set", "", " DEFAULT CHARSET=latin1", []],
  ])("%s", async (_, ours, theirs, statements) => {
    const plan = await drift(
      `CREATE TABLE t (a int)${ours};`,
      `CREATE TABLE \`t\` (\`a\` int(11) DEFAULT NULL) ENGINE=InnoDB${theirs};`,
      "mariadb",
    );
    expect(plan).toMatchObject({ isSame: statements.length === 0, statements, gaps: [] });
  });
});

describe("what a schema is printed as", () => {
  it("a column's type by its new name", async () => {
    const text = await printed(
      `CREATE TYPE kind AS ENUM ('a', 'b'); CREATE TABLE t (k kind, l kind[]); ALTER TYPE kind RENAME TO "Kind";`,
    );
    expect(text).toContain('k "Kind"');
    expect(text).toContain('l "Kind"[]');
  });

  it("NOT NULL by its name, and one that isn't validated", async () => {
    const text = await printed(
      "CREATE TABLE t (a int, b int NOT NULL, c int, CONSTRAINT have_a NOT NULL a); ALTER TABLE t ADD CONSTRAINT have_c NOT NULL c NOT VALID;",
    );
    expect(text).toContain("  a int CONSTRAINT have_a NOT NULL,\n  b int NOT NULL,\n  c int\n");
    expect(text).toContain("ALTER TABLE t ADD CONSTRAINT have_c NOT NULL c NOT VALID;");
  });

  it("a table without the word that only CREATE TABLE takes", async () => {
    const text = await printed(
      "CREATE TABLE t (a int) WITH (oids = false); CREATE TABLE u (a int) WITH (OIDS=FALSE, fillfactor=70);",
    );
    expect(text).not.toMatch(/oids/i);
    expect(text).toContain("ALTER TABLE u SET (fillfactor = 70);");
  });

  it("the owner of a sequence before that of its table", async () => {
    const text = await printed(
      "CREATE SEQUENCE s; CREATE TABLE t (id int NOT NULL); ALTER SEQUENCE s OWNED BY t.id; ALTER TABLE t OWNER TO app;",
    );
    expect(text.indexOf("OWNED BY")).toBeGreaterThan(0);
    expect(text.indexOf("OWNER TO")).toBeGreaterThan(text.indexOf("OWNED BY"));
  });

  it("a key over a column by its new name, and a comment in its letters", async () => {
    const text = await printed(
      "CREATE TABLE t (BatchID int, KEY k (BatchID), PRIMARY KEY (BatchID)) COMMENT='Of Ours'; ALTER TABLE t CHANGE BatchID id int NOT NULL;",
      "mysql",
    );
    expect(text).toContain("PRIMARY KEY (id)");
    expect(text).toContain("INDEX k (id)");
    expect(text).toContain("COMMENT='Of Ours'");
  });
});

describe("what is printed", () => {
  it("has no cast of a default whose length it fits", async () => {
    const text = await printed(
      "CREATE TABLE t (a varchar(10) DEFAULT 'fits', b varchar(3) DEFAULT 'is cut'); ALTER TABLE t ALTER a TYPE varchar(20), ALTER b TYPE varchar(20);",
    );
    expect(text).toContain("a varchar(20) DEFAULT 'fits',");
    expect(text).toContain("b varchar(20) DEFAULT 'is cut'::varchar(3)");
  });

  it("leaves open what a loop does to names of which its query takes some", async () => {
    const loop = (condition: string): Promise<string> =>
      printed(
        `CREATE TABLE a (id int); CREATE TABLE b (id int);
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relname IN ('a', 'b')${condition}
  LOOP EXECUTE format('ALTER TABLE %I ALTER COLUMN id SET DEFAULT 7', name); END LOOP;
END $$;`,
      );
    expect(await loop(" AND a.attname = 'id'")).toContain("id int DEFAULT 7");
    expect(await loop(" AND a.attname = 'id' AND t.typname = 'int8'")).not.toContain("DEFAULT 7");
  });
});

describe("what statements do that may not have run", () => {
  const statements = `CREATE TABLE t (a int); CREATE TABLE u (a int); CREATE TABLE settings (a int);
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM settings WHERE a = 1) THEN
    ALTER TABLE t ADD COLUMN b int;
    CREATE INDEX t_a ON t (a);
    CREATE TABLE v (a int);
  END IF;
END $$;`;
  const dumped = (t: string, more: string): string =>
    `CREATE TABLE public.settings (a integer); CREATE TABLE public.t (${t}); CREATE TABLE public.u (a integer${more});`;
  const note = (name: string): string =>
    `whether ${name} is the same: statements that change it may not have run`;

  it.each([
    ["they have not", dumped("a integer", "")],
    [
      "they have",
      `${dumped("a integer, b integer", "")} CREATE INDEX t_a ON public.t USING btree (a); CREATE TABLE public.v (a integer);`,
    ],
  ])("is no drift where %s", async (_, dump) => {
    const { differences, isSame: same, gaps } = await drift(statements, dump);
    expect(differences).toEqual([]);
    expect(same).toBe(true);
    expect(gaps).toContain(note("t"));
  });

  it("doesn't hide what is one on other tables", async () => {
    const {
      differences,
      statements: sent,
      gaps,
    } = await drift(statements, dumped("a integer", ", b integer"));
    expect(differences).toEqual(["column u.b: the history doesn't make it"]);
    expect(sent).toEqual(["ALTER TABLE u DROP COLUMN b;"]);
    expect(gaps).toContain(note("v"));
  });

  it("is no drift of keys that a procedure exchanges, on MySQL", async () => {
    const { differences, gaps } = await drift(
      `CREATE TABLE t (id int NOT NULL, name varchar(20) NOT NULL, PRIMARY KEY (id));
DELIMITER //
CREATE PROCEDURE p() BEGIN
  IF (SELECT COUNT(*) FROM information_schema.columns WHERE table_name = 't' AND column_name = 'id') = 0 THEN
    ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (name);
  END IF;
END//
DELIMITER ;
CALL p();
DROP PROCEDURE p;`,
      "CREATE TABLE `t` (`id` int NOT NULL, `name` varchar(20) NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB;",
      "mysql",
    );
    expect(differences).toEqual([]);
    expect(gaps).toContain(note("t"));
  });
});
