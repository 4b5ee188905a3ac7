/** A database that no file names. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-assumed-"));
  write(
    "db/migrate/20240101000001_make.rb",
    "class Make < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:orders) { |t| t.text :note }\n  end\nend\n",
  );
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const said = async (...words: readonly string[]): Promise<string> =>
  (await run([...words], folder)).stderr.trim();

it("is said of migrations in code, once", async () => {
  const first = "ddlint: no file names the database of db/migrate";
  const then = ": PostgreSQL is assumed; state `dialect` in the configuration";
  expect(await said()).toBe(`${first}${then}`);
  write(
    "jobs/db/migrate/20240101000001_make.rb",
    "class Make < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:jobs) { |t| t.text :note }\n  end\nend\n",
  );
  expect(await said()).toBe(`${first} and 1 more${then}`);
});

it("is not said where a file, the configuration or an option names it, nor of SQL", async () => {
  expect(await said("--dialect", "postgres")).toBe("");
  write("ddlint.jsonc", '{ "dialect": "postgres" }');
  expect(await said()).toBe("");
  rmSync(join(folder, "ddlint.jsonc"));
  write("config/database.yml", "production:\n  adapter: postgresql\n");
  expect(await said()).toBe("");
  rmSync(join(folder, "db"), { recursive: true });
  rmSync(join(folder, "config"), { recursive: true });
  write("migrations/001_make.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
  expect(await said()).toBe("");
});

it("is said where a driver among the packages stands against the settings", async () => {
  rmSync(join(folder, "db"), { recursive: true });
  write("manage.py", "from django.core.management import execute_from_command_line\n");
  write("requirements.txt", "Django==5.2.1\npsycopg2-binary\n");
  write("shop/migrations/__init__.py", "");
  write(
    "shop/migrations/0001_initial.py",
    "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    operations = [migrations.RunSQL('SELECT 1')]\n",
  );
  const settings = (database: string): void => {
    write("site1/settings.py", `import os\nKEY = os.environ["KEY"]\nDATABASES = {"default": ${database}}\n`);
  };
  settings('{"ENGINE": "django.db.backends.sqlite3"}');
  const despite =
    "ddlint: site1/settings.py names SQLite, but requirements.txt depends on a driver for postgres: postgres is assumed; state `dialect` in the configuration";
  expect(await said()).toBe(despite);
  expect(await said("--dialect", "postgres")).toBe("");
  settings('dj_database_url.config(default="sqlite:///db.sqlite3")');
  expect(await said()).toBe("");
});

it("is said where the packages have drivers of several databases, and no word of one stands in the files", async () => {
  rmSync(join(folder, "db"), { recursive: true });
  write("package.json", '{ "dependencies": { "pg": "8", "mysql2": "3" } }');
  write("migrations/001_make.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
  expect(await said()).toBe(
    "ddlint: no file says which database is used, but package.json depends on drivers for postgres and mysql: postgres is assumed; state `dialect` in the configuration",
  );
  expect(await said("--dialect", "postgres")).toBe("");
  write("migrations/002_fill.sql", "UPDATE orders SET note = id::text;\n");
  expect(await said()).toBe("");
});

it("is said where the build has a driver, and the settings of a profile name H2 alone", async () => {
  rmSync(join(folder, "db"), { recursive: true });
  const driver = "<groupId>org.postgresql</groupId><artifactId>postgresql</artifactId><scope>runtime</scope>";
  write(
    "pom.xml",
    `<project><dependencies><dependency>${driver}</dependency><dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId></dependency><dependency><groupId>org.liquibase</groupId><artifactId>liquibase-core</artifactId></dependency></dependencies></project>`,
  );
  write("src/main/resources/application-dev.yaml", "spring:\n  datasource:\n    url: jdbc:h2:mem:shop\n");
  write(
    "src/main/resources/db/changelog/db.changelog-master.xml",
    '<databaseChangeLog><changeSet id="1" author="a"><createTable tableName="t"><column name="id" type="bigint"/></createTable></changeSet></databaseChangeLog>',
  );
  const despite =
    "ddlint: src/main/resources/application-dev.yaml names H2, but pom.xml depends on a driver for postgres, and for no other server: postgres is assumed; state `dialect` in the configuration";
  expect(await said()).toBe(despite);
  expect(await said("--dialect", "postgres")).toBe("");
  // An address decides.
  write("src/main/resources/application-prod.yaml", "spring.datasource.url: jdbc:postgresql://db/shop\n");
  expect(await said()).toBe("");
});
