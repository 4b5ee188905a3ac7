/** `npm run builders`: what migration tools send for the calls of their builders, as a real server sees it. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { makeHome, npm } from "../runners/install.ts";
import { account, startMariaDb } from "../runners/mariadb/server.ts";
import type { Address } from "../runners/server.ts";

interface Tool {
  readonly name: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Runs one migration; `file` is its path. */
  readonly script: (file: string, address: Address) => string;
}

const mysql2 = "3.24.5";
const { user, password } = account;
const connection = ({ host, port, database }: Address): string =>
  JSON.stringify({ host, port, user, password, database });

const tools: readonly Tool[] = [
  {
    name: "knex",
    versions: { knex: "3.3.0", mysql2 },
    script: (file, address) => `
const knex = require("knex")({ client: "mysql2", connection: ${connection(address)} });
require(${JSON.stringify(file)}).up(knex).finally(() => knex.destroy());
`,
  },
  {
    name: "kysely",
    versions: { kysely: "0.28.19", mysql2 },
    script: (file, address) => `
const { Kysely, MysqlDialect } = require("kysely");
const pool = require("mysql2").createPool(${connection(address)});
const db = new Kysely({ dialect: new MysqlDialect({ pool }) });
require(${JSON.stringify(file)}).up(db).finally(() => db.destroy());
`,
  },
  {
    name: "sequelize",
    versions: { sequelize: "6.37.8", "sequelize-cli": "6.6.5", mysql2 },
    script: (file, { host, port, database }) => `
const Sequelize = require("sequelize");
const sequelize = new Sequelize("${database}", "${user}", "${password}", { host: "${host}", port: ${port}, dialect: "mysql", logging: false });
require(${JSON.stringify(file)}).up(sequelize.getQueryInterface(), Sequelize).finally(() => sequelize.close());
`,
  },
  {
    name: "typeorm",
    versions: { typeorm: "1.1.1", mysql2 },
    script: (file, { host, port, database }) => `
const { DataSource } = require("typeorm");
const Migration = require(${JSON.stringify(file)});
const source = new DataSource({ type: "mysql", host: "${host}", port: ${port}, username: "${user}", password: "${password}", database: "${database}" });
source.initialize().then(() => new Migration().up(source.createQueryRunner())).finally(() => source.destroy());
`,
  },
  {
    name: "db-migrate",
    versions: { "db-migrate": "0.11.14", "db-migrate-mysql": "3.0.0" },
    script: (file, { host, port, database }) => `
const fs = require("node:fs");
fs.mkdirSync("migrations");
fs.copyFileSync(${JSON.stringify(file)}, "migrations/20240101000000-${basename(file, ".cjs")}.js");
fs.writeFileSync("database.json", JSON.stringify({ dev: { driver: "mysql", host: "${host}", port: ${port}, user: "${user}", password: "${password}", database: "${database}", table: "migrations_" + Date.now() } }));
process.argv.push("up");
require("db-migrate").getInstance(true).run();
`,
  },
];

const fixtures = new URL("../../fixtures/code/", import.meta.url);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { cache: { type: "string", default: join(tmpdir(), "ddlint-runners") } },
});

/** Of db-migrate's own table. */
const isOwn = (sql: string): boolean => /`migrations(?:_\d+)?`/.test(sql);

/** The tool's questions, and what every connection begins with. */
const isAsked = (sql: string): boolean =>
  /^\s*(?:select|show|set time_zone|set names|set session|set sql|set autocommit|start transaction|begin|commit|rollback)\b/i.test(
    sql,
  );

const server = await startMariaDb();
try {
  for (const tool of tools) {
    if (positionals.length > 0 && !positionals.includes(tool.name)) continue;
    const home = makeHome(
      join(values.cache, `mariadb-${tool.name}-${Object.values(tool.versions).join("-")}`),
    );
    npm(home, tool.versions);
    const folder = new URL(`${tool.name}-mysql/`, fixtures);
    server.reset();
    for (const name of readdirSync(folder).filter((one) => /\.[jt]s$/.test(one))) {
      const work = mkdtempSync(join(tmpdir(), "builders-"));
      mkdirSync(work, { recursive: true });
      symlinkSync(join(home, "node_modules"), join(work, "node_modules"));
      const file = join(work, name.replace(/\.js$/, ".cjs"));
      copyFileSync(new URL(name, folder), file);
      writeFileSync(join(work, "run.cjs"), tool.script(file, server.address));
      server.log();
      const done = spawnSync(process.execPath, ["run.cjs"], { cwd: work, encoding: "utf8", timeout: 60_000 });
      const refused = /sqlMessage: .*|\[ERROR\].*/.exec(`${done.stderr}${done.stdout}`)?.[0];
      if (refused !== undefined || done.status !== 0)
        console.log(`${tool.name}/${name}:`, refused ?? done.stderr.slice(0, 2000));
      const sent = server
        .log()
        .flatMap(({ sql }) => (isAsked(sql) || isOwn(sql) ? [] : [sql.replaceAll(/\s+/g, " ").trim()]));
      const text = await format(JSON.stringify(sent), { parser: "json", printWidth: 110 });
      writeFileSync(new URL(name.replace(/\.[jt]s$/, ".sent.json"), folder), text);
      rmSync(work, { recursive: true, force: true });
      console.log(`${tool.name}/${name}: ${sent.length} statements`);
    }
  }
} finally {
  await server.stop();
}
