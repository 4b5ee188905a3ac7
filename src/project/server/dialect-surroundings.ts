/** Which database a project runs, by what lies around its migrations: addresses in settings, images of containers. */
import type { Database } from "../../model/dialect.ts";
import { rankedTools } from "../known-tools.ts";
import { dialectWord, hasSql, sqlWord } from "../../model/database-words.ts";
import { forTests, isSpringSettings, manifestsIn, readManifest, withoutComments } from "../manifests.ts";
import { jvmSourceWith, moduleOf } from "../jvm-sources.ts";
import type { FileSystem } from "../migration.ts";
import { ancestors, join, segments } from "../files/paths.ts";
import { filesAt, imagesAt } from "./server-version.ts";
import type { DatabaseSetting } from "../tool.ts";

export interface Found {
  readonly dialect: Database;
  readonly evidence: readonly string[];
  /** Another database would say the same. */
  readonly isWeak?: true;
}

/** What a word names: `sqlWord`, or `dialectWord` where the migrations may be for a database without SQL. */
export type Words = typeof dialectWord;

/** By the names of the folder and of those above it. */
export function byFolder(root: string, wordOf: Words = sqlWord): Found | undefined {
  for (const segment of [...segments(root)].reverse().slice(0, 4)) {
    // `mysql-to-pg`: from one to the other.
    const target = /[-_](?:to|2)[-_](\w{1,20})$/i.exec(segment)?.[1]?.toLowerCase();
    const ending =
      /(?:postgres(?:ql)?|mysql|mariadb|sqlite3?|clickhouse|mssql|(?<=[-_])(?:h2|hsqldb|derby|oracle))$/i.exec(
        segment,
      )?.[0];
    const start = /^(?:postgres(?:ql)?|mysql|mariadb|sqlite3?|clickhouse|mssql|h2)(?=[-_])/i.exec(
      segment,
    )?.[0];
    const dialect = wordOf(segment) ?? wordOf(target ?? "") ?? wordOf(ending ?? start ?? "");
    if (dialect !== undefined) return { dialect, evidence: [`the folder is called ${segment}`] };
  }
  return undefined;
}

/** A folder that one tool alone keeps migrations in, which knows one server: not what the program has on its users' devices. */
export function byHomeOfTool(root: string): Found | undefined {
  for (const { name, signs, server } of rankedTools) {
    const dialect = server !== undefined && "dialect" in server ? server.dialect : undefined;
    const isHome = ({ folder }: (typeof signs)[number]): boolean =>
      folder !== undefined && `/${root}`.endsWith(`/${folder}`);
    if (dialect !== undefined && signs.some(isHome))
      return { dialect, evidence: [`${root} is where ${name} keeps them`] };
  }
  return undefined;
}

