/** The schema of MySQL and MariaDB, as far as it isn't PostgreSQL's. */
import { applyMysql } from "../apply/mysql/apply.ts";
import { untangled } from "../apply/swapped.ts";
import type { SchemaParts } from "../dialect.ts";
import { mysqlFailures } from "../failure/mysql/failure.ts";
import { skippedByMysql } from "./skip.ts";

export const mysqlSchema: SchemaParts = {
  untangle: untangled,
  apply: applyMysql,
  failures: mysqlFailures,
  skips: skippedByMysql,
  // Measured on MariaDB 10.11.
  keepsKeysOfSkippedColumn: true,
  readsWhatIsSkipped: false,
  modifiers: ({ modifiers }) => modifiers,
};
