/** Databases that a project names beside the one that its migrations are for. Nothing is executed. */
import type { CodeInput, SourceHistory } from "../../source.ts";
import { folderOf } from "../modules.ts";
import { likelyFiles } from "./alembic-conventions.ts";

export interface OtherDatabases {
  /** The migrations may run there, too: `SQLite`. */
  readonly others: readonly string[];
  /** The models make their tables there, as in tests, whether or not the migrations run there. */
  readonly ofModels: readonly string[];
}

const sqlite = /["'=\s]sqlite(?:\+\w{1,20})?:\/\//;
const settings =
  /(?:^|\/)(?:settings|config|conf|database|db|session|engine|deps|dependencies|main|models|connection|__init__|app)\w{0,20}\.py$/i;

/** Both in one file, so that a test of how addresses are read doesn't count. */
const makesOwn = /\b(?:create_all|create_engine|create_async_engine|environ|setenv|\w*DATABASE_UR[IL])\b/;
const testFile = /(?:^|\/)(?:tests?\/|conftest\b|test_)[^]*\.py$|_test\.py$/;
const notTests =
  /^(?:\.|node_modules|static|media|templates|locale|versions|docs?|frontend|venv|env|site-packages)/;

export function databasesIn(
  env: string,
  history: SourceHistory,
  read: CodeInput["readFile"],
): OtherDatabases {
  const others = othersIn(env, history, read);
  if (others.length > 0) return { others, ofModels: others };
  const tests = likelyFiles(history, testFile, { skip: notTests });
  const first = tests.toSorted((one, other) => Number(isFixture(other)) - Number(isFixture(one)));
  const ofTests = first.slice(0, 60).some((path) => {
    const text = read(path);
    return text !== undefined && isNamed(text) && makesOwn.test(text);
  });
  return { others, ofModels: ofTests ? ["SQLite"] : [] };
}

const isFixture = (path: string): boolean => /(?:^|\/)conftest\.py$/.test(path);

const isNamed = (text: string | undefined): boolean =>
  text !== undefined && sqlite.test(text.slice(0, 65_536).replaceAll(/^[ \t]*#.*$/gm, ""));

/** A default address may name SQLite. That batches copy tables says nothing: people take it over from examples. */
function othersIn(env: string, history: SourceHistory, read: CodeInput["readFile"]): readonly string[] {
  const isNamedAt = (path: string): boolean => isNamed(read(path));
  const isSaid =
    isNamed(env) ||
    filesAbove(history, /^(?:alembic\.ini|\.env(?:\.\w{1,20}){0,2})$/).some(isNamedAt) ||
    filesAbove(history, /\.ya?ml$/, ".github/workflows").some(
      (path) => /\balembic\b/.test(read(path) ?? "") && isNamedAt(path),
    ) ||
    likelyFiles(history, settings).slice(0, 100).some(isNamedAt);
  return isSaid && !history.paths.some((path) => isBeyondSqlite(read(path) ?? "")) ? ["SQLite"] : [];
}

/** Types that SQLAlchemy can't write for SQLite. */
const typesOfPostgres =
  /(?<!["'\w])(?:\w+\.)?(?:ARRAY|JSONB|HSTORE|INET|CIDR|MACADDR8?|TSVECTOR|TSQUERY|(?:INT4|INT8|NUM|DATE|TS|TSTZ)(?:MULTI)?RANGE)\(/;

/** The migration fails on SQLite: it has such a type for each database. */
const isBeyondSqlite = (text: string): boolean =>
  typesOfPostgres.test(text.replaceAll(/^[ \t]*#.*$/gm, "")) &&
  !/\bwith_variant\(|\bdialect\b(?!s)/.test(text);

/** In the folder of the migrations and those above it. `below`: in this folder of each. */
function filesAbove({ root, listFolder }: SourceHistory, wanted: RegExp, below?: string): readonly string[] {
  const found: string[] = [];
  for (let folder = root, i = 0; i < 5; i++, folder = folderOf(folder)) {
    const place = [...(folder === "." ? [] : [folder]), below ?? []].flat().join("/");
    const names = listFolder(place === "" ? "." : place).filter((name) => wanted.test(name));
    found.push(...names.map((name) => (place === "" ? name : `${place}/${name}`)));
    if (folder === ".") break;
  }
  return found;
}
