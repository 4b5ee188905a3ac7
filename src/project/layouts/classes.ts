/** A folder of classes in Ruby, each in a file that begins with its version: `20260130191544_add_paid_to_orders.rb`. */
import { baseName, compareText, join } from "../files/paths.ts";
import { compareDigits, stripZeros } from "../version.ts";
import type { Database } from "../../model/dialect.ts";
import { driverGem, railsServers } from "../../model/rails-servers.ts";
import type { FileProblem } from "../file-problem.ts";
import { gemsOf, onlyDeployed, type Gem } from "../../text/gemfile.ts";
import { databaseOf, withoutOthers } from "./class-folders.ts";
import { assemble, badName, clip, wholeFile, type Piece } from "./assemble.ts";
import { beginsEarlier, mayBeOlder } from "./rails-dump.ts";
import { countFiles, type Evidence, type FolderView, type Layout } from "./layout.ts";

const numbered = /^[0-9][^/]*_[^/]*\.rb$/;
const readable = /^([0-9]+)_([_a-z0-9]*)(?:\.([_a-z0-9]*))?\.rb$/;
const isStated = (text: string): boolean => /^[ \t\uFEFF]*class\s+\S+\s*<\s*[\w:]*Migration\b/m.test(text);

/** Its superclass may have any name: that of a constant that is set before it, or of a class of the project. */
function isClass(text: string, file: string): boolean {
  const head = text.slice(0, 65536);
  if (isStated(head)) return true;
  const [, name = "", parent = ""] =
    /^[ \t\uFEFF]*class\s+([\w:]{1,200})\s*<\s*([\w:]{1,200})/m.exec(head) ?? [];
  if (name === "" || !/^[ \t]*def\s+(?:self\.)?(?:change|up)\b/m.test(head)) return false;
  const value = new RegExp(`^[ \\t\\uFEFF]*${parent}\\s*=\\s*[\\w:]*Migration\\b`, "m");
  const [, , description = ""] = readable.exec(baseName(file)) ?? [];
  return value.test(head) || name.toLowerCase() === description.replaceAll("_", "");
}

const found = new WeakMap<FolderView, Evidence | undefined>();

/** Rails runs the files of `db/migrate` alone: those beside that folder were put there by mistake. */
const isAboveOwn = (view: FolderView): boolean =>
  view.files.some((file) => /^migrate\/[^/]+$/.test(file) && isMigration(view, file));

const isMigration = (view: FolderView, file: string): boolean =>
  numbered.test(baseName(file)) && isClass(view.read(file) ?? "", file);

/** Migrations beside the folder that Rails reads, as paths from there. */
const strayFiles = (view: FolderView): readonly string[] =>
  baseName(view.root) === "migrate"
    ? (view.outside?.("..") ?? []).filter((file) => /^\.\.\/[^/]+$/.test(file) && isMigration(view, file))
    : [];

/** Files of the folder, and of those below one that is called so. */
const filesOf = (view: FolderView): readonly string[] =>
  view.files.filter(
    (file) =>
      numbered.test(baseName(file)) &&
      (!file.startsWith("../") || view.joined?.has(file) === true) &&
      (!file.includes("/") || /migrate$/.test(baseName(view.root))),
  );

function evidenceOf(view: FolderView): Evidence | undefined {
  if (found.has(view)) return found.get(view);
  const files = filesOf(view);
  const step = Math.max(1, Math.floor(files.length / 8));
  const sample = files.filter((_, i) => i % step === 0);
  const count = sample.filter((file) => isClass(view.read(file) ?? "", file)).length;
  const [first] = files;
  const evidence =
    first === undefined || count * 2 < sample.length || count === 0 || isAboveOwn(view)
      ? undefined
      : { files: files.length, because: `${countFiles(files.length)} like ${first}` };
  found.set(view, evidence);
  return evidence;
}

/** True if classes in Ruby are what is run here. */
export const holdsClasses = (view: FolderView): boolean => evidenceOf(view) !== undefined;

