/** Which database a folder of migrations is for. */
import type { Database } from "../../model/dialect.ts";
import type { FromEnvironment } from "../tool.ts";
import type { Facts } from "../facts.ts";
import type { FileSystem } from "../migration.ts";
import type { FolderView } from "../layouts/layout.ts";
import { isSource } from "../code-tools.ts";
import {
  byAddressInCode,
  byConnection,
  byD1,
  byFolder,
  byHomeOfTool,
  byEmbeddedBean,
  byStandIn,
  connectsToStandIn,
  runsOnStandIn,
  bySurroundings,
  takenAmong,
  productOfContainers,
  type Words,
} from "./dialect-surroundings.ts";
import { codeTool, isMostlyCode } from "../layouts/code.ts";
import { dialectWord, hasSql, sqlWord } from "../../model/database-words.ts";
import { byDocuments } from "./dialect-of-docs.ts";
import { serverBehind } from "./behind-protocol.ts";
import { byPythonProgram, fileOfPythonProgram } from "./dialect-of-python.ts";
import { driversAmong, driversIn, manifestTexts, testManifests, type FoundDriver } from "./drivers.ts";
import { byHints, lineOfGo, ofCockroach, quoted, usesTypesOfOthers } from "./dialect-hints.ts";
import { demandedByChangelogs, generatedFrom, wordsOfChangelogs } from "./dialect-of-changelogs.ts";
import { byImports } from "./dialect-of-imports.ts";
import { byCalls, bySettings } from "./dialect-of-settings.ts";
import { reached } from "../changelog/reached.ts";
import { isStartedElsewhere } from "../changelog/started-elsewhere.ts";
import { dialectAfter, dialectVariants, folderDialect, isSql, namedByAll } from "../layouts/names.ts";
import { infixDialects, readPairName } from "../layouts/pairs.ts";
import { holdsRevisions } from "../layouts/revisions.ts";
import { rankedTools } from "../known-tools.ts";
import { packageRootOf, type Manifest } from "../manifests.ts";
import { ancestors, join, parentOf } from "../files/paths.ts";
import { mariaDbWordIn } from "./mariadb-words.ts";
import { isMariaDbVersion } from "./stated-server.ts";
import { asPipReads } from "../../text/python-releases.ts";

export interface DialectGuess {
  readonly dialect: Database;
  readonly evidence: readonly string[];
  /** Settings of the project that no environment changes. */
  readonly isFixed?: true | undefined;
  /** The file of the program's settings that names it. */
  readonly settings?: string | undefined;
  readonly fromEnvironment?: FromEnvironment | undefined;
  /** See `History.dialectDespite`. */
  readonly despite?: string | undefined;
  /** See `History.runsOnStandIn`. */
  readonly isStandIn?: true | undefined;
  /** Nothing but a driver among the packages names it. */
  readonly byDriver?: true | undefined;
}

/** What the configuration states wins; then names, then the tools' settings, then the texts; else `postgres`. */
export function detectDialect(
  fs: FileSystem,
  view: FolderView,
  { dialect: stated, serverVersion }: Pick<Facts, "dialect" | "serverVersion">,
): DialectGuess {
  const tool = isInCode(view) ? codeTool(view) : undefined;
  if (tool?.only !== undefined) return { dialect: tool.only, evidence: [`code for ${tool.name}`] };
  if (stated !== undefined) return { dialect: stated, evidence: ["stated in the configuration"] };
  const guess = guessDialect(fs, reached(view));
  const alone = guess.byDriver === true ? runsOnStandIn(fs, view.root) : undefined;
  if (alone !== undefined)
    return { dialect: "other", evidence: [`${alone}, and no file has the address of another database`] };
  const found = onStandIn(guess, connectsToStandIn(fs, view.root));
  const other = goesByName[found.dialect];
  if (other === undefined || !isMariaDbVersion(serverVersion)) return found;
  return {
    ...found,
    dialect: other,
    evidence: [...found.evidence, `there is no MySQL ${serverVersion ?? ""}`],
  };
}

