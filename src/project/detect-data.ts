/** By what each tool is recognised: its files and dependencies in a package root, and side files in the folder. */
import { dictionary } from "../text/dictionary.ts";

export type Manifest = "npm" | "go" | "cargo" | "jvm" | "pypi" | "composer" | "dotnet" | "ruby";

export interface Signs {
  readonly tool: string;
  /** Paths from the package root. */
  readonly files?: readonly string[];
  readonly dependencies?: Readonly<Partial<Record<Manifest, readonly string[]>>>;
  /** Text of files in a package root: how the tool is called there, or its settings in a file of a common name. */
  readonly mentions?: { readonly files: readonly string[]; readonly pattern: RegExp };
  /** Paths from the folder of migrations; one is enough. */
  readonly beside?: readonly string[];
  /** Without one of `beside` or a matching line, the tool doesn't read this folder. */
  readonly needsProof?: boolean;
  /** Its steps are code: it reads SQL only where steps of the same names lie in the folder, or in the one above. */
  readonly needsCode?: boolean;
  /** A name of a file that only this tool writes; without one, it doesn't read this folder. */
  readonly name?: RegExp;
  /** It also checks the files of others: its own are those that have one of its shapes before all others. */
  readonly firstShape?: boolean;
  /** A line that only this tool's files have. */
  readonly line?: RegExp;
}

const calls = [
  "Makefile",
  "Taskfile.yml",
  "justfile",
  "Dockerfile",
  "docker-compose.yml",
  "docker-compose.yaml",
  "compose.yml",
  "compose.yaml",
  ".env",
  ".env.example",
];

/** Where the tool runs in a container of its own. */
const pipelines = [
  ".gitlab-ci.yml",
  ".github/workflows/*.yml",
  ".github/workflows/*.yaml",
  "charts/*/templates/*.yaml",
  "charts/*/templates/*.yml",
];

const endings = (stem: string, ...names: readonly string[]): string[] =>
  names.map((name) => `${stem}.${name}`);