export const classes: Layout = {
  name: "classes",
  ownsBelow: true,
  anyEnding: true,
  isRoot: ({ count }) => count > 0,
  detect: evidenceOf,
  read(view, options) {
    const problems: FileProblem[] = [];
    const names = new Map<string, string>();
    const files = filesOf(view);
    const installs = installsOf(files);
    const pieces = files.flatMap((file): Piece[] => {
      const [, version, description] = readable.exec(baseName(file)) ?? [];
      if (version === undefined || description === undefined) {
        problems.push(
          badName(
            view,
            file,
            `${options.tool.name} refuses the name`,
            "name it like 20260130191544_add_paid.rb",
          ),
        );
        return [];
      }
      const text = view.read(file) ?? "";
      problems.push(...misnamed(view, file, description, text));
      const same = names.get(description);
      if (same === undefined) names.set(description, file);
      else problems.push(twice(view, file, same, classOf(description), text === view.read(same)));
      return [
        {
          file,
          direction: "up",
          version,
          key: stripZeros(version),
          description,
          name: baseName(file).replace(/\.rb$/, ""),
          kind: "versioned",
          code: true,
          ...(installs.has(file) ? { stated: { deployment: installs.get(file) } } : {}),
        },
      ];
    });
    const compare = (a: Piece, b: Piece): number =>
      compareDigits(a.version ?? "", b.version ?? "") || compareText(a.name, b.name);
    const read = assemble(view, options, pieces, compare, []);
    const dump = dumpOf(view);
    const texts = dump === undefined ? [] : pieces.map(({ file }) => view.read(file) ?? "");
    const folders = view.locations ?? [];
    const stray = strayFiles(view);
    const more = stray.length > 3 ? ` and ${String(stray.length - 3)} more` : "";
    const shown = (paths: readonly string[]): string => paths.map((one) => join(view.root, one)).join(", ");
    return {
      rollbacks: "section",
      notes: [
        ...(folders.length === 0 ? [] : [`Rails reads ${shown(folders)} with it`]),
        ...(stray.length === 0
          ? []
          : [`Rails doesn't run ${shown(stray.slice(0, 3))}${more}: outside of this folder`]),
      ],
      rollbackName: () => "the method down",
      continues: dump !== undefined && beginsEarlier(texts, dump.text) ? true : undefined,
      dump: dump !== undefined && mayBeOlder(texts, dump.text) ? join(view.root, dump.file) : undefined,
      migrations: read.migrations,
      problems: [...read.problems, ...problems],
    };
  },
};

/** What `railties:install:migrations` numbers as it copies: the next one is a second, or one, later. */
const closest = 5n;

/** Files that one run has copied from engines (`20240101000000_create_tags.tags_engine.rb`), by its first one. */
function installsOf(files: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let last: { readonly version: bigint; readonly run: string } | undefined;
  for (const file of files.toSorted((a, b) => compareDigits(digitsOf(a), digitsOf(b)))) {
    const [, digits = "", , engine] = readable.exec(baseName(file)) ?? [];
    if (digits === "" || engine === undefined || digits.length > 20) {
      last = undefined;
      continue;
    }
    const version = BigInt(digits);
    const run = last !== undefined && version - last.version <= closest ? last.run : `copied ${file}`;
    found.set(file, run);
    last = { version, run };
  }
  return found;
}

const digitsOf = (file: string): string => /^\d*/.exec(baseName(file))?.[0] ?? "";

/** `add_paid_to_orders` → `AddPaidToOrders` */
const classOf = (description: string): string =>
  description
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

/** The program looks for the class by the name of the file; acronyms may be written in capitals. */
function misnamed(view: FolderView, file: string, description: string, text: string): readonly FileProblem[] {
  const wanted = classOf(description);
  const all = [...text.slice(0, 65536).matchAll(/^[ \t]*class\s+([\w:]+)/gm)].map(([, name = ""]) => name);
  const isThere = all.some((name) => name.replaceAll(/[_:]/g, "").toLowerCase() === wanted.toLowerCase());
  const other = all.find((name) => /^[A-Z]/.test(name));
  // Its own words for acronyms and plurals aren't known.
  if (isThere || other === undefined || all.length > 1 || !isClass(text, file)) return [];
  return [
    {
      rule: "bad-file-name",
      path: join(view.root, file),
      ...classSpan(text, other),
      message: clip(`the file's name asks for the class ${wanted}: Rails doesn't find it`),
      instead: `name the class ${wanted}, or the file after ${other}`,
    },
  ];
}

