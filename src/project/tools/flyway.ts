import { wideInEntities } from "../jpa.ts";
import { poolSetting } from "../sessions/pool-init.ts";
import type { Migration } from "../migration.ts";
import { fileText } from "../tracking.ts";
import { withoutRow } from "../commands.ts";
import { droppedAtStart } from "../dropped-at-start.ts";
import { isCallback } from "../layouts/flyway.ts";
import { isSql } from "../layouts/names.ts";
import type { FolderView, ScriptSource } from "../layouts/layout.ts";
import { ancestors, baseName, join, relative } from "../files/paths.ts";
import { inDollarQuotes } from "../server/jdbc.ts";
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
const number = String.raw`(\d{1,2}(?:\.\d{1,3}){1,2})`;
/** `flyway-core:7.15.0`, `name: 'flyway-core', version: '7.15.0'`, `ext["flyway.version"] = "7.15.0"`, `<flyway.version>7.15.0`. */
const version = new RegExp(
  String.raw`(?<!spring-boot-(?:starter-)?)flyway(?:-core["'],\s{0,3}version|[\w.-]{0,30}["'\])]{0,3})\s{0,3}[:=>]\s{0,3}["']?${number}`,
  "i",
);
/** `id "org.springframework.boot" version "2.2.2.RELEASE"`, which brings Flyway with it. */
const springBoot = new RegExp(
  String.raw`(?:org\.springframework\.boot["']\)?\s{1,3}version\s{0,3}\(?|spring-boot-(?:starter-parent|dependencies)(?:</artifactId>\s{0,40}<version>|:)|spring-?boot-?version["'\])]{0,3}\s{0,3}[:=>])\s{0,3}["']?${number}`,
  "i",
);
/** Releases of Spring Boot up to one, each with the newest Flyway that it may bring. */
const brought = [
  { upTo: [1, 5], flyway: "3.2.1" },
  { upTo: [2, 0], flyway: "5.0.7" },
  { upTo: [2, 1], flyway: "5.2.4" },
  { upTo: [2, 2], flyway: "6.0.8" },
  { upTo: [2, 3], flyway: "6.4.4" },
  { upTo: [2, 4], flyway: "7.1.1" },
  { upTo: [2, 5], flyway: "7.7.3" },
  { upTo: [2, 6], flyway: "8.0.5" },
  { upTo: [2, 7], flyway: "8.5.13" },
] as const;
/** Its plugin for Gradle, whose release is mostly that of the library. */
const plugin = new RegExp(
  String.raw`org\.flywaydb\.flyway["']\)?\s{1,3}version\s{0,3}["'(]{1,2}${number}`,
  "i",
);

/** As the nearest manifest states it. */
function releaseIn(root: string, read: (path: string) => string | undefined): string | undefined {
  return ofManifests(root, read, (texts) => {
    const find = (pattern: RegExp): string | undefined =>
      texts.flatMap((text) => pattern.exec(text)?.[1] ?? [])[0];
    return find(version) ?? broughtBy(find(springBoot)) ?? find(plugin);
  });
}

