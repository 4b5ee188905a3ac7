/** What flyway's own settings, or Spring's for it, say about names and places of migrations. */
import { isRecord } from "../files/json.ts";
import { jvmSourceWith } from "../jvm-sources.ts";
import type { FileSystem } from "../migration.ts";
import { ancestors, baseName, isWithin, join } from "../files/paths.ts";
import { dialectWord } from "../../model/database-words.ts";
import { tomlValue } from "../files/toml.ts";
import { schemaBeside } from "./flyway-schema.ts";
import { readYaml } from "./yaml.ts";
import { composeFiles, endings } from "../tool.ts";

export interface FlywaySettings {
  readonly versioned: string;
  readonly undo: string;
  readonly baseline: string;
  readonly repeatable: string;
  readonly separator: string;
  /** Folders that are read together, none within another, as paths like those of roots; empty if not stated. */
  readonly locations: readonly string[];
  /** The settings that every run has state them, and each is known. */
  readonly statesLocations: boolean;
  /** Its lock is that of a transaction, which stays open while the migrations run; not so if false. It reads sources. */
  readonly hasTransactionalLock: () => boolean;
  /** The source that builds Flyway itself: nothing of the settings reaches it. */
  readonly builtIn: () => string | undefined;
  /** All pending migrations share a transaction: `group=true`, without `mixed=true`. */
  readonly isGrouped: boolean;
  /** Versions up to it run on an empty database only: `baselineOnMigrate` takes them as applied on any other. */
  readonly baselineVersion: string | undefined;
  /** PostgreSQL: flyway puts its default schema before what the server has. Undefined: the settings name none. */
  readonly searchPath: readonly string[] | undefined;
  /** A setting turns it off, and none turns it on: `spring.flyway.enabled=false`. */
  readonly isOff: boolean;
  /** The folder lies among the resources of a module that has Flyway's usual location, outside of that. */
  readonly isBesideUsual: boolean;
}

export const usual: FlywaySettings = {
  versioned: "V",
  undo: "U",
  baseline: "B",
  repeatable: "R",
  separator: "__",
  locations: [],
  statesLocations: false,
  hasTransactionalLock: () => true,
  builtIn: () => undefined,
  isGrouped: false,
  baselineVersion: undefined,
  searchPath: undefined,
  isOff: false,
  isBesideUsual: false,
};

/** Where `baselineOnMigrate` is on and nothing states the version. */
const baselineOfFlyway = "1";

const files = [
  "flyway.toml",
  "flyway.conf",
  "conf/flyway.conf",
  ...endings("src/main/resources/config/application", "properties", "yml", "yaml"),
  ...endings("src/main/resources/application", "properties", "yml", "yaml"),
  "build.gradle",
  "build.gradle.kts",
];

/** What flyway's plugin for Gradle is told. */
const gradleBlock = /^flyway\s{0,9}\{([^{}]{0,4000})\}/m;

/** Spring's settings of one profile, which are read beside the others: `application-local.yml`. */
const resources = "src/main/resources";
const profile = /^application-[\w-]{1,60}\.(?:properties|ya?ml)$/;

const environment = /^(?:prod(?:uction)?|live|stag(?:e|ing)|dev(?:elop(?:ment)?)?|local|docker)\/$/;