/** What any program may have; the first group names the database. */
const usual: readonly DatabaseSetting[] = [
  {
    files: ["application.properties", "application.yml", "application.yaml"],
    pattern: /\burl[ \t]*[=:][ \t]*["']?jdbc:([a-z0-9]{2,20}):/,
  },
  {
    files: [".env.example", ".env.sample", ".env.dist", ".env.template", ".env.development", ".env"],
    pattern:
      /^(?:export )?(?:(?:GOOSE_DRIVER|DB_CONNECTION|DB_CLIENT|DB_DIALECT|DB_TYPE|DB_DRIVER)[ \t]*=[ \t]*["']?(?=[a-z0-9]+["']?[ \t]*\r?$)|(?:SQLALCHEMY_)?DATABASE_UR[IL][ \t]*=[ \t]*["']?(?=[a-z0-9]+(?:\+\w{1,20})?:\/\/))([a-z0-9]{2,20})/m,
  },
  {
    files: [".env.example", ".env.sample", ".env.dist", ".env.template", ".env.production", ".env"],
    pattern:
      /^(?:export )?(?:SPRING_(?:DATASOURCE|LIQUIBASE|FLYWAY)|LIQUIBASE_COMMAND|FLYWAY)_URL[ \t]*=[ \t]*["']?jdbc:([a-z0-9]{2,20}):/m,
  },
  // What Heroku and Render install beside the program.
  { files: ["app.json"], pattern: /"heroku-(postgresql)\b/ },
  { files: ["render.yaml", "render.yml"], pattern: /^databases:[ \t]*\r?$/m, word: "postgres" },
];

const addresses: readonly DatabaseSetting[] = [
  ...rankedTools.flatMap(({ database }) => database?.addresses ?? []),
  ...usual,
  ...rankedTools.flatMap(({ database }) => database?.mentions ?? []),
];

const longest = 65_536;
/** Of properties, YAML and files of the environment. */
const commentLine = /^[ \t]*[#!][^\n]*/gm;

const scripts = /\.(?:sh|bash)$|^(?:Makefile|justfile|Dockerfile)$/;
const mostScripts = 20;
/** Of Liquibase and Flyway: `--url "jdbc:sqlserver://…"`. */
const urlOfCommand = /(?:^|\s)--?url[= \t]{1,3}["']?jdbc:([a-z0-9]{2,20}):/m;

/** The address that a script gives to the tool that it calls. */
function byCommand(fs: FileSystem, folder: string, wordOf: Words): Found | undefined {
  for (const name of fs
    .list(folder)
    .filter((one) => scripts.test(one))
    .slice(0, mostScripts)) {
    const path = join(folder, name);
    const [, word] = urlOfCommand.exec((fs.read(path) ?? "").slice(0, longest)) ?? [];
    const dialect = word === undefined ? undefined : wordOf(word);
    if (dialect !== undefined) return { dialect, evidence: [`${path} says ${word ?? ""}`] };
  }
  return undefined;
}

/** Undefined where nothing is said, or containers of several databases are there. */
export function bySurroundings(fs: FileSystem, root: string, wordOf: Words = sqlWord): Found | undefined {
  for (const folder of ancestors(root, 6)) {
    for (const { files, pattern, word: usualWord } of addresses) {
      for (const file of files) {
        const text = (fs.read(join(folder, file)) ?? "").slice(0, longest);
        // What is turned off says something where nothing else does.
        const match = pattern.exec(text.replaceAll(commentLine, "")) ?? pattern.exec(text);
        const word = match?.[1] ?? (match ? usualWord : undefined);
        const dialect = word === undefined ? undefined : wordOf(word.replace(/^mysql2$/, "mysql"));
        if (dialect !== undefined) return { dialect, evidence: [`${join(folder, file)} says ${word ?? ""}`] };
      }
    }
    const called = byCommand(fs, folder, wordOf);
    if (called !== undefined) return called;
    const [first, ...others] = imagesAt(fs, folder).filter(
      ({ dialect }) => wordOf === dialectWord || hasSql(dialect),
    );
    if (first !== undefined)
      return others.every(({ dialect }) => dialect === first.dialect)
        ? { dialect: first.dialect, evidence: [first.because] }
        : undefined;
    const given = wordsIn(fs, folder, filesAt(fs, folder), givenUrl);
    if (given.length > 0) return theOnly(given);
  }
  return undefined;
}

/**
 * Where nothing says more than the drivers of several databases: the usual one, if it is among them, else the first
 * server. SQLite beside a server is for tests and for whoever tries the program.
 */
export function takenAmong(
  drivers: readonly { readonly dialect: Database; readonly manifest: string }[],
  usual: Database,
): Found & { readonly despite?: string } {
  const taken =
    drivers.find(({ dialect }) => dialect === usual) ?? drivers.find(({ dialect }) => dialect !== "sqlite");
  if (taken === undefined || drivers.length === 1) return { dialect: usual, evidence: [] };
  const all = drivers.map(({ dialect }) => dialect).join(" and ");
  return {
    dialect: taken.dialect,
    evidence: [`${taken.manifest} depends on drivers for ${all}`],
    despite: "no file says which database is used",
  };
}

const jdbcUrl = /\bjdbc:(?:tc:|p6spy:|log4jdbc:)?([a-z0-9]{2,20}):/g;
/** Of YAML: what a pipeline gives to the tool that it runs, and not in a comment. */
const givenUrl = /\bjdbc:([a-z0-9]{2,20}):(?<!^[ \t]*#.*)/gm;
const flywayModule =
  /\bflyway-(?:database-)?(postgresql|mysql|oracle|sqlserver|db2|informix|redshift|snowflake|firebird|clickhouse)\b/g;
/** In tests and on the author's machine they stand in for the real one. */
const standIns: ReadonlyMap<string, string> = new Map([
  ["h2", "H2"],
  ["hsqldb", "HSQLDB"],
  ["derby", "Derby"],
]);
const resources = "src/main/resources";
const mostModules = 60;
/** Drivers of other databases than these: where one of them is there, a stand-in stands in for it. */
const realDriver =
  /\b(?:postgresql|pgjdbc|mysql-connector|mariadb-java-client|mssql-jdbc|ojdbc\d{0,2}|sqlite-jdbc|jt400|jcc|clickhouse-jdbc|snowflake-jdbc|r2dbc-(?!h2)\w+)/i;
const standInDriver = /\b(?:com\.h2database|org\.hsqldb|org\.apache\.derby)\b/;
/** H2 and HSQLDB read another database's words where the address asks for it; `spring.sql.init.mode=always` is none. */
const asAnother = /;\s{0,20}MODE=(?!REGULAR\b|LEGACY\b)|sql\.syntax_/i;

/**
 * The one database that a program on the JVM connects to: by the addresses in its settings, those of profiles included,
 * or by the module of Flyway that it depends on. The nearest folder that names one counts, then the modules beside it.
 */
export function byConnection(fs: FileSystem, root: string): Found | undefined {
  for (const folder of ancestors(root, 8)) {
    const names = fs.list(folder);
    const builds = [...manifestsIn(names)].flatMap(([name, kind]) => (kind === "jvm" ? [name] : []));
    const own = [
      ...wordsIn(fs, folder, names.filter(isSpringSettings), jdbcUrl),
      ...(builds.length > 0 ? wordsOfModule(fs, folder, builds) : []),
    ];
    if (own.length > 0) return theOnly(own);
    if (builds.length === 0) continue;
    const modules = names.filter((name) => name.endsWith("/") && !name.startsWith(".")).slice(0, mostModules);
    const beside = modules.flatMap((name) => {
      const module = join(folder, name);
      const manifests = [...manifestsIn(fs.list(module)).keys()];
      return manifests.length > 0 ? wordsOfModule(fs, module, manifests) : [];
    });
    if (beside.length > 0) return theOnly(beside);
  }
  return undefined;
}

/**
 * A program on the JVM that has the driver of H2, HSQLDB or Derby, and of no other database: it is what the program runs
 * on. Not where an address asks it to read the words of another, nor where a container runs another.
 */
export function byStandIn(fs: FileSystem, root: string): Found | undefined {
  const folders = ancestors(root, 8);
  const builds = folders.flatMap((folder) => buildsAround(fs, folder));
  // What tests alone depend on (Testcontainers' modules go by a server's name) doesn't run beside the program.
  const texts = builds.map((path) =>
    (readManifest(fs, path) ?? "").slice(0, longest).replaceAll(forTests, ""),
  );
  if (texts.some((text) => realDriver.test(text))) return undefined;
  const settings = folders.flatMap((folder) =>
    [folder, join(folder, resources)].flatMap((place) =>
      fs
        .list(place)
        .flatMap((name) => (isSpringSettings(name) ? [readManifest(fs, join(place, name)) ?? ""] : [])),
    ),
  );
  if ([...texts, ...settings].some((text) => asAnother.test(text))) return undefined;
  const at = texts.findIndex((text) => standInDriver.test(text));
  const said = standInDriver.exec(texts[at] ?? "")?.[0];
  const around = bySurroundings(fs, root);
  if (said === undefined || (around !== undefined && around.dialect !== "other")) return undefined;
  return {
    dialect: "other",
    evidence: [`${builds[at] ?? ""} depends on ${said}, and on the driver of no other database`],
  };
}

/**
 * A bean of Spring's makes H2, HSQLDB or Derby within the program, which then connects to nothing else: whatever drivers it
 * has, unless a container runs a server. For a profile, it says nothing of the others.
 */
export function byEmbeddedBean(fs: FileSystem, root: string): Found | undefined {
  const module = moduleOf(fs, root);
  const source = module === undefined ? undefined : jvmSourceWith(fs, module, embeddedBean);
  if (source === undefined || ancestors(root, 8).some((folder) => hasContainer(fs, folder))) return undefined;
  const text = withoutComments(fs.read(source) ?? "", "jvm", source);
  const type = embeddedBean.exec(text)?.[1];
  return type === undefined || !/^@(?:Configuration|SpringBootApplication)\b/m.test(text) || ofSome.test(text)
    ? undefined
    : { dialect: "other", evidence: [`${source} makes its database within the program: ${type}`] };
}

const embeddedBean =
  /\bEmbeddedDatabaseBuilder\s?\([^;]{0,400}?\.setType\s?\(\s{0,40}(?:EmbeddedDatabaseType\.)?(H2|HSQL|DERBY)\b/;
const ofSome = /^[ \t]*@(?:Profile|Conditional)/m;

const hasContainer = (fs: FileSystem, folder: string): boolean =>
  imagesAt(fs, folder).some(({ dialect }) => hasSql(dialect));

/** An address that the environment gives, whatever the default behind it. */
const fromEnvironment = /\burl[ \t]{0,9}[=:][ \t]{0,9}["']?\$\{|\burl["'][ \t]{1,9}value=["'][$#]\{/i;

/**
 * Every address in the settings of a program on the JVM is that of H2, HSQLDB or Derby, and no container runs another
 * database; or every one that it has where nothing is stated: whatever SQL the migrations are written in, a server that
 * isn't theirs runs them. Gives the file that names it, as words: `application.yml names H2`.
 */
export function connectsToStandIn(fs: FileSystem, root: string): string | undefined {
  const folders = ancestors(root, 8);
  const textsOf = (
    isWanted: (name: string) => boolean,
    homes: readonly string[] = ["", resources],
  ): readonly Text[] =>
    folders.flatMap((folder) =>
      homes.flatMap((home) => {
        const place = join(folder, home);
        return fs
          .list(place)
          .filter(isWanted)
          .map((name) => ({ path: join(place, name), text: readManifest(fs, join(place, name)) ?? "" }));
      }),
    );
  const named = namedStandIn(textsOf((name) => usualSettings.test(name)));
  if (named !== undefined) return named;
  const settings = textsOf(isSpringSettings);
  const hasOwn = settings.some(({ text }) => /\bjdbc:|\bdatasource\b/.test(text));
  const ofAll = hasOwn ? namedStandIn(settings) : namedStandIn(textsOf((name) => inXml.test(name), xmlHomes));
  return ofAll !== undefined && folders.some((folder) => hasContainer(fs, folder)) ? undefined : ofAll;
}

/**
 * What runs is H2, HSQLDB or Derby: the settings of every environment name it, the program has its driver where it runs,
 * and nothing around names a server. Gives the file that names it.
 */
export function runsOnStandIn(fs: FileSystem, root: string): string | undefined {
  const folders = ancestors(root, 8);
  const places = folders.flatMap((folder) => [folder, join(folder, resources)]);
  const settings = places.flatMap((place) =>
    fs
      .list(place)
      .filter(isSpringSettings)
      .map((name) => ({ name, path: join(place, name), text: readManifest(fs, join(place, name)) ?? "" })),
  );
  const named = namedStandIn(settings.filter(({ name }) => usualSettings.test(name)));
  const isElsewhere = settings.some(
    ({ name, text }) => asAnother.test(text) || (!usualSettings.test(name) && /\bdatasource\b/.test(text)),
  );
  if (named === undefined || isElsewhere) return undefined;
  const hasDriver = folders
    .flatMap((folder) => buildsAround(fs, folder))
    .some((path) => standInDriver.test((readManifest(fs, path) ?? "").replaceAll(forTests, "")));
  const isDeployed = folders.some((folder) => fs.list(folder).includes("Procfile"));
  return hasDriver && !isDeployed && bySurroundings(fs, root, serverWord) === undefined ? named : undefined;
}

const serverWord: Words = (word) => (standIns.has(word) ? undefined : sqlWord(word));

/** Settings of Spring, Hibernate and JPA before there was Spring Boot. */
const inXml =
  /^(?:persistence|hibernate\.cfg|(?:[\w-]{1,40}[-_])?(?:application-?context|context|spring|database|datasource)(?:[-_][\w-]{1,40})?)\.xml$/i;
const xmlHomes = ["", "META-INF", "WEB-INF"].flatMap((home) => [
  join("src/main/resources", home),
  join("src/main/webapp", home),
  home,
]);

const usualSettings = /^application\.(?:properties|ya?ml)$/;

interface Text {
  readonly path: string;
  readonly text: string;
}

function namedStandIn(texts: readonly Text[]): string | undefined {
  const words = texts.flatMap(({ path, text }) =>
    [...text.slice(0, longest).matchAll(jdbcUrl)].map(([, word = ""]) => ({
      path,
      title: standIns.get(word),
    })),
  );
  const [first] = words;
  return first?.title !== undefined &&
    words.every(({ title }) => title !== undefined) &&
    !texts.some(({ text }) => fromEnvironment.test(text))
    ? `${first.path} names ${first.title}`
    : undefined;
}

/** Manifests of the JVM in the folder, and those of the modules in it. */
function buildsAround(fs: FileSystem, folder: string): readonly string[] {
  const names = fs.list(folder);
  const own = [...manifestsIn(names)].flatMap(([name, kind]) => (kind === "jvm" ? [join(folder, name)] : []));
  if (own.length === 0) return [];
  const modules = names.filter((name) => name.endsWith("/") && !name.startsWith(".")).slice(0, mostModules);
  const beside = modules.flatMap((name) => {
    const module = join(folder, name);
    return [...manifestsIn(fs.list(module))].flatMap(([file, kind]) =>
      kind === "jvm" ? [join(module, file)] : [],
    );
  });
  return [...own, ...beside];
}

/** A database that a file names. */
interface Mention {
  readonly dialect: Database;
  readonly because: string;
}

function wordsOfModule(fs: FileSystem, module: string, builds: readonly string[]): readonly Mention[] {
  const folder = join(module, resources);
  return [
    ...wordsIn(fs, module, builds, flywayModule),
    ...wordsIn(fs, folder, fs.list(folder).filter(isSpringSettings), jdbcUrl),
  ];
}

function wordsIn(
  fs: FileSystem,
  folder: string,
  files: readonly string[],
  pattern: RegExp,
): readonly Mention[] {
  return files.flatMap((file) => {
    const text = (readManifest(fs, join(folder, file)) ?? "").slice(0, longest);
    return [...text.matchAll(pattern)].flatMap(([said, word = ""]) => {
      const dialect = standIns.has(word) ? undefined : sqlWord(word);
      return dialect === undefined ? [] : [{ dialect, because: `${join(folder, file)} says ${said}` }];
    });
  });
}

/** Undefined where several are named: one program may connect to all of them. A profile for production decides. */
function theOnly(all: readonly Mention[]): Found | undefined {
  const ofProduction = all.filter(({ because }) => production.test(because));
  const [first, ...others] = ofProduction.length > 0 ? ofProduction : all;
  return first !== undefined && others.every(({ dialect }) => dialect === first.dialect)
    ? { dialect: first.dialect, evidence: [first.because] }
    : undefined;
}

/** `application-prod.yml says …` */
const production = /^\S*application-(?:\w{1,20}-)?(?:prod|production|prd|live)(?:-\w{1,20})?\.\w+ /;

/** In strings of programs: `"jdbc:sqlite:$path"`. */
const addressInCode = /"jdbc:(?:p6spy:|log4jdbc:)?([a-z0-9]{2,20}):/;

/** The address of JDBC in the code of the module that the folder lies in. */
export function byAddressInCode(fs: FileSystem, root: string): Found | undefined {
  const module = moduleOf(fs, root);
  const source = module === undefined ? undefined : jvmSourceWith(fs, module, addressInCode);
  const text = source === undefined ? "" : (fs.read(source) ?? "").slice(0, longest);
  const word = addressInCode.exec(text)?.[1] ?? "";
  const dialect = sqlWord(word);
  return source === undefined || dialect === undefined
    ? undefined
    : { dialect, evidence: [`${source} connects to jdbc:${word}`] };
}

const wranglerFiles = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];
const migrationsDir = /\bmigrations_dir["']?[ \t]*[=:][ \t]*["']([^"'\r\n]{1,200})["']/g;

/** Cloudflare's D1 is SQLite: the folder that its settings name, or `migrations` beside them. */
export function byD1(fs: FileSystem, root: string): Found | undefined {
  for (const folder of ancestors(root, 5)) {
    for (const file of wranglerFiles) {
      const text = (fs.read(join(folder, file)) ?? "").slice(0, longest);
      if (!text.includes("d1_databases")) continue;
      const named = [...text.matchAll(migrationsDir)].map(([, name = ""]) => name);
      if ((named.length > 0 ? named : ["migrations"]).some((name) => join(folder, name) === root))
        return { dialect: "sqlite", evidence: [`${join(folder, file)} names a database of D1`] };
    }
  }
  return undefined;
}

/** Which of MySQL and MariaDB containers run; undefined: none of them, or both. */
export function productOfContainers(fs: FileSystem, root: string): Found | undefined {
  for (const folder of ancestors(root)) {
    const all = imagesAt(fs, folder).filter(({ dialect }) => /^(?:mysql|mariadb)$/.test(dialect));
    const used = all.filter(({ isTested }) => !isTested);
    const images = used.length > 0 ? used : all;
    const [first] = images;
    if (first === undefined) continue;
    const isOne = images.every(({ dialect }) => dialect === first.dialect);
    return isOne ? { dialect: first.dialect, evidence: [first.because] } : undefined;
  }
  return undefined;
}
