/** The tools that run on MariaDB as they do on PostgreSQL: the same files, with other drivers and addresses. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { go, maven, npm } from "../install.ts";
import { node, script, type Places, type Tool as PostgresTool } from "../tool.ts";
import { tools as drizzleTools } from "../tools/drizzle.ts";
import { tools as knexTools } from "../tools/knex.ts";
import { tools as sequelizeTools } from "../tools/sequelize.ts";
import { tools as sqlMigrateTools } from "../tools/sql-migrate.ts";
import { tools as typeormTools } from "../tools/typeorm.ts";
import { tools as dbmateTools } from "../tools/dbmate.ts";
import { tools as gooseTools } from "../tools/goose.ts";
import { tools as migrateTools } from "../tools/golang-migrate.ts";
import { tools as liquibaseTools } from "../tools/liquibase.ts";
import { account } from "./server.ts";

/** What is asked of a tool here; what it recorded is no question. */
export type Tool = Omit<PostgresTool, "history">;

const mysql2 = "3.24.5";
const jdbc = "3.5.6";
const { user, password } = account;

const connection = ({ host, port, database }: Places, more: object = {}): string =>
  JSON.stringify({ host, port, user, password, database, ...more });
/** As Go's driver spells it. */
const dsn = ({ host, port, database }: Places): string =>
  `${user}:${password}@tcp(${host}:${port})/${database}?parseTime=true`;

const like = (tools: readonly PostgresTool[], own: Partial<Tool>): Tool => {
  const [first] = tools;
  if (first === undefined) throw new Error("no such tool");
  return { ...first, ...own };
};

const knex = (name: string, more: object): Tool =>
  like(knexTools, {
    name,
    versions: { knex: "3.3.0", mysql2 },
    install: (home) => {
      npm(home, { knex: "3.3.0", mysql2 });
    },
    settings: (places) => ({
      "knexfile.js": `module.exports = { client: "mysql2", connection: ${connection(places, more)}, migrations: { directory: "./migrations" } };\n`,
    }),
  });

const drizzle = (name: string, file: PostgresTool | undefined): Tool =>
  like(file === undefined ? [] : [file], {
    name,
    versions: { "drizzle-orm": "0.45.4", mysql2 },
    install: (home) => {
      npm(home, { "drizzle-orm": "0.45.4", mysql2 });
    },
    settings: (places, files) => ({
      ...file?.settings?.(places, files),
      "run.mjs": `import { drizzle } from "drizzle-orm/mysql2";
import { migrate } from "drizzle-orm/mysql2/migrator";
import mysql from "mysql2/promise";
const pool = mysql.createPool(${connection(places)});
try {
  await migrate(drizzle(pool), { migrationsFolder: "drizzle" });
} finally {
  await pool.end();
}
`,
    }),
  });

const typeorm = (mode: "all" | "each" | "none"): Tool =>
  like(typeormTools, {
    name: mode === "all" ? "typeorm" : `typeorm.${mode}`,
    versions: { typeorm: "1.1.1", mysql2 },
    install: (home) => {
      npm(home, { typeorm: "1.1.1", mysql2 });
    },
    settings: ({ host, port, database }) => ({
      "run.cjs": `const { DataSource } = require("typeorm");
const source = new DataSource({ type: "mariadb", host: "${host}", port: ${port}, username: "${user}", password: "${password}", database: "${database}", migrations: ["migrations/*.cjs"] });
source
  .initialize()
  .then(() => source.runMigrations({ transaction: "${mode}" }))
  .finally(() => source.destroy());
`,
    }),
  });

const dbMigrate: Tool = {
  name: "db-migrate",
  versions: { "db-migrate": "0.11.14", "db-migrate-mysql": "3.0.0" },
  install: (home) => {
    npm(home, { "db-migrate": "0.11.14", "db-migrate-mysql": "3.0.0" });
  },
  files: ({ version, name, sql }) => ({
    [`migrations/${20240101000000 + version}-${name}.js`]: [
      "exports.up = async (db) => {",
      ...sql.map((statement) => `  await db.runSql(${JSON.stringify(statement)});`),
      "};",
      "exports.down = async () => {};",
    ].join("\n"),
  }),
  settings: (places) => ({
    "database.json": `{ "dev": ${connection(places, { driver: "mysql" })} }\n`,
  }),
  apply: () => node("node_modules/db-migrate/bin/db-migrate", "up"),
};