/** What `of` finds in the manifests of the nearest folder where it finds something. */
function ofManifests<T>(
  root: string,
  read: (path: string) => string | undefined,
  of: (texts: readonly string[]) => T | undefined,
): T | undefined {
  for (const folder of ancestors(root)) {
    const found = of(manifests.map((name) => (read(join(folder, name)) ?? "").slice(0, 65_536)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Spring Boot 4 reads `spring.flyway` in a module of its own, which `flyway-core` doesn't bring. */
const starter = /\bspring-boot-(?:starter-)?flyway\b|\bspring[.-]boot[.-](?:starter[.-])?flyway\b/i;

function lacksStarter(view: FolderView): boolean {
  const lacks = ofManifests(
    view.root,
    (path) => view.read(relative(view.root, path)),
    (texts) => {
      if (texts.some((text) => starter.test(text))) return false;
      const boot = bootIn(texts);
      return boot === undefined ? undefined : !isBefore(boot, 4, 0);
    },
  );
  return lacks === true;
}

const bootIn = (texts: readonly string[]): string | undefined =>
  texts.flatMap((text) => springBoot.exec(text)?.[1] ?? [])[0];

/** How its lock becomes one of the session. */
function lockSetting(view: FolderView): string {
  const source = view.flyway?.builtIn();
  const old = "before version 9.1 there is no need to";
  if (source !== undefined)
    return `call .configuration(${lockMap(source.endsWith(".kt"))}) where ${source} builds Flyway (${old})`;
  const boot = ofManifests(view.root, (path) => view.read(relative(view.root, path)), bootIn);
  // Its property came with 3.2.
  if (boot !== undefined && isBefore(boot, 3, 2))
    return `add a bean FlywayConfigurationCustomizer that calls .configuration(${lockMap(isOfKotlin(view))}), as Spring Boot has spring.flyway.postgresql.transactional-lock from 3.2 on (${old.replace("version", "Flyway")})`;
  const needs = lacksStarter(view) ? ", which takes spring-boot-starter-flyway" : "";
  return `set flyway.postgresql.transactional.lock=false (spring.flyway.postgresql.transactional-lock in Spring Boot${needs}; ${old})`;
}

/** As the program's language writes it. */
const lockMap = (isKotlin: boolean): string =>
  isKotlin
    ? 'mapOf("flyway.postgresql.transactional.lock" to "false")'
    : 'Map.of("flyway.postgresql.transactional.lock", "false")';

function isOfKotlin({ root, list }: FolderView): boolean {
  const [, main] = /^(.*?\/?src\/main)\//.exec(root) ?? [];
  return main !== undefined && (list?.(relative(root, join(main, "kotlin"))) ?? []).length > 0;
}

function broughtBy(boot: string | undefined): string | undefined {
  return boot && brought.find(({ upTo: [major, minor] }) => isBefore(boot, major, minor + 1))?.flyway;
}

function isBefore(release: string, major: number, minor: number): boolean {
  const [own = 0, second = 0] = release.split(".").map(Number);
  return own < major || (own === major && second < minor);
}

/** What it runs outside of a transaction where nothing else stands in the file; tried with 4.0.3, 4.1.2, 4.2.0, 5.0.7, 5.2.4, 6.0.8. */
function detectedBy(release: string): RegExp | undefined {
  if (isBefore(release, 4, 1)) return undefined;
  return isBefore(release, 4, 2)
    ? /^create\s+(?:unique\s+)?index\s+concurrently\b/i
    : /^(?:create\s+(?:unique\s+)?|drop\s+)index\s+concurrently\b/i;
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

const optOut =
  "executeInTransaction=false in a file beside it, named like V2__name.sql.conf; Flyway 6.1 and later";

export const flyway: Tool = {
  name: "flyway",
  rank: 2,
  signs: [
    {
      files: ["flyway.toml", "flyway.user.toml", "flyway.conf", "conf/flyway.conf"],
      dependencies: {
        jvm: [
          ...["flyway-core", "flyway-maven-plugin", "org.flywaydb", "quarkus-flyway", "micronaut-flyway"],
          // `libs.flyway.starter` of a catalog that lies elsewhere.
          ...["spring-boot-starter-flyway", "spring-boot-flyway", "libs.flyway"],
        ],
        npm: ["node-flywaydb"],
      },
      inSources: /^import org\.flywaydb\.core\.Flyway\b/m,
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
          "package.json",
          "Taskfile.yml",
          "justfile",
          "scripts/*.sh",
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
  switchedBySpring: true,
  problems: droppedAtStart("flyway"),
  lockTimeoutIn: poolSetting("flyway", "lock_timeout"),
  statementTimeoutIn: poolSetting("flyway", "statement_timeout"),
  shapes: ["flyway"],
  runsToo: (file) => (isSql(file) ? isCallback(baseName(file)) : otherEnding.test(baseName(file))),
  wraps: "each",
  sends: "statement",
  // Unless the file beside it says otherwise.
  autoDetect: (source) => executeInTransaction(source) !== true,
  optOut,
  optOutBeside: (file) => ({ file: `${file}.conf`, text: "executeInTransaction=false\n" }),
  optedOut: (source) => executeInTransaction(source) === false,
  withoutAutocommit: true,
  inDollarQuotes,
  releaseIn,
  adapted(fs, { root, flyway: settings }) {
    const release = releaseIn(root, (path) => fs.read(path));
    const isGrouped = settings?.isGrouped === true;
    const wraps = isGrouped ? "all" : "each";
    // It refuses a group in which some run in a transaction and others don't.
    if (release === undefined || !isBefore(release, 6, 1))
      return isGrouped
        ? { wraps, optOut: `flyway.group=false, as it fails in a group, and ${optOut}`, leavesAll: true }
        : {};
    // Older ones have no script configuration.
    const runsAlone = isGrouped ? undefined : detectedBy(release);
    return {
      wraps,
      optOut: undefined,
      optOutBeside: undefined,
      optedOut: () => false,
      autoDetect: () => runsAlone !== undefined,
      runsAlone,
    };
  },
  resets: ["search_path", "role"],
  besideTransaction: (view, release) =>
    (release !== undefined && isBefore(release, 9, 1)) || view.flyway?.hasTransactionalLock() === false
      ? undefined
      : {
          of: "flyway's lock",
          instead: lockSetting(view),
        },
  schemas: ({ flyway: settings }) => settings && { searchPath: settings.searchPath },
  duplicates: "flyway fails on it",
  badName: "flyway skips it",
  edited: "flyway refuses to run until it is repaired",
  late: { what: "flyway leaves it out, and its validation fails", runs: false },
  wide: wideInEntities,
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
