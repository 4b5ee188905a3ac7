import type { Migration } from "../migration.ts";
import { fileText } from "../tracking.ts";
import { withoutRow } from "../commands.ts";
import { isCallback } from "../layouts/flyway.ts";
import { isSql } from "../layouts/names.ts";
import type { ScriptSource } from "../layouts/layout.ts";
import { ancestors, baseName, join } from "../paths.ts";
import { inDollarQuotes } from "../jdbc.ts";
import { composeFiles, endings, type Tool } from "../tool.ts";

/** What its script configuration says. */
function executeInTransaction(source: ScriptSource): boolean | undefined {
  const said = /^[ \t]*executeInTransaction[ \t]*=[ \t]*(true|false)[ \t]*\r?$/im.exec(
    source.beside(`${baseName(source.file)}.conf`) ?? "",
  );
  return said === null ? undefined : said[1]?.toLowerCase() === "true";
}

const manifests = [
  ...["build.gradle", "build.gradle.kts", "dependencies.gradle", "gradle.properties"],
  ...["gradle/libs.versions.toml", "pom.xml"],
];
/** `flyway-core:7.15.0`, `ext["flyway.version"] = "7.15.0"`, `<flyway.version>7.15.0`. */
const version = /flyway[\w.-]{0,30}["'\])]{0,3}\s{0,3}[:=>]\s{0,3}["']?(\d{1,2}(?:\.\d{1,3}){1,2})/i;

/** As the nearest manifest states it. */
function releaseIn(root: string, read: (path: string) => string | undefined): string | undefined {
  for (const folder of ancestors(root))
    for (const name of manifests) {
      const release = version.exec((read(join(folder, name)) ?? "").slice(0, 65_536))?.[1];
      if (release !== undefined) return release;
    }
  return undefined;
}

/** Before 9.1 flyway keeps its lock in the session of the migrations. */
function isBefore91(release: string): boolean {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  return major < 9 || (major === 9 && minor < 1);
}

/** One of its names with an ending that its settings may name (`sqlMigrationSuffixes`). */
const otherEnding = /^(?:[VUB]\d[\d._]*|R)__[^/]+\.(?!(?:conf|md|bak|orig|rej|java|kt|class)$)\w+$/;

/** CRC-32 of its lines without their ends, as a number with a sign. */
function flywayChecksum(migration: Migration): string {
  const lines = fileText(migration)
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/);
  // Loaded where it is asked for: linting needs no compression.
  return String(process.getBuiltinModule("node:zlib").crc32(lines.join("")) | 0);
}

export const flyway: Tool = {
  name: "flyway",
  rank: 2,
  signs: [
    {
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
      mentions: {
        files: [
          "Makefile",
          "Dockerfile",
          ...composeFiles,
          ".gitlab-ci.yml",
          ".circleci/config.yml",
          ...endings(".github/workflows/*", "yml", "yaml"),
        ],
        pattern:
          /\bflyway\/flyway\b|\/flyway\/sql\b|\bflyway[ \t]+(?:-[^\n]{1,200}[ \t])?(?:migrate|validate)\b|\bFLYWAY_\w/,
      },
    },
  ],
  database: {
    addresses: [
      {
        files: ["flyway.conf", "conf/flyway.conf", "flyway.toml"],
        pattern: /^[ \t]*(?:flyway\.)?url[ \t]*[=:][ \t]*["']?jdbc:([a-z0-9]{2,20}):/m,
      },
    ],
  },
  shapes: ["flyway"],
  runsToo: (file) => (isSql(file) ? isCallback(baseName(file)) : otherEnding.test(baseName(file))),
  wraps: "each",
  sends: "statement",
  // Unless the file beside it says otherwise.
  autoDetect: (source) => executeInTransaction(source) !== true,
  optOut:
    "executeInTransaction=false in a file beside it, named like V2__name.sql.conf; Flyway 6.1 and later",
  optOutBeside: (file) => ({ file: `${file}.conf`, text: "executeInTransaction=false\n" }),
  optedOut: (source) => executeInTransaction(source) === false,
  withoutAutocommit: true,
  inDollarQuotes,
  releaseIn,
  resets: ["search_path", "role"],
  besideTransaction: ({ flyway: settings }, release) =>
    settings?.transactionalLock === false || (release !== undefined && isBefore91(release))
      ? undefined
      : {
          of: "flyway's lock",
          instead:
            "set flyway.postgresql.transactional.lock=false (spring.flyway.postgresql.transactional-lock in Spring Boot; before version 9.1 there is no need to)",
        },
  searchPath: ({ flyway: settings }) => settings?.searchPath,
  duplicates: "flyway fails on it",
  badName: "flyway skips it",
  edited: "flyway refuses to run until it is repaired",
  late: { what: "flyway leaves it out, and its validation fails", runs: false },
  trackingTables: ["flyway_schema_history", "schema_version"],
  tracking: {
    table: "flyway_schema_history",
    // A repeatable one has no version.
    key: "COALESCE(version, description)",
    keyOf: ({ version, description }) => version?.replaceAll("_", ".") ?? description.replaceAll("_", " "),
    where: "type <> 'SCHEMA'",
    state:
      "CASE WHEN type LIKE 'UNDO%' OR type = 'DELETE' THEN 'undone' WHEN type LIKE '%BASELINE' THEN 'baseline' WHEN success THEN 'applied' ELSE 'failed' END",
    order: "installed_rank",
    checksum: { column: "checksum", of: flywayChecksum },
  },
  commands: {
    server: "what `flyway.toml` or `flyway.conf` say, or `FLYWAY_URL`",
    apply: () => "flyway migrate",
    applyTo: ({ migration }) =>
      `flyway migrate -target=${migration.version?.replaceAll("_", ".") ?? "latest"}`,
    status: () => "flyway info",
    forget: withoutRow("flyway_schema_history", "version", ({ version }) => version?.replaceAll("_", ".")),
    afterFailure: { when: "kept", line: () => "flyway repair" },
  },
};
