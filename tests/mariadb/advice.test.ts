/**
 * What findings advise, pasted into the mysql client of a real MariaDB, if one is here: it runs, and leads to the same tables
 * and rows as the statement. The first line of a fixture is as in tests/recipes/executed.test.ts.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";
import { findMariaDb } from "./binaries.ts";
import { startMariaDb, type MariaDb } from "./server.ts";

const folder = join(import.meta.dirname, "../../fixtures/advice-mysql");
const isThere = findMariaDb() !== undefined;
if (!isThere) console.warn("No MariaDB here: advice isn't executed (apt-get install mariadb-server-core)");

it.runIf(process.env["DDLINT_MARIADB_WANTED"] === "1")("is there", () => {
  expect(isThere).toBe(true);
});

/** Definitions and rows of all tables. */
const picture = (server: MariaDb, database: string): string => {
  const names = server
    .run(`USE ${database}; SHOW TABLES;`)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("Tables_in_"));
  return names
    .map((name) =>
      server.run(`USE ${database}; SHOW CREATE TABLE \`${name}\`; SELECT * FROM \`${name}\` ORDER BY 1;`),
    )
    .join("\n");
};

describe.runIf(isThere)("advice is code that runs", () => {
  let server: MariaDb;
  beforeAll(async () => {
    server = await startMariaDb();
  }, 60_000);
  afterAll(() => server.stop());

  it.each(readdirSync(folder))("%s", async (name) => {
    const [first = "", ...rest] = readFileSync(join(folder, name), "utf8").split("\n");
    const [, rule = "", is = ""] = /^-- (\S+): (\w+)$/.exec(first) ?? [];
    const texts = rest.join("\n").split("-- next migration\n");
    const files = texts.map((text, at) => [`migrations/00${at + 1}_step.sql`, text] as const);
    const { findings } = await lintProject({
      fs: memoryFileSystem(Object.fromEntries(files)),
      facts: { dialect: "mariadb", runner: "psql" },
      opinions: { presets: ["strict"] },
    });
    const finding = findings.find(({ ruleId, file }) => ruleId === rule && file === files.at(-1)?.[0]);
    expect(finding?.instead).toBeDefined();
    if (is === "words") {
      expect(finding?.advice).toBeUndefined();
      return;
    }
    const before = texts.slice(0, -1).join("\n");
    const run = (database: string, script: string): string =>
      server.run(`CREATE DATABASE ${database}; USE ${database};\n${before}\n${script}\n`);
    const id = name.replace(/\W/g, "_");
    expect(run(`${id}_meant`, texts.at(-1) ?? "")).not.toContain("ERROR");
    expect(run(`${id}_advised`, finding?.instead ?? ""), finding?.instead).not.toContain("ERROR");
    expect(picture(server, `${id}_advised`)).toBe(picture(server, `${id}_meant`));
    const routines = server.run(
      `SELECT COUNT(*) AS n FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = '${id}_advised';`,
    );
    expect(routines.trim()).toBe("n\n0");
  });
});
