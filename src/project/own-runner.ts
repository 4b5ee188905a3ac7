/**
 * Programs of the project itself that apply a folder of migrations: they list its files of SQL, read them, and send what
 * they read. A tool that only writes the files then doesn't run them.
 */
import type { Runner } from "./facts.ts";
import type { FileSystem } from "./migration.ts";
import { skipped } from "./left-out/folder-names.ts";
import { leavesOut, type LeavesOut } from "./name-filters.ts";
import { ancestors, baseName, join, parentOf, relative, segments } from "./files/paths.ts";

export interface OwnRunner {
  readonly path: string;
  /** What it does around each file; undefined: its text doesn't tell. */
  readonly runner: Runner | undefined;
  /** It sorts the names of the files: none of them is in nobody knows which place. */
  readonly isSorted: boolean;
  /** By their texts, byte by byte, whatever numbers they hold: `V1_10` comes before `V1_6`. */
  readonly sortsText: boolean;
  /** With that: it asks for no number in the names. */
  readonly takesAnyName: boolean;
  /** It catches the errors of MySQL and MariaDB for objects that exist already, and continues. */
  readonly ignoresDuplicates: boolean;
  /** It loads files of code as well. */
  readonly loadsCode: boolean;
  /** Files that it doesn't apply, by their names, and that no other such program does. */
  readonly leavesOut?: LeavesOut | undefined;
}

/** So far above a folder, so deep below each of these, so many files in a folder and in all. */
const levels = 5;
const deepest = 3;
const mostInFolder = 60;
const mostFiles = 120;
const longest = 65_536;

/** Folders whose names suggest the programs of a database. */
const homes =
  /^(?:src|app|apps|lib|libs|includes?|classes|services?|server|backend|api|cmd|internal|pkg|core|platform|scripts?|bin|tools?|utils?|config|infra\w*|dbx?|database|databases|migrat\w*|drizzle|sql|stor(?:e|age)|persistence|postgres\w*|pg|mysql)$/i;
/** Packages of a workspace: what they are called says nothing. */
const workspaces = /^(?:packages|apps|crates|modules|services)$/i;
const program = /\.(?:[cm]?[jt]sx?|py|go|php|rs)$/;
const noProgram =
  /\.d\.[cm]?ts$|^seed|[._-](?:test|spec|stories)\.\w+$|^(?:test|conftest|validate|verify|smoke)[._-]|test[-_]?(?:helper|util|setup)/i;
/** Names of such programs, wherever they lie; below a folder named for the database any name will do. */
const named =
  /migrat|(?:^|[-_.])(?:db|sql|pg)(?:[-_.]|$)|database|schema|deploy|setup|init|apply|bootstrap|runner|repository|persistence|postgres|mysql|^(?:index|main|run|server|app|start|up|client|connection)\.|^(?:lib|mod)\.rs$/i;
/** What it is for stands in its name, so that its folder may have any. */
const migrates = /^(?:\w{1,20}[_-])?migrat(?:e|or|ions?)(?:[_-]\w{1,20})?\.(?:[cm]?[jt]s|py|go|php|rs)$/i;
const databaseFolder = /^(?:dbx?|database|databases|migrat\w*|drizzle|sql|postgres\w*|pg|mysql|scripts?)$/i;