const flyway: Tool = {
  name: "flyway",
  versions: { "flyway-core": "13.12.0", "mariadb (JDBC)": jdbc },
  install: (home) => {
    maven(home, {
      "org.flywaydb:flyway-mysql": "13.12.0",
      "org.mariadb.jdbc:mariadb-java-client": jdbc,
    });
    writeFileSync(
      join(home, "Main.java"),
      `import org.flywaydb.core.Flyway;
public class Main {
  public static void main(String[] args) {
    try {
      Flyway.configure().dataSource(args[0], args[1], args[2]).locations("filesystem:sql")
          .baselineOnMigrate(true).baselineVersion("0").load().migrate();
    } catch (RuntimeException e) {
      System.out.println("error: " + e.getMessage());
      System.exit(1);
    }
  }
}
`,
    );
    execFileSync("javac", ["-cp", "lib/*", "Main.java"], { cwd: home });
  },
  files: ({ version, name, sql }, optOut) => ({
    [`sql/V${version}__${name}.sql`]: script(sql),
    ...(optOut === undefined ? {} : { [`sql/V${version}__${name}.sql.conf`]: optOut }),
  }),
  optOuts: { "script configuration": "executeInTransaction=false\n" },
  apply: ({ home, host, port, database }) => ({
    program: "java",
    args: [
      ...["-XX:TieredStopAtLevel=1", "-cp", [home, join(home, "lib/*")].join(delimiter), "Main"],
      ...[`jdbc:mariadb://${host}:${port}/${database}`, user, password],
    ],
  }),
};

export const tools: readonly Tool[] = [
  knex("knex", {}),
  knex("knex.multiple-statements", { multipleStatements: true }),
  drizzle("drizzle", drizzleTools[0]),
  drizzle("drizzle.no-breakpoints", drizzleTools[1]),
  typeorm("all"),
  typeorm("each"),
  like(sequelizeTools, {
    versions: { sequelize: "6.37.8", "sequelize-cli": "6.6.5", mysql2 },
    install: (home) => {
      npm(home, { sequelize: "6.37.8", "sequelize-cli": "6.6.5", mysql2 });
    },
    apply: ({ host, port, database }) =>
      node(
        "node_modules/sequelize-cli/lib/sequelize",
        "db:migrate",
        "--url",
        `mysql://${user}:${password}@${host}:${port}/${database}`,
      ),
  }),
  dbMigrate,
  like(dbmateTools, {
    apply: ({ home, host, port, database }) => ({
      program: join(home, `node_modules/@dbmate/${process.platform}-${process.arch}/bin/dbmate`),
      args: [
        ...["--url", `mysql://${user}:${password}@${host}:${port}/${database}`],
        ...["--migrations-dir", "migrations", "--no-dump-schema", "migrate"],
      ],
    }),
  }),
  like(migrateTools, {
    install: (home) => {
      go(home, "github.com/golang-migrate/migrate/v4/cmd/migrate", "4.20.1", "mysql");
    },
    apply: (places) => ({
      program: join(places.home, "migrate"),
      args: ["-path", "migrations", "-database", `mysql://${dsn(places)}`, "up"],
    }),
  }),
  ...[0, 1].map((i) =>
    like(gooseTools.slice(i, i + 1), {
      install: (home) => {
        const tags = "no_clickhouse no_mssql no_postgres no_sqlite3 no_vertica no_ydb no_libsql";
        go(home, "github.com/pressly/goose/v3/cmd/goose", "3.29.0", tags);
      },
      apply: (places) => ({
        program: join(places.home, "goose"),
        args: ["-dir", "migrations", "mysql", dsn(places), "up"],
      }),
    }),
  ),
  like(sqlMigrateTools, {
    settings: (places) => ({
      "dbconfig.yml": `development:\n  dialect: mysql\n  datasource: ${dsn(places)}\n  dir: migrations\n`,
    }),
  }),
  flyway,
  like(liquibaseTools, {
    versions: { "liquibase-core": "5.0.4", "mariadb (JDBC)": jdbc },
    install: (home) => {
      maven(home, {
        "org.liquibase:liquibase-core": "5.0.4",
        "info.picocli:picocli": "4.7.7",
        "org.mariadb.jdbc:mariadb-java-client": jdbc,
      });
    },
    apply: ({ home, host, port, database }) => ({
      program: "java",
      args: [
        ...["-XX:TieredStopAtLevel=1", "-cp", join(home, "lib/*")],
        ...["liquibase.integration.commandline.LiquibaseCommandLine", "--analytics-enabled=false", "update"],
        ...[
          `--url=jdbc:mariadb://${host}:${port}/${database}`,
          `--username=${user}`,
          `--password=${password}`,
        ],
        "--changelog-file=changelog.yaml",
      ],
    }),
  }),
];