/** Where flyway is called with its locations, and the words of that. */
const callers = ["Makefile", "Dockerfile", ...composeFiles, ".circleci/config.yml", ".gitlab-ci.yml"];
const called = /(?:[ \t"']-locations=|\bFLYWAY_LOCATIONS["']?[ \t]*[=:][ \t]*)["']?([\w./:,{}-]{1,500})/g;

/** Those of the nearest folder at or above `root` that has a file of them. */
export function flywaySettings(fs: FileSystem, root: string): FlywaySettings {
  const stated = settingsAbove(fs, root);
  return {
    ...stated,
    searchPath: stated.searchPath ?? searchPathOf(schemaBeside(fs, root)),
    hasTransactionalLock: () =>
      stated.hasTransactionalLock() && sourceWith(fs, root, unlocking) === undefined,
    builtIn: () => sourceWith(fs, root, building),
    isBesideUsual: isBesideUsual(fs, root),
  };
}

/** `Map.of("flyway.postgresql.transactional.lock", "false")`, or a setter of the plugin for PostgreSQL. */
const unlocking =
  /\bflyway\.postgresql\.transactional\.lock["'](?:,|\s+to\b|\]\s*=)\s*["']?false\b|\b(?:setTransactionalLock\(|[tT]ransactionalLock\s*=)\s*false\b/;

/** `Flyway.configure()`, not in a comment. */
const building = /^(?![ \t]{0,80}(?:\/\/|\*)).{0,200}\bFlyway\s{0,80}\.configure\(/m;

/** The program that has the migrations among its resources, or below its folder, does it itself. */
function sourceWith(fs: FileSystem, root: string, words: RegExp): string | undefined {
  const [, module = ancestors(root, 4).find((folder) => fs.list(join(folder, "src/main")).length > 0)] =
    /^(.*?)\/?src\/main\/resources\//.exec(root) ?? [];
  return module === undefined ? undefined : jvmSourceWith(fs, module === "" ? "." : module, words);
}

function isBesideUsual(fs: FileSystem, root: string): boolean {
  const [home] = /^(?:.*?\/)?src\/main\/resources\//.exec(root) ?? [];
  if (home === undefined) return false;
  const place = `${home}db/migration`;
  return (
    !isWithin(place, root) &&
    !isWithin(root, place) &&
    fs.list(place).some((name) => /^V\d[\d._]*__.*\.sql$/.test(name))
  );
}

function settingsAbove(fs: FileSystem, root: string): FlywaySettings {
  for (const folder of ancestors(root, 9)) {
    const names = fs.list(folder);
    const beside = (): Beside => ({
      stated: [...ofProfiles(fs, folder, names), ...ofEnvironment(fs, folder, names)],
      called: ofCalls(fs, folder, names),
    });
    for (const file of [...files, ...outside(fs, folder, names)]) {
      // Most folders have none: listing is what discovery has done already, reading is not.
      const slash = file.indexOf("/");
      if (!names.includes(slash < 0 ? file : file.slice(0, slash + 1))) continue;
      const text = fs.read(join(folder, file));
      const stated = text === undefined ? undefined : settingsIn(file, text.slice(0, 65_536));
      if (stated !== undefined && stated.size > 0) return settle(fs, folder, stated, beside());
    }
    const others = beside();
    if (others.called.length > 0 || others.stated.some(({ size }) => size > 0))
      return settle(fs, folder, new Map(), others);
  }
  return usual;
}

/** Settings that lie beside the program, for all environments or for each: `profiles/dev/application.properties`. */
function outside(fs: FileSystem, folder: string, names: readonly string[]): readonly string[] {
  const homes = [
    // That of a program's resources is read with its module, where locations begin.
    ...(names.includes("config/") && !folder.endsWith(resources) ? ["config"] : []),
    ...(names.includes("profiles/")
      ? fs.list(join(folder, "profiles")).map((name) => `profiles/${name.replace(/\/$/, "")}`)
      : []),
  ];
  return homes.flatMap((home) => endings(`${home}/application`, "properties", "yml", "yaml"));
}

/** What is stated beside the settings that every run has. */
interface Beside {
  readonly stated: readonly Stated[];
  /** Locations of calls. */
  readonly called: readonly string[];
}

function ofProfiles(fs: FileSystem, folder: string, names: readonly string[]): readonly Stated[] {
  if (!names.includes("src/")) return [];
  const homes = fs.list(join(folder, resources));
  return [
    ...homes.filter((name) => profile.test(name)),
    // A build puts the resources of one environment in the place of the common ones: `production/application.properties`.
    ...homes
      .filter((name) => environment.test(name))
      .flatMap((name) => endings(`${name}application`, "properties", "yml", "yaml")),
  ].map((name) => settingsIn(name, (fs.read(join(folder, resources, name)) ?? "").slice(0, 65_536)));
}

const variable =
  /\b(?:SPRING_)?FLYWAY_(BASELINE_VERSION|BASELINE_ON_MIGRATE|ENABLED)["']?[ \t]{0,9}[=:][ \t]{0,9}["']?([\w.]{1,40})/g;

/** The environment of the services of Docker Compose. */
function ofEnvironment(fs: FileSystem, folder: string, names: readonly string[]): readonly Stated[] {
  return composeFiles
    .filter((file) => names.includes(file))
    .map((file) => {
      const text = (fs.read(join(folder, file)) ?? "").slice(0, 65_536);
      return new Map(
        [...text.matchAll(variable)].map(([, key = "", value = ""]) => [
          key.toLowerCase().replaceAll("_", ""),
          value,
        ]),
      );
    });
}

/** On a command line a location without a scheme is a path of the file system, as it is with one of that name. */
function ofCalls(fs: FileSystem, folder: string, names: readonly string[]): readonly string[] {
  return callers.flatMap((file) => {
    const [first = ""] = file.split("/");
    if (!names.includes(file === first ? file : `${first}/`)) return [];
    const text = (fs.read(join(folder, file)) ?? "").slice(0, 65_536);
    if (!text.toLowerCase().includes("flyway")) return [];
    return [...text.matchAll(called)].map(([, locations = ""]) =>
      locations
        .split(",")
        .map((place) => (place.includes(":") ? place : `filesystem:${place}`))
        .join(","),
    );
  });
}

type Stated = ReadonlyMap<string, string>;

/** Values of flyway's keys, in lower case, without dashes and points. */
function settingsIn(file: string, text: string): Stated {
  const found = new Map<string, string>();
  const add = (key: string, value: string): void => {
    found.set(key.toLowerCase().replaceAll(/[-.]/g, ""), value.trim());
  };
  if (/\.ya?ml$/.test(file)) {
    // Later documents of such a file are for other profiles.
    const tree = readYaml(text.split(/^---/m, 2).find((part) => part.trim() !== "") ?? "");
    const spring = isRecord(tree) ? tree["spring"] : undefined;
    const own = isRecord(spring) ? spring["flyway"] : undefined;
    for (const [key, value] of leaves(own, "", 4)) add(key, value);
    return found;
  }
  if (file.endsWith(".toml")) {
    for (const [key, value] of leaves(tomlValue(text, "flyway"), "", 4)) add(key, value);
    return found;
  }
  const isGradle = file.startsWith("build.gradle");
  const setting = isGradle
    ? /^\s{0,20}([\w.-]+)\s?=\s?(?:arrayOf|listOf)?\(?([^()]*)\)?$/
    : /^\s{0,20}(?:spring\.)?flyway\.([\w.-]+)\s?=\s?(.*)$/;
  for (const line of (isGradle ? (gradleBlock.exec(text)?.[1] ?? "") : text).split(/\r?\n/)) {
    if (line.length > 2000) continue;
    const [, key, value] = setting.exec(line) ?? [];
    if (key !== undefined && value !== undefined) add(key, value.replaceAll(/["'[\]]/g, ""));
  }
  return found;
}

/** `{ a: { b: "x" } }` → `a.b`, `x`. */
function leaves(tree: unknown, path: string, depth: number): readonly (readonly [string, string])[] {
  if (/^(?:string|number|boolean)$/.test(typeof tree) || Array.isArray(tree)) return [[path, String(tree)]];
  if (!isRecord(tree) || depth === 0) return [];
  return Object.entries(tree).flatMap(([key, value]) => leaves(value, `${path}.${key}`, depth - 1));
}

function settle(fs: FileSystem, folder: string, stated: Stated, beside: Beside): FlywaySettings {
  const text = (key: string, otherwise: string): string => stated.get(key)?.slice(0, 20) || otherwise;
  const files = [stated, ...beside.stated];
  const said = (key: string): readonly string[] => files.flatMap((file) => file.get(key) ?? []);
  const isTrue = (key: string): boolean => withDefaults(stated.get(key) ?? "") === "true";
  const placesIn = (list: string): readonly (readonly string[])[] =>
    withDefaults(list)
      .split(",")
      .map((place) => placesOf(fs, folder, place.trim()));
  const environments = said("locations").map(placesIn);
  const calls = beside.called.map(placesIn);
  const known = [...environments, ...calls].flat();
  const all = [...readTogether(environments.map((of) => of.flat())), ...calls.flat(2)];
  const places = [...new Set(all)].filter((place) => fs.list(place).length > 0);
  return {
    // Empty where the files are to begin with their numbers.
    versioned: stated.get("sqlmigrationprefix")?.slice(0, 20) ?? usual.versioned,
    undo: text("undosqlmigrationprefix", usual.undo),
    baseline: text("baselinemigrationprefix", usual.baseline),
    repeatable: text("repeatablesqlmigrationprefix", usual.repeatable),
    separator: text("sqlmigrationseparator", usual.separator),
    hasTransactionalLock: () => stated.get("postgresqltransactionallock") !== "false",
    builtIn: usual.builtIn,
    isGrouped: isTrue("group") && !isTrue("mixed"),
    // A profile and the environment have the last word.
    baselineVersion: said("baselineonmigrate").includes("true")
      ? (said("baselineversion").findLast((version) => /^\d[\d._]*$/.test(version)) ?? baselineOfFlyway)
      : undefined,
    searchPath: searchPathOf(said("defaultschema").at(-1) ?? said("schemas").at(-1)),
    isOff: said("enabled").includes("false") && !said("enabled").some((word) => word !== "false"),
    isBesideUsual: false,
    statesLocations: stated.has("locations") && known.every((place) => place.length > 0),
    locations: places.filter((place) => !places.some((other) => other !== place && isWithin(other, place))),
  };
}

/**
 * The settings that every run has come first. Another environment adds places to those, or reads some in their place,
 * which are left out: no run reads both. Folders that a database gives its name are told apart by it.
 */
function readTogether(environments: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = environments.filter((places) => places.length > 0);
  const isCommon = (place: string): boolean => dialectWord(baseName(place)) === undefined;
  const covers = (whole: readonly string[], part: readonly string[]): boolean =>
    part.filter(isCommon).every((place) => whole.some((other) => isWithin(other, place)));
  return others.reduce(
    (all, places) => (covers(all, places) || covers(places, all) ? [...all, ...places] : all),
    first,
  );
}

/** Spring's `${DB_SCHEMA:sales}` as what it is where nothing sets the variable. */
const withDefaults = (value: string): string => value.replace(/\$\{[\w.-]{1,80}:([^{}$]{0,200})\}/g, "$1");

/** `sales,archive` → `sales`, `public`: the first of flyway's schemas is the default one. */
function searchPathOf(schemas = ""): readonly string[] | undefined {
  const [first = ""] = withDefaults(schemas).split(",");
  const name = first.trim();
  return /^[\w-]{1,63}$/.test(name) && name !== "public" ? [name, "public"] : undefined;
}

/**
 * `classpath:db/migration` → `app/src/main/resources/db/migration`; `{vendor}` is the name of a database, and the folders
 * of `db/*`, and of all SQL files below `db`, are those in it (tried with 11.14). Places with other wildcards say too little.
 */
function placesOf(fs: FileSystem, folder: string, location: string): readonly string[] {
  const [, before, after = ""] = /^(.*\/)\{vendor\}(.*)$/.exec(location) ?? [];
  if (before !== undefined)
    return placesOf(fs, folder, before.slice(0, -1)).flatMap((home) =>
      fs
        .list(home)
        .filter((name) => name.endsWith("/") && dialectWord(name.slice(0, -1)) !== undefined)
        .map((name) => join(home, name, after)),
    );
  const [, above, files] = /^([^*?{$]+)\/\*(\*\/\*\.sql)?$/.exec(location) ?? [];
  if (above !== undefined)
    return placesOf(fs, folder, above).flatMap((home) => foldersOf(fs, home, files !== undefined));
  const [, scheme = "classpath", path = ""] =
    /^(?:(classpath|filesystem):)?\/?([^:*?{$]+)$/.exec(location) ?? [];
  if (path === "") return [];
  return [scheme === "classpath" ? join(folder, resources, path) : join(folder, path)];
}

/** None where they are those of several databases: Flyway would read them all. */
function foldersOf(fs: FileSystem, home: string, isWhole: boolean): readonly string[] {
  const names = fs.list(home);
  if (isWhole && names.some((name) => name.endsWith(".sql"))) return [home];
  const folders = names.filter((name) => name.endsWith("/")).map((name) => name.slice(0, -1));
  return folders.some((name) => dialectWord(name) !== undefined)
    ? []
    : folders.map((name) => join(home, name));
}
