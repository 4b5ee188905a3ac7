/** MongoDB has no SQL and no schema: what is known of its collections is kept by the replay. */
import { noEffects } from "../effects/index.ts";
import { dialectTitles } from "../model/dialect.ts";
import { mongodbNames } from "../model/name-rules.ts";
import { postgresSchema } from "../schema/dialect.ts";
import { codeOnly } from "../sql/code-only.ts";
import type { Dialect } from "./dialect.ts";

export const mongodb: Dialect = {
  name: "mongodb",
  family: "mongodb",
  title: dialectTitles.mongodb,
  names: mongodbNames,
  isMariaDb: false,
  searchPath: undefined,
  messageIsTransaction: false,
  locksTables: false,
  viewsHold: false,
  transactionalDdl: false,
  existsOfParts: false,
  castsKeys: false,
  schema: postgresSchema,
  effects: { of: () => noEffects, plansStatements: false },
  frontEnd: () => codeOnly,
};