/** A driver shows which server is meant beside the one that the settings name, not certainly: no file has its address. */
const onStandIn = (guess: DialectGuess, named: string | undefined): DialectGuess =>
  named === undefined
    ? guess
    : { ...guess, isStandIn: true, ...(guess.byDriver === true ? { despite: named } : {}) };

function guessDialect(fs: FileSystem, view: FolderView): DialectGuess {
  // The words of builders are those of no dialect: they come last.
  const inCode = isInCode(view);
  const guess =
    // What the project uses now says nothing of what it used before.
    byGenerated(fs, view) ??
    (inCode ? undefined : byWordsOfOthers(view)) ??
    byExpressions(view) ??
    beyondSettings(fs, view, byProgram(view)) ??
    byFolder(view.root, wordsFor(view)) ??
    byInfix(fs, view) ??
    beyondSettings(fs, view, settingsOf(fs, view) ?? connectionOf(fs, view)) ??
    byDemand(view) ??
    byD1(fs, view.root) ??
    byEmbeddedBean(fs, view.root) ??
    byStandIn(fs, view.root) ??
    // A program of Go reaches no database without a driver in its `go.mod`: that says more than words of SQL.
    byDriver(fs, view, "go") ??
    (inCode ? statedAsFile(fs, view) : byContentWithDriver(fs, view)) ??
    byHomeOfTool(view.root) ??
    byDriver(fs, view) ??
    beyondSettings(fs, view, bySurroundings(fs, view.root, wordsFor(view))) ??
    byChangelogs(fs, view) ??
    beyondSettings(fs, view, byModules(fs, view)) ??
    (inCode ? (byContent(view) ?? byNeighbours(fs, view)) : undefined) ??
    byTestDriver(fs, view) ??
    byAddressInCode(fs, view.root) ??
    (inCode ? (byDocuments(fs, view.root) ?? byDriverOfFile(fs, view)) : undefined) ??
    byCalls(fs, view.root, wordsFor(view)) ??
    (driversOf(fs, view).length > 0 ? undefined : byImports(fs, view.root));
  const taken = guess ?? takenAmong(driversOf(fs, view), preferred);
  const behind = isNamedByFiles(view) ? undefined : serverBehind(fs, view.root, taken.dialect);
  if (behind !== undefined || guess === undefined) return behind ?? taken;
  const other = goesByName[guess.dialect];
  if (other === undefined) return guess;
  const product = productOfContainers(fs, view.root) ?? asMariaDbByWords(view);
  return product?.dialect === other
    ? { dialect: other, evidence: [...guess.evidence, ...product.evidence] }
    : guess;
}

/** By names of folders and files: beside others, they may be the variant for one of several servers. */
const isNamedByFiles = (view: FolderView): boolean =>
  byFolder(view.root, wordsFor(view)) !== undefined || infixesOf(view).length > 0;

/** What the modules of a program of Python connect to, unless revisions have types of another server. */
function byModules(fs: FileSystem, view: FolderView): DialectGuess | undefined {
  if (!holdsRevisions(view)) return undefined;
  const found = byPythonProgram(fs, view.root);
  return found !== undefined && usesTypesOfOthers(textsOf(view), found.dialect) ? undefined : found;
}

/**
 * Settings begin with SQLite for whoever tries the program; what it depends on is the server that it is made for. A
 * default that the project has no driver for is left over.
 */
function beyondSettings(
  fs: FileSystem,
  view: FolderView,
  guess: DialectGuess | undefined,
): DialectGuess | undefined {
  if (guess === undefined) return undefined;
  if (guess.isFixed === true) return guess;
  if (guess.dialect !== local) return withDriver(fs, view, guess);
  const content = byContent(view);
  if (content?.dialect === local || statedAsFile(fs, view) !== undefined) return guess;
  const servers = driversOf(fs, view).filter(({ dialect }) => dialect !== local);
  const server = servers.find(({ dialect }) => dialect === preferred) ?? servers[0];
  return (
    (server && { ...dependsOn(server), despite: despiteOf(guess) }) ??
    byEnvironment(fs, view, guess) ??
    (content?.isWeak === true
      ? guess
      : (content ?? (isInCode(view) ? byManual(fs, view) : undefined) ?? guess))
  );
}

