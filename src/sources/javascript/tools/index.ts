import type { CodeTool } from "../tool.ts";
import { dbMigrate } from "./db-migrate.ts";
import { knex } from "./knex.ts";
import { kysely } from "./kysely.ts";
import {
  dbMigrateMongodb,
  east,
  migrateMongo,
  mikroOrmMongodb,
  mongoMigrateTs,
  mongosh,
  tsMigrateMongoose,
} from "./mongodb/index.ts";
import { nodePgMigrate } from "./node-pg-migrate.ts";
import { drizzle, mikroOrm, prisma } from "./raw.ts";
import { sequelize } from "./sequelize.ts";
import { typeorm } from "./typeorm.ts";

const all: readonly CodeTool[] = [
  knex,
  typeorm,
  sequelize,
  nodePgMigrate,
  mikroOrm,
  kysely,
  dbMigrate,
  prisma,
  drizzle,
  migrateMongo,
  mikroOrmMongodb,
  mongoMigrateTs,
  tsMigrateMongoose,
  mongosh,
  dbMigrateMongodb,
  east,
];

/** Readers by the tool's name. */
export const tools: ReadonlyMap<string, CodeTool> = new Map(all.map((tool) => [tool.name, tool]));
