import type { DialectName } from "../model/dialect.ts";

/** Whose SQL the builders write: that of MySQL and MariaDB, or of PostgreSQL. */
export const isMysqlFamily: Readonly<Record<DialectName, boolean>> = {
  postgres: false,
  mysql: true,
  mariadb: true,
  mongodb: false,
};

/** MariaDB differs from MySQL in types and in what it refuses. */
export const isMariadb: Readonly<Record<DialectName, boolean>> = {
  postgres: false,
  mysql: false,
  mariadb: true,
  mongodb: false,
};

/** It has documents, and no SQL. */
export const isOfDocuments: Readonly<Record<DialectName, boolean>> = {
  postgres: false,
  mysql: false,
  mariadb: false,
  mongodb: true,
};
