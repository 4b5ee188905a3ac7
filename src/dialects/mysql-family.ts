/** What MySQL and MariaDB have in common. */
import { mysqlSchema } from "../schema/mysql/parts.ts";

export const mysqlFamily = {
  family: "mysql",
  searchPath: undefined,
  messageIsTransaction: false,
  locksTables: false,
  viewsHold: false,
  transactionalDdl: false,
  schema: mysqlSchema,
} as const;