/** The program's settings name a file, and no environment changes that: a driver beside them shows what is meant, not certainly. */
const despiteOf = ({ settings, fromEnvironment }: DialectGuess): string | undefined =>
  settings !== undefined && fromEnvironment === undefined ? `${settings} names SQLite` : undefined;

/** The server whose address the environment gives where the program runs; what lies around tells which one that is. */
function byEnvironment(
  fs: FileSystem,
  view: FolderView,
  { fromEnvironment, evidence }: DialectGuess,
): DialectGuess | undefined {
  if (fromEnvironment === undefined) return undefined;
  const found = bySurroundings(fs, view.root, (word) => {
    const dialect = wordsFor(view)(word);
    return dialect === local ? undefined : dialect;
  });
  if (found !== undefined) return found;
  return fromEnvironment === "server"
    ? {
        dialect: preferred,
        evidence: [`${evidence.join(", ")}: a server where the environment gives its address`],
      }
    : undefined;
}

const statedAsFile = (fs: FileSystem, view: FolderView): DialectGuess | undefined =>
  holdsRevisions(view) && byContent(view) === undefined ? fileOfPythonProgram(fs, view.root) : undefined;

/** The server that the documents connect to, where the tests have a driver for it: who installs it brings the driver. */
function byManual(fs: FileSystem, view: FolderView): DialectGuess | undefined {
  const found = byDocuments(fs, view.root);
  const isTested = testDriversOf(fs, view).some(({ dialect }) => dialect === found?.dialect);
  return isTested ? found : undefined;
}

/** The guess, unless it has no driver among those of Python, and another server has the only one. */
function withDriver(fs: FileSystem, view: FolderView, guess: DialectGuess): DialectGuess {
  const found = driversOf(fs, view, "pypi").filter(({ dialect }) => dialect !== local);
  const [other, ...more] = found;
  if (other === undefined || more.length > 0) return guess;
  const isFitting = other.dialect === guess.dialect || goesByName[other.dialect] === guess.dialect;
  return isFitting ? guess : dependsOn(other);
}

/** Of what isn't for MongoDB alone, only Liquibase's changelogs may be for it: what else the program has beside says nothing. */
const wordsFor = (view: FolderView): Words => (wordsOfChangelogs(view) === undefined ? sqlWord : dialectWord);

const mayBe = (view: FolderView, database: Database): boolean =>
  hasSql(database) || wordsOfChangelogs(view) !== undefined;

const local: Database = "sqlite";

const settingsOf = (fs: FileSystem, view: FolderView): DialectGuess | undefined =>
  bySettings(fs, view.root, wordsFor(view), isInCode(view));

/** Not a database that no changeset is for: what else the program connects to has its schema from elsewhere. */
function connectionOf(fs: FileSystem, view: FolderView): DialectGuess | undefined {
  const found = byConnection(fs, view.root);
  const words = found === undefined ? undefined : wordsOfChangelogs(view);
  if (found === undefined || words?.isForNamed !== true || words.named.size === 0) return found;
  return isAmong(words.named, found.dialect) ? found : undefined;
}

const isAmong = (named: ReadonlySet<Database>, dialect: Database): boolean =>
  [dialect, goesByName[dialect]].some((one) => one !== undefined && named.has(one));

/** What runs here is code, and not SQL. */
const isInCode = (view: FolderView): boolean => isMostlyCode(view) || holdsRevisions(view);

/** MariaDB goes by MySQL's name and is reached by its drivers. */
const goesByName: Partial<Record<Database, Database>> = { mysql: "mariadb" };

function asMariaDbByWords(view: FolderView): DialectGuess | undefined {
  // Files for several dialects have the words of all of them.
  if (isInCode(view) || infixesOf(view).length > 0) return undefined;
  for (const file of view.files.filter(isSql)) {
    const text = (view.read(file) ?? "").slice(0, 32768);
    const found = mariaDbWordIn(text);
    if (found !== undefined)
      return {
        dialect: "mariadb",
        evidence: [`${join(view.root, file)} uses ${found}, which only MariaDB has`],
      };
  }
  return undefined;
}

