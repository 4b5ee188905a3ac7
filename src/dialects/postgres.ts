import type { EffectsDialect } from "../effects/index.ts";
import { postgresEffects } from "../effects/postgres/effects.ts";
import { dialectTitles } from "../model/dialect.ts";
import { postgresNames } from "../model/name-rules.ts";
import { postgresSchema } from "../schema/dialect.ts";

/** PostgreSQL, but for what reads its SQL: there is a choice. */
export const postgres: EffectsDialect = {
  name: "postgres",
  family: "postgres",
  title: dialectTitles.postgres,
  names: postgresNames,
  isMariaDb: false,
  searchPath: ["public"],
  messageIsTransaction: true,
  locksTables: true,
  viewsHold: true,
  transactionalDdl: true,
  existsOfParts: true,
  castsKeys: true,
  monthFirst: true,
  refusesText: true,
  tellsCase: true,
  joinsByPipes: true,
  ownTypes: true,
  schema: postgresSchema,
  effects: postgresEffects,
};
