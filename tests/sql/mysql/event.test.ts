/** CREATE EVENT and ALTER EVENT: what the server runs by itself is read like a routine's body. */
import { describe, expect, it } from "vitest";
import { lintText } from "../../../src/index.ts";

async function shown(dialect: "mysql" | "mariadb", sql: string) {
  const { unknownStatements, findings } = await lintText(sql, { facts: { dialect } });
  return [unknownStatements, findings.map(({ ruleId }) => ruleId)] as const;
}

describe("what an event of MySQL runs", () => {
  const every = "CREATE EVENT e ON SCHEDULE EVERY 1 DAY COMMENT 'do' DO";
  it.each([
    ["CREATE EVENT e ON SCHEDULE AT CURRENT_TIMESTAMP DO DROP TABLE users;", "drop-table"],
    [`${every} BEGIN DECLARE n INT; IF n > 1 THEN DELETE FROM users; END IF; END;`, "delete-without-where"],
    ["ALTER EVENT e ON SCHEDULE EVERY 1 DAY DO TRUNCATE TABLE users;", "truncate-table"],
    ["ALTER EVENT e DO BEGIN DROP TABLE users; END;", "drop-table"],
  ])("%s", async (sql, rule) => {
    expect((await shown("mysql", sql))[1]).toContain(rule);
    expect((await shown("mariadb", sql))[1]).toContain(rule);
  });

  it("is not the migration's where it is the rows of each run", async () => {
    const body =
      "BEGIN DELETE FROM logs WHERE at < NOW(); UPDATE logs SET n = 0; INSERT INTO old SELECT * FROM logs; END";
    expect(await shown("mysql", `${every} ${body};`)).toEqual([{}, []]);
    expect(await shown("mariadb", `${every} DELETE FROM logs WHERE at < NOW();`)).toEqual([{}, []]);
  });

  it("is counted where it isn't known", async () => {
    const text = "BEGIN SELECT t INTO @s FROM todo; PREPARE p FROM @s; EXECUTE p; END";
    expect((await shown("mysql", `${every} ${text};`))[0]).toEqual({
      "SQL that is built when it runs": 1,
    });
  });

  it("leaves the migration's transaction and database alone", async () => {
    const [counted, rules] = await shown("mysql", `${every} BEGIN USE shop; START TRANSACTION; END;`);
    expect(counted).toEqual({});
    expect(rules).not.toContain("unclosed-transaction");
  });
});
