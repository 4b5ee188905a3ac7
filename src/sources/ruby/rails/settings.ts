/** What the files of a project say of Rails: its version, and settings that change what it sends. */
import { driverGem, railsServers } from "../../../model/rails-servers.ts";
import { gemsOf, onlyDeployed } from "../../../text/gemfile.ts";
import { isMysqlFamily } from "../../families.ts";
import type { SourceHistory } from "../../source.ts";
import { ownTypesIn, type OwnType } from "./own-types.ts";
import { strongMigrationsOf, type StrongMigrations } from "./strong-migrations.ts";
import { newest, versionOf, type Version } from "./versions.ts";

type ReadFile = (path: string) => string | undefined;

export interface Settings {
  /** Of the gem `activerecord`, as far as a file says it. */
  readonly release: string | undefined;
  readonly gem: Version;
  /** The newest migration that had run when Rails wrote the schema down; undefined: no file says it. */
  readonly ranUpTo: string | undefined;
  /** The project's dump is in Ruby, which has no triggers. */
  readonly losesTriggers: boolean;
  /** The gem that refuses what isn't marked as safe. */
  readonly strongMigrations: StrongMigrations | undefined;
  readonly adapter: string;
  readonly datetimeType: string;
  readonly keyType: string | undefined;
  /** The gem `ar-uuid` makes keys and references uuids, and references of a new table NOT NULL or not. */
  readonly uuids: "required" | "nullable" | undefined;
  /** Types that code of the project gives the adapter, by the names that migrations give them. */
  readonly ownTypes: ReadonlyMap<string, OwnType>;
  /** The adapter is that of `activerecord-postgis-adapter`. */
  readonly hasSpatialTypes: boolean;
  /** `whitelist_attributes = true`: a call gives a row only what `attr_accessible` names. */
  readonly whitelists: boolean;
  /** Databases for which the project has a driver as well, where nothing fixes which it runs on, or tries itself on: `MySQL`. */
  readonly others: readonly string[];
}

const join = (folder: string, name: string): string =>
  folder === "." || folder === "" ? name : `${folder}/${name}`;

/** The folder of the migrations and those above it. */
function foldersOf(root: string): readonly string[] {
  const found = [root];
  for (let folder = root; folder !== "." && folder !== "";) {
    const cut = folder.lastIndexOf("/");
    folder = cut < 0 ? "." : folder.slice(0, cut);
    found.push(folder);
  }
  return found;
}

