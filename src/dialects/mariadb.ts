import { mysqlEffects } from "../effects/mysql/effects.ts";
import { dialectTitles } from "../model/dialect.ts";
import { mariadbNames } from "../model/name-rules.ts";
import { frontEndOf } from "../sql/mysql/parse.ts";
import { onceFor } from "../text/once-for.ts";
import type { Dialect } from "./dialect.ts";
import { mysqlFamily } from "./mysql-family.ts";

export const mariadb: Dialect = {
  ...mysqlFamily,
  name: "mariadb",
  title: dialectTitles.mariadb,
  names: mariadbNames,
  isMariaDb: true,
  existsOfParts: true,
  castsKeys: false,
  effects: mysqlEffects(true),
  frontEnd: onceFor((sqlMode) => frontEndOf("mariadb", sqlMode)),
};
