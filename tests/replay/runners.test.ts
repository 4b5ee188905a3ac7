/**
 * Where CREATE INDEX CONCURRENTLY can work: the migration tool, its opt-out, and what travels in one message. Each
 * case is a project as its tool would find it; the facts are those of the tools' own sources.
 */
import { describe, expect, it } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const create = "CREATE INDEX CONCURRENTLY i ON t (a);\n";
const two = `SET lock_timeout = 0;\n${create}`;
const goMod = (module: string): string => `module x\n\nrequire ${module} v1.0.0\n`;
const cargo = (crate: string): string => `[package]\nname = "x"\n\n[dependencies]\n${crate} = "1"\n`;
const npm = (name: string): string => JSON.stringify({ devDependencies: { [name]: "^1.0.0" } });

const golang = { "go.mod": goMod("github.com/golang-migrate/migrate/v4") };
const goose = { "go.mod": goMod("github.com/pressly/goose/v3") };
const sqlx = { "Cargo.toml": cargo("sqlx") };
const diesel = { "diesel.toml": "[migrations_directory]\n", "Cargo.toml": cargo("diesel_migrations") };
const supabase = { "supabase/config.toml": 'project_id = "x"\n' };
const prisma = (version: string): Record<string, string> => ({
  "package.json": JSON.stringify({ devDependencies: { prisma: version } }),
  "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
});
const drizzle = { "package.json": npm("drizzle-kit"), "drizzle.config.ts": "export default {}\n" };
const graphile = { ".gmrc": "{}\n" };
const yoyo = { "yoyo.ini": "[DEFAULT]\nsources = migrations\n" };
const flyway = { "flyway.toml": "[flyway]\npostgresql.transactional.lock = false\n" };
const atlas = { "migrations/atlas.sum": "h1:x\n" };

type Case = readonly [name: string, files: Readonly<Record<string, string>>, where: "works" | "fails"];

