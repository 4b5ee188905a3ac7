/** What tools do on MySQL and MariaDB and nowhere else (fixtures/runners-mariadb; the tools' sources). */
import type { RunnerTransaction } from "./migration.ts";

/** JDBC's `setAutoCommit(false)`, or `SET AUTOCOMMIT = 0`; the others send one BEGIN. */
const withoutAutocommit: ReadonlySet<string> = new Set([
  "db-migrate",
  "flyway",
  "liquibase",
  "mybatis-migrations",
]);

/** Flyway, Atlas and Sqitch, which calls the mysql client, know DELIMITER; of those left out it isn't known. */
const sendsDelimiter: ReadonlySet<string> = new Set([
  "db-migrate",
  "dbmate",
  "diesel",
  "drizzle",
  "golang-migrate",
  "goose",
  "knex",
  "kysely",
  "liquibase",
  "postgrator",
  "prisma",
  "refinery",
  "sequelize",
  "sql-migrate",
  "sqlx",
  "typeorm",
]);

export const onMysql = (tool: string): Pick<RunnerTransaction, "withoutAutocommit" | "sendsDelimiter"> => ({
  ...(withoutAutocommit.has(tool) ? { withoutAutocommit: true } : {}),
  ...(sendsDelimiter.has(tool) ? { sendsDelimiter: tool } : {}),
});
