import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const at = (text: string, path = "migrations/001_a.sql"): Record<string, string> => ({ [path]: text });

const revision = 'revision = "a1b2c3d4e5f6"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n';

const djangoWith = (settings: string): Record<string, string> => ({
  "manage.py": "from django.core.management import execute_from_command_line\n",
  "shop/settings.py": settings,
  "orders/__init__.py": "",
  "orders/migrations/0001_initial.py": "class Migration(migrations.Migration):\n    pass\n",
});
const branch =
  'if DATABASE_URL:\n    DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}\nelse:\n    ';
const sqliteOf = 'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}\n';

const changelog = (inside: string): Record<string, string> =>
  at(
    `<?xml version="1.0"?><databaseChangeLog>${inside}</databaseChangeLog>`,
    "api/src/main/resources/liquibase.xml",
  );

/** A changelog that Liquibase wrote of SQL Server, and a program that begins with one of its own. */
const generated = (main: string, folder = "changelog"): Record<string, string> => ({
  "src/main/resources/application.properties":
    "liquibase.change-log=classpath:/db/master.json\nspring.datasource.url=jdbc:mysql://db/x\n",
  "build.gradle": "dependencies { compile 'mysql:mysql-connector-java' }",
  "src/main/resources/db/master.json": `{ "databaseChangeLog": [${main}] }`,
  [`${folder}/index.json`]:
    '{ "databaseChangeLog": [{ "include": { "file": "a.json", "relativeToChangelogFile": true } }] }',
  [`${folder}/a.json`]:
    '{ "databaseChangeLog": [{ "changeSet": { "id": "1", "author": "a (generated)", "changes": [{ "createTable": { "tableName": "t", "schemaName": "dbo", "columns": [{ "column": { "name": "id", "type": "bigint" } }] } }] } }] }',
});

const bothDrivers =
  "<project><dependency><artifactId>mysql-connector-j</artifactId></dependency><dependency><artifactId>postgresql</artifactId></dependency></project>";

const withSqitch = (conf: string): Record<string, string> => ({
  "sqitch.conf": conf,
  "sqitch.plan": "%project=x\na 2024-01-01T00:00:00Z A <a@b>\n",
  "deploy/a.sql": "CREATE TABLE t (id int);",
});

const withBothDrivers = (inside: string): Record<string, string> => ({
  "pom.xml": bothDrivers,
  ...at(
    `<?xml version="1.0"?><databaseChangeLog>${inside}</databaseChangeLog>`,
    "src/main/resources/db/changelog.xml",
  ),
});