const cases: readonly Case[] = [
  ["golang-migrate, alone", { ...golang, "migrations/1_x.up.sql": create }, "works"],
  [
    "golang-migrate, alone under comments",
    { ...golang, "migrations/1_x.up.sql": `-- why\n${create};` },
    "works",
  ],
  ["golang-migrate, after SET", { ...golang, "migrations/1_x.up.sql": two }, "fails"],
  [
    "golang-migrate, after COMMIT",
    { ...golang, "migrations/1_x.up.sql": `BEGIN;\nCOMMIT;\n${create}` },
    "fails",
  ],
  ["goose", { ...goose, "migrations/1_x.sql": `-- +goose Up\n${create}` }, "fails"],
  [
    "goose, NO TRANSACTION, after SET",
    { ...goose, "migrations/1_x.sql": `-- +goose NO TRANSACTION\n-- +goose Up\n${two}` },
    "works",
  ],
  ["dbmate", { "db/migrations/1_x.sql": `-- migrate:up\n${create}\n-- migrate:down\n` }, "fails"],
  [
    "dbmate, transaction:false",
    { "db/migrations/1_x.sql": `-- migrate:up transaction:false\n${create}\n-- migrate:down\n` },
    "works",
  ],
  [
    "dbmate, transaction:false, after SET",
    { "db/migrations/1_x.sql": `-- migrate:up transaction:false\n${two}\n-- migrate:down\n` },
    "fails",
  ],
  [
    "dbmate, transaction:false on the other section",
    {
      "db/migrations/1_x.sql": `-- migrate:up\n${create}\n-- migrate:down transaction:false\nDROP INDEX i;\n`,
    },
    "fails",
  ],
  ["sql-migrate", { "migrations/1_x.sql": `-- +migrate Up\n${create}-- +migrate Down\n` }, "fails"],
  [
    "sql-migrate, notransaction, after SET",
    { "migrations/1_x.sql": `-- +migrate Up notransaction\n${two}-- +migrate Down\n` },
    "works",
  ],
  ["sqlx", { ...sqlx, "migrations/20260101000000_x.sql": create }, "fails"],
  ["sqlx, marker", { ...sqlx, "migrations/20260101000000_x.sql": `-- no-transaction\n${create}` }, "works"],
  [
    "sqlx 0.7, which doesn't know the marker",
    {
      "Cargo.toml": '[dependencies]\nsqlx = { version = "0.7" }\n',
      "Cargo.lock": '[[package]]\nname = "sqlx"\nversion = "0.7.4"\n',
      "migrations/20260101000000_x.sql": `-- no-transaction\n${create}`,
    },
    "fails",
  ],
  [
    "sqlx, marker, after SET",
    { ...sqlx, "migrations/20260101000000_x.sql": `-- no-transaction\n${two}` },
    "fails",
  ],
  [
    "sqlx, marker under a comment",
    { ...sqlx, "migrations/20260101000000_x.sql": `-- licence\n-- no-transaction\n${create}` },
    "fails",
  ],
  [
    "sqlx, marker under an empty line",
    { ...sqlx, "migrations/20260101000000_x.sql": `\n-- no-transaction\n${create}` },
    "fails",
  ],
  ["diesel", { ...diesel, "migrations/2026-01-01-000000_x/up.sql": create }, "fails"],
  [
    "diesel, metadata.toml",
    {
      ...diesel,
      "migrations/2026-01-01-000000_x/up.sql": create,
      "migrations/2026-01-01-000000_x/metadata.toml": "run_in_transaction = false\n",
    },
    "works",
  ],
  [
    "diesel, metadata.toml without the key",
    {
      ...diesel,
      "migrations/2026-01-01-000000_x/up.sql": create,
      "migrations/2026-01-01-000000_x/metadata.toml": "# nothing\n",
    },
    "works",
  ],
  [
    "diesel, metadata.toml, after SET",
    {
      ...diesel,
      "migrations/2026-01-01-000000_x/up.sql": two,
      "migrations/2026-01-01-000000_x/metadata.toml": "run_in_transaction = false\n",
    },
    "fails",
  ],
  ["flyway, a file of nothing else", { ...flyway, "sql/V1__x.sql": create }, "works"],
  [
    "flyway, several of them",
    { ...flyway, "sql/V1__x.sql": `${create}DROP INDEX CONCURRENTLY j;\n` },
    "works",
  ],
  ["flyway, mixed", { ...flyway, "sql/V1__x.sql": `ALTER TABLE t ADD b int;\n${create}` }, "fails"],
  [
    "flyway, mixed, script configuration",
    {
      ...flyway,
      "sql/V1__x.sql": `ALTER TABLE t ADD b int;\n${create}`,
      "sql/V1__x.sql.conf": "executeInTransaction=false\n",
    },
    "works",
  ],
  [
    "supabase, first",
    { ...supabase, "supabase/migrations/20260101000000_x.sql": `${create}SELECT 1;\n` },
    "works",
  ],
  ["supabase, after SET", { ...supabase, "supabase/migrations/20260101000000_x.sql": two }, "fails"],
  [
    "prisma before 7.4, alone",
    { ...prisma("7.3.0"), "prisma/migrations/20260101000000_x/migration.sql": create },
    "works",
  ],
  [
    "prisma before 7.4, after SET",
    { ...prisma("7.3.0"), "prisma/migrations/20260101000000_x/migration.sql": two },
    "fails",
  ],
  [
    "prisma 7.4, after SET",
    { ...prisma("7.4.0"), "prisma/migrations/20260101000000_x/migration.sql": two },
    "works",
  ],
  [
    "drizzle",
    {
      ...drizzle,
      "drizzle/0000_x.sql": create,
      "drizzle/meta/_journal.json": '{"entries":[{"idx":0,"tag":"0000_x"}]}',
    },
    "fails",
  ],
  ["atlas", { ...atlas, "migrations/20260101000000_x.sql": create }, "fails"],
  [
    "atlas, txmode none",
    { ...atlas, "migrations/20260101000000_x.sql": `-- atlas:txmode none\n\n${two}` },
    "works",
  ],
  [
    "atlas, txmode none without its empty line",
    { ...atlas, "migrations/20260101000000_x.sql": `-- atlas:txmode none\n${create}` },
    "fails",
  ],
  [
    "psql, a transaction of the file's own",
    { "migrations/001_x.sql": `BEGIN;\n${create}COMMIT;\n` },
    "fails",
  ],
  [
    "goose, NO TRANSACTION, after SET on one line",
    {
      ...goose,
      "migrations/1_x.sql": `-- +goose NO TRANSACTION\n-- +goose Up\nSET lock_timeout = 0; ${create}`,
    },
    "fails",
  ],
  [
    "goose, NO TRANSACTION, after SET in one StatementBegin",
    {
      ...goose,
      "migrations/1_x.sql": `-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\n${two}-- +goose StatementEnd\n`,
    },
    "fails",
  ],
  [
    "goose, NO TRANSACTION, each in a StatementBegin",
    {
      ...goose,
      "migrations/1_x.sql": `-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n-- +goose StatementEnd\n-- +goose StatementBegin\n${create}-- +goose StatementEnd\n`,
    },
    "works",
  ],
  [
    "dbmate, transaction: false",
    { "db/migrations/1_x.sql": `-- migrate:up transaction: false\n${create}\n-- migrate:down\n` },
    "fails",
  ],
  [
    "graphile-migrate, no-transaction",
    { ...graphile, "migrations/committed/000001-x.sql": `--! Previous: -\n\n--! no-transaction\n${create}` },
    "works",
  ],
  [
    "graphile-migrate, no-transaction under a comment",
    {
      ...graphile,
      "migrations/committed/000001-x.sql": `--! Previous: -\n\n-- why\n--! no-transaction\n${create}`,
    },
    "fails",
  ],
  [
    "yoyo, transactional: false",
    { ...yoyo, "migrations/1_x.sql": `-- transactional: false\n${two}` },
    "works",
  ],
  [
    "yoyo, transactional: false below a statement",
    { ...yoyo, "migrations/1_x.sql": `${create}-- transactional: false\n` },
    "fails",
  ],
  [
    "flyway, script configuration in capitals",
    {
      ...flyway,
      "sql/V1__x.sql": `ALTER TABLE t ADD b int;\n${create}`,
      "sql/V1__x.sql.conf": "executeInTransaction=FALSE\n",
    },
    "works",
  ],
  [
    "flyway, script configuration with true",
    { ...flyway, "sql/V1__x.sql": create, "sql/V1__x.sql.conf": "executeInTransaction=true\n" },
    "fails",
  ],
  ["nobody knows how it is run", { "migrations/001_x.sql": two }, "works"],
];

describe("CONCURRENTLY", () => {
  it.each(cases)("%s", async (_, files, where) => {
    const { findings, errors } = await lintProject({
      fs: memoryFileSystem(files),
      opinions: { only: ["concurrently-in-transaction"] },
    });
    expect(errors).toEqual([]);
    expect(findings.map(({ line, ruleId }) => `${String(line)} ${ruleId}`)).toHaveLength(
      where === "fails" ? 1 : 0,
    );
  });

  it.each([
    ["psql", 0],
    ["statement-by-statement", 0],
    ["psql-single-transaction", 1],
    ["single-query", 1],
    ["pipeline", 1],
  ] as const)("runner %s, after SET", async (runner, count) => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({ "migrations/001_x.sql": two }),
      facts: { runner },
      opinions: { only: ["concurrently-in-transaction"] },
    });
    expect(findings).toHaveLength(count);
  });
});