/** A file below the folder of the migrations, or below one above it. */
export function fileAbove(
  root: string,
  name: string,
  readFile: ReadFile,
): { readonly path: string; readonly text: string } | undefined {
  for (const folder of foldersOf(root)) {
    const path = join(folder, name);
    const text = readFile(path);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

/** The dump is `db/structure.sql`. */
const inSql = /^[ \t]*config\.active_record\.schema_format[ \t]*=[ \t]*:sql\b/m;
/** Gems that write triggers into `db/schema.rb`. */
const withTriggers = /^(?: {4}|[ \t]*gem[ \t]*\(?[ \t]*["'])(?:fx|hairtrigger)(?:["']| \()/m;
const locked = /^ {4}activerecord \((\d+\.\d+[\w.]*)\)/m;
const required =
  /^[ \t]*gem[ \t(]+["'](?:rails|activerecord)["'][ \t]*,[ \t]*["'](?:(?:[~>][>=]*[ \t]*(\d+(?:\.\d+)?))|(?:[=<]+[ \t]*)?(\d+(?:\.\d+)*))/m;
/** Of Rails 2, in `config/environment.rb`. */
const inEnvironment = /^[ \t]*RAILS_GEM_VERSION[ \t]*=[ \t]*["'](\d+(?:\.\d+)*)["']/m;

/** Of a range, without the patch: it grows. */
function requiredIn(gems: string): string | undefined {
  const [, range, exact] = required.exec(gems) ?? [];
  return range ?? exact;
}

const withUuids = /^(?: {4}ar-uuid \(|[ \t]*gem[ \t(]+["']ar-uuid["'])/m;
const postgis =
  /^(?: {4}activerecord-postgis-adapter \(|[ \t]*gem[ \t(]+["']activerecord-postgis-adapter["'])/m;
const belongsRequired =
  /\bbelongs_to_required_by_default[ \t]*=[ \t]*true\b|\bload_defaults[ \t(]+["']?(?:[5-9]|\d\d)\b/;

const whitelisting = /^[ \t]*config\.active_record\.whitelist_attributes[ \t]*=[ \t]*true\b/m;

const datetimes = /\bdatetime_type[ \t]*=[ \t]*:(timestamptz|timestamp)\b/;

const keys = /\bprimary_key_type[ \t]*(?::|=>)[ \t]*:(\w+)/;

/** `adapter: mysql2`; not what the environment chooses. */
const fixed = /^[^#\n<]*\badapter:[ \t]*["']?\w/m;

/** Of development or tests, where production has a server. */
const onSqlite = /^[^#\n<]*\badapter:[ \t]*["']?sqlite3?\b/m;

/** Another server that `config/database.yml` names for development or tests: their own adapter, else that of a block that theirs begins with. */
function otherServers(yaml: string, isMysql: boolean): readonly string[] {
  const blocks = yaml.slice(0, 65_536).split(/^(?=\w)/m);
  const adapterOf = (block = ""): string | undefined => {
    // A database that is called by a name has folders of its own.
    const own = /^( +)(?=\w|<<)[^]*/m.exec(block) ?? [];
    const found = new RegExp(`^${own[1] ?? " "}adapter:[ \\t]*["']?(\\w+)`, "m").exec(block)?.[1];
    const alias = /^[ \t]+<<:[ \t]*\*(\w+)/m.exec(block)?.[1];
    if (found !== undefined || alias === undefined) return found;
    const named = blocks.find((one) => new RegExp(`^\\w+:[ \\t]*&${alias}\\b`).test(one));
    return named === block ? undefined : adapterOf(named);
  };
  const used = blocks.flatMap((block) =>
    /^(?:development|test):/.test(block) ? (adapterOf(block) ?? []) : [],
  );
  return railsServers.flatMap(({ title, isMysql: one, word }) =>
    one === !isMysql && used.some((adapter) => word.test(adapter)) ? [title] : [],
  );
}

/**
 * Databases that the gems of other drivers name: in production alone, or, where no `config/database.yml` or sample of it says it, anywhere.
 * SQLite alone, in no group, is there to try the program.
 */
function otherDrivers(gems: string, isMysql: boolean, isStated: boolean): readonly string[] {
  const every = gemsOf(gems.slice(0, 65_536));
  // Its search server speaks the protocol of MySQL.
  const hasSphinx = every.some(({ name }) => name === "thinking-sphinx");
  const all = hasSphinx ? every.filter(({ name }) => !/^mysql2?$/.test(name)) : every;
  const found = railsServers.flatMap(({ title, isMysql: one, word }) => {
    const groups = all.flatMap(({ name, groups }) =>
      driverGem.test(name) && word.test(name) ? [groups] : [],
    );
    return one === isMysql || groups.length === 0 ? [] : [{ title, one, groups }];
  });
  if (isStated)
    return found.flatMap(({ title, one, groups }) =>
      one !== undefined && groups.every((text) => onlyDeployed.test(text)) ? [title] : [],
    );
  const isUsed = found.some(({ one, groups }) => one !== undefined || !groups.includes(""));
  return isUsed ? found.map(({ title }) => title) : [];
}

/** What a project without a `config/database.yml` of its own gives for one. */
const databaseFiles = [
  "config/database.yml",
  "config/database.yml.example",
  "config/database.example.yml",
  "config/database.yml.sample",
  "config/database.sample.yml",
];

/** `ActiveRecord::Schema[7.0].define(version: 2026_01_31_120000) do` */
const dumped = /^ActiveRecord::Schema\b[^\n]{0,40}\bdefine\(version: (\d[\d_]*)\)/m;

export function settingsOf(
  { root, dialect, listFolder }: Pick<SourceHistory, "root" | "dialect" | "listFolder">,
  readFile: ReadFile,
): Settings {
  let release: string | undefined;
  let ranUpTo: string | undefined;
  let strongMigrations: StrongMigrations | undefined;
  let adapter: string | undefined;
  let datetimeType: string | undefined;
  let keyType: string | undefined;
  let uuids: Settings["uuids"];
  const ownTypes = new Map<string, OwnType>();
  let hasSpatialTypes = false;
  let whitelists = false;
  let others: readonly string[] = [];
  let keepsTriggers = false;
  for (const folder of foldersOf(root)) {
    const lock = readFile(join(folder, "Gemfile.lock"));
    const gems = readFile(join(folder, "Gemfile"));
    release ??=
      locked.exec(lock ?? "")?.[1] ??
      requiredIn(gems ?? "") ??
      inEnvironment.exec(readFile(join(folder, "config/environment.rb")) ?? "")?.[1];
    ranUpTo ??= dumped.exec(readFile(join(folder, "db/schema.rb")) ?? "")?.[1]?.replaceAll("_", "");
    if (/^ {4}trilogy \(/m.test(lock ?? "")) adapter ??= "Trilogy";
    for (const file of [
      "config/application.rb",
      "config/initializers/active_record.rb",
      "config/initializers/postgresql.rb",
    ])
      datetimeType ??= datetimes.exec(readFile(join(folder, file)) ?? "")?.[1];
    const application = readFile(join(folder, "config/application.rb")) ?? "";
    keyType ??= keys.exec(application)?.[1];
    keepsTriggers ||=
      inSql.test(application) || withTriggers.test(lock ?? "") || withTriggers.test(gems ?? "");
    if (!isMysqlFamily[dialect] && (withUuids.test(lock ?? "") || withUuids.test(gems ?? "")))
      uuids ??= belongsRequired.test(application) ? "required" : "nullable";
    whitelists ||= whitelisting.test(application);
    hasSpatialTypes ||= postgis.test(lock ?? "") || postgis.test(gems ?? "");
    const database = databaseFiles.flatMap((name) => readFile(join(folder, name)) ?? [])[0] ?? "";
    if (fixed.test(database))
      others = [
        ...new Set([
          ...otherServers(database, isMysqlFamily[dialect]),
          ...otherDrivers(gems ?? "", isMysqlFamily[dialect], true),
          ...(onSqlite.test(database) ? ["SQLite"] : []),
        ]),
      ];
    else if (gems !== undefined) others = otherDrivers(gems, isMysqlFamily[dialect], false);
    const initializers = join(folder, "config/initializers");
    const texts = [...listFolder(initializers)].map((name) => readFile(`${initializers}/${name}`) ?? "");
    for (const text of texts)
      for (const [kind, type] of ownTypesIn(text, isMysqlFamily[dialect])) ownTypes.set(kind, type);
    strongMigrations ??= strongMigrationsOf(lock ?? "", gems ?? "", texts.join("\n"));
    if (release !== undefined) break;
  }
  return {
    release,
    gem: versionOf(release) ?? newest,
    ranUpTo,
    losesTriggers: ranUpTo !== undefined && !keepsTriggers,
    strongMigrations,
    adapter: adapter ?? "Mysql2",
    datetimeType: datetimeType ?? "timestamp",
    keyType,
    uuids,
    ownTypes,
    hasSpatialTypes,
    whitelists,
    others,
  };
}