function byProgram(view: FolderView): DialectGuess | undefined {
  for (const { database } of rankedTools) {
    const found = database?.inProject?.(view);
    if (found !== undefined)
      return {
        dialect: found.dialect,
        evidence: [`${found.file} names it`],
        settings: found.file,
        fromEnvironment: found.fromEnvironment,
        ...(found.isFixed === true ? { isFixed: true } : {}),
      };
  }
  return undefined;
}

/** How many files of one history name each database: `x.mysql.up.sql`, `x_mysql.sql`, `x.sql.mysql`. */
export function fileDialects(view: FolderView): ReadonlyMap<Database, number> {
  const counts = new Map(infixDialects(view));
  const variants = dialectVariants(view.files);
  for (const file of view.files) {
    const variant = variants.get(file);
    const ofVariant = variant?.isSpare === true ? undefined : variant?.dialect;
    const dialect = dialectAfter(file) ?? (readPairName(file)?.dialect === undefined ? ofVariant : undefined);
    if (dialect !== undefined) counts.set(dialect, (counts.get(dialect) ?? 0) + 1);
  }
  return counts;
}

/** Where it is one of several, it is the one to read. */
const preferred: Database = "postgres";

/**
 * In names of files and of folders below. Of several that changesets load where they run, the one that the project's
 * settings name is the one to read.
 */
function byInfix(fs: FileSystem, view: FolderView): DialectGuess | undefined {
  const ranked = infixesOf(view);
  const stated =
    ranked.length > 1 && wordsOfChangelogs(view) !== undefined
      ? (settingsOf(fs, view) ?? byConnection(fs, view.root) ?? bySurroundings(fs, view.root, wordsFor(view)))
      : undefined;
  const isNamed = ranked.some(
    ([dialect]) => dialect === stated?.dialect || goesByName[dialect] === stated?.dialect,
  );
  if (stated !== undefined && isNamed) return stated;
  const chosen = ranked.find(([dialect]) => dialect === preferred) ?? ranked[0] ?? namedByAll(view.files);
  if (chosen === undefined || !mayBe(view, chosen[0])) return undefined;
  return { dialect: chosen[0], evidence: [`${chosen[1]} files that name the database`] };
}

