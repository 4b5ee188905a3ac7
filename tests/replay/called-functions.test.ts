/** What a function of the history does is told wherever a statement calls it. */
import { describe, expect, it } from "vitest";
import { lintText } from "../../src/index.ts";

const rules = async (sql: string): Promise<readonly string[]> => {
  const { findings } = await lintText(sql, { facts: { dialect: "postgres" } });
  return findings.map(({ ruleId }) => ruleId);
};

const drops =
  "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DROP TABLE users; RETURN 1; END $$;\n";

describe("a function that drops a table is called", () => {
  it.each([
    "SELECT f();",
    "SELECT 1 WHERE f() = 1;",
    "SELECT 1 LIMIT f();",
    "SELECT 1 ORDER BY f();",
    "SELECT (SELECT f());",
    "SELECT count(*) FROM a JOIN b ON f() = 1;",
    "WITH c AS (SELECT f()) SELECT * FROM c;",
    "VALUES (f());",
    "INSERT INTO a (b) VALUES (f());",
    "INSERT INTO a (b) SELECT 1 RETURNING f();",
    "UPDATE a SET b = f() WHERE c = 1;",
    "DELETE FROM a WHERE b = f();",
    "COPY (SELECT f()) TO STDOUT;",
    "CREATE TABLE a AS SELECT f() AS b;",
    "PREPARE p AS SELECT f(); EXECUTE p;",
    "DECLARE c CURSOR FOR SELECT f(); FETCH c;",
    "DO $$ BEGIN ASSERT f() = 1, 'no'; END $$;",
    "DO $$ BEGIN ASSERT true, 'no ' || f(); END $$;",
    "DO $$ BEGIN RAISE NOTICE 'x % %', 1, f(); END $$;",
    "DO $$ BEGIN RAISE EXCEPTION USING HINT = 'a', DETAIL = f(); END $$;",
    "DO $$ BEGIN IF EXISTS (SELECT 1 WHERE f() = 1) THEN NULL; END IF; END $$;",
    "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT f()'; SELECT g();",
    "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT f();",
  ])("%s", async (call) => {
    expect(await rules(drops + call)).toContain("drop-table");
  });

  it.each([
    "SELECT 1;",
    "CREATE VIEW a AS SELECT f() AS b;",
    "EXPLAIN SELECT 1 WHERE f() = 1;",
    "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT f()';",
  ])("but not by %s", async (call) => {
    expect(await rules(drops + call)).not.toContain("drop-table");
  });

  it("by itself, again and again", async () => {
    const self =
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'DROP TABLE users; SELECT f() + f();'; SELECT f();";
    expect(await rules(self)).toContain("drop-table");
  });
});

describe("a text in which the call gives all names", () => {
  const touched = (type: string, format: string): string => `
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TABLE a (id int PRIMARY KEY, at timestamptz);
    CREATE FUNCTION keep(name ${type}) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      EXECUTE format('CREATE TRIGGER t BEFORE UPDATE ON ${format} FOR EACH ROW EXECUTE FUNCTION touch()', name);
    END $$;`;
  const again = "CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION touch();";

  it.each([
    [touched("regclass", "%s"), "SELECT keep('a');"],
    [touched("regclass", "%s"), "SELECT keep('public.A');"],
    [touched("text", "%I"), "SELECT keep('a');"],
  ])("is read as if it stood there: %s %s", async (definition, call) => {
    expect(await rules(`${definition}\n${call}\n${again}`)).toContain("duplicate-object");
  });

  it.each([
    [touched("text", "%s"), "SELECT keep('A');"],
    [touched("text", "%s"), "SELECT keep('public.a');"],
    [touched("regclass", "%s"), "SELECT keep(b) FROM (VALUES ('a')) v (b);"],
  ])("may be anything else: %s %s", async (definition, call) => {
    expect(await rules(`${definition}\n${call}\n${again}`)).not.toContain("duplicate-object");
  });
});

it.each([
  ["CONCAT('ALTER TABLE ', t, ' ADD COLUMN b int')", 0],
  ["IF(@x, CONCAT('ALTER TABLE ', t, ' ADD COLUMN b int'), @other)", 1],
])("a procedure of MySQL runs %s: %d statements aren't known", async (text, count) => {
  const { coverage } = await lintText(
    `CREATE TABLE a (id int PRIMARY KEY);
    DELIMITER //
    CREATE PROCEDURE keep(t varchar(64)) BEGIN SET @s = ${text}; PREPARE s FROM @s; EXECUTE s; END //
    DELIMITER ;
    CALL keep('a');`,
    { facts: { dialect: "mysql" } },
  );
  expect(coverage.statements.notUnderstood).toBe(count);
});
