/** Written by `npm run generate`: every tool, by file name. */
import type { Tool } from "../tool.ts";
import { alembic } from "./alembic.ts";
import { atlas } from "./atlas.ts";
import { dbMigrate } from "./db-migrate.ts";
import { dbMigrateMongodb } from "./db-migrate-mongodb.ts";
import { dbmate } from "./dbmate.ts";
import { diesel } from "./diesel.ts";
import { django } from "./django.ts";
import { drizzle } from "./drizzle.ts";
import { east } from "./east.ts";
import { evolve } from "./evolve.ts";
import { flyway } from "./flyway.ts";
import { golangMigrate } from "./golang-migrate.ts";
import { goose } from "./goose.ts";
import { graphileMigrate } from "./graphile-migrate.ts";
import { hasura } from "./hasura.ts";
import { knex } from "./knex.ts";
import { kysely } from "./kysely.ts";
import { liquibase } from "./liquibase.ts";
import { maragudkMigrate } from "./maragudk-migrate.ts";
import { migrateMongo } from "./migrate-mongo.ts";
import { mikroOrm } from "./mikro-orm.ts";
import { mikroOrmMongodb } from "./mikro-orm-mongodb.ts";
import { mongoMigrateTs } from "./mongo-migrate-ts.ts";
import { mongosh } from "./mongosh.ts";
import { morph } from "./morph.ts";
import { mybatisMigrations } from "./mybatis-migrations.ts";
import { nodePgMigrate } from "./node-pg-migrate.ts";
import { playEvolutions } from "./play-evolutions.ts";
import { pop } from "./pop.ts";
import { postgrator } from "./postgrator.ts";
import { postgresMigrations } from "./postgres-migrations.ts";
import { prisma } from "./prisma.ts";
import { rails } from "./rails.ts";
import { raw } from "./raw.ts";
import { refinery } from "./refinery.ts";
import { sequelize } from "./sequelize.ts";
import { sqitch } from "./sqitch.ts";
import { sqlMigrate } from "./sql-migrate.ts";
import { sqlx } from "./sqlx.ts";
import { supabase } from "./supabase.ts";
import { tern } from "./tern.ts";
import { tsMigrateMongoose } from "./ts-migrate-mongoose.ts";
import { typeorm } from "./typeorm.ts";
import { yoyo } from "./yoyo.ts";

export const tools: readonly Tool[] = [
  alembic,
  atlas,
  dbMigrate,
  dbMigrateMongodb,
  dbmate,
  diesel,
  django,
  drizzle,
  east,
  evolve,
  flyway,
  golangMigrate,
  goose,
  graphileMigrate,
  hasura,
  knex,
  kysely,
  liquibase,
  maragudkMigrate,
  migrateMongo,
  mikroOrm,
  mikroOrmMongodb,
  mongoMigrateTs,
  mongosh,
  morph,
  mybatisMigrations,
  nodePgMigrate,
  playEvolutions,
  pop,
  postgrator,
  postgresMigrations,
  prisma,
  rails,
  raw,
  refinery,
  sequelize,
  sqitch,
  sqlMigrate,
  sqlx,
  supabase,
  tern,
  tsMigrateMongoose,
  typeorm,
  yoyo,
];
