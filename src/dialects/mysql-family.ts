/** MySQL and MariaDB: loaded only where a project has them. */
import { mysqlEffects } from "../effects/mysql/effects.ts";
import { dialectTitles } from "../model/dialect.ts";
import { mariadbNames, mysqlNames } from "../model/name-rules.ts";
import { mysqlSchema } from "../schema/mysql/parts.ts";
import { frontEndOf } from "../sql/mysql/parse.ts";
import { onceFor } from "../text/once-for.ts";
import type { Dialect } from "./dialect.ts";

const family = {
  family: "mysql",
  searchPath: undefined,
  messageIsTransaction: false,
  locksTables: false,
  viewsHold: false,
  transactionalDdl: false,
  schema: mysqlSchema,
} as const;

export const mysql: Dialect = {
  ...family,
  name: "mysql",
  title: dialectTitles.mysql,
  names: mysqlNames,
  isMariaDb: false,
  existsOfParts: false,
  ignores: { checks: "8.0.16", inlineReferences: "9.0" },
  effects: mysqlEffects(false),
  frontEnd: onceFor((sqlMode) => frontEndOf("mysql", sqlMode)),
};

export const mariadb: Dialect = {
  ...family,
  name: "mariadb",
  title: dialectTitles.mariadb,
  names: mariadbNames,
  isMariaDb: true,
  existsOfParts: true,
  effects: mysqlEffects(true),
  frontEnd: onceFor((sqlMode) => frontEndOf("mariadb", sqlMode)),
};