function classSpan(text: string, name: string): Pick<FileProblem, "span"> {
  const start = text.indexOf(name, text.search(/^[ \t]*class\s/m));
  return { span: { start, end: start + name.length } };
}

function twice(view: FolderView, file: string, first: string, name: string, isCopy: boolean): FileProblem {
  return {
    rule: "duplicate-version",
    path: join(view.root, file),
    ...wholeFile(view, file),
    message: clip(`two files have the class ${name}: Rails refuses to migrate`),
    instead: isCopy
      ? "both files do the same: delete one that no server has run"
      : "give the class and the file another name",
    isCopy: isCopy ? true : undefined,
    related: [{ path: join(view.root, first), message: `also the class ${name}` }],
  };
}

/** What Rails writes of the whole schema, in Ruby or in SQL: of `db/animals_migrate`, `db/animals_schema.rb`. */
function dumpOf(view: FolderView): { readonly file: string; readonly text: string } | undefined {
  const [, database = ""] = /^(\w+_)migrate$/.exec(baseName(view.root)) ?? [];
  for (const name of [`${database}schema.rb`, `${database}structure.sql`]) {
    const file = `../${name}`;
    const text = view.read(file);
    if (text !== undefined) return { file, text };
  }
  return undefined;
}

// ———————————————————————————————————————————————————————————————————————————————————————————————————————— database

const dialectOf = (word: string): Database | undefined =>
  railsServers.find((server) => server.word.test(word))?.database;

/**
 * What `config/database.yml` says, that of production first, else the gems of drivers. The only server that the program has a
 * gem for in production comes before a sample, before SQLite, which is there for whoever tries the program, and before a
 * server whose gem production leaves out; of several, the one that another deployed block names.
 */
export function classesDatabase(
  view: FolderView,
): { readonly dialect: Database; readonly file: string; readonly isFixed?: boolean } | undefined {
  if (!holdsClasses(view)) return undefined;
  for (const up of ["../..", "..", "../../..", "../../../.."]) {
    const gems = view.read(`${up}/Gemfile`);
    const servers = gems === undefined ? [] : serversInGems(gems);
    const server = servers.length === 1 ? servers[0] : undefined;
    for (const name of [
      "config/database.yml",
      "config/database.yml.example",
      "config/database.example.yml",
      "config/database.yml.sample",
      "config/database.sample.yml",
      "config/database.yml.erb",
    ]) {
      const text = view.read(`${up}/${name}`) ?? "";
      const own = databaseOf(text, join(view.root, up), view.root);
      const stated =
        (own === undefined ? undefined : inYaml(own)) ?? inYaml(withoutOthers(text)) ?? inYaml(text);
      const dialect = stated === "sqlite" ? (deployedIn(text, servers, gems ?? "") ?? stated) : stated;
      const deployed =
        dialect === undefined || own !== undefined ? undefined : ofProduction(text, gems ?? "");
      if (deployed !== undefined && deployed !== dialect)
        return { dialect: deployed, file: join(view.root, up, "Gemfile") };
      const isSample = /example|sample/.test(name);
      const isFixed = dialect === "sqlite" && !isSample && runsOnSqlite(view, text, gems ?? "");
      const isFirst =
        (own !== undefined || (dialect === "sqlite" ? isFixed : !isLeftOut(gems ?? "", dialect))) &&
        !isSample;
      if (dialect !== undefined && server !== undefined && !isFirst)
        return { dialect: server, file: join(view.root, up, "Gemfile") };
      if (dialect !== undefined) return { dialect, file: join(view.root, up, name), isFixed };
    }
    if (gems === undefined) continue;
    const dialect = inGems(gems);
    return dialect === undefined ? undefined : { dialect, file: join(view.root, up, "Gemfile") };
  }
  return undefined;
}

/**
 * Production has SQLite's driver, and a block of its own that says so: what is left is a server's driver that no group of
 * production names, and a dump without extensions, which only PostgreSQL's has.
 */
