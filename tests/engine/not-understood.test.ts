/** What a server runs and nothing can read before it does is counted; what can be read is reported. */
import { describe, expect, it } from "vitest";
import { lintText, type LintResult } from "../../src/index.ts";

type Dialect = "postgres" | "mysql" | "mariadb";

const lint = (dialect: Dialect, sql: string): Promise<LintResult> => lintText(sql, { facts: { dialect } });

/** What is counted; the rules that found something. */
async function shown(
  dialect: Dialect,
  sql: string,
): Promise<readonly [LintResult["unknownStatements"], string[]]> {
  const { unknownStatements, findings } = await lint(dialect, sql);
  return [unknownStatements, findings.map(({ ruleId }) => ruleId)];
}

const together = { "SQL that is built when it runs": 1 };
const body = (text: string, head = "DO"): string => `${head} $$ ${text} $$;`;

describe("SQL that is built when it runs", () => {
  it.each([
    [
      "in a loop",
      body(
        "DECLARE r record; BEGIN FOR r IN SELECT * FROM pg_tables LOOP EXECUTE 'DROP TABLE ' || r.tablename; END LOOP; END",
      ),
    ],
    [
      "by format()",
      body(
        "DECLARE r record; BEGIN FOR r IN SELECT 1 AS n LOOP EXECUTE format('DROP TABLE %I', r.n); END LOOP; END",
      ),
    ],
    ["by a query", body("BEGIN EXECUTE (SELECT string_agg(t, ';') FROM todo); END")],
    ["by a function", body("BEGIN EXECUTE lower('DROP TABLE USERS'); END")],
    ["by another encoding", body("BEGIN EXECUTE convert_from('\\x44', 'UTF8'); END")],
    ["several times in one statement", body("BEGIN EXECUTE lower('A'); EXECUTE lower('B'); END")],
    [
      "in a function that is called",
      `${body("BEGIN EXECUTE lower('DROP TABLE A'); END", "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS")} SELECT f();`,
    ],
  ])("postgres: %s", async (_, sql) => {
    const [counted] = await shown("postgres", sql);
    expect(counted).toEqual(together);
  });

  it.each([
    ["read from a table", "SELECT text INTO @s FROM todo; PREPARE p FROM @s; EXECUTE p;"],
    ["with a part that isn't known", "SET @s = CONCAT('DROP TABLE ', @t); PREPARE p FROM @s; EXECUTE p;"],
  ])("mysql: %s", async (_, sql) => {
    expect((await shown("mysql", sql))[0]).toEqual(together);
  });

  it.each([
    ["postgres", body("BEGIN EXECUTE 'ANALYZE'; END")],
    ["postgres", body("BEGIN EXECUTE format('ANALYZE %I', 'a'); END")],
    [
      "postgres",
      body(
        "BEGIN EXECUTE lower('DROP TABLE A'); END",
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS",
      ),
    ],
    ["mysql", "SET @s = 'ANALYZE TABLE a'; PREPARE p FROM @s; EXECUTE p;"],
  ] as const)("%s: a constant, or nothing that runs: %s", async (dialect, sql) => {
    expect((await shown(dialect, sql))[0]).toEqual({});
  });
});

describe("statements whose reach isn't written", () => {
  it.each([
    ["DROP OWNED BY app CASCADE;", { DropOwnedStmt: 1 }],
    ["DO LANGUAGE plpython3u $$ plpy.execute('DROP TABLE users') $$;", { DoStmt: 1 }],
    [
      "CREATE FUNCTION f() RETURNS int LANGUAGE plv8 AS $$ plv8.execute('DROP TABLE a') $$; SELECT f();",
      { SelectStmt: 1 },
    ],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE plv8 AS $$ return 1 $$;", {}],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'lib', 'f'; SELECT f();", {}],
  ])("%s", async (sql, counted) => {
    expect((await shown("postgres", sql))[0]).toEqual(counted);
  });
});

describe("statements that run later in the session", () => {
  it.each([
    ["PREPARE p AS DELETE FROM users; EXECUTE p;", "delete-without-where"],
    ["PREPARE p (int) AS UPDATE users SET a = $1; EXECUTE p (1);", "update-without-where"],
  ])("%s", async (sql, rule) => {
    expect((await shown("postgres", sql))[1]).toContain(rule);
  });
});

describe("a table that IF NOT EXISTS may have left as it was", () => {
  it.each([
    ["CREATE TABLE IF NOT EXISTS legacy (id bigint); DROP TABLE legacy;", true],
    ["CREATE TABLE legacy (id bigint); DROP TABLE legacy;", false],
  ])("%s", async (sql, reported) => {
    expect((await shown("postgres", sql))[1].includes("drop-table")).toBe(reported);
  });
});

describe("a table that a broken CREATE TABLE makes is new for the rest", () => {
  it.each(["m", "app.m", 'app."M"'])("%s", async (table) => {
    const found = async (made: string): Promise<readonly string[]> => {
      const create = `CREATE UNLOGGED TABLE IF NOT EXISTS ${made} (id int, UNIQUE ((id + 1)));`;
      return (await shown("postgres", `${create} CREATE INDEX i ON ${table} (id);`))[1];
    };
    expect(await found(table)).not.toContain("index-without-concurrently");
    expect(await found("others")).toContain("index-without-concurrently");
  });
});
