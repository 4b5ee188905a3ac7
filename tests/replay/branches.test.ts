/** A branch that may not run: what stands in it before a statement is certain for that statement, and for no other. */
import { describe, expect, it } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const rules = async (...later: readonly string[]): Promise<readonly string[]> => {
  const files = [tables, ...later].map((text, i) => [`migrations/00${i + 1}_m.sql`, text] as const);
  const fs = memoryFileSystem(Object.fromEntries(files));
  const { findings } = await lintProject({ fs, facts: { dialect: "postgres" } });
  return findings.flatMap(({ ruleId, also = [] }) => [ruleId, ...also.map((one) => one.ruleId)]);
};

const tables = `
CREATE TABLE other (id bigint PRIMARY KEY, n int, m int);
CREATE VIEW v AS SELECT n FROM other;
CREATE TABLE users (id uuid PRIMARY KEY);
CREATE TABLE keys (id bigint PRIMARY KEY, user_id uuid CONSTRAINT keys_user_id_fkey REFERENCES users (id));
`;

const statements = `
  DROP VIEW v;
  ALTER TABLE other DROP COLUMN n;
  ALTER TABLE other ALTER COLUMN m TYPE bigint;
  CREATE INDEX o ON other (m);`;

describe("what follows a DROP in its own branch", () => {
  it.each([
    ["IF", `IF (SELECT count(*) FROM other) > 0 THEN ${statements} END IF;`],
    ["ELSE", `IF current_user = 'a' THEN NULL; ELSE ${statements} END IF;`],
    ["behind a RETURN", `IF current_user = 'a' THEN RETURN; END IF; ${statements}`],
    ["before EXCEPTION", `${statements} EXCEPTION WHEN others THEN NULL;`],
    ["CASE", `CASE current_user WHEN 'a' THEN NULL; ELSE ${statements} END CASE;`],
    ["the other way", `IF current_user = 'a' THEN ${statements} ELSE ${statements} END IF;`],
  ])("%s", async (_, body) => {
    expect(await rules(`DO $$ BEGIN ${body} END $$;`)).toEqual(
      expect.arrayContaining(["drop-column", "change-column-type", "index-without-concurrently"]),
    );
  });

  it("is read in a function that is called under a condition", async () => {
    const sql = `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN IF current_user = 'a' THEN ${statements} END IF; END $$;
      DO $$ BEGIN IF current_user = 'b' THEN PERFORM f(); END IF; END $$;`;
    expect(await rules(sql)).toContain("change-column-type");
  });
});

it("knows that a foreign key of the branch is gone", async () => {
  const sql = `DO $$ BEGIN IF (SELECT count(*) FROM users) > 0 THEN
    ALTER TABLE keys DROP CONSTRAINT IF EXISTS keys_user_id_fkey;
    ALTER TABLE users ALTER id TYPE text;
  END IF; END $$;`;
  const found = await rules(sql);
  expect(found).toContain("change-column-type");
  expect(found).not.toContain("foreign-key-type-mismatch");
});

describe("outside of the branch", () => {
  it.each([
    ["a DROP may not have run", "DROP VIEW v;", "ALTER TABLE other DROP COLUMN n;", "drop-column"],
    ["a CREATE may not have run", "CREATE TABLE t (a int);", "CREATE TABLE t (a int);", undefined],
  ])("%s", async (_, inside, behind, rule) => {
    const found = await rules(`DO $$ BEGIN IF current_user = 'a' THEN ${inside} END IF; END $$;`, behind);
    for (const id of ["refused-statement", "duplicate-object"]) expect(found).not.toContain(id);
    if (rule !== undefined) expect(found).toContain(rule);
  });
});
