import { npm } from "../install.ts";
import { node, script, type Tool } from "../tool.ts";

/**
 * The engine as WebAssembly, which npm has, in place of the program that `prisma migrate deploy` downloads. The driver
 * sends what the engine hands over as one simple query, as that program does: the adapter would cut it at each `;`.
 */
const run = (url: string): string => `import { readFileSync, readdirSync } from "node:fs";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as engineModule from "@prisma/schema-engine-wasm/schema_engine_bg";

const place = import.meta.resolve("@prisma/schema-engine-wasm/schema_engine_bg");
const wasm = new WebAssembly.Module(readFileSync(new URL("schema_engine_bg.wasm", place)));
const { exports } = new WebAssembly.Instance(wasm, { "./schema_engine_bg.js": engineModule });
engineModule.__wbg_set_wasm(exports);
exports.__wbindgen_start();

const factory = new PrismaPg({ connectionString: ${JSON.stringify(url)} });
const bound = bindMigrationAwareSqlAdapterFactory({
  provider: factory.provider,
  adapterName: factory.adapterName,
  connectToShadowDb: () => factory.connectToShadowDb(),
  connect: async () => {
    const adapter = await factory.connect();
    let client;
    adapter.executeScript = async (text) => {
      client ??= await adapter.client.connect();
      await client.query(text);
    };
    return adapter;
  },
});
const root = "prisma/migrations";
const directory = (path, value) => ({ path, migrationFile: { path: "migration.sql", content: { tag: "ok", value } } });
const migrationsList = {
  baseDir: root,
  lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\\n' },
  shadowDbInitScript: "",
  migrationDirectories: [
    directory("0_init", ""),
    ...readdirSync(root).sort().map((path) => directory(path, readFileSync(root + "/" + path + "/migration.sql", "utf8"))),
  ],
};
const schema = 'datasource db {\\n  provider = "postgresql"\\n}\\n';
const engine = await engineModule.SchemaEngine.new({ datamodels: [["schema.prisma", schema]] }, () => {}, bound);
const { hasMigrationsTable } = await engine.diagnoseMigrationHistory({
  migrationsList,
  optInToShadowDatabase: false,
  filters: { externalTables: [], externalEnums: [] },
});
// The probes' own tables are there already: a baseline, as the manual says.
if (!hasMigrationsTable) await engine.markMigrationApplied({ migrationName: "0_init", migrationsList });
await engine.applyMigrations({ migrationsList, filters: { externalTables: [], externalEnums: [] } });
process.exit(0);
`;

const withVersions = (name: string, engine: string, adapter: string): Tool => ({
  name,
  versions: { "@prisma/schema-engine-wasm": engine },
  install: (home) => {
    npm(home, {
      "@prisma/schema-engine-wasm": engine,
      "@prisma/adapter-pg": adapter,
      "@prisma/driver-adapter-utils": adapter,
    });
  },
  files: ({ version, name, sql }) => ({
    [`prisma/migrations/${version}_${name}/migration.sql`]: script(sql),
  }),
  settings: ({ url }) => ({ "run.mjs": run(url) }),
  apply: () => node("run.mjs"),
  history:
    "SELECT migration_name || CASE WHEN finished_at IS NULL THEN ' (failed)' ELSE '' END FROM _prisma_migrations WHERE migration_name <> '0_init' ORDER BY started_at",
  says: /(?<=Error \[SchemaConnectorError\]: )[^\n]*/,
});

export const tools: readonly Tool[] = [
  withVersions("prisma.wasm", "7.10.0-7.561d7b42579a2459cc8edf3788918b626c640023", "7.10.0"),
  withVersions("prisma.wasm-7.3", "7.3.0-16.9d6ad21cbbceab97458517b147a6a09ff43aa735", "7.3.0"),
];