describe("the dialect of a folder", () => {
  test.each([
    ["nothing known", at("CREATE TABLE t (id int);"), "postgres", false],
    ["the folder's name", at("SELECT 1;", "db/mysql/migrations/001_a.sql"), "mysql", true],
    ["the end of a folder's name", at("SELECT 1;", "store-sqlite/migrations/001_a.sql"), "sqlite", true],
    ["where a folder's name leads", at("SELECT 1;", "mysql-to-pg/migrations/001_a.sql"), "postgres", true],
    ["the start of a folder's name", at("SELECT 1;", "mysql-default/migrations/001_a.sql"), "mysql", true],
    [
      "the address that a script gives to Liquibase",
      {
        "main.sh":
          'liquibase update \\\n  --url "jdbc:mysql://${HOST}/shop" \\\n  --changelog-file changelog.yml\n',
        "changelog.yml": "databaseChangeLog:\n  - include: { file: sql/a.sql }\n",
        "sql/a.sql": "--liquibase formatted sql\n--changeset main:1\nCREATE TABLE t (id int);\n",
      },
      "mysql",
      true,
    ],
    [
      "the address under Liquibase's long name",
      {
        "liquibase.properties":
          "#liquibase.command.url=jdbc:h2:mem:x\nliquibase.command.url=jdbc:mysql:aws://db/shop\n",
        "changelog.sql": "--liquibase formatted sql\n--changeset main:1\nCREATE TABLE t (id int);\n",
      },
      "mysql",
      true,
    ],
    ["the engine of Sqitch", withSqitch("[core]\n\tengine = mysql\n"), "mysql", true],
    ["Sqitch's engine in quotes", withSqitch('[core]\n  engine = "pg"\n'), "postgres", true],
    ["a target of Sqitch", withSqitch('[target "prod"]\n  uri = db:mysql://root@db/shop\n'), "mysql", true],
    [
      "the last word of every name",
      {
        "drizzle.config.ts": "export default { dialect: 'mysql', out: './drizzle' };",
        ...at("SELECT 1;", "scripts/migration/stock-postgresql.sql"),
        ...at("SELECT 1;", "scripts/migration/orders-postgresql.sql"),
      },
      "postgres",
      true,
    ],
    [
      "a word of every name, where there are several",
      {
        "drizzle.config.ts": "export default { dialect: 'mysql', out: './drizzle' };",
        ...at("SELECT 1;", "scripts/migration/stock-postgresql.sql"),
        ...at("SELECT 1;", "scripts/migration/orders-postgresql.sql"),
        ...at("SELECT 1;", "scripts/migration/alter-pg-schemas.sql"),
        ...at("SELECT 1;", "scripts/migration/alter-pg-roles.sql"),
      },
      "postgres",
      true,
    ],
    [
      "words of CockroachDB, whatever drivers are there",
      {
        "go.mod": "module shop\n\nrequire github.com/lib/pq v1.10.9\n",
        ...at(
          "-- +goose Up\nCREATE TABLE racks (\n  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),\n  name STRING NOT NULL,\n  INDEX racks_name (name)\n);\n",
        ),
      },
      "other",
      true,
    ],
    [
      "one statement of MySQL in a program of Go that has drivers for PostgreSQL and, for its tests, SQLite",
      {
        "go.mod":
          "module shop\n\nrequire (\n\tgithub.com/jackc/pgx/v5 v5.3.1\n\tmodernc.org/sqlite v1.21.2\n)\n",
        ...at("DROP INDEX orders_open ON orders;\n", "migrations/000004_index_open_orders.down.sql"),
        ...at(
          "CREATE INDEX orders_open ON orders (sent) WHERE kind = 2;\n",
          "migrations/000004_index_open_orders.up.sql",
        ),
      },
      "postgres",
      true,
    ],
    [
      "STRING alone, which SQLite takes",
      {
        "go.mod": "module shop\n\nrequire github.com/mattn/go-sqlite3 v1.14.0\n",
        ...at("CREATE TABLE racks (\n  id INTEGER PRIMARY KEY,\n  name STRING NOT NULL\n);\n"),
      },
      "sqlite",
      true,
    ],
    [
      "MySQL by a container in the folder of the deployment",
      {
        "deploy/compose.mysql.yaml": "services:\n  db:\n    image: mysql:8.4\n",
        ...at("DROP INDEX IF EXISTS t_a ON t;\n", "migrations/mysql/001_a.sql"),
      },
      "mysql",
      true,
    ],
    [
      "what stands after .sql",
      { ...at("SELECT 1;", "delta/9/a.sql.sqlite"), ...at("SELECT 1;", "delta/10/b.sql") },
      "sqlite",
      true,
    ],
    [
      "SQL beside code, where drivers of several databases are there",
      {
        "package.json": '{ "dependencies": { "knex": "3", "mysql2": "3", "pg": "8" } }',
        "db/knex_migrations/20240101101010_a.js":
          "exports.up = (knex) => knex.schema.createTable('t', (table) => table.integer('id'));",
        "db/old_migrations/patch1.sql":
          "PRAGMA foreign_keys = ON;\nCREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);",
      },
      "sqlite",
      true,
    ],
    [
      "SQLite by the tool's settings, where the files say nothing but backticks",
      {
        "drizzle.config.ts": "export default { dialect: 'turso', out: './drizzle' };",
        "package.json": '{ "devDependencies": { "drizzle-kit": "0.31.0" } }',
        "drizzle/meta/_journal.json": '{"dialect":"sqlite","entries":[{"tag":"0000_a","when":1}]}',
        "drizzle/0000_a.sql": "CREATE TABLE `t` (`id` integer PRIMARY KEY NOT NULL);",
      },
      "sqlite",
      true,
    ],
    [
      "SQLite by the only driver, where the files say nothing but backticks",
      {
        "src-tauri/Cargo.toml": '[dependencies]\nrusqlite = { version = "0.31", features = ["bundled"] }\n',
        "src-tauri/src/db/migrations/0001_a.sql": "CREATE TABLE `t` (`id` text PRIMARY KEY NOT NULL);",
      },
      "sqlite",
      true,
    ],
    [
      "SQLite by the newest snapshot, where the journal names the database of the first migration",
      {
        "drizzle.config.ts": "export default { driver: 'turso', out: './drizzle' };",
        "package.json": '{ "devDependencies": { "drizzle-kit": "0.20.0" } }',
        "drizzle/meta/_journal.json":
          '{"dialect":"mysql","entries":[{"tag":"0000_a","when":1},{"tag":"0001_b","when":2}]}',
        "drizzle/meta/0001_snapshot.json": '{"version":"5","dialect":"sqlite","tables":{}}',
        "drizzle/0000_a.sql": "CREATE TABLE `t` (`id` text PRIMARY KEY NOT NULL);",
        "drizzle/0001_b.sql": "ALTER TABLE `t` ADD `b` text;",
      },
      "sqlite",
      true,
    ],
    [
      "SQL Server, whatever drivers are there",
      {
        ...at("ALTER TABLE t ADD b INT;", "migration/SQL_SERVER/V1__a.sql"),
        "pom.xml": "<artifactId>flyway-mysql</artifactId>",
      },
      "mssql",
      true,
    ],
    [
      "types of MySQL with comments that it executes",
      at(
        "create table t (id serial unique, at datetime, n bigint /*! unsigned */) /*! CHARACTER SET utf8 */;",
      ),
      "mysql",
      true,
    ],
    ["MariaDB", at("SELECT 1;", "migrations/mariadb/001_a.sql"), "mariadb", true],
    [
      "types of Oracle, whatever database took its place",
      {
        ...at("CREATE TABLE t (id NUMBER(19) NOT NULL, name VARCHAR2(40));", "old/migration/V1__a.sql"),
        "pom.xml": "<artifactId>flyway-database-postgresql</artifactId>",
      },
      "other",
      true,
    ],
    [
      "numbers of Oracle beside its MODIFY",
      at("ALTER TABLE t ADD n NUMBER(1,0);\nALTER TABLE t MODIFY (n NUMBER(1) NOT NULL);"),
      "other",
      true,
    ],
    [
      "a word of Oracle in a comment",
      at("-- was VARCHAR2(40)\nCREATE TABLE t (id bigserial, name text);"),
      "postgres",
      true,
    ],
    ["a database that has no front end", at("SELECT 1;", "migrations/cockroach/001_a.sql"), "other", true],
    ["ENGINE", at("CREATE TABLE t (id int) ENGINE=InnoDB;"), "mysql", true],
    [
      "changes of a table that PostgreSQL can't read, beside a driver for it",
      {
        ...at("alter table t add column b int default 0 after a, modify c varchar(40);\ndrop index i on t;"),
        "package.json": '{ "dependencies": { "pg": "8" } }',
      },
      "mysql",
      true,
    ],
    [
      "the one driver of a program in Go, beside types that SQLite has, too",
      {
        ...at("ALTER TABLE t ADD COLUMN a jsonb;"),
        "go.mod":
          "module x\n\nrequire (\n\tgithub.com/mattn/go-sqlite3 v1.14.0\n\tgithub.com/lib/pq v1.10.0 // indirect\n)\n",
      },
      "sqlite",
      true,
    ],
    [
      "drivers of several databases in Go",
      {
        ...at("ALTER TABLE t ADD COLUMN a jsonb;"),
        "go.mod":
          "module x\n\nrequire (\n\tgithub.com/mattn/go-sqlite3 v1.14.0\n\tgithub.com/lib/pq v1.10.0\n)\n",
      },
      "postgres",
      true,
    ],
    [
      "words that only MariaDB knows",
      at("ALTER TABLE t ADD COLUMN IF NOT EXISTS a int;", "db/mysql/migrations/001_a.sql"),
      "mariadb",
      true,
    ],
    [
      "IF EXISTS of a key, which only MariaDB knows",
      at("ALTER TABLE t ENGINE=InnoDB;\nALTER TABLE t DROP FOREIGN KEY IF EXISTS t_a_fk;"),
      "mariadb",
      true,
    ],
    [
      "a DEFAULT that only MariaDB takes",
      {
        "go.mod": "module x\n\nrequire github.com/go-sql-driver/mysql v1.9.0\n",
        ...at("ALTER TABLE users ADD COLUMN api_key VARCHAR(64) DEFAULT UUID();"),
      },
      "mariadb",
      true,
    ],
    [
      "words that only MariaDB knows, in a comment",
      at("-- MySQL has no ADD COLUMN IF NOT EXISTS\nALTER TABLE `t` ADD COLUMN a int;"),
      "mysql",
      true,
    ],
    [
      "words that only MariaDB knows, where a container runs MySQL",
      {
        ...at("ALTER TABLE `t` ADD COLUMN IF NOT EXISTS a int;"),
        "docker-compose.yml": "services:\n  db:\n    image: mysql:8.0\n",
      },
      "mysql",
      true,
    ],
    [
      "words that PostgreSQL knows, too, in files for several dialects",
      {
        ...at("CREATE INDEX IF NOT EXISTS i ON t (a);", "m/001_a.mysql.up.sql"),
        ...at("CREATE INDEX IF NOT EXISTS i ON t (a);", "m/001_a.sqlite.up.sql"),
      },
      "mysql",
      true,
    ],
    [
      "a column with the table's alias",
      at("UPDATE orders o SET o.total = 0 WHERE o.total IS NULL;"),
      "mysql",
      true,
    ],
    ["backticks", at("CREATE TABLE `t` (`id` int AUTO_INCREMENT);"), "mysql", true],
    [
      "dollars in a string",
      {
        ...at("CREATE TABLE t (id bigint auto_increment PRIMARY KEY, hash varchar(60));"),
        ...at("INSERT INTO t (hash) VALUES ('$2a$12$AMsg.IG');", "migrations/002_b.sql"),
        ...at("INSERT INTO t (hash) VALUES ('$2a$12$BNsg.IG');", "migrations/003_c.sql"),
      },
      "mysql",
      true,
    ],
    [
      "a DELIMITER of two dollars",
      at(
        "DELIMITER $$\nCREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.b = 1; END $$\nDELIMITER ;",
      ),
      "mysql",
      true,
    ],
    ["words in comments", at("-- not AUTO_INCREMENT\nCREATE TABLE t (id bigserial);"), "postgres", true],
    ["AUTOINCREMENT", at("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);"), "sqlite", true],
    ["strftime", at("CREATE TABLE t (a int DEFAULT (strftime('%s', 'now')));"), "sqlite", true],
    [
      "autoIncrement of a builder",
      {
        "package.json": '{ "dependencies": { "sequelize": "6", "pg": "8" } }',
        "migrations/20240101000000-a.js":
          "exports.up = (queryInterface) => queryInterface.createTable('t', { id: { autoIncrement: true } });",
      },
      "postgres",
      true,
    ],
    [
      "autoincrement and strftime of Python",
      {
        "alembic.ini": "[alembic]\nscript_location = alembic\n",
        "alembic/versions/a1_a.py": [
          "from alembic import op",
          "import sqlalchemy as sa",
          'revision = "a1"',
          "down_revision = None",
          "def upgrade():",
          "    op.create_table('t', sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=True))",
          "    print(start.strftime('%Y'))",
        ].join("\n"),
        "requirements.txt": "psycopg2\nalembic\n",
      },
      "postgres",
      true,
    ],
    [
      "the only driver of the tests",
      {
        ...at("SELECT 1;"),
        "requirements.txt": "alembic\nsqlalchemy\n",
        "test-requirements.txt": "PyMySQL>=0.7.6 # MIT License\n",
      },
      "mysql",
      true,
    ],
    [
      "another driver for the tests",
      {
        ...at("SELECT 1;"),
        "requirements.txt": "alembic\npsycopg2\n",
        "test-requirements.txt": "PyMySQL\n",
      },
      "postgres",
      true,
    ],
    [
      "a driver that the tests install as an extra of another package",
      {
        ...at("SELECT 1;"),
        "requirements.txt": "alembic\noslo.db>=4.44.0\n",
        "test-requirements.txt": "# Drivers\noslo.db[fixtures, mysql]>=6.0.0 # Apache-2.0\n",
      },
      "mysql",
      true,
    ],
    [
      "a driver in requirements that others include",
      {
        ...at("SELECT 1;"),
        "requirements.txt": "-r pip/production.txt\n",
        "pip/production.txt": "-r ./common.txt\n",
        "pip/common.txt": "mysqlclient==2.2\n",
      },
      "mysql",
      true,
    ],
    [
      "a driver in a folder of requirements beside a program without a manifest",
      {
        "manage.py": "import django\n",
        "orders/migrations/0001_initial.py": "class Migration(migrations.Migration):\n    pass\n",
        "requirements/requirements.txt": "Django==4.2\nmysqlclient==2.1.0\n",
      },
      "mysql",
      true,
    ],
    [
      "a driver of a setup.py",
      { ...at("SELECT 1;"), "setup.py": 'setup(install_requires=["alembic", "PyMySQL>=1"])\n' },
      "mysql",
      true,
    ],
    ...[
      ["an address", { "db.properties": "url=jdbc:postgresql://localhost:26257/shop?ssl=true\n" }],
      [
        "the port in a variable",
        {
          "src/main/resources/application.yml":
            "spring:\n  datasource:\n    url: jdbc:postgresql://${HOST}:${PORT:26257}/shop\n",
        },
      ],
      ["an address of the environment", { ".env.example": "DATABASE_URL=postgresql://root@db:26257/shop\n" }],
      ["its own driver", { "db.properties": "url=jdbc:cockroachdb://db/shop\n" }],
      [
        "a container",
        { "docker-compose.yml": "services:\n  db:\n    image: cockroachdb/cockroach:v24.1.0\n" },
      ],
      [
        "a dialect of Hibernate",
        {
          "src/main/resources/application.properties":
            "spring.datasource.url=jdbc:postgresql://${DB_HOST}/shop\nspring.jpa.properties.hibernate.dialect=org.hibernate.dialect.CockroachDB201Dialect\n",
        },
      ],
      ["YugabyteDB's driver", { "pom.xml": "<dependency><groupId>com.yugabyte</groupId></dependency>" }],
      ["Redshift's address", { "db.properties": "url=jdbc:redshift://x.redshift.amazonaws.com:5439/shop\n" }],
    ].map(
      ([name, files]) =>
        [
          `a server that speaks PostgreSQL's protocol: ${name as string}`,
          { ...at("CREATE TABLE t (id bigserial, data jsonb);"), ...(files as Record<string, string>) },
          "other",
          true,
        ] as const,
    ),
    [
      "a server that speaks MySQL's protocol: a container",
      {
        ...at("CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY);"),
        "docker-compose.yml": "services:\n  db:\n    image: pingcap/tidb:v8.5.0\n",
      },
      "other",
      true,
    ],
    [
      "a port that people also give to MySQL or PostgreSQL",
      {
        ...at("CREATE TABLE t (id bigserial, data jsonb);"),
        ".env": "DATABASE_URL=postgresql://root@localhost:5433/shop\nPORT=4000\n",
      },
      "postgres",
      true,
    ],
    [
      "containers of PostgreSQL and of a server that speaks its protocol",
      {
        ...at("CREATE TABLE t (id bigserial, data jsonb);"),
        "docker-compose.yml":
          "services:\n  a:\n    image: cockroachdb/cockroach:v24.1.0\n  b:\n    image: postgres:16\n",
      },
      "postgres",
      true,
    ],
    [
      "folders for PostgreSQL, beside a container of a server that speaks its protocol",
      {
        ...at("CREATE TABLE t (id bigserial, data jsonb);", "postgres/migrations/001_a.sql"),
        "docker-compose.yml": "services:\n  db:\n    image: cockroachdb/cockroach:v24.1.0\n",
      },
      "postgres",
      true,
    ],
    [
      "unique_rowid in SQL",
      at("CREATE TABLE t (id bigint DEFAULT unique_rowid() PRIMARY KEY, data jsonb);"),
      "other",
      true,
    ],
    [
      "unique_rowid in a changelog, behind PostgreSQL's driver",
      {
        "pom.xml": "<dependency><artifactId>postgresql</artifactId></dependency>",
        ...changelog(
          '<changeSet id="1" author="ann"><createTable tableName="t"><column name="id" type="bigint" defaultValueComputed="unique_rowid()"/></createTable></changeSet>',
        ),
      },
      "other",
      true,
    ],
    [
      "H2, which the root changelog demands",
      {
        "src/main/resources/db/root.xml":
          '<databaseChangeLog><preConditions><dbms type="h2"/></preConditions><include file="a.xml" relativeToChangelogFile="true"/></databaseChangeLog>',
        "src/main/resources/db/a.xml":
          '<databaseChangeLog><changeSet id="1" author="ann"><createTable tableName="t"><column name="id" type="int"/></createTable></changeSet></databaseChangeLog>',
        "pom.xml": "<dependency><artifactId>postgresql</artifactId></dependency>",
      },
      "other",
      true,
    ],
    [
      "the database that a changelog demands, before a driver that is left over",
      {
        "pom.xml":
          "<project><dependency><groupId>com.mysql</groupId><artifactId>mysql-connector-j</artifactId></dependency><dependency><artifactId>liquibase-core</artifactId></dependency></project>",
        "src/main/resources/db/changelog/db.changelog-master.xml":
          '<databaseChangeLog><preConditions><dbms type="postgresql"/></preConditions><changeSet id="1" author="ann"><createTable tableName="t"><column name="id" type="int"/></createTable></changeSet></databaseChangeLog>',
      },
      "postgres",
      true,
    ],
    [
      "SQLite in Django's only settings, which nothing changes, beside a driver that is left over",
      {
        "manage.py": "from django.core.management import execute_from_command_line\n",
        "shop/settings.py":
          'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3",\n# "ENGINE": "django.db.backends.postgresql",\n}}\n',
        "orders/__init__.py": "",
        "orders/migrations/0001_initial.py": "class Migration(migrations.Migration):\n    pass\n",
        "requirements.txt": "Django==5.2\npsycopg2==2.9.10\n",
      },
      "sqlite",
      true,
    ],
    [
      "a driver beside SQLite in Django's settings for development",
      {
        "manage.py": "from django.core.management import execute_from_command_line\n",
        "shop/settings/base.py": 'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}\n',
        "shop/settings/production.py": "from .base import *\n",
        "orders/__init__.py": "",
        "orders/migrations/0001_initial.py": "class Migration(migrations.Migration):\n    pass\n",
        "requirements.txt": "Django==5.2\npsycopg2==2.9.10\n",
      },
      "postgres",
      true,
    ],
    [
      "a driver of a requirements.txt that PowerShell wrote in UTF-16",
      {
        "manage.py": "",
        "shop/settings.py": 'DATABASES = {"default": env.db(default="sqlite:///db.sqlite3")}\n',
        "orders/__init__.py": "",
        "orders/migrations/0001_initial.py": "class Migration(migrations.Migration):\n    pass\n",
        "requirements.txt": new TextDecoder().decode(
          Uint8Array.of(0xff, 0xfe, ...Buffer.from("Django==5.2\r\npsycopg2-binary==2.9.10\r\n", "utf16le")),
        ),
      },
      "postgres",
      true,
    ],
    ...(
      [
        ["Render's database", { "render.yaml": "databases:\n  - name: shop\n" }, "postgres", true],
        ["Heroku's database", { "app.json": '{"addons": ["heroku-postgresql:mini"]}' }, "postgres", true],
        ["a container", { "compose.yml": "services:\n  db:\n    image: mysql:8.4\n" }, "mysql", true],
        [
          "a driver for production",
          { "requirements.txt": "Django\n", "requirements-prod.txt": "mysqlclient==2.2\n" },
          "mysql",
          true,
        ],
        ["nothing else", {}, "postgres", true],
      ] as const
    ).map(
      ([what, files, dialect, isSaid]) =>
        [
          `the server's address that Django takes from the environment before SQLite, beside ${what}`,
          { ...djangoWith(`${branch}${sqliteOf}`), ...files },
          dialect,
          isSaid,
        ] as const,
    ),
    [
      "Django's settings for production, which take the address from the environment",
      {
        ...djangoWith(sqliteOf),
        "shop/settings_production.py":
          "from .settings import *\nDATABASES = {'default': dj_database_url.config()}\n",
      },
      "postgres",
      true,
    ],
    [
      "an address that is SQLite's unless the environment gives another, which a container's may be",
      {
        ...djangoWith('DATABASES = {"default": env.db("DATABASE_URL", default="sqlite:///db.sqlite3")}\n'),
        "compose.yml": "services:\n  db:\n    image: mysql:8.4\n",
      },
      "mysql",
      true,
    ],
    [
      "an address that is SQLite's unless the environment gives another, and nothing that does",
      djangoWith('DATABASES = {"default": env.db("DATABASE_URL", default="sqlite:///db.sqlite3")}\n'),
      "sqlite",
      true,
    ],
    [
      "a driver of Python for SQLite, and for no server",
      { "app/versions/a1b2c3d4e5f6_a.py": revision, "requirements.txt": "alembic\naiosqlite\n" },
      "sqlite",
      true,
    ],
    [
      "a driver of Python for SQLite beside one for a server",
      { "app/versions/a1b2c3d4e5f6_a.py": revision, "requirements.txt": "alembic\naiosqlite\nasyncmy\n" },
      "mysql",
      true,
    ],
    [
      "a file of SQLite for who tries it, and another server in the documents that the tests run with",
      {
        "alembic.ini": "[alembic]\nscript_location = app\nsqlalchemy.url = sqlite:///app.db\n",
        "app/versions/a1b2c3d4e5f6_a.py": revision,
        "setup.cfg": "[metadata]\nname = app\n",
        "test-requirements.txt": "psycopg2\nPyMySQL\n",
        "doc/source/install.rst": "Set\n\n    connection = mysql+pymysql://app:SECRET@controller/app\n",
      },
      "mysql",
      true,
    ],
    [
      "a file of SQLite, and an address in the documents that nothing else knows",
      {
        "alembic.ini": "[alembic]\nscript_location = app\nsqlalchemy.url = sqlite:///app.db\n",
        "app/versions/a1b2c3d4e5f6_a.py": revision,
        "setup.cfg": "[metadata]\nname = app\n",
        "doc/source/install.rst": "Unlike mysql+pymysql://app:SECRET@controller/app\n",
      },
      "sqlite",
      true,
    ],
    [
      "addresses in the documents of a project in code",
      {
        "app/versions/a1b2c3d4e5f6_a.py": revision,
        "setup.cfg": "[metadata]\nname = app\n",
        "doc/source/install.rst": "Set\n\n    connection = mysql+pymysql://app:SECRET@controller/app\n",
      },
      "mysql",
      true,
    ],
    [
      "addresses of several servers in the documents",
      {
        "app/versions/a1b2c3d4e5f6_a.py": revision,
        "setup.cfg": "[metadata]\nname = app\n",
        "README.md": "`mysql://app@localhost/app` or `postgresql://app@localhost/app`\n",
      },
      "postgres",
      false,
    ],
    [
      "SQLite alone in the modules of a program of Python",
      {
        "app/versions/a1b2c3d4e5f6_a.py": revision,
        "requirements.txt": "alembic\nsqlalchemy\n",
        "shop/config.py":
          'DATABASE_URL = os.environ.get("DATABASE_URL") or "sqlite:///" + os.path.join(home, "a.db")\n',
        "tests/conftest.py": 'url = "postgresql://localhost/test"\n',
      },
      "sqlite",
      true,
    ],
    [
      "SQLite in a module, and a driver for a server",
      {
        "app/versions/a1b2c3d4e5f6_a.py": revision,
        "requirements.txt": "alembic\npsycopg2\npymysql\n",
        "shop/config.py": 'DATABASE_URL = os.environ.get("DATABASE_URL", "sqlite:///a.db")\n',
      },
      "postgres",
      true,
    ],
    [
      "a file of SQLite that the settings and the program state, and a driver that is left over",
      {
        "alembic.ini": "[alembic]\nscript_location = app\nsqlalchemy.url = sqlite:///shop.db\n",
        "app/versions/a1b2c3d4e5f6_a.py": revision,
        "requirements.txt": "alembic\npsycopg2\n",
        "shop/config.py": 'engine = create_engine("sqlite:///shop.db")\n',
      },
      "sqlite",
      true,
    ],
    [
      "a file of SQLite that the program alone states, and a driver that is left over",
      {
        "app/versions/a1b2c3d4e5f6_a.py": revision,
        "requirements.txt": "alembic\npsycopg2\n",
        "shop/config.py": 'engine = create_engine("sqlite:///shop.db")\n',
      },
      "sqlite",
      true,
    ],
    [
      "a file of SQLite that the environment may replace, and a driver for a server",
      {
        "alembic.ini": "[alembic]\nscript_location = app\nsqlalchemy.url = sqlite:///shop.db\n",
        "app/versions/a1b2c3d4e5f6_a.py": revision,
        "requirements.txt": "alembic\npsycopg2\n",
        "shop/config.py": 'engine = create_engine("sqlite:///shop.db")\n',
        "app/env.py": 'url = os.getenv("DATABASE_URL", config.get_main_option("sqlalchemy.url"))\n',
      },
      "postgres",
      true,
    ],
    [
      "a file of SQLite that the program states, and a container of a server",
      {
        "alembic.ini": "[alembic]\nscript_location = app\nsqlalchemy.url = sqlite:///shop.db\n",
        "app/versions/a1b2c3d4e5f6_a.py": revision,
        "requirements.txt": "alembic\npsycopg2\n",
        "shop/config.py": 'engine = create_engine("sqlite:///shop.db")\n',
        "docker-compose.yml": "services:\n  db:\n    image: postgres:15\n",
      },
      "postgres",
      true,
    ],
    [
      "an address of MySQL that is made from parts",
      {
        "app/versions/a1b2c3d4e5f6_a.py": revision.replace("pass", 'op.add_column("t", sa.Column("serial"))'),
        "requirements.txt": "alembic\n",
        "shop/db/make.py": 'url = URL.create(drivername="mysql+pymysql", username=user)\n',
      },
      "mysql",
      true,
    ],
    [
      "an address of MySQL in a formatted string, and SQLite beside it",
      {
        "app/versions/a1b2c3d4e5f6_a.py": revision,
        "app/env.py": 'url = f"mysql+pymysql://{user}:{word}@{host}/{name}"\nfile = "sqlite:///a.db"\n',
        "requirements.txt": "alembic\n",
      },
      "mysql",
      true,
    ],
    [
      "variables that are called after MySQL",
      {
        "app/versions/a1b2c3d4e5f6_a.py": revision,
        "requirements.txt": "alembic\n",
        "shop/settings.py": 'MYSQL_HOST = env("MYSQL_HOST")\nMYSQL_USER = env("MYSQL_USER")\n',
      },
      "mysql",
      true,
    ],
    [
      "variables of one server, and types of another in the revisions",
      {
        "app/versions/a1b2c3d4e5f6_a.py": revision.replace("pass", "postgresql.JSONB()"),
        "requirements.txt": "alembic\n",
        "shop/settings.py": 'MYSQL_HOST = env("MYSQL_HOST")\n',
      },
      "postgres",
      true,
    ],
    [
      "an address with a driver in .env",
      {
        "app/versions/a1b2c3d4e5f6_a.py": revision,
        "requirements.txt": "alembic\n",
        ".env.example": "DATABASE_URL=mysql+aiomysql://app:secret@localhost/app\n",
      },
      "mysql",
      true,
    ],
    ["GO lines", at("CREATE TABLE [dbo].[t] (a NVARCHAR(10))\r\nGO\r\n"), "mssql", true],
    [
      "MergeTree",
      at("CREATE TABLE t (id UInt64) ENGINE = ReplacingMergeTree ORDER BY id;"),
      "clickhouse",
      true,
    ],
    ["jsonb", at("CREATE TABLE t (a jsonb);"), "postgres", true],
    [
      "a lock file",
      { ...at("SELECT 1;", "m/1_a/migration.sql"), "m/migration_lock.toml": 'provider = "sqlite"\n' },
      "sqlite",
      true,
    ],
    [
      "the driver",
      { ...at("SELECT 1;"), "package.json": '{ "dependencies": { "mysql2": "^3.0.0" } }' },
      "mysql",
      true,
    ],
    [
      "the package of an ORM for one database",
      { ...at("SELECT 1;"), "package.json": '{ "dependencies": { "@sequelize/mysql": "7.0.0-alpha.46" } }' },
      "mysql",
      true,
    ],
    [
      "the package of an ORM for one database, beside SQLite's driver",
      {
        ...at("SELECT 1;"),
        "package.json": '{ "dependencies": { "@mikro-orm/mariadb": "^6.0.0", "sqlite3": "5" } }',
      },
      "mariadb",
      true,
    ],
    [
      "an example of Sequelize's settings, beside SQLite's driver",
      {
        "server/migrations/20240101000000-a.js":
          "module.exports = { up: (queryInterface) => queryInterface.dropTable('t') };",
        "server/config.example.json": '{ "database": { "dialect": "mysql", "host": "localhost" } }',
        "server/package.json": '{ "dependencies": { "@sequelize/core": "7.0.0-alpha.46", "sqlite3": "5" } }',
      },
      "mysql",
      true,
    ],
    [
      "two drivers",
      { ...at("SELECT 1;"), "package.json": '{ "dependencies": { "mysql2": "1", "pg": "1" } }' },
      "postgres",
      true,
    ],
    [
      "MariaDB's driver",
      { ...at("SELECT 1;"), "pom.xml": "<artifactId>mariadb-java-client</artifactId>" },
      "mariadb",
      true,
    ],
    [
      "an address",
      { ...at("SELECT 1;"), ".env.example": "PORT=1\nDATABASE_URL=mysql://root@db/shop\n" },
      "mysql",
      true,
    ],
    [
      "a word for the driver",
      { ...at("SELECT 1;"), ".env.example": "DB_CONNECTION=mariadb\n" },
      "mariadb",
      true,
    ],
    [
      "a password that is a word",
      { ...at("SELECT 1;"), ".env.example": "DB_PASSWORD=mysql\n" },
      "postgres",
      false,
    ],
    [
      "an address of JDBC",
      {
        ...at("SELECT 1;", "src/main/resources/db/migration/V1__a.sql"),
        "src/main/resources/application.yml": "spring:\n  datasource:\n    url: jdbc:mariadb://db/shop\n",
      },
      "mariadb",
      true,
    ],
    [
      "an address of JDBC, before words that two databases have",
      {
        ...at("CREATE TABLE t (id SERIAL PRIMARY KEY);", "src/main/resources/db/migration/V1__a.sql"),
        "src/main/resources/application-local.properties": "spring.datasource.url=jdbc:h2:mem:shop\n",
        "src/main/resources/application.properties": "spring.datasource.url=${DB:jdbc:mysql://db/shop}\n",
      },
      "mysql",
      true,
    ],
    [
      "addresses of two databases",
      {
        ...at("CREATE TABLE t (id jsonb);", "src/main/resources/db/migration/V1__a.sql"),
        "src/main/resources/application.yml":
          "a:\n  url: jdbc:mysql://a/b\nb:\n  url: jdbc:postgresql://a/b\n",
      },
      "postgres",
      true,
    ],
    [
      "the driver of H2 alone",
      {
        ...at(
          "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY);",
          "src/main/resources/db/migration/V1__a.sql",
        ),
        "pom.xml":
          "<dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId></dependency><url>jdbc:h2:./shop</url>",
      },
      "other",
      true,
    ],
    [
      "the driver of H2, and Testcontainers' PostgreSQL in tests",
      {
        ...at(
          "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY);",
          "src/main/resources/db/migration/V1__a.sql",
        ),
        "pom.xml":
          "<dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId><scope>runtime</scope></dependency><dependency><groupId>org.testcontainers</groupId><artifactId>postgresql</artifactId><scope>test</scope></dependency>",
      },
      "other",
      true,
    ],
    [
      "the driver of H2 alone, and settings of Spring with another mode",
      {
        ...at(
          "CREATE TABLE t (id BIGINT PRIMARY KEY AUTO_INCREMENT);",
          "src/main/resources/db/migration/V1__a.sql",
        ),
        "pom.xml":
          "<dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId><scope>runtime</scope></dependency>",
        "src/main/resources/application.properties":
          "spring.datasource.url=jdbc:h2:mem:shop\nspring.sql.init.mode=always\n",
      },
      "other",
      true,
    ],
    [
      "the driver of H2 in tests",
      {
        ...at(
          "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY);",
          "src/main/resources/db/migration/V1__a.sql",
        ),
        "build.gradle": "dependencies {\n  testImplementation 'com.h2database:h2:2.2.224'\n}\n",
      },
      "mysql",
      true,
    ],
    [
      "the driver of H2 in a test scope of Maven",
      {
        ...at(
          "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY);",
          "src/main/resources/db/migration/V1__a.sql",
        ),
        "pom.xml":
          "<dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId>\n<scope>test</scope></dependency>",
      },
      "mysql",
      true,
    ],
    [
      "the driver of H2 beside that of MySQL in another module",
      {
        ...at(
          "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY);",
          "core/src/main/resources/db/migration/V1__a.sql",
        ),
        "build.gradle.kts": "",
        "core/build.gradle.kts": 'runtimeOnly("com.h2database:h2")',
        "web/build.gradle.kts": 'runtimeOnly("com.mysql:mysql-connector-j")',
      },
      "mysql",
      true,
    ],
    ...(
      [
        ["settings of every environment that name H2, which runs, beside a driver", {}, "other"],
        [
          "settings of every environment that name H2, and a profile that has another database",
          { "src/main/resources/application-prod.yml": "spring:\n  datasource:\n    username: shop\n" },
          "mysql",
        ],
        [
          "settings of every environment that name H2, and another address in the environment",
          { ".env.example": "SPRING_DATASOURCE_URL=jdbc:mysql://db/shop\n" },
          "mysql",
        ],
        [
          "settings of every environment that name H2, and a server on Kubernetes",
          { "k8s/db.yaml": "spec:\n  containers:\n    - image: mysql:8.0\n" },
          "mysql",
        ],
      ] as const
    ).map(([what, files, dialect]): [string, Record<string, string>, string, boolean] => [
      what,
      {
        ...at("CREATE TABLE t (id INT PRIMARY KEY);", "src/main/resources/db/migration/V1__a.sql"),
        "build.gradle": "runtimeOnly 'com.h2database:h2'\nruntimeOnly 'com.mysql:mysql-connector-j'\n",
        "src/main/resources/application.yml": "spring:\n  datasource:\n    url: jdbc:h2:mem:shop\n",
        ...files,
      },
      dialect,
      true,
    ]),
    ...(
      [
        [
          "a bean that makes H2 within the program, beside a driver and an address in a comment",
          "",
          {},
          "other",
        ],
        ["a bean that makes H2 for a profile", '@Profile("local")\n', {}, "mysql"],
        [
          "a bean that makes H2, and a container of a server",
          "",
          { "docker-compose.yml": "services:\n  db:\n    image: mysql:8.0\n" },
          "mysql",
        ],
        [
          "a bean that makes H2, and an address in the settings",
          "",
          {
            "src/main/resources/application-prod.properties": "spring.datasource.url=jdbc:mysql://db/shop\n",
          },
          "mysql",
        ],
      ] as const
    ).map(([what, profile, files, dialect]): [string, Record<string, string>, string, boolean] => [
      what,
      {
        ...at("CREATE TABLE t (id INT PRIMARY KEY);", "src/main/resources/db/migration/V1__a.sql"),
        "build.gradle": "compile('com.h2database:h2')\ncompile('mysql:mysql-connector-java:5.1.6')\n",
        "src/main/resources/application.properties": "#spring.datasource.url=jdbc:mysql://localhost/shop\n",
        "src/main/java/shop/DatabaseConfig.java": `@Configuration\npublic class DatabaseConfig {\n  ${profile}@Bean\n  DataSource dataSource() {\n    return new EmbeddedDatabaseBuilder()\n        .setType(EmbeddedDatabaseType.H2)\n        .build();\n  }\n}\n`,
        ...files,
      },
      dialect,
      true,
    ]),
    ...(
      [
        ["a profile for production, beside those of other databases", "", "postgres"],
        ["a profile for production, where every changeset is for another database", ' dbms="mysql"', "mysql"],
      ] as const
    ).map(([what, dbms, dialect]): [string, Record<string, string>, string, boolean] => [
      what,
      {
        ...at(
          `<databaseChangeLog><changeSet id="1" author="a"${dbms}><createTable tableName="t"><column name="id" type="int"/></createTable></changeSet></databaseChangeLog>`,
          "src/main/resources/db/changelog/db.changelog-master.xml",
        ),
        "src/main/resources/application-dev.yml": "url: jdbc:mysql://db/shop\n",
        "src/main/resources/application-prod.yml": "url: jdbc:postgresql://db/shop\n",
      },
      dialect,
      true,
    ]),
    [
      "H2 that reads the words of MySQL",
      {
        ...at(
          "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY);",
          "src/main/resources/db/migration/V1__a.sql",
        ),
        "build.gradle": "runtimeOnly 'com.h2database:h2'\n",
        "src/main/resources/application.properties": "spring.datasource.url=jdbc:h2:mem:shop;MODE=MySQL\n",
      },
      "mysql",
      true,
    ],
    [
      "the driver of SQLite alone, in Gradle",
      {
        ...at("CREATE TABLE t (id TEXT);", "core/src/main/resources/db/migration/V1__a.sql"),
        "core/build.gradle.kts": 'implementation("org.xerial:sqlite-jdbc:3.47.1.0")\n',
      },
      "sqlite",
      true,
    ],
    [
      "the driver of SQLite by a version catalog, and PostgreSQL's in tests",
      {
        ...at("CREATE TABLE t (id TEXT);", "core/src/main/resources/db/migration/V1__a.sql"),
        "gradle/libs.versions.toml":
          '[libraries]\nlite = { module = "org.xerial:sqlite-jdbc", version.ref = "lite" }\npg = "org.postgresql:postgresql:42.7.4"\n',
        "core/build.gradle.kts": "implementation(libs.lite)\ntestImplementation(libs.pg)\n",
      },
      "sqlite",
      true,
    ],
    [
      "the driver of SQL Server by a bundle of a version catalog",
      {
        ...at("CREATE TABLE t (id INT);", "src/main/resources/db/migration/V1__a.sql"),
        "gradle/libs.versions.toml":
          '[libraries]\nsql-server = { group = "com.microsoft.sqlserver", name = "mssql-jdbc" }\n[bundles]\ndata = ["sql-server"]\n',
        "build.gradle": "implementation libs.bundles.data\n",
      },
      "mssql",
      true,
    ],
    [
      "the driver of H2 by a version catalog",
      {
        ...at("CREATE TABLE t (id INT);", "src/main/resources/db/migration/V1__a.sql"),
        "gradle/libs.versions.toml": '[libraries]\nh2 = { module = "com.h2database:h2" }\n',
        "build.gradle": "runtimeOnly libs.h2\n",
      },
      "other",
      true,
    ],
    [
      "the driver of Oracle alone",
      {
        ...at("CREATE TABLE t (id INT);", "src/main/resources/db/migration/V1__a.sql"),
        "pom.xml":
          "<dependency><groupId>com.oracle.database.jdbc</groupId><artifactId>ojdbc11</artifactId></dependency>",
      },
      "other",
      true,
    ],
    [
      "an address in code, beside drivers of two databases",
      {
        ...at("CREATE TABLE t (id TEXT);", "src/main/resources/db/migration/V1__a.sql"),
        "build.gradle":
          "implementation 'org.xerial:sqlite-jdbc'\nimplementation 'org.postgresql:postgresql'\n",
        "src/main/kotlin/shop/Database.kt": 'DriverManager.getConnection("jdbc:sqlite:$path")\n',
      },
      "sqlite",
      true,
    ],
    [
      "functions that only SQLite has",
      { ...at("CREATE TABLE t (a TEXT DEFAULT (datetime('now')));", "migrations/0001_a.sql") },
      "sqlite",
      true,
    ],
    [
      "Cloudflare's D1",
      {
        ...at("CREATE TABLE t (id TEXT PRIMARY KEY);", "migrations/0001_a.sql"),
        "wrangler.json": '{ /* a comment */ "d1_databases": [{ "binding": "DB" }] }',
      },
      "sqlite",
      true,
    ],
    [
      "Cloudflare's D1 with another folder",
      {
        ...at("CREATE TABLE t (id TEXT PRIMARY KEY);", "migrations/0001_a.sql"),
        "wrangler.toml": '[[d1_databases]]\nbinding = "DB"\nmigrations_dir = "d1"\n',
      },
      "postgres",
      false,
    ],
    [
      "a module of Flyway",
      {
        ...at("SELECT 1;", "src/main/resources/db/migration/V1__a.sql"),
        "build.gradle":
          "implementation 'org.flywaydb:flyway-core'\nimplementation 'org.flywaydb:flyway-mysql'\n",
      },
      "mysql",
      true,
    ],
    [
      "Flyway's module for a database that isn't linted, whose words look like MySQL's",
      {
        ...at(
          "ALTER TABLE t MODIFY (a NULL);\nCREATE SEQUENCE s;",
          "src/main/resources/db/migration/V1__a.sql",
        ),
        "pom.xml":
          "<artifactId>flyway-core</artifactId>\n<artifactId>flyway-database-oracle</artifactId>\n<artifactId>ojdbc11</artifactId>",
      },
      "other",
      true,
    ],
    [
      "an address of JDBC in a module beside it",
      {
        ...at("SELECT 1;", "shop-db/src/main/resources/db/migration/V1__a.sql"),
        "pom.xml": "<modules/>",
        "shop-db/pom.xml": "<artifactId>flyway-core</artifactId>",
        "shop-web/pom.xml": "<artifactId>shop-db</artifactId>",
        "shop-web/src/main/resources/application.yml": "url: jdbc:mysql://db/shop\n",
      },
      "mysql",
      true,
    ],
    [
      "changelogs generated of another server, which the program's own root changelog doesn't include",
      generated(""),
      "mssql",
      true,
    ],
    [
      "changelogs of Cloud Spanner beside a program whose settings name their root in a comment",
      {
        ...generated(""),
        "src/main/resources/application.properties":
          "liquibase.change-log=classpath:/db/master.json\n# liquibase.change-log=classpath:/changelog/index.json\nspring.datasource.url=jdbc:mysql://db/x\n",
        "changelog/a.json":
          '{ "databaseChangeLog": [{ "changeSet": { "id": "1", "author": "a", "changes": [{ "createTable": { "tableName": "t", "columns": [{ "column": { "name": "id", "type": "STRING(36)" } }] } }] } }] }',
      },
      "other",
      true,
    ],
    [
      "the settings, where their root changelog includes what was generated of another server",
      generated('{ "include": { "file": "changelog/index.json" } }'),
      "mysql",
      true,
    ],
    [
      "the settings, where it isn't known what their root changelog includes",
      generated('{ "include": { "file": "db/other.json" } }'),
      "mysql",
      true,
    ],
    [
      "MySQL's words in the SQL of a changelog",
      changelog(
        '<changeSet id="1" author="a"><sql>CREATE TABLE t (id INT AUTO_INCREMENT);</sql></changeSet>',
      ),
      "mysql",
      true,
    ],
    [
      "MySQL's words in the SQL of a changeset for it, beside changesets for another",
      changelog(
        '<changeSet id="1" author="a" dbms="mysql"><sql>CREATE TABLE t (id INT AUTO_INCREMENT);</sql></changeSet>' +
          '<changeSet id="2" author="a" dbms="postgresql"><sql>CREATE TABLE t (id int);</sql></changeSet>',
      ),
      "postgres",
      false,
    ],
    [
      "what ends the routines of a changeset, and what asks for another server first",
      {
        ...changelog(
          '<changeSet id="1" author="a"><preConditions><dbms type="postgresql"/></preConditions><sql>CREATE TABLE t (id bigserial);</sql></changeSet>' +
            String.raw`<changeSet id="2" author="a"><sql endDelimiter="\$\$">CREATE TRIGGER t_fill BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; END $$</sql></changeSet>`,
        ),
        "docker-compose.yml": "services:\n  db:\n    image: mysql:8\n",
      },
      "mysql",
      true,
    ],
    [
      "a changelog that names one server, and that of tests",
      changelog(
        '<property name="now" value="now()" dbms="mysql,h2"/><changeSet id="1" author="a"><dropTable tableName="t"/></changeSet>',
      ),
      "mysql",
      true,
    ],
    [
      "a changelog that names one server, and the embedded one, beside the driver of another store",
      {
        ...changelog(
          '<changeSet id="1" author="a" dbms="hsqldb"><sql>CHECKPOINT DEFRAG</sql></changeSet><changeSet id="2" author="a" dbms="postgresql"><dropTable tableName="t"/></changeSet><changeSet id="3" author="a"><dropTable tableName="u"/></changeSet>',
        ),
        "pom.xml":
          "<project><dependency><groupId>org.hsqldb</groupId><artifactId>hsqldb</artifactId></dependency><dependency><groupId>mysql</groupId><artifactId>mysql-connector-java</artifactId></dependency></project>\n",
      },
      "postgres",
      true,
    ],
    [
      "the settings, where a folder of files for another server is one that no changelog includes",
      {
        ...at(
          "datasources:\n  default:\n    url: jdbc:mysql://db/shop\n",
          "src/main/resources/application.yml",
        ),
        ...at(
          '<databaseChangeLog><includeAll path="v1" relativeToChangelogFile="true"/></databaseChangeLog>',
          "src/main/resources/db/changelog.xml",
        ),
        ...at(
          '<databaseChangeLog><changeSet id="1" author="a"><createTable tableName="t"><column name="id" type="int"/></createTable></changeSet></databaseChangeLog>',
          "src/main/resources/db/v1/a.xml",
        ),
        ...at("ALTER TABLE t ADD COLUMN at timestamptz;", "src/main/resources/db/POSTGRES/V2__at.sql"),
      },
      "mysql",
      true,
    ],
    [
      "a script for SQL Server's own tools beside an address of PostgreSQL",
      {
        ...at(
          "spring.datasource.url=jdbc:postgresql://db/shop\n",
          "src/main/resources/application.properties",
        ),
        ...at("USE shop;\nGO\nCREATE TABLE t (id int IDENTITY PRIMARY KEY);\nGO\n"),
      },
      "mssql",
      true,
    ],
    [
      "the words of SQL, without those of a file that no changelog includes",
      {
        ...at(
          '<databaseChangeLog><include file="a.sql" relativeToChangelogFile="true"/></databaseChangeLog>',
          "src/main/resources/db/changelog.xml",
        ),
        ...at("CREATE TABLE t (id int) ENGINE=InnoDB;", "src/main/resources/db/a.sql"),
        ...at(
          "CREATE TABLE t (id bigserial, b jsonb);\nCREATE INDEX CONCURRENTLY i ON t (b);\nSELECT 1::bigint;",
          "src/main/resources/db/old.sql",
        ),
      },
      "mysql",
      true,
    ],
    [
      "the settings, where a changelog loads files for several servers",
      {
        ...changelog(
          '<changeSet id="1" author="a" dbms="mysql"><sqlFile path="procedures/mysql/a.sql"/></changeSet><changeSet id="2" author="a" dbms="postgresql"><sqlFile path="procedures/postgresql/a.sql"/></changeSet>',
        ),
        ...at("SELECT 1;", "api/src/main/resources/procedures/mysql/a.sql"),
        ...at("SELECT 1;", "api/src/main/resources/procedures/postgresql/a.sql"),
        "api/src/main/resources/application.properties":
          "spring.datasource.url=jdbc:mysql://db/shop\n#spring.datasource.url=jdbc:postgresql://db/shop\n",
      },
      "mysql",
      true,
    ],
    [
      "the settings below those that are turned off",
      {
        ...changelog('<changeSet id="1" author="a"><dropTable tableName="t"/></changeSet>'),
        "api/src/main/resources/application.properties":
          "#spring.datasource.url=jdbc:postgresql://db/shop\n\nspring.datasource.url=jdbc:mysql://db/shop\n",
      },
      "mysql",
      true,
    ],
    [
      "types of MySQL in a changelog for several servers",
      changelog(
        '<changeSet id="1" author="a"><preConditions><or><dbms type="mysql"/><dbms type="postgresql"/></or></preConditions><createTable tableName="t"><column name="id" type="int(11)"/></createTable></changeSet>',
      ),
      "mysql",
      true,
    ],
    [
      "primary keys that are called as MySQL's are, as in a generated changelog",
      changelog(
        '<changeSet id="1" author="a"><createTable tableName="t"><column name="id" type="BIGINT"/></createTable></changeSet><changeSet id="2" author="a"><addPrimaryKey columnNames="id" constraintName="PRIMARY" tableName="t"/></changeSet>',
      ),
      "mysql",
      true,
    ],
    [
      "types of MySQL in a changelog for others",
      changelog(
        '<changeSet id="1" author="a" dbms="postgresql,oracle"><createTable tableName="t"><column name="id" type="int(11)"/></createTable></changeSet>',
      ),
      "postgres",
      false,
    ],
    [
      "a function of MySQL in a value that a changelog computes, where drivers of both are there",
      withBothDrivers(
        `<changeSet id="1" author="a"><createTable tableName="t"><column name="id" type="binary(16)"/></createTable></changeSet><changeSet id="2" author="a"><insert tableName="t"><column name="id" valueComputed="UUID_TO_BIN('1162af81-7d0e-417d-9ae7-2b16456ded68')"/></insert></changeSet>`,
      ),
      "mysql",
      true,
    ],
    [
      "functions that changelogs call on one database alone",
      withBothDrivers(
        `<changeSet id="1" author="a" dbms="mysql"><insert tableName="t"><column name="id" valueComputed="UUID_TO_BIN('1')"/></insert></changeSet><changeSet id="2" author="a" dbms="postgresql"><insert tableName="t"><column name="id" valueComputed="gen_random_uuid()"/></insert></changeSet>`,
      ),
      "postgres",
      true,
    ],
    [
      "a default that a changelog in YAML computes, where drivers of both are there",
      {
        "pom.xml": bothDrivers,
        "src/main/resources/db/changelog.yaml":
          "databaseChangeLog:\n  - changeSet:\n      id: 1\n      author: a\n      changes:\n        - addColumn:\n            tableName: t\n            columns:\n              - column:\n                  name: at\n                  type: timestamp\n                  defaultValueComputed: CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP\n",
      },
      "mysql",
      true,
    ],
    [
      "SQL in a changelog in YAML, where drivers of both are there",
      {
        "pom.xml": bothDrivers,
        "src/main/resources/db/changelog.yaml":
          "databaseChangeLog:\n  - changeSet:\n      id: 1\n      author: a\n      changes:\n        - sql:\n            endDelimiter: $$\n            sql: |\n              CREATE TABLE t (\n                id int AUTO_INCREMENT PRIMARY KEY\n              )$$\n",
      },
      "mysql",
      true,
    ],
    [
      "a type of PostgreSQL in a changelog, where drivers of both are there",
      withBothDrivers(
        '<changeSet id="1" author="a"><createTable tableName="t"><column name="id" type="jsonb"/></createTable></changeSet>',
      ),
      "postgres",
      true,
    ],
    [
      "a function of MySQL in SQL, where drivers of both are there",
      {
        "package.json": '{ "dependencies": { "pg": "8", "mysql2": "3" } }',
        ...at("INSERT INTO t (id) VALUES (UUID_TO_BIN('1162af81-7d0e-417d-9ae7-2b16456ded68'));"),
      },
      "mysql",
      true,
    ],
    [
      "the driver of the build that the module of a changelog belongs to",
      {
        ...changelog('<changeSet id="1" author="a"><dropTable tableName="t"/></changeSet>'),
        "pom.xml": "<artifactId>mysql-connector-java</artifactId>",
        "api/pom.xml": "<artifactId>shop-api</artifactId>",
      },
      "mysql",
      true,
    ],
    [
      "Flyway's address",
      { ...at("SELECT 1;", "sql/V1__a.sql"), "flyway.conf": "flyway.url=jdbc:mysql://db/shop\n" },
      "mysql",
      true,
    ],
    [
      "Atlas's address",
      { ...at("SELECT 1;"), "atlas.hcl": 'env "a" {\n  dev = "docker://mysql/8/dev"\n}\n' },
      "mysql",
      true,
    ],
    [
      "a call of goose",
      { ...at("SELECT 1;"), Makefile: "up:\n\tgoose -dir migrations mysql $(DSN) up\n" },
      "mysql",
      true,
    ],
    [
      "a container",
      { ...at("SELECT 1;"), "compose.yml": "services:\n  db:\n    image: mysql:8.0\n" },
      "mysql",
      true,
    ],
    [
      "containers of two databases",
      { ...at("SELECT 1;"), "compose.yml": "a:\n  image: mysql:8.0\nb:\n  image: postgres:16\n" },
      "postgres",
      false,
    ],
    [
      "MySQL's words and a container of MariaDB",
      { ...at("CREATE TABLE t (id int) ENGINE=InnoDB;"), "compose.yml": "db:\n  image: mariadb:10.11\n" },
      "mariadb",
      true,
    ],
    [
      "MySQL's words and containers of both",
      {
        ...at("CREATE TABLE t (id int) ENGINE=InnoDB;"),
        "compose.yml": "a:\n  image: mariadb:10.11\nb:\n  image: mysql:8\n",
      },
      "mysql",
      true,
    ],
    [
      "MySQL's words, a container of MariaDB, and both in a pipeline",
      {
        ...at("CREATE TABLE t (id int) ENGINE=InnoDB;"),
        "compose.yml": "a:\n  image: mariadb:10.11\n",
        ".github/workflows/test.yml": "a:\n  image: mariadb:10.11\nb:\n  image: mysql:5.7\n",
      },
      "mariadb",
      true,
    ],
    [
      "Knex's client with a fallback",
      {
        "migrations/20240101000000_a.js": "exports.up = (knex) => knex.schema.dropTable('t');",
        "knexfile.js": "module.exports = { client: process.env.CLIENT || 'mysql2' };",
      },
      "mysql",
      true,
    ],
    [
      "Knex's one client, whatever drivers are installed",
      {
        "migrations/20240101000000_a.js": "exports.up = (knex) => knex.schema.dropTable('t');",
        "knexfile.js": "module.exports = { client: 'sqlite3' };",
        "package.json": '{ "dependencies": { "knex": "3", "mysql": "2", "sqlite3": "5" } }',
      },
      "sqlite",
      true,
    ],
    [
      "Knex's client of developers, beside the driver of a server",
      {
        "migrations/20240101000000_a.js": "exports.up = (knex) => knex.schema.dropTable('t');",
        "knexfile.js": "module.exports = { development: { client: 'sqlite3' } };",
        "package.json": '{ "dependencies": { "knex": "3", "mysql": "2", "sqlite3": "5" } }',
      },
      "mysql",
      true,
    ],
    [
      "Knex's client where the environment names another one",
      {
        "migrations/20240101000000_a.js": "exports.up = (knex) => knex.schema.dropTable('t');",
        "knexfile.js": "module.exports = { client: process.env.CLIENT || 'sqlite3' };",
        "package.json": '{ "dependencies": { "knex": "3", "mysql": "2", "sqlite3": "5" } }',
      },
      "mysql",
      true,
    ],
    [
      "Sequelize's dialect of all environments, whatever drivers are installed",
      {
        "migrations/20240101000000-a.js": "exports.up = (queryInterface) => queryInterface.dropTable('t');",
        "config/config.json":
          '{ "development": { "dialect": "sqlite" }, "production": { "dialect": "sqlite" } }',
        "package.json": '{ "dependencies": { "sequelize": "6", "mysql2": "2", "sqlite3": "5" } }',
      },
      "sqlite",
      true,
    ],
    [
      "TypeORM's type, whatever drivers are installed",
      {
        "migrations/1700000000000-a.ts":
          "export class a1700000000000 implements MigrationInterface { async up(queryRunner: QueryRunner) { await queryRunner.dropTable('t'); } }",
        "data-source.ts": "export default new DataSource({ type: 'sqlite', database: 'a.db' });",
        "package.json": '{ "dependencies": { "typeorm": "0.3", "pg": "8", "sqlite3": "5" } }',
      },
      "sqlite",
      true,
    ],
    [
      "Drizzle's dialect, whatever drivers are installed",
      {
        "drizzle/0000_a.sql": "ALTER TABLE t ADD a text;",
        "drizzle.config.ts": "export default defineConfig({ dialect: 'sqlite', out: './drizzle' });",
        "package.json": '{ "dependencies": { "drizzle-orm": "0.40", "pg": "8", "better-sqlite3": "5" } }',
      },
      "sqlite",
      true,
    ],
    [
      "Prisma's provider, whatever drivers are installed",
      {
        "prisma/migrations/20240101000000_a/migration.sql": "ALTER TABLE t ADD a text;",
        "prisma/migrations/migration_lock.toml": 'provider = "sqlite"\n',
        "package.json": '{ "dependencies": { "prisma": "6", "pg": "8" } }',
      },
      "sqlite",
      true,
    ],
    [
      "drivers of MySQL and MariaDB together",
      {
        "migrations/001-a.js": "exports.up = (queryInterface) => queryInterface.dropTable('t');",
        "package.json": '{ "dependencies": { "umzug": "3", "mysql2": "3", "mariadb": "3" } }',
      },
      "mysql",
      true,
    ],
    [
      "a default of the package config behind variables",
      {
        "migrations/001-a.js": "exports.up = (queryInterface) => queryInterface.dropTable('t');",
        "package.json": '{ "dependencies": { "umzug": "3", "mysql2": "3", "pg": "8" } }',
        "config/default.js":
          "module.exports = { database: { dialect:\n  process.env.DB_DIALECT ||\n  process.env.API_DIALECT ||\n  'mysql' } };",
      },
      "mysql",
      true,
    ],
    [
      "the driver of SQL Server for Node.js",
      {
        "migrations/001-a.ts":
          "export const up = async ({ context: queryInterface }) => { await queryInterface.dropTable('t'); };",
        "package.json": '{ "dependencies": { "umzug": "3", "sequelize": "6", "tedious": "16" } }',
      },
      "mssql",
      true,
    ],
    [
      "a driver that the crate turns on for sqlx",
      {
        ...at("CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY);", "store/migrations/1_a.sql"),
        "store/Cargo.toml": '[features]\nstream = ["dep:sqlx", "sqlx/sqlite"]\n',
        "Cargo.toml": '[workspace.dependencies]\nsqlx = { version = "0.8", features = ["postgres"] }\n',
      },
      "sqlite",
      true,
    ],
    [
      "a crate for SQLite",
      {
        ...at("CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY);", "migrations/V1__a.sql"),
        "Cargo.toml":
          '[dependencies]\nrefinery = { version = "0.9", features = ["rusqlite-bundled"] }\nrusqlite = { version = "0.37" }\n',
      },
      "sqlite",
      true,
    ],
    [
      "a crate for PostgreSQL",
      {
        ...at("CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY);", "migrations/V1__a.sql"),
        "Cargo.toml": '[dependencies]\nrefinery = "0.9"\ntokio-postgres = "0.7"\n',
      },
      "postgres",
      true,
    ],
    [
      "db-migrate's driver",
      {
        "migrations/20240101000000-a.js": "exports.up = (db) => db.createTable('t', {});",
        "database.json": '{ "dev": { "driver": "mysql" } }',
      },
      "mysql",
      true,
    ],
    [
      "SQLite, where the container of a program of Alembic runs MongoDB",
      {
        "docker-compose.yml": "services:\n  documents:\n    image: mongo:7.0\n",
        ".env": "DATABASE_URL=mongodb://localhost/library\n",
        "requirements.txt": "alembic==1.13\nSQLAlchemy==2.0.30\npymongo==4.6\n",
        "migrations/env.py":
          'import os\nfrom alembic import context\n\nurl = os.getenv("DATABASE_URL", f"sqlite:///{path}")\n',
        "migrations/versions/a1b2c3d4e5f6_books.py": revision,
      },
      "sqlite",
      true,
    ],
    [
      "the other container beside that of MongoDB",
      {
        "docker-compose.yml": "services:\n  a:\n    image: mongo:7.0\n  b:\n    image: mysql:8.4\n",
        ...at("SELECT 1;"),
      },
      "mysql",
      true,
    ],
    [
      "a folder of SQL called like MongoDB",
      at("SELECT 1;", "mongo-sync/migrations/001_a.sql"),
      "postgres",
      false,
    ],
    ["SQL files called like MongoDB", at("SELECT 1;", "migrations/001_a.mongodb.sql"), "postgres", false],
    [
      "Django's database beside MongoDB",
      {
        "manage.py": "import django\n",
        "docker-compose.yml": "services:\n  documents:\n    image: mongo:7.0\n",
        "shop/settings.py": 'DATABASES = {"default": {"ENGINE": "django.db.backends.mysql"}}\n',
        "shop/migrations/__init__.py": "",
        "shop/migrations/0001_initial.py":
          "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    operations = []\n",
      },
      "mysql",
      true,
    ],
    [
      "Liquibase's changelogs of MongoDB",
      {
        "pom.xml": "<project><artifactId>liquibase-mongodb</artifactId></project>",
        ...changelog('<changeSet id="1" author="a"/>'),
      },
      "mongodb",
      true,
    ],
  ] as const)("%s", (_name, files, dialect, hasEvidence) => {
    const [history] = discover(memoryFileSystem(files), []);
    expect(history?.dialect).toBe(dialect);
    expect((history?.dialectEvidence ?? []).length > 0).toBe(hasEvidence);
  });

  test("of drivers of several servers, the one that is taken is named", () => {
    const [history] = discover(
      memoryFileSystem({
        ...at("CREATE TABLE t (a int);"),
        "package.json": '{ "dependencies": { "pg": "8", "mysql2": "3" } }',
      }),
      [],
    );
    expect(history?.dialect).toBe("postgres");
    expect(history?.dialectEvidence).toEqual(["package.json depends on drivers for postgres and mysql"]);
    expect(history?.dialectDespite).toBe("no file says which database is used");
  });

  test.each([
    [
      "kysely",
      'import { PostgresDialect } from "kysely";\nnew Kysely({ dialect: new PostgresDialect({ pool }) });',
    ],
    ["kysely", "// new PostgresDialect({})\nconst dialect = new MysqlDialect({ pool });"],
    ["typeorm", 'TypeOrmModule.forRootAsync({ useFactory: () => ({ type: "mysql", host }) })'],
    ["sequelize", 'new Sequelize(url, { logging: false, dialect: "mysql" });'],
    ["knex", 'const db = knex({ client: "mysql2", connection });'],
  ])(
    "of drivers of several servers, the one that a program connects with is taken: %s %s",
    (name, program) => {
      const [history] = discover(
        memoryFileSystem({
          ...at("CREATE TABLE t (a int);", "apps/api/src/database/migrations/001_a.sql"),
          "apps/api/package.json": `{ "dependencies": { "${name}": "1", "pg": "8", "mysql2": "3" } }`,
          "apps/api/src/app.module.ts": program,
        }),
        [],
      );
      const isPostgres = program.startsWith("import");
      expect(history?.dialect).toBe(isPostgres ? "postgres" : "mysql");
      expect(history?.dialectEvidence?.[0]).toMatch(/^apps\/api\/src\/app\.module\.ts connects to /);
      expect(history?.dialectDespite).toBeUndefined();
    },
  );

  test("two servers that programs connect with tell nothing", () => {
    const [history] = discover(
      memoryFileSystem({
        ...at("CREATE TABLE t (a int);"),
        "package.json": '{ "dependencies": { "kysely": "1", "pg": "8", "mysql2": "3" } }',
        "src/db.ts": "new PostgresDialect({}); new MysqlDialect({});",
      }),
      [],
    );
    expect(history?.dialectDespite).toBe("no file says which database is used");
  });

  test("of drivers of a server and of SQLite, the server's is taken", () => {
    const [history] = discover(
      memoryFileSystem({
        ...at("CREATE TABLE t (a int);"),
        "package.json": '{ "dependencies": { "better-sqlite3": "12", "mysql2": "3" } }',
      }),
      [],
    );
    expect(history?.dialect).toBe("mysql");
  });

  test.each([
    ["SELECT nextval('orders_id_seq'::regclass);", "PostgreSQL's functions, PostgreSQL's casts"],
    ["ALTER TABLE t ALTER COLUMN id SET DEFAULT gen_random_uuid();", "PostgreSQL's functions"],
    ["UPDATE t SET a = b::text;", "PostgreSQL's casts"],
    ["INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 2;", "MySQL's functions and clauses"],
  ])("of drivers of several servers, the one whose words stand in the files is named: %s", (sql, words) => {
    const [history] = discover(
      memoryFileSystem({ ...at(sql), "package.json": '{ "dependencies": { "pg": "8", "mysql2": "3" } }' }),
      [],
    );
    expect(history?.dialectEvidence).toEqual([`the files use ${words}`]);
  });

  test("what is stated wins", () => {
    const [history] = discover(memoryFileSystem(at("CREATE TABLE t (a jsonb);")), [], { dialect: "mysql" });
    expect(history?.dialect).toBe("mysql");
  });
});

