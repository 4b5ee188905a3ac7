/** Limits of instant work. */
import { isSince, type MysqlServer } from "./release.ts";

/**
 * How often columns may be added or dropped instantly before the table is rebuilt (error 4092 with ALGORITHM=INSTANT,
 * silently without it); undefined: no such limit. Manual: "Online DDL Operations", "Column Operations"; measured on
 * 8.0.46, 8.4.8 (64) and 9.7.4 (255). A rebuild and TRUNCATE begin anew.
 */
export function rowVersionLimit({
  isMariaDb,
  release,
}: Pick<MysqlServer, "isMariaDb" | "release">): number | undefined {
  if (isMariaDb || !isSince({ release }, "8.0.29")) return undefined;
  return isSince({ release }, "9.1") ? 255 : 64;
}