function runsOnSqlite(view: FolderView, yaml: string, gems: string): boolean {
  const own = productionIn(yaml);
  return (
    /^[^#\n]*(?:\bsqlite3?\b|<<:)/m.test(own) &&
    !/^[^#\n]*(?:\burl:|DATABASE_URL)/m.test(own) &&
    deployedDrivers(gems).some(({ name }) => name === "sqlite3") &&
    !driversIn(gems).some(({ name, groups }) => name !== "sqlite3" && /:production\b/.test(groups)) &&
    !/^[ \t]*enable_extension\b/m.test(dumpOf(view)?.text ?? "")
  );
}

/** What the block `production:` says. */
const productionIn = (yaml: string): string =>
  /^production:([^]*?)(?=^\S|(?![^]))/m.exec(yaml.slice(0, 65536))?.[1] ?? "";

/** The only server with a driver of production's own, where its block leaves the adapter to `DATABASE_URL`. */
function ofProduction(yaml: string, gems: string): Database | undefined {
  const production = productionIn(yaml);
  // What it begins with may name one.
  if (/^[^#\n]*(?:\badapter:|\*\w)/m.test(production) || inYaml(`production:${production}`) !== undefined)
    return undefined;
  const own = driversIn(gems).filter(({ name, groups }) => name !== "sqlite3" && onlyDeployed.test(groups));
  const [only, ...others] = new Set(own.map(({ name }) => dialectOf(name)));
  return others.length === 0 ? only : undefined;
}

/** `adapter: mysql2`, `adapter: <%= ENV.fetch("ADAPTER", "postgresql") %>`, `url: mysql2://…` */
function inYaml(text: string): Database | undefined {
  for (const part of [productionIn(text), text.slice(0, 65536)]) {
    const words = [
      ...part.matchAll(
        /^[^#\n]*?\b(?:adapter|url):[ \t]*(?:["']?(\w+)|<%=?[^%\n]*?["'](postgres(?:ql)?|postgis|mysql2|trilogy|sqlite3)\b[^%\n]*%>)/gm,
      ),
    ].flatMap(([, plain, inside]) => dialectOf(plain ?? inside ?? "") ?? []);
    const server = words.find((word) => word !== "sqlite");
    if (server !== undefined) return server;
    const [only] = words;
    if (only !== undefined) return only;
  }
  return undefined;
}

const driversIn = (text: string): readonly Gem[] =>
  gemsOf(text.slice(0, 65536)).filter(({ name }) => driverGem.test(name));

/** The servers whose drivers are there in production. */
function serversInGems(text: string): readonly Database[] {
  const found = new Set(deployedDrivers(text).flatMap(({ name }) => dialectOf(name) ?? []));
  found.delete("sqlite");
  return [...found];
}

/** There is a driver for it, but not in production. */
function isLeftOut(text: string, dialect: Database | undefined): boolean {
  const own = driversIn(text).filter(({ name }) => dialectOf(name) === dialect);
  return own.length > 0 && own.every(({ groups }) => isElsewhere(groups));
}

const deployedDrivers = (text: string): readonly Gem[] =>
  driversIn(text).filter(({ groups }) => !isElsewhere(groups));

/**
 * What the block of another place says, such as `staging:`, where production has the drivers of several servers and that of
 * `production:` is the generator's, for which it has none.
 */
function deployedIn(yaml: string, servers: readonly Database[], gems: string): Database | undefined {
  if (servers.length < 2 || deployedDrivers(gems).some(({ name }) => name === "sqlite3")) return undefined;
  const blocks = yaml.slice(0, 65_536).split(/^(?=[a-z])/m);
  const found = blocks.flatMap((block) =>
    /^(?:dev|test|default|ci\b)/.test(block) ? [] : (inYaml(block) ?? []),
  );
  return found.find((one) => servers.includes(one));
}

/** Groups that production leaves out. */
const isElsewhere = (groups: string): boolean =>
  /:(?:development|test|dev|ci)\b/.test(groups) && !/:production\b/.test(groups);

function inGems(text: string): Database | undefined {
  const names = driversIn(text).map(({ name }) => name);
  const kinds = new Set(names.map((name) => dialectOf(name) ?? "sqlite"));
  if (kinds.size > 1) kinds.delete("sqlite");
  const [only] = kinds;
  return kinds.size === 1 ? only : undefined;
}
