/** The same as backup.server.test.ts on a real MariaDB, if one is here. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planRollback } from "../../src/engine/rollback.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { findMariaDb } from "../mariadb/binaries.ts";
import { Lab, type World } from "../mariadb/replay.ts";

const start = `
CREATE TABLE users (id bigint AUTO_INCREMENT PRIMARY KEY, email varchar(100) NOT NULL, note text, \`Age\` int, price decimal(10,2) NOT NULL);
CREATE INDEX users_age_idx ON users (\`Age\`);
CREATE TABLE parts (a int, b varchar(20), amount int NOT NULL, PRIMARY KEY (a, b));
`;
const rows = `
INSERT INTO users (email, note, \`Age\`, price) SELECT CONCAT('u', seq), IF(seq % 3, CONCAT('note ', seq), NULL), seq, seq + 0.25 FROM seq_1_to_50;
INSERT INTO parts SELECT seq % 5, CONCAT('p', seq), seq FROM seq_1_to_40;
`;

const migrations: Readonly<Record<string, string>> = {
  "a column": "ALTER TABLE users DROP COLUMN note;",
  "a column that takes no NULL": "ALTER TABLE users DROP COLUMN email;",
  "a column with an index": "ALTER TABLE users DROP COLUMN `Age`;",
  "a table with AUTO_INCREMENT": "DROP TABLE users;",
  "a table with a key of two columns": "DROP TABLE parts;",
  values: "UPDATE users SET email = UPPER(email), price = price * 2 WHERE id % 2 = 0;",
  "values, twice": "UPDATE parts SET amount = 0 WHERE a = 1; UPDATE parts SET amount = amount + 1;",
  rows: "DELETE FROM parts WHERE amount > 20;",
  "all rows": "TRUNCATE TABLE parts;",
  "a type that rounds": "ALTER TABLE users MODIFY price int NOT NULL;",
  "a column that is renamed and cut": "ALTER TABLE users CHANGE note remark varchar(300) NULL;",
  "a new place": "ALTER TABLE users MODIFY price decimal(10,2) NOT NULL FIRST;",
  "rows that are new": "INSERT INTO parts VALUES (9, 'x', 1), (9, 'y', 2);",
};

const isThere = findMariaDb() !== undefined;
if (!isThere)
  console.warn(
    `No MariaDB here: ${Object.keys(migrations).length} backups aren't restored (apt-get install mariadb-server-core)`,
  );

describe.runIf(isThere)("on MariaDB a backup restores", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.start();
  });
  afterAll(() => lab.stop());

  async function held(world: World): Promise<readonly string[]> {
    const found = [...(await world.held()).servers];
    for (const table of ["users", "parts"])
      found.push(...(await world.ask(`SELECT * FROM ${table} ORDER BY 1, 2`)));
    return found;
  }

  it.each(Object.entries(migrations))("%s", async (_, up) => {
    const plan = await planRollback({
      facts: { dialect: "mariadb" },
      fs: memoryFileSystem({
        "migrations/001_old.up.sql": start,
        "migrations/001_old.down.sql": "SELECT 1;",
        "migrations/002_new.up.sql": up,
      }),
      migration: "002",
      backup: true,
    });
    expect(plan).toMatchObject({ gaps: [], lost: [], differences: [] });
    const world = await lab.world();
    const run = async (text: string): Promise<void> => {
      for (const { sql, error } of await world.run(text)) expect(error, sql).toBeUndefined();
    };
    await run(start);
    await run(rows);
    const before = await held(world);
    await run(plan.migrationText ?? up);
    await run(plan.text);
    expect(await held(world), plan.text).toEqual(before);
  });
});
