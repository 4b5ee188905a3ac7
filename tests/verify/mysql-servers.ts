/** Servers of MySQL's family: Debian's MariaDB, and a MySQL whose URL `DDLINT_MYSQL` gives; it may be lost. */
import type { MysqlDialect } from "../../src/model/dialect.ts";
import { findMariaDb } from "../mariadb/binaries.ts";
import { startMariaDb } from "../mariadb/server.ts";

export interface MysqlServer {
  readonly dialect: MysqlDialect;
  readonly title: string;
  readonly start: () => Promise<{ readonly url: string; readonly stop: () => void | Promise<void> }>;
}

const given = process.env["DDLINT_MYSQL"];

/** Those that are here. @param skipped what isn't tested where one isn't */
export function mysqlServers(skipped: string): readonly MysqlServer[] {
  const mariadb = { dialect: "mariadb", title: "MariaDB", start: startMariaDb } as const;
  if (findMariaDb() === undefined) console.warn(`No MariaDB here: ${skipped}`);
  if (given === undefined) console.warn(`DDLINT_MYSQL names no MySQL: ${skipped}`);
  const mysql = {
    dialect: "mysql",
    title: "MySQL",
    start: () => Promise.resolve({ url: given ?? "", stop: () => undefined }),
  } as const;
  return [...(findMariaDb() === undefined ? [] : [mariadb]), ...(given === undefined ? [] : [mysql])];
}