const lists =
  /\breaddir(?:Sync)?\(|\b(?:glob|fg|globby)(?:\.sync|Sync)?\(|\bglob\.i?glob\(|\.r?glob\(|\blistdir\(|\bscandir\(|\.iterdir\(|\bRead[Dd]ir\(|\bGlob\(|\bWalkDir(?:::new)?\(|\bread_dir\(/;
const reads =
  /\breadFile(?:Sync)?\(|\.read_text\(|\bopen\(|\bfile_get_contents\(|\bReadFile\(|\.file\([^()]{1,200}\)\s*\.text\(|\breadTextFile(?:Sync)?\(|\bread_to_string\(/;
/** A call that is given a text from a variable, with the methods of drivers: what a literal sends is another matter. */
const sendsVariable =
  /\.(?:query|unsafe|exec|execute|execute_script|executeMultiple|multi|run_sql|Exec|ExecContext|MustExec|\$executeRawUnsafe)\s*(?:<[^<>()]{0,200}>)?\(\s*(?:(?:ctx|context\.\w{1,20}\(\))\s*,\s*)?(?:(?:sql\.raw|text|sql\.unsafe|string)\(\s*)?(?!ctx\b)[a-zA-Z_$][\w$.]*\s*[,)]|->(?:query|multi_query|exec|execute|prepare)\(\s*\$\w+\s*[,)]|\bpg_query\(\s*(?:\$\w+\s*,\s*)?\$\w+\s*\)|\brpc\(\s*["']\w{0,40}exec\w{0,40}sql/;
/** The same, given what it reads there and then: `query(readFileSync(path, "utf8"))`, `execute(file.read())`. */
const sendsRead =
  /(?:\.|->)(?:query|unsafe|exec|execute|multi_query)\(\s*(?:await\s+)?(?:(?:\w+\.)*readFile(?:Sync)?\(|(?:\w+\.)+read(?:_text)?\(|(?:open|Path)\([^()]{1,100}\)\.read(?:_text)?\(|file_get_contents\()/;
/** In Rust: with sqlx, with the drivers of PostgreSQL and MySQL, with SeaORM. */
const sendsInRust =
  /(?:\braw_sql|\.(?:batch_execute|simple_query|query_drop|execute_unprepared)|\bsqlx::query)\(\s*&?(?!r?#?")[a-z_][\w.]*(?:\.as_str\(\))?\s*\)/;
const sends = new RegExp(`${sendsVariable.source}|${sendsRead.source}|${sendsInRust.source}`);
/** Words of transactions around what is sent. */
const transactions =
  /\bBEGIN\b|\bSTART TRANSACTION\b|\.begin\(|\.transaction\(|\$transaction|beginTransaction|begin_transaction|\bBegin(?:Tx|Func|TxFunc)?\(|\.commit\(|psycopg|sqlalchemy|\brpc\(/;
const splits =
  /\.split\(\s*(?:["'`/][^()]{0,60}(?:;|breakpoint)|\w*breakpoint)|\bexplode\(\s*["'];|\bsplit\w{0,20}(?:sql|statements?|quer(?:y|ies))\w{0,20}\(|\bparse_?statements\(|\bsqlparse\.split\(|\bSplit\(\s*[\w.()]{1,60}\s*,\s*[^()]{0,40};/i;
const sorts =
  /\.(?:sort|toSorted)\(|\.sort(?:_unstable)?(?:_by(?:_key)?)?\(|\bsorted\(|\bsort\.\w+\(|\bslices\.Sort|\bReadDir\(|\bGlob\(|\bWalkDir\(/;
/** Without a word of how two names compare. */
const sortsText =
  /\.(?:sort|toSorted|sort_unstable)\(\s*\)|\.sort_(?:unstable_)?by_key\(\|\w+\| \w+\.(?:path|file_name)\(\)\)|\bsorted\((?!(?:[^()]|\([^()]*\)){0,200}\bkey\b)|\bsort\.(?:Strings|Sort\(sort\.StringSlice)\b|\bslices\.Sort\(|^(?![^]*\bsort\.|[^]*\bslices\.Sort)[^]*\b(?:ReadDir|Glob|WalkDir)\(/;
const readsNumbers =
  /\b(?:parseInt|parseFloat|Number|localeCompare|strnatcmp|natsort|Atoi|ParseInt|ParseUint|SliceStable|Slice|SortFunc|int)\(|\bnumeric: true|\.parse(?:::<[iu]\d+>)?\(\)/;
const asksNumber = /\\d|\[0-9\]/;
/** A database of tests: it runs the files in its own way, beside what applies them elsewhere. */
const tests =
  /\bpglite\b|\btestcontainers\b|from ["'](?:vitest|@jest|bun:test|node:test)|\bpytest\b|"testing"|\bPHPUnit\b/i;
/** A column or a key that exists already: ADD COLUMN and ADD INDEX have no clause for it on MySQL. */
const duplicates = /\b(?:1060|1061|ER_DUP_FIELDNAME|ER_DUP_KEYNAME)\b/;
/** A module whose path a variable holds. */
const loads = /\b(?:require|import)\(\s*[a-zA-Z_$]/;
const catches = /\bcatch\b|\bexcept\b|\berr(?:or)?s?\.As\(/;

/**
 * The program nearest to `root` that applies the files of SQL in it, with what all such programs do alike. `calls`: what
 * a program says that leaves that to the tool; where one near the folder does, there is no other.
 */
export function ownRunner(fs: FileSystem, root: string, calls?: RegExp): OwnRunner | undefined {
  const found: OwnRunner[] = [];
  for (const { home, path } of programs(fs, root)) {
    const text = (fs.read(path) ?? "").slice(0, longest);
    if (calls?.test(text) === true) return undefined;
    if (!appliesFiles(text, path) || (!isGiven(text, root) && !namesFolder(text, path, home, root))) continue;
    const isOfText = sortsText.test(text) && !readsNumbers.test(text);
    found.push({
      path,
      runner: runnerOf(text, path),
      isSorted: sorts.test(text),
      sortsText: isOfText,
      takesAnyName: isOfText && !asksNumber.test(text),
      ignoresDuplicates: catches.test(text) && duplicates.test(text),
      loadsCode: loads.test(text),
      leavesOut: leavesOut(text),
    });
  }
  const [first, ...others] = found;
  const isAlike = others.every(({ runner }) => runner === first?.runner);
  return (
    first && {
      ...first,
      runner: isAlike ? first.runner : undefined,
      isSorted: found.every(({ isSorted }) => isSorted),
      sortsText: found.every(({ sortsText }) => sortsText),
      takesAnyName: found.every(({ takesAnyName }) => takesAnyName),
      ignoresDuplicates: found.some(({ ignoresDuplicates }) => ignoresDuplicates),
      leavesOut: (name) => found.every((one) => one.leavesOut?.(name) === true),
    }
  );
}

/** The program near `root` that applies files and looks for `mark` in them, and names no other one that does. */
export function readerOfMarks(fs: FileSystem, root: string, mark: string, other: RegExp): string | undefined {
  for (const { path, text } of programTexts(fs, root, deepest))
    if (text.includes(mark) && !other.test(text) && appliesFiles(text, path)) return path;
  return undefined;
}

/** The programs near `root` that read files and send them, as far as their names tell which. */
export function* sendsFiles(
  fs: FileSystem,
  root: string,
): Generator<{ readonly path: string; readonly text: string }> {
  for (const one of programTexts(fs, root, deepest))
    if (reads.test(one.text) && sends.test(one.text) && !tests.test(one.text)) yield one;
}

/** A program near `root` says so. */
export function isInPrograms(fs: FileSystem, root: string, calls: RegExp): boolean {
  for (const { text } of programTexts(fs, root, deepest)) if (calls.test(text)) return true;
  return false;
}

/** The programs near `root` that may apply it, with the beginnings of their texts; a level further down than others look. */
export function* programTexts(
  fs: FileSystem,
  root: string,
  depth = deepest + 1,
): Generator<{ readonly path: string; readonly text: string }> {
  for (const { path } of programs(fs, root, depth))
    yield { path, text: (fs.read(path) ?? "").slice(0, longest) };
}

const appliesFiles = (text: string, path: string): boolean =>
  (/\.sql\b/.test(text) || isMigrator.test(baseName(path))) &&
  (lists.test(text) || namesEmbedded(text)) &&
  ((reads.test(text) && sends.test(text)) || callsPsql.test(text)) &&
  !tests.test(text);

/** The arguments of a call, in one list or in several: `["psql", url, "-f", path]`, `spawn("psql", [url, "-f", path])`. */
const callsPsql = /["'`]psql["'`]\s*,[^\]]{0,400}?["'`](?:-[a-zA-Z01]*f|--file)["'`]\s*,[^\]]{0,200}\]/;
const once = /["'`](?:-[a-zA-Z]*1[a-zA-Z]*|--single-transaction)["'`]/;

/** In Go: it names the embedded files one after the other, mostly for a library that counts them. */
const namesEmbedded = (text: string): boolean =>
  /^\/\/go:embed[ \t].{0,200}\.sql\b/m.test(text) &&
  (text.match(/["`][\w./-]{1,120}\.sql["`]/g) ?? []).length > 1;

/** Its own name says what it does: the folder may come from its caller. */
const isMigrator = /^migrat(?:e|or|ions?)\.(?:go|rs)$/;

/** It takes the folder as an argument, and the folder has the usual name. */
const isGiven = (text: string, root: string): boolean =>
  baseName(root) === "migrations" && givenFolder.test(text);
const givenFolder =
  /\bfunc (?:Run|Apply)?Migrat\w*\([^)]{0,300}string\)|\b(?:function|def) (?:run|apply)?_?migrat\w*\([^)]{0,300}(?:dir|folder|path)\b|\bfn \w*(?:migrat|load|from_dir)\w*\([^)]{0,300}(?:\bPath\b|PathBuf\b|(?:dir|folder|path): &?str)/i;

/** Lines of nothing else: their sentences speak of transactions, too. */
const comments = /^[ \t]*(?:\/\/|#|\*|\/\*).*$/gm;

/** What it sends at once, and whether a transaction surrounds that. */
function runnerOf(program: string, path: string): Runner | undefined {
  const text = program.replaceAll(comments, "").replaceAll(blocks, "");
  const called = sends.test(text) ? undefined : callsPsql.exec(text)?.[0];
  if (called !== undefined) return once.test(called) ? "psql-single-transaction" : "psql";
  if (begins.test(text) && surrounds(text)) return "transaction";
  if (transactions.test(text)) return begins.test(text) ? undefined : ofPsycopg(text);
  if (isGivenTransaction(text)) return "transaction";
  if (splits.test(text)) return "statement-by-statement";
  const isSimple = path.endsWith(".go") || simple.test(text);
  return isSimple || /\basyncpg\b/.test(text) ? "single-query" : undefined;
}

/** Of node-postgres, postgres.js, Drizzle on either, PHP, and libraries of Rust: without parameters, they send the text as it is. */
const simple =
  /\.(?:query|unsafe)\s*(?:<[^<>()]{0,200}>)?\(|\bpg_query\(|->(?:exec|multi_query)\(|\braw_sql\(|\.(?:batch_execute|simple_query|execute_unprepared)\(|\bdrizzle-orm\/(?:node-postgres|postgres-js)\b[^]*\.execute\(\s*sql\.raw\(/;

/** psycopg begins a transaction by itself unless autocommit is on; without parameters, it sends the text as it is. */
function ofPsycopg(text: string): Runner | undefined {
  if (!/\bpsycopg/.test(text) || splits.test(text) || /no[-_ ]?trans|concurrently/i.test(text))
    return undefined;
  const isOn = autocommit.test(text);
  // Another word of it turns it off, or lets a file choose.
  if (
    /autocommit/i.test(
      text.replaceAll(new RegExp(autocommit, "g"), "").replaceAll(/^\s*(?:from|import)\b.*$/gm, ""),
    )
  )
    return undefined;
  if (isOn) return "single-query";
  return /\.commit\(\)|\bwith\s+(?:psycopg[23]?\.connect\(|\w*conn\w*\s*(?::|as\b))/.test(text)
    ? "transaction"
    : undefined;
}

const autocommit =
  /\bautocommit\s*=\s*True\b|\.set_autocommit\(\s*True\s*\)|(?<=set_isolation_level\([^)\n]{0,60})ISOLATION_LEVEL_AUTOCOMMIT\b/;

/** In Go: `func(tx *sql.Tx) error`, whose caller has begun it and commits it. */
function isGivenTransaction(text: string): boolean {
  const [, name] = /\(\s*(?:ctx context\.Context,\s*)?(\w{1,30})\s+(?:\*sqlx?|pgx)\.Tx\b/.exec(text) ?? [];
  return name !== undefined && new RegExp(String.raw`\b${name}\.(?:Must)?Exec(?:Context)?\(`).test(text);
}

/** Each beginning before what sends the files, or takes them back, is committed, and there is no word of files without. */
function surrounds(text: string): boolean {
  if (optsOut.test(text)) return false;
  const parts = text
    .split(begins)
    .slice(1)
    .filter((one) => sends.test(one));
  return parts.length > 0 && parts.every((part) => commits.test(part.slice(part.search(sends))));
}

/** `DO $$ DECLARE … BEGIN`: a body of PL/pgSQL begins no transaction. */
const blocks = /\$\w{0,20}\$\s*(?:DECLARE\b[^$]{0,2000}?)?\bBEGIN\b/gi;
const begins =
  /\bBegin(?:Tx)?\(|["'`](?:BEGIN|START TRANSACTION)\b|\.(?:begin|transaction)\(\)(?=\s*\.await\b)|->(?:beginTransaction|begin_transaction)\(\)/;
const commits = /\.Commit\(|["'`]COMMIT\b|\.commit\(\)(?=\s*\.await\b)|->commit\(\)/;
const optsOut = /no[-_ ]?trans|concurrently|autocommit|without[-_ ]?trans/i;

/** By the end of its path, written as one text or joined from several; by its name alone in the folder above. */
function namesFolder(text: string, path: string, home: string, root: string): boolean {
  const folder = parentOf(path) ?? ".";
  const isNear = folder === root || folder === parentOf(root);
  if (folder === root && /__dirname|import\.meta|__file__|go:embed/.test(text)) return true;
  const way = segments(relative(home, root)).filter((one) => one !== "..");
  const tail = (isNear ? way.slice(-1) : way.slice(-2)).join("/");
  const joined = text.replaceAll(/["'`]\s*[,/]\s*["'`]/g, "/");
  return tail !== "" && hasPath(joined, tail);
}

/** `path` stands in `text` with nothing before it, and no folder below it, that makes it the path of another one. */
function hasPath(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    const behind = text.slice(at + path.length, at + path.length + 2);
    const before = text.charAt(at - 1);
    // One word may stand in any sentence.
    const isWritten = path.includes("/") || /["'`/]/.test(before) || behind.startsWith("/");
    if (isWritten && !/[\w.-]/.test(before) && /^(?:$|[^\w./-]|\/(?:$|[^a-zA-Z_.]))/.test(behind))
      return true;
  }
  return false;
}

/** Programs near the folder whose names or folders suggest that they apply it, nearest first. */
function* programs(
  fs: FileSystem,
  root: string,
  lowest = deepest,
): Generator<{ readonly home: string; readonly path: string }> {
  const seen = new Set<string>();
  let left = mostFiles;
  const look = function* (home: string, folder: string, depth: number): ReturnType<typeof programs> {
    if (seen.has(folder)) return;
    seen.add(folder);
    const names = fs.list(folder);
    const isAny = databaseFolder.test(baseName(folder));
    const own = names.filter(
      (name) => program.test(name) && !noProgram.test(name) && (isAny || named.test(name)),
    );
    for (const name of own.slice(0, mostInFolder)) {
      if (left-- <= 0) return;
      yield { home, path: join(folder, name) };
    }
    if (depth >= lowest) return;
    for (const name of names)
      if (name.endsWith("/") && homes.test(name.slice(0, -1)))
        yield* look(home, join(folder, name.slice(0, -1)), depth + 1);
    if (depth > 0) return;
    yield* inPackages(home, names);
    for (const name of names) {
      if (!name.endsWith("/") || !workspaces.test(name.slice(0, -1))) continue;
      for (const one of fs.list(join(folder, name.slice(0, -1))))
        if (one.endsWith("/"))
          yield* look(home, join(folder, name.slice(0, -1), one.slice(0, -1)), depth + 1);
    }
  };
  // A package of Python has any name.
  const inPackages = function* (home: string, names: readonly string[]): ReturnType<typeof programs> {
    for (const name of names.slice(0, mostInFolder)) {
      const folder = join(home, name.slice(0, -1));
      if (!name.endsWith("/") || skipped.test(name.slice(0, -1)) || seen.has(folder)) continue;
      const own = fs.list(folder).filter((one) => migrates.test(one) && !noProgram.test(one));
      for (const one of own) if (left-- > 0) yield { home, path: join(folder, one) };
    }
  };
  for (const home of ancestors(root, levels)) yield* look(home, home, 0);
}
