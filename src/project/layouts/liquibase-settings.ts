/** Which root changelogs, databases and schema a project's settings name: Liquibase's own, Spring's, Quarkus's, those of build tools. */
import { dictionary } from "../../text/dictionary.ts";
import type { FileSystem, Schemas } from "../migration.ts";
import { jvmSourceWith, moduleOf } from "../jvm-sources.ts";
import { forTests } from "../manifests.ts";
import { ancestors, baseName, join } from "../files/paths.ts";
import { folders, inModule, isKeyOf, longest, ofConnection, settingsIn } from "./module-settings.ts";
import { compareComponents } from "../version.ts";

/** `change-log: classpath:db/main.yaml`, `changeLogFile=main.xml`, `<changeLogFile>main.xml`. */
const named =
  /(?<!\b(?:output|diff)[-_])\bchange[-_]?log(?:[-_]?file)?["']?(?:[ \t]{0,20}(?:[=:(][ \t]{0,20}|>\s{0,80})|[ \t]{1,20})["']?(?:classpath\*?:)?\/?([\w./-]{1,200}\.(?:xml|ya?ml|json|sql))\b/gi;

/** A bean of Java's or Kotlin's: `liquibase.setChangeLog("classpath:db/main.xml")`, `changeLog = "classpath:db/main.xml"`. */
const inCode =
  /(?:\bset|\b)changeLog[ \t]{0,9}[=(][ \t]{0,9}"(?:classpath\*?:)?\/?([\w./-]{1,200}\.(?:xml|ya?ml|json|sql))"/i;
/** `new Liquibase("db/main.xml", …)`, or with a constant of the same source; not in a comment. */
const inCall =
  /^(?![ \t]{0,80}(?:\/\/|\*)).{0,200}\bLiquibase\(\s{0,80}(?:"(?:classpath:)?\/?([\w./-]{1,200}\.(?:xml|ya?ml|json|sql))"|([A-Z]\w{0,60})\s{0,80},)/m;
/** `outputChangeLogFile=generated.xml`, `<diffChangeLogFile>${basedir}/diff.xml`; one with a time in its name isn't known. */
const output =
  /\b(?:output|diff)[-_]?change[-_]?log[-_]?file["']?(?:[ \t]{0,20}(?:[=:(][ \t]{0,20}|>\s{0,80})|[ \t]{1,20})["']?(?:\$\{[\w.]{0,30}(?:basedir|projectDir)\}\/|\$projectDir\/)?\/?([\w./-]{1,200}\.(?:xml|ya?ml|json|sql))\b/gi;
const ofSpring = "db/changelog/db.changelog-master.yaml";

/**
 * Paths as the settings of the module that `root` lies in write them, without what they begin with; those of its code, and
 * what Spring runs where neither names any. Where none of these does, what containers, pipelines and scripts run.
 */
export function statedChangelogs(fs: FileSystem, root: string): readonly string[] {
  const own = ofModule(fs, root);
  return own.length > 0 ? own : runByCommand(fs, root);
}

/** What settings near `root` have Liquibase write, with `diffChangeLog` and `generateChangeLog`; not what it also runs. */
export function writtenChangelogs(fs: FileSystem, root: string): readonly string[] {
  const found = inModule(fs, root, folders, (text, name) => pathsIn(text, name, output));
  if (found.length === 0) return found;
  const isRun = (path: string): boolean =>
    statedChangelogs(fs, root).some(
      (one) => `/${one}`.endsWith(`/${path}`) || `/${path}`.endsWith(`/${one}`),
    );
  return found.filter((path) => !isRun(path));
}

function ofModule(fs: FileSystem, root: string): readonly string[] {
  const own = inModule(fs, root, folders, (text, name) => pathsIn(text, name, named));
  const module = moduleOf(fs, root);
  if (module === undefined) return own;
  const byCode = namedByCode(fs, module);
  if (byCode.bean !== undefined) return [...own, byCode.bean];
  if (own.length > 0) return own;
  if (byCode.call !== undefined) return [byCode.call];
  return runsByDefault(fs, module) ? [ofSpring] : own;
}

const callers =
  /^(?:Makefile|[Jj]ustfile|Taskfile\.ya?ml|package\.json|Dockerfile[\w.-]{0,40}|(?:docker-)?compose[\w.-]{0,40}\.ya?ml|\.gitlab-ci\.yml|\.env|[\w.-]+\.(?:sh|bash))$/;
const workflows = ".github/workflows";
const homes = ["", "scripts", "bin", "docker", "ci", workflows];
/** `--changeLogFile=db/main.xml`, `--changelog-file db/main.xml`, `changelogFile: db/main.xml`, a variable of the environment. */
const inCommand =
  /(?:\bchangelog-?file|\bLIQUIBASE_(?:COMMAND_)?CHANGELOG_FILE)["']?[ \t]{0,9}[=: \t][ \t]{0,9}["']?(?:classpath:)?([\w./-]{1,200}\.(?:xml|ya?ml|json|sql))\b/gi;
/** They write the file; and what is a comment isn't run. */
const isNoRun = /^[ \t]*#|\b(?:generate|diff)-?changelog\b/i;

/** What the nearest commands run: a container may have the folder under another name. */
function runByCommand(fs: FileSystem, root: string): readonly string[] {
  for (const home of ancestors(root, 5)) {
    const found = homes
      .flatMap((folder) =>
        fs
          .list(join(home, folder))
          .filter((name) => callers.test(name) || (folder === workflows && /\.ya?ml$/.test(name)))
          .slice(0, mostCallers)
          .map((name) => (fs.read(join(home, folder, name)) ?? "").slice(0, longest)),
      )
      .flatMap((text) => text.replaceAll(/\\\r?\n/g, " ").split("\n"))
      .filter((line) => !isNoRun.test(line))
      .flatMap((line) => Array.from(line.matchAll(inCommand), ([, path = ""]) => path.replace(/^\//, "")))
      .flatMap((path) => {
        if (fs.read(join(home, path)) !== undefined) return [join(path)];
        return fs.read(join(root, baseName(path))) === undefined
          ? []
          : [join(baseName(root), baseName(path))];
      });
    if (found.length > 0) return found;
  }
  return [];
}

const mostCallers = 40;

/** What a module's code names: of a bean, and of a call of Liquibase itself. */
interface InSources {
  readonly bean: string | undefined;
  readonly call: string | undefined;
}

/** Looked for once: each folder of changelogs asks. */
function namedByCode(fs: FileSystem, module: string): InSources {
  const all = inSources.get(fs) ?? new Map<string, InSources>();
  inSources.set(fs, all);
  const find = (words: RegExp): string | undefined => {
    const source = jvmSourceWith(fs, module, words);
    const text = source === undefined ? "" : (fs.read(source) ?? "").slice(0, longest);
    const [, path, constant] = words.exec(text) ?? [];
    const found = path ?? (constant === undefined ? undefined : constantIn(text, constant));
    return found === undefined ? undefined : join(found);
  };
  const found = all.get(module) ?? { bean: find(inCode), call: find(inCall) };
  all.set(module, found);
  return found;
}

/** `String PATH = "db/main.xml"`. */
const constantIn = (text: string, name: string): string | undefined =>
  Array.from(text.matchAll(constants)).find(([, own]) => own === name)?.[2];

const constants = /\b([A-Z]\w{0,60})(?:: String)?\s{0,9}=\s{0,9}"(?:classpath:)?\/?([\w./-]{1,200})"/g;

const inSources = new WeakMap<FileSystem, Map<string, InSources>>();

/** Spring Boot with Liquibase, and the file that it runs without a word in the settings. */
function runsByDefault(fs: FileSystem, module: string): boolean {
  if (fs.read(join(module, "src/main/resources", ofSpring)) === undefined) return false;
  const build = manifests.map((name) => (fs.read(join(module, name)) ?? "").slice(0, longest)).join("\n");
  const isOn = !settingsIn(fs, module, folders).some((text) => isOff.test(text));
  return /spring-?boot|springframework\.boot/i.test(build) && /\bliquibase\b/i.test(build) && isOn;
}

/** `jdbc:h2:mem:shop`; a driver of Testcontainers or one that logs may stand before the database's name. */
const address = /\bjdbc:(?:tc:|p6spy:|log4jdbc:)?([a-z0-9]{2,20}):/g;
/** Not that of another tool: `flyway.enabled=false`. */
const isOff = /\bliquibase\b(?:(?!flyway|enabled)[^#]){0,80}\benabled[ \t]{0,9}[=:][ \t]{0,9}false\b/i;

/**
 * Words for databases in the addresses of the module's settings; those of other profiles and of tests count. Where the
 * environment gives the address, the databases that the program has drivers for; of tests likewise.
 */
export function statedDatabases(fs: FileSystem, root: string): readonly string[] {
  const wordsIn = (text: string): readonly string[] =>
    isOff.test(text) ? [] : Array.from(text.matchAll(address), ([, word = ""]) => word);
  const found = inModule(fs, root, [...folders, "src/test/resources"], wordsIn);
  const own = found.length > 0 ? found : inModule(fs, root, ["."], driversIn);
  return [...own, ...databasesOfTests(fs, root, wordsIn)];
}

/** `com.h2database:h2:2.2`, `group: 'mysql', name: 'mysql-connector-java'`; MariaDB's drives MySQL, too. */
const driver =
  /\b(com\.h2database|org\.hsqldb|org\.apache\.derby|org\.postgresql|(?:com\.)?mysql|com\.microsoft\.sqlserver|com\.oracle\.database\.jdbc|org\.xerial)(?::|["'],\s{0,9}name\s{0,9}[:=]\s{0,9}["']|<\/groupId>\s{0,80}<artifactId>)(?:h2|hsqldb|derby|postgresql|mysql-connector-j(?:ava)?|mssql-jdbc|ojdbc\d{0,2}|sqlite-jdbc)\b/g;

const databases: Readonly<Record<string, string>> = dictionary({
  "com.h2database": "h2",
  "org.hsqldb": "hsqldb",
  "org.apache.derby": "derby",
  "org.postgresql": "postgresql",
  mysql: "mysql",
  "com.mysql": "mysql",
  "com.microsoft.sqlserver": "mssql",
  "com.oracle.database.jdbc": "oracle",
  "org.xerial": "sqlite",
});

/** Of a build's file: what the program itself depends on. */
const driversIn = (text: string): readonly string[] =>
  Array.from(text.replaceAll(forTests, "").matchAll(driver), ([, group = ""]) => databases[group] ?? "");

/** Where no settings of tests say it, Spring starts the one in memory that they have the driver of. */
function databasesOfTests(
  fs: FileSystem,
  root: string,
  wordsIn: (text: string) => readonly string[],
): readonly string[] {
  const found = inModule(fs, root, ["."], testDriversIn);
  const module = moduleOf(fs, root);
  if (found.length === 0 || module === undefined) return [];
  // Tests that turn Liquibase off have a database that Hibernate fills.
  const stated = (text: string): readonly string[] => (isOff.test(text) ? [text] : wordsIn(text));
  const isStated = inModule(fs, root, ["src/test/resources"], stated).length > 0;
  const asks = (words: RegExp): boolean => jvmSourceWith(fs, module, words, "test") !== undefined;
  return !isStated && asks(startsDatabase) && !asks(inContainers) ? found : [];
}

const startsDatabase = /@(?:DataJpaTest|DataJdbcTest|JdbcTest|SpringBootTest)\b/;
const inContainers = /\bTestcontainers\b|\b(?:PostgreSQL|MySQL|MariaDB)Container\b/;

/** Those that run inside of the tests' own process. */
const testDriversIn = (text: string): readonly string[] =>
  Array.from(text.matchAll(forTests), ([dependency]) =>
    Array.from(dependency.matchAll(driver), ([, group = ""]) => databases[group] ?? ""),
  )
    .flat()
    .filter((word) => /^(?:h2|hsqldb|derby)$/.test(word));

/** `spring.liquibase.default-schema=shop`, `defaultSchemaName: shop`, `<defaultSchemaName>shop<`. */
const inSettings =
  /\bdefault[-_]?schema(?:[-_]?name)?\b["']?[ \t]{0,9}[=:>(]?[ \t]{0,9}["']?([^\s"'<>#,()]{1,80})/gi;
/** A bean of Spring's. */
const context = /(?:context|liquibase|spring|beans)[\w.-]{0,60}\.xml$/i;
const inBean = /<property[ \t]+name="defaultSchema"[ \t]+value="([^"]{1,80})"/g;

/**
 * Where Liquibase is to look for and make what names no schema: that, and then PostgreSQL's usual one. It writes its default
 * schema before the names of its changes; Spring sets no search_path for it, which SQL needs.
 */
export function statedSchemas(fs: FileSystem, root: string): Schemas | undefined {
  const namesIn = (text: string, pattern: RegExp, file = ""): readonly string[] =>
    /liquibase|changelog/i.test(text)
      ? [...text.matchAll(pattern)].flatMap(({ index, 1: name, 2: other = "" }) =>
          isKeyOf(ownKeys, text, file, index) ? (name ?? other) : [],
        )
      : [];
  const found = new Set(inModule(fs, root, folders, (text, file) => namesIn(text, inSettings, file)));
  for (const folder of ancestors(root, 9)) {
    const files = fs.list(folder);
    for (const name of files.filter((one) => context.test(one)))
      for (const schema of namesIn((fs.read(join(folder, name)) ?? "").slice(0, longest), inBean))
        found.add(schema);
    if (files.includes("src/")) break;
  }
  const isDefault = found.size > 0;
  if (!isDefault)
    for (const schema of inModule(fs, root, folders, (text) => namesIn(text, ofConnection)))
      found.add(schema);
  const [name = "", ...others] = found;
  // Of several profiles, or what the environment says.
  const isKnown = others.length === 0 && /^[a-z_]\w{0,62}$/i.test(name) && name !== "public";
  if (!isKnown) return ownDatabase(fs, root);
  return { searchPath: [name, "public"], ...(isDefault ? { writtenSchema: name } : {}) };
}

/** Of MySQL's or MariaDB's connection, where all settings name the same; where none does, the module's code. */
function ownDatabase(fs: FileSystem, root: string): Schemas | undefined {
  const namesIn = (text: string): readonly string[] =>
    Array.from(text.replaceAll(comments, "").matchAll(mysqlDatabases), ([, name = ""]) => name);
  const found = inModule(fs, root, folders, namesIn);
  const module = found.length > 0 ? undefined : moduleOf(fs, root);
  const source = module === undefined ? undefined : jvmSourceWith(fs, module, mysqlDatabase);
  const inSource = source === undefined ? [] : namesIn((fs.read(source) ?? "").slice(0, longest));
  const [name, ...others] = new Set([...found, ...inSource]);
  return name === undefined || others.length > 0 ? undefined : { ownDatabase: name };
}

const mysqlDatabase = /\bjdbc:(?:mysql|mariadb):(?:\w{1,20}:)?\/\/[^\s"'<>/]{1,200}\/(\w{1,64})\b/i;
const mysqlDatabases = new RegExp(mysqlDatabase, "gi");

function pathsIn(text: string, name: string, pattern: RegExp): readonly string[] {
  if (!/change[-_]?log/i.test(text)) return [];
  const stripped = text.replaceAll(comments, "");
  return [...stripped.matchAll(pattern)].flatMap(({ index, 1: path = "" }) =>
    isKeyOf(ownKeys, stripped, name, index) ? [join(path)] : [],
  );
}

/** Of Spring, Quarkus, Micronaut and Dropwizard. */
const ownKeys = /liquibase/i;

/** Whole lines. */
const comments = /^[ \t]*(?:[#!]|\/\/).*$/gm;

const manifests = [
  ...["build.gradle", "build.gradle.kts", "dependencies.gradle", "gradle.properties"],
  ...["gradle/libs.versions.toml", "pom.xml"],
];
const number = String.raw`(\d{1,2}(?:\.\d{1,3}){1,2})`;
/** `liquibase-core:4.8.0`, `<liquibase.version>4.8.0`, `<artifactId>liquibase-core</artifactId><version>4.8.0`. */
const stated = new RegExp(
  String.raw`liquibase(?:-core["'],\s{0,3}version|-core</artifactId>\s{0,80}<version|[\w.-]{0,30}["'\])]{0,3})\s{0,3}[:=>]\s{0,3}["']?${number}`,
  "i",
);
const springBoot = new RegExp(
  String.raw`(?:org\.springframework\.boot["']\)?\s{1,3}version\s{0,3}\(?|spring-boot-(?:starter-parent|dependencies)(?:</artifactId>\s{0,40}<version>|:)|spring-?boot-?version["'\])]{0,3}\s{0,3}[:=>])\s{0,3}["']?${number}`,
  "i",
);

/** Releases of Spring Boot, newest first, and of the Liquibase that each brings. */
const bySpringBoot: readonly (readonly [boot: string, own: string])[] = [
  ["4.0", "5.0"],
  ["3.5", "4.31"],
  ["3.4", "4.29"],
  ["3.3", "4.27"],
  ["3.2", "4.24"],
  ["3.1", "4.20"],
  ["3.0", "4.17"],
  ["2.7", "4.9"],
  ["2.6", "4.5"],
  ["2.5", "4.3"],
  ["2.4", "3.10"],
  ["2.2", "3.8"],
  ["2.1", "3.6"],
  ["1.4", "3.5"],
  ["1.3", "3.4"],
  ["1.2", "3.3"],
];

/** The release of Liquibase that the nearest manifest states, or that its Spring Boot brings. */
export function statedRelease(root: string, read: (path: string) => string | undefined): string | undefined {
  for (const folder of ancestors(root, 9)) {
    const texts = manifests.map((name) => (read(join(folder, name)) ?? "").slice(0, longest));
    const find = (pattern: RegExp): string | undefined =>
      texts.flatMap((text) => pattern.exec(text)?.[1] ?? [])[0];
    const own = find(stated);
    if (own !== undefined) return own;
    const boot = find(springBoot);
    if (boot !== undefined) return bySpringBoot.find(([from]) => compareComponents(boot, from) >= 0)?.[1];
  }
  return undefined;
}
