import type { DialectName } from "../model/dialect.ts";

/** Whose SQL the builders write: that of MySQL and MariaDB, or of PostgreSQL. */
export const isMysqlFamily: Readonly<Record<DialectName, boolean>> = {
  postgres: false,
  mysql: true,
  mariadb: true,
};