describe("several dialects in one folder", () => {
  const files = memoryFileSystem({
    "m/1_a.up.sql": "SELECT 'all';",
    "m/1_a.mysql.up.sql": "SELECT 'mysql';",
    "m/1_a.down.sql": "SELECT 'all down';",
    "m/2_b.mysql.up.sql": "SELECT 'mysql';",
    "m/2_b.postgres.up.sql": "SELECT 'postgres';",
    "m/2_b.postgres.down.sql": "SELECT 'postgres down';",
  });
  test.each([
    ["postgres", ["SELECT 'all';", "SELECT 'postgres';"], ["SELECT 'all down';", "SELECT 'postgres down';"]],
    ["mysql", ["SELECT 'mysql';", "SELECT 'mysql';"], ["SELECT 'all down';", undefined]],
  ] as const)("%s takes its own and what serves all", (dialect, ups, downs) => {
    const [history] = discover(files, [], { dialect });
    expect(history?.migrations.map((migration) => migration.up.text)).toEqual(ups);
    expect(history?.migrations.map((migration) => migration.down?.text)).toEqual(downs);
    expect(history?.problems).toEqual([]);
  });

  test("flyway's folders of vendors", () => {
    const vendors = memoryFileSystem({
      "db/migration/V1__a.sql": "SELECT 1;",
      "db/migration/postgresql/V2__b.sql": "SELECT 2;",
      "db/migration/h2/V2__b.sql": "SELECT 3;",
    });
    const found = discover(vendors, []);
    const texts = found.map(({ dialect, migrations }) => [dialect, ...migrations.map(({ up }) => up.text)]);
    expect(texts).toEqual([
      ["postgres", "SELECT 1;", "SELECT 2;"],
      ["other", "SELECT 1;", "SELECT 3;"],
    ]);
  });
});
