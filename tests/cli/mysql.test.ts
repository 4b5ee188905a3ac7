/** What people of MySQL and MariaDB are told before the first finding. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-mysql-"));
  write("db/migrations/000001_init.up.sql", "CREATE TABLE t (id BIGINT PRIMARY KEY) ENGINE=InnoDB;\n");
  write("db/migrations/000001_init.down.sql", "DROP TABLE t;\n");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const compose = (image: string): void => {
  write("compose.yml", `services:\n  db:\n    image: ${image}\n`);
};
const ddlint = (line: string) => run(line.split(" "), folder);
const config = (): string => readFileSync(join(folder, "ddlint.jsonc"), "utf8");

describe("init", () => {
  it("says the server and how its version is written", async () => {
    compose("mysql:8.0.36");
    const { stdout } = await ddlint("init --yes");
    expect(stdout).toContain(
      "db/migrations: MySQL 8.0.36 (the files use ENGINE=; compose.yml runs mysql:8.0.36)",
    );
    expect(config()).toContain('// "serverVersion": "8.0.36",');
  });

  it("asks which of the two it is where nothing tells", async () => {
    const { stdout } = await ddlint("init --yes");
    expect(stdout).toContain("db/migrations: MySQL, version not known (the files use ENGINE=)");
    expect(config()).toContain('run on; MariaDB: "mariadb 10.11".\n  // "serverVersion": "8.0.36",');
  });

  it("writes what it is told, which names the database, too", async () => {
    await ddlint("init --yes --server-version mariadb-10.11");
    expect(config()).toContain('"serverVersion": "mariadb-10.11",');
    const { stderr } = await ddlint("--verbose");
    expect(stderr).toContain("db/migrations: MariaDB 10.11 (stated in the configuration)");
  });
});

it("config print lists the rules of the database", async () => {
  const rules = async (line: string): Promise<readonly string[]> => {
    const { stdout } = await ddlint(line);
    return Object.keys((JSON.parse(stdout) as { rules: object }).rules);
  };
  const own = await rules("config print");
  expect(own).toContain("algorithm-copy");
  expect(own).not.toContain("index-without-concurrently");
  expect(await rules("config print --dialect postgres")).toContain("index-without-concurrently");
});

describe("stats-query", () => {
  it("is in the words of the database", async () => {
    const { stdout } = await ddlint("stats-query");
    expect(stdout).toContain("FROM information_schema.TABLES");
    expect((await ddlint("stats-query --dialect mariadb")).stdout).toBe(stdout);
    expect((await ddlint("stats-query --dialect postgres")).stdout).toContain("pg_class");
  });

  it("of several has to be told which", async () => {
    write("pg/migrations/001_a.sql", "CREATE TABLE t (id bigserial PRIMARY KEY);\n");
    expect(await ddlint("stats-query")).toMatchObject({ exitCode: 2 });
    expect((await ddlint("stats-query pg")).stdout).toContain("pg_class");
    expect((await ddlint("stats-query db")).stdout).toContain("information_schema.TABLES");
  });
});

describe("the version", () => {
  const said = async (line: string): Promise<string> => (await ddlint(line)).stderr.trim();

  it("of neither is taken as the nearest that is known", async () => {
    expect(await said("--server-version 5.6")).toBe(
      "ddlint: MySQL 5.6 isn't known (5.7 to 9 are): the locks and the advice are those of 5.7",
    );
    expect(await said("--server-version mysql-10.11")).toMatch(/ are those of 9; is it "mariadb 10.11"\?$/);
    expect(await said("--server-version mariadb-8.0")).toMatch(/ are those of 10.6; is it "mysql 8.0"\?$/);
    for (const known of ["5.7.44", "8.4", "9.4", "mariadb-10.6", "11.8.2"])
      expect(await said(`--server-version ${known}`)).toBe("");
  });

  it("may name the database, which contradicts nothing", async () => {
    expect(await said("--dialect mysql --server-version mariadb-10.6")).toBe(
      "ddlint: --server-version names mariadb, but --dialect is mysql",
    );
    write("ddlint.jsonc", '{ "dialect": "mysql", "serverVersion": "mariadb 10.6" }');
    expect(await said("")).toBe(
      'ddlint: ddlint.jsonc: "serverVersion" names mariadb, but "dialect" is mysql',
    );
  });
});
