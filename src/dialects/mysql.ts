import { mysqlEffects } from "../effects/mysql/effects.ts";
import { dialectTitles } from "../model/dialect.ts";
import { mysqlNames } from "../model/name-rules.ts";
import { frontEndOf } from "../sql/mysql/parse.ts";
import { onceFor } from "../text/once-for.ts";
import type { Dialect } from "./dialect.ts";
import { mysqlFamily } from "./mysql-family.ts";

export const mysql: Dialect = {
  ...mysqlFamily,
  name: "mysql",
  title: dialectTitles.mysql,
  names: mysqlNames,
  isMariaDb: false,
  existsOfParts: false,
  castsKeys: false,
  ignores: { checks: "8.0.16", inlineReferences: "9.0" },
  effects: mysqlEffects(false),
  frontEnd: onceFor((sqlMode) => frontEndOf("mysql", sqlMode)),
};