function infixesOf(view: FolderView): readonly (readonly [Database, number])[] {
  const counts = new Map(fileDialects(view));
  for (const file of view.files) {
    const dialect = isSql(file) ? folderDialect(file) : undefined;
    if (dialect !== undefined) counts.set(dialect, (counts.get(dialect) ?? 0) + 1);
  }
  return [...counts]
    .filter(([dialect]) => mayBe(view, dialect))
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** The beginnings of some files. */
function textsOf(view: FolderView): readonly string[] {
  const inCode = isInCode(view);
  const files = view.files.filter(inCode ? isSource : isSql);
  const step = Math.max(1, Math.floor(files.length / 24));
  return (
    files
      .filter((_, i) => i % step === 0)
      .map((file) => (view.read(file) ?? "").slice(0, 32768))
      // In code, the SQL stands in strings.
      .map((text) => (inCode ? text : text.replace(quoted, " ")))
  );
}

function byContent(view: FolderView): ReturnType<typeof byHints> {
  const texts = textsOf(view);
  const found = byHints(texts);
  const named = found === undefined ? undefined : wordsOfChangelogs(view)?.named;
  if (found === undefined || named === undefined || named.size === 0 || named.has(found.dialect))
    return found;
  // To Liquibase such a line ends a statement, whatever the database is.
  return byHints(texts.map((text) => text.replaceAll(new RegExp(lineOfGo, "gm"), ";")));
}

/**
 * Changes of Liquibase are those of no dialect. What they are for shows in their SQL, unless it is for one database alone;
 * in the build that their module is a part of; in types that only MySQL knows; and in the databases that they name, if
 * these are one.
 */
function byChangelogs(fs: FileSystem, view: FolderView): DialectGuess | undefined {
  const words = wordsOfChangelogs(view);
  if (words === undefined) return undefined;
  const found = byHints(words.sql.map((text) => text.replace(quoted, " "))) ?? byBuildAbove(fs, view);
  if (found !== undefined) return found;
  const servers = new Set([...words.named].map((one) => goesByName[one] ?? one));
  const [dialect] = words.named;
  const { typeOfMysql, typeOfPostgres } = words;
  // Liquibase takes MySQL's own words for any database: they tell for which one the changelogs were written first.
  if (typeOfMysql !== undefined && (servers.size === 0 || servers.has("mariadb")))
    return { dialect: "mysql", evidence: [`the types of the changelogs are those of MySQL: ${typeOfMysql}`] };
  if (words.hasKeysOfMysql && typeOfPostgres === undefined && (servers.size === 0 || servers.has("mariadb")))
    return {
      dialect: "mysql",
      evidence: ["the primary keys of the changelogs are called PRIMARY, as MySQL's are"],
    };
  if (typeOfPostgres !== undefined && (servers.size === 0 || servers.has("postgres")))
    return {
      dialect: "postgres",
      evidence: [`the types of the changelogs are those of PostgreSQL: ${typeOfPostgres}`],
    };
  return dialect === undefined || dialect === "other" || servers.size > 1
    ? undefined
    : { dialect, evidence: [`the changelogs name no database but ${[...words.named].join(" and ")}`] };
}

/** Changelogs of another server than the program's beside them, which doesn't run them. */
function byGenerated(fs: FileSystem, view: FolderView): DialectGuess | undefined {
  const found = generatedFrom(view);
  if (found === undefined || !isStartedElsewhere(fs, view)) return undefined;
  return {
    dialect: found.dialect,
    evidence: [`the changelogs have ${found.word}, as their server writes it`],
  };
}

function byDemand(view: FolderView): DialectGuess | undefined {
  const found = demandedByChangelogs(view);
  return found && { dialect: found.dialect, evidence: [`${join(view.root, found.file)} demands it`] };
}

/**
 * A history of Oracle may lie beside that of the database which took its place, and scripts for SQL Server's own tools, which
 * alone know `GO`; Liquibase does, too.
 */
function byWordsOfOthers(view: FolderView): DialectGuess | undefined {
  const content = byContent(view);
  if (content?.dialect === "other") return content;
  const isForItsTools =
    content?.dialect === "mssql" &&
    wordsOfChangelogs(view) === undefined &&
    textsOf(view).some((text) => lineOfGo.test(text));
  return isForItsTools ? content : undefined;
}

/** Behind whatever protocol: SQL and expressions in changelogs; changes of the extension for MongoDB. */
function byExpressions(view: FolderView): DialectGuess | undefined {
  const words = wordsOfChangelogs(view);
  if (words?.isOfCollections === true)
    return { dialect: "mongodb", evidence: ["the changelogs change collections"] };
  const found = words?.sql.some((text) => ofCockroach.test(text.replace(quoted, " ")));
  return found === true ? { dialect: "other", evidence: ["the changelogs call unique_rowid"] } : undefined;
}

/** Where code and drivers leave it open: SQL of the same project in folders of migrations beside this one. */
function byNeighbours(fs: FileSystem, view: FolderView): DialectGuess | undefined {
  const above = parentOf(view.root);
  if (above === undefined) return undefined;
  const folders = fs
    .list(above)
    .filter((name) => /migrations?\/$/i.test(name) && join(above, name.slice(0, -1)) !== view.root);
  const found = folders.slice(0, mostNeighbours).flatMap((name): DialectGuess[] => {
    const root = join(above, name.slice(0, -1));
    const files = fs.list(root).filter(isSql);
    const guess = byContent({ root, files, read: (file) => fs.read(join(root, file)) });
    return guess === undefined ? [] : [guess];
  });
  const [first] = found;
  if (first === undefined || found.some(({ dialect }) => dialect !== first.dialect)) return undefined;
  return { dialect: first.dialect, evidence: [`beside it in ${above}, ${first.evidence.join(", ")}`] };
}

const mostNeighbours = 20;

/** The drivers that the nearest package depends on. `only`: of one kind of manifest. */
function driversOf(fs: FileSystem, view: FolderView, only?: Manifest): readonly FoundDriver[] {
  const root = packageRootOf(fs, view.root);
  return root === undefined ? [] : driversIn(fs, root, only);
}

/** Words of a server that the program can't reach: weak ones where it has SQLite alone, or any in Go, whose statement is wrong. */
function byContentWithDriver(fs: FileSystem, view: FolderView): DialectGuess | undefined {
  const guess = byContent(view);
  if (guess?.isWeak === true && byDriver(fs, view)?.dialect === local) return undefined;
  const drivers = new Set(driversOf(fs, view, "go").map(({ dialect }) => dialect));
  return guess === undefined || drivers.size === 0 || isAmong(drivers, guess.dialect) ? guess : undefined;
}

/** Of a module that names no driver: the one driver of the builds that it belongs to. */
function byBuildAbove(fs: FileSystem, view: FolderView): DialectGuess | undefined {
  const root = packageRootOf(fs, view.root);
  if (root === undefined || driversOf(fs, view).length > 0) return undefined;
  for (const folder of ancestors(root).slice(1)) {
    const found = driversIn(fs, folder, "jvm");
    if (found.length > 0)
      return found.length > 1 ? undefined : found.map((one) => dependsOn(one, noOther))[0];
  }
  return undefined;
}

const noOther = ", and for no other server";

const dependsOn = ({ dialect, manifest }: FoundDriver, alone = ""): DialectGuess => ({
  dialect,
  evidence: [`${manifest} depends on a driver for ${dialect}${alone}`],
  byDriver: true,
});

/** The one driver, or the two of MySQL and MariaDB, which reach either; several say nothing. */
function byDriver(fs: FileSystem, view: FolderView, only?: Manifest): DialectGuess | undefined {
  const all = driversOf(fs, view, only);
  const mysql = all.find(({ dialect }) => goesByName[dialect] !== undefined);
  const [found, ...more] = all.filter(
    ({ dialect }) => mysql === undefined || dialect !== goesByName[mysql.dialect],
  );
  if (found === undefined || more.length > 0) return undefined;
  // A driver may be that of another store, from which the program only reads.
  const { named } = wordsOfChangelogs(view) ?? {};
  const isForOthers = named !== undefined && named.size > 0 && !isAmong(named, found.dialect);
  return isForOthers ? undefined : dependsOn(found, noOther);
}

/** A program of Python that has a driver for SQLite, and for no server; one for a server brings its own for the tests. */
function byDriverOfFile(fs: FileSystem, view: FolderView): DialectGuess | undefined {
  const root = packageRootOf(fs, view.root);
  const texts = root === undefined ? [] : manifestTexts(fs, root, "pypi");
  const found = texts.find(({ text }) => /\baiosqlite\b/i.test(text));
  return root === undefined || found === undefined || driversAmong(root, texts).length > 0
    ? undefined
    : dependsOn({ dialect: local, manifest: join(root, found.name) }, noOther);
}

/** Of a program that leaves the driver to who installs it: the only one that its tests run with. */
function byTestDriver(fs: FileSystem, view: FolderView): DialectGuess | undefined {
  const [found, ...more] = testDriversOf(fs, view);
  return found === undefined || more.length > 0 ? undefined : dependsOn(found, noOther);
}

/** None where the program itself depends on a driver. */
function testDriversOf(fs: FileSystem, view: FolderView): readonly FoundDriver[] {
  const root = packageRootOf(fs, view.root);
  if (root === undefined || driversOf(fs, view).length > 0) return [];
  return driversAmong(
    root,
    testManifests.map((name) => ({ name, text: asPipReads(fs.read(join(root, name)) ?? "") })),
  );
}