export const signs: readonly Signs[] = [
  { tool: "goose", dependencies: { go: ["github.com/pressly/goose"] }, needsProof: true },
  { tool: "dbmate", dependencies: { npm: ["dbmate"], go: ["github.com/amacneil/dbmate"] }, needsProof: true },
  {
    tool: "sql-migrate",
    files: ["dbconfig.yml"],
    dependencies: { go: ["github.com/rubenv/sql-migrate"] },
    needsProof: true,
  },
  { tool: "mybatis-migrations", dependencies: { jvm: ["mybatis-migrations"] }, needsProof: true },
  { tool: "play-evolutions", files: ["conf/evolutions/"], needsProof: true },
  {
    tool: "tern",
    files: ["tern.conf"],
    beside: ["tern.conf"],
    dependencies: { go: ["github.com/jackc/tern"] },
  },
  {
    tool: "evolve",
    dependencies: { dotnet: ["Evolve"] },
    line: /^[^\n]{0,200}\bevolve-(?:tx-off|repeat-always)\b/i,
  },
  { tool: "refinery", files: ["refinery.toml"], dependencies: { cargo: ["refinery"] } },
  {
    tool: "flyway",
    files: ["flyway.toml", "flyway.user.toml", "flyway.conf", "conf/flyway.conf"],
    dependencies: {
      jvm: ["flyway-core", "flyway-maven-plugin", "org.flywaydb", "quarkus-flyway", "micronaut-flyway"],
      npm: ["node-flywaydb"],
    },
    mentions: {
      files: [
        "gradle/libs.versions.toml",
        ...endings("src/main/resources/application", "yml", "yaml", "properties"),
      ],
      pattern: /\borg\.flywaydb\b|^[ \t]*flyway[ \t]*:|^(?:spring|quarkus)\.flyway\./m,
    },
  },
  {
    tool: "diesel",
    files: ["diesel.toml"],
    dependencies: { cargo: ["diesel_migrations", "diesel"] },
    beside: ["00000000000000_diesel_initial_setup/"],
  },
  {
    tool: "hasura",
    files: ["metadata/version.yaml", "metadata/databases/"],
    dependencies: { npm: ["hasura-cli"] },
    mentions: { files: ["config.yaml", "../config.yaml"], pattern: /^metadata_directory[ \t]*:/m },
    line: /^-- hasura:no-transaction\s*$/,
  },
  { tool: "sqlx", files: ["sqlx.toml", "sqlx-data.json", ".sqlx/"], dependencies: { cargo: ["sqlx"] } },
  {
    tool: "golang-migrate",
    dependencies: { go: ["github.com/golang-migrate/migrate"] },
    mentions: {
      files: [...calls, ...pipelines],
      pattern: /\bmigrate\/migrate\b|\bmigrate[ \t]+(?:-path|-source|-database|create -ext)\b/,
    },
  },
  {
    tool: "prisma",
    files: ["prisma/schema.prisma", "schema.prisma", ...endings("prisma.config", "ts", "js", "mjs", "cjs")],
    dependencies: { npm: ["prisma", "@prisma/client"] },
    beside: ["migration_lock.toml", "../schema.prisma"],
  },
  {
    tool: "drizzle",
    files: endings("drizzle.config", "ts", "js", "mjs", "json"),
    dependencies: { npm: ["drizzle-kit", "drizzle-orm"] },
    beside: ["meta/_journal.json"],
    needsProof: true,
    line: /^.{0,400}-->\s?statement-breakpoint/,
  },
  {
    tool: "graphile-migrate",
    files: [".gmrc", ".gmrc.js", ".gmrc.cjs"],
    dependencies: { npm: ["graphile-migrate"] },
    line: /^--! (?:Previous|Hash):/,
    needsProof: true,
  },
  {
    tool: "liquibase",
    files: ["liquibase.properties"],
    needsProof: true,
    line: /^\s{0,9}--\s?liquibase\s?formatted/i,
  },
  {
    tool: "atlas",
    files: ["atlas.hcl"],
    beside: ["atlas.sum"],
    needsProof: true,
    firstShape: true,
    line: /^-- atlas:\w/,
  },
  { tool: "supabase", files: ["supabase/config.toml"], beside: ["../config.toml"], needsProof: true },
  { tool: "node-pg-migrate", dependencies: { npm: ["node-pg-migrate"] } },
  {
    tool: "knex",
    files: endings("knexfile", "js", "cjs", "mjs", "ts"),
    dependencies: { npm: ["knex"] },
    needsProof: true,
  },
  {
    tool: "typeorm",
    files: [
      ...endings("ormconfig", "json", "js", "ts", "yml", "xml"),
      "data-source.ts",
      "src/data-source.ts",
    ],
    dependencies: { npm: ["typeorm"] },
    needsProof: true,
  },
  {
    tool: "sequelize",
    files: [".sequelizerc"],
    dependencies: { npm: ["sequelize-cli", "umzug", "sequelize"] },
    needsProof: true,
  },
  {
    tool: "mikro-orm",
    files: endings("mikro-orm.config", "ts", "js"),
    dependencies: { npm: ["@mikro-orm/migrations"] },
    needsProof: true,
  },
  {
    tool: "postgrator",
    files: ["postgrator.json", ".postgratorrc", ".postgratorrc.json"],
    dependencies: { npm: ["postgrator", "postgrator-cli"] },
  },
  {
    tool: "postgres-migrations",
    dependencies: { npm: ["postgres-migrations", "pg-node-migrations"] },
    line: /^-- postgres-migrations disable-transaction/,
  },
  { tool: "db-migrate", files: ["database.json"], dependencies: { npm: ["db-migrate"] } },
  {
    tool: "knex",
    files: endings("knexfile", "js", "ts", "cjs", "mjs"),
    dependencies: { npm: ["knex"] },
    needsCode: true,
  },
  { tool: "typeorm", dependencies: { npm: ["typeorm"] }, needsCode: true },
  { tool: "kysely", dependencies: { npm: ["kysely"] }, needsCode: true },
  {
    tool: "sequelize",
    files: [".sequelizerc"],
    dependencies: { npm: ["sequelize-cli", "umzug"] },
    needsCode: true,
  },
  { tool: "sequelize", dependencies: { npm: ["umzug"] }, name: /^\d{4}\.\d{2}\.\d{2}T/ },
  {
    tool: "pop",
    files: ["database.yml"],
    dependencies: { go: ["github.com/gobuffalo/pop", "github.com/ory/pop", "github.com/ory/x"] },
  },
  { tool: "yoyo", files: ["yoyo.ini"], dependencies: { pypi: ["yoyo-migrations"] } },
  { tool: "sqitch", files: ["sqitch.conf", "sqitch.plan"], beside: ["sqitch.plan", "../sqitch.plan"] },
];

const manifests: Readonly<Record<string, Manifest>> = dictionary({
  "package.json": "npm",
  "go.mod": "go",
  "Cargo.toml": "cargo",
  "pom.xml": "jvm",
  "build.gradle": "jvm",
  "build.gradle.kts": "jvm",
  "build.sbt": "jvm",
  "pyproject.toml": "pypi",
  "requirements.txt": "pypi",
  "composer.json": "composer",
  Gemfile: "ruby",
});

/**
 * The manifests among the names in a folder. One folder is asked about for each history below it, and for each tool:
 * a list that is remembered is looked through once.
 */
export function manifestsIn(names: readonly string[]): ReadonlyMap<string, Manifest> {
  const known =
    listed.get(names) ??
    new Map(
      names.flatMap((name) => {
        const kind = manifestKind(name);
        return kind === undefined ? [] : [[name, kind] as const];
      }),
    );
  listed.set(names, known);
  return known;
}

const listed = new WeakMap<readonly string[], ReadonlyMap<string, Manifest>>();

/** What kind of manifest a file of that name is. */
function manifestKind(name: string): Manifest | undefined {
  if (/\.(?:cs|fs|vb)proj$/.test(name)) return "dotnet";
  return Object.hasOwn(manifests, name) ? manifests[name] : undefined;
}
