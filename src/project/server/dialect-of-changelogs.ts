/** What changelogs in XML, YAML or JSON say of the database that they are for. */
import type { Database } from "../../model/dialect.ts";
import { dialectWord } from "../../model/database-words.ts";
import { isJson, isXml, isYaml } from "../code-tools.ts";
import type { FolderView } from "../layouts/layout.ts";

export interface ChangelogWords {
  /** SQL of changesets that aren't for one database alone, and the expressions of their columns. */
  readonly sql: readonly string[];
  /** The databases that changesets, changes and properties name; not those of tests. */
  readonly named: ReadonlySet<Database>;
  /** Every changeset names the databases that it is for. */
  readonly isForNamed: boolean;
  /** A type that only MySQL spells so, where none is PostgreSQL's: `int(11)`. */
  readonly typeOfMysql: string | undefined;
  /** Primary keys have the name that MySQL gives them, whatever is written: `PRIMARY`. PostgreSQL takes it for one table alone. */
  readonly hasKeysOfMysql: boolean;
  /** A type that Liquibase knows for no database, so that it stands in the SQL as written: `jsonb`. */
  readonly typeOfPostgres: string | undefined;
  /** Their changes are those of the extension for MongoDB: of collections, and of no table. */
  readonly isOfCollections: boolean;
}

const longest = 262_144;
const mostFiles = 40;
const ofOne = /\bdbms\s*=/;
/** `dbms="mysql,mariadb"`, `dbms: mysql`, `"dbms": "mysql"`, `<dbms type="mysql"/>` */
const dbms = /\bdbms\b(?:["']?\s{0,9}[=:]|\s{1,9}type\s{0,9}=)\s{0,9}["']?([a-z0-9_, \t!]{2,100})/gi;
/** `type="int(11)"`, `type: "tinyint(1)"` */
const typesOfMysql = /\btype["']?\s{0,9}[=:]\s{0,9}["']?((?:tiny|small|medium|big)?int\(\d{1,3}\))/i;
const typesOfPostgres =
  /\btype["']?\s{0,9}[=:]\s{0,9}["']?(?:jsonb|bytea|timestamptz|(?:big)?serial|\w{1,30}\[\])/i;
const ownTypesOfPostgres = /\btype["']?\s{0,9}[=:]\s{0,9}["']?(jsonb|timestamptz|tsvector|\w{1,30}\[\])/i;
/** `constraintName="PRIMARY"`, `primaryKeyName: PRIMARY` */
const keysOfMysql = /\b(?:constraintName|primaryKeyName)["']?\s{0,9}[=:]\s{0,9}["']?PRIMARY(?!\w)/;
const ofCollection = /\bcollectionName["']?\s{0,9}[=:]/;
const ofTable = /\b(?:baseT|t)ableName["']?\s{0,9}[=:]/;
const standIns: ReadonlySet<string> = new Set(["h2", "hsqldb", "derby"]);

/** Undefined: no file is a changelog. */
export function wordsOfChangelogs(view: FolderView): ChangelogWords | undefined {
  const texts = textsOf(view);
  if (texts.length === 0) return undefined;
  const words = texts.flatMap((text) => [...text.matchAll(dbms)].flatMap(([, list = ""]) => list.split(",")));
  const named = words
    .map((word) => word.trim().toLowerCase())
    .filter((word) => !standIns.has(word))
    .flatMap((word) => dialectWord(word) ?? []);
  return {
    sql: texts.flatMap((text) => [
      ...(text.includes("<databaseChangeLog") ? commonSql(text) : sqlOfPairs(text)),
      ...expressions(text),
    ]),
    named: new Set(named),
    isForNamed: texts.some(hasChangesets) && !texts.some((text) => commonChangesets(text).length > 0),
    typeOfMysql: texts.some((text) => typesOfPostgres.test(text))
      ? undefined
      : texts.flatMap((text) => typesOfMysql.exec(text)?.[1] ?? [])[0],
    hasKeysOfMysql: texts.some((text) => keysOfMysql.test(text)),
    typeOfPostgres: texts.some((text) => typesOfMysql.test(text))
      ? undefined
      : texts.flatMap((text) => ownTypesOfPostgres.exec(text)?.[1] ?? [])[0],
    isOfCollections:
      texts.some((text) => ofCollection.test(text)) && !texts.some((text) => ofTable.test(text)),
  };
}

/** Asked twice of each folder: what one server alone has is looked for first. */
const known = new WeakMap<FolderView, readonly string[]>();

function textsOf(view: FolderView): readonly string[] {
  const texts =
    known.get(view) ??
    view.files
      .filter((file) => isXml(file) || isYaml(file) || isJson(file))
      .slice(0, mostFiles)
      .map((file) => (view.read(file) ?? "").slice(0, longest))
      .filter((text) => text.slice(0, 4000).includes("databaseChangeLog"))
      .map(withoutComments);
  known.set(view, texts);
  return texts;
}

/**
 * The one database that a changelog as a whole demands: Liquibase stops on any other. H2 and its like, `other`, where
 * each one that includes files demands them: one for tests may lie beside that of the program.
 */
export function demandedByChangelogs(view: FolderView): { dialect: Database; file: string } | undefined {
  const found = new Map<Database, string>();
  const ofStandIn = new Map<string, boolean>();
  for (const file of view.files.filter((one) => isXml(one)).slice(0, mostFiles)) {
    const text = (view.read(file) ?? "").slice(0, longest);
    const [head = "", ...changesets] = withoutComments(text).split("<changeSet");
    if (!head.includes("<databaseChangeLog") || (changesets.length === 0 && !head.includes("<include")))
      continue;
    const [, ...conditions] = head.split("<preConditions");
    const words = [...conditions.join(" ").matchAll(demanded)].map(([, word = ""]) => word.toLowerCase());
    for (const word of words) {
      const dialect = dialectWord(word);
      if (dialect !== undefined && !standIns.has(word)) found.set(dialect, file);
    }
    if (text.includes("<include"))
      ofStandIn.set(file, words.length > 0 && words.every((word) => standIns.has(word)));
  }
  const [root] = ofStandIn.keys();
  if (found.size === 0 && root !== undefined && [...ofStandIn.values()].every(Boolean))
    return { dialect: "other", file: root };
  const [one, ...others] = found;
  return one === undefined || others.length > 0 ? undefined : { dialect: one[0], file: one[1] };
}

/** What only changelogs of one server have: its schema, and names that it gives, where Liquibase describes a database; types. */
const generated: readonly { readonly dialect: Database; readonly words: RegExp }[] = [
  {
    dialect: "mssql",
    words:
      /\bschemaName["']?\s{0,9}[=:]\s{0,9}["']?(dbo)\b|["'\s]((?:PK|UQ|DF|FK|CK)__\w{1,60}__[0-9A-F]{8,16})\b/,
  },
  { dialect: "other", words: /["'\s](SYS_C00\d{3,9})\b/ },
  // Cloud Spanner
  {
    dialect: "other",
    words:
      /\bdbms["']?\s{0,9}[=:]\s{0,9}["']?(cloudspanner)\b|\btype["']?\s{0,9}[=:]\s{0,9}["']?((?:STRING|BYTES)\((?:MAX|\d{1,7})\)|INT64)/,
  },
];

/** The one server that changelogs were generated from, or that alone can run them. */
export function generatedFrom(view: FolderView): { dialect: Database; word: string } | undefined {
  const texts = textsOf(view);
  const found = generated.flatMap(({ dialect, words }) => {
    const [, schema, name] = texts.map((text) => words.exec(text)).find((one) => one !== null) ?? [];
    const word = schema ?? name;
    return word === undefined ? [] : [{ dialect, word }];
  });
  return found.length === 1 ? found[0] : undefined;
}

const demanded = /<dbms\s{1,9}type\s{0,9}=\s{0,9}["'](\w{1,20})["']/g;

// Split, as a search for pairs takes long where the second one is missing.
const commonSql = (text: string): readonly string[] =>
  elements(text, "changeSet")
    .filter((changeset) => !asksForOne.test(changeset))
    .flatMap((changeset) => elements(changeset, "sql").map((sql) => withoutDelimiter(sql, insideOf(sql))));

/** In changelogs of YAML and JSON: a change `sql` with what stands in it, or only its text. */
const sqlOfPairs = (text: string): readonly string[] =>
  commonChangesets(text).flatMap((changeset) =>
    [...changeset.matchAll(pairOfSql)].map(([pair]) => {
      const [, written = ""] =
        /\bendDelimiter["']?[ \t]{0,9}:[ \t]{0,9}["']?([^"'\s]{1,40})/.exec(pair) ?? [];
      return written === "" ? pair : pair.replaceAll(written.replaceAll("\\", ""), " ");
    }),
  );

const pairOfSql = /^([ \t]*)(?:-[ \t]+)?["']?sql["']?[ \t]*:.*(?:\n(?:\1[ \t].*|[ \t]*(?=\n)))*/gm;

/** `valueComputed="UUID_TO_BIN('…')"`, `defaultValueComputed: gen_random_uuid()`: Liquibase hands them on as they are. */
function expressions(text: string): readonly string[] {
  const found = commonChangesets(text).flatMap((changeset) =>
    [...changeset.matchAll(computed)].map(([, double, single, bare]) => double ?? single ?? bare ?? ""),
  );
  return found.length === 0 ? [] : [found.join("\n")];
}

const computed =
  /\b(?:v|defaultV)alueComputed["']?\s{0,9}[=:]\s{0,9}(?:"([^"]{0,1000})"|'([^']{0,1000})'|([^"'\s][^\n]{0,1000}))/g;

/** Of any form of changelog: those that say nothing of a database. */
const commonChangesets = (text: string): readonly string[] =>
  text
    .split(/<changeSet\b|\bchangeSet["']?\s{0,9}:/)
    .slice(1)
    .filter((changeset) => !saysDbms.test(changeset));

const hasChangesets = (text: string): boolean => /<changeSet\b|\bchangeSet["']?\s{0,9}:/.test(text);

const saysDbms = /\bdbms\b["']?\s{0,9}(?:[=:]|type\b)/;

/** `<preConditions><dbms type="mysql"/>` */
const asksForOne = /<dbms\s{1,9}type\s{0,9}=/;

/** `endDelimiter="$$"`: what ends a statement there is no quote. */
function withoutDelimiter(sql: string, text: string): string {
  const [, written] = /\bendDelimiter\s{0,9}=\s{0,9}["']([^"'<>]{1,40})["']/.exec(sql.slice(0, 2000)) ?? [];
  return written === undefined ? text : text.replaceAll(written.replaceAll("\\", ""), " ");
}

/** From the name of each such element to the next one; not those for one database. */
const elements = (text: string, name: string): readonly string[] =>
  text
    .split(`<${name}`)
    .slice(1)
    .filter((part) => /^[\s>]/.test(part) && !ofOne.test(part.slice(0, Math.max(0, part.indexOf(">")))));

const insideOf = (element: string): string =>
  element.slice(element.indexOf(">") + 1).split("</sql>")[0] ?? "";

const withoutComments = (text: string): string =>
  text
    .split("<!--")
    .map((part, i) => (i === 0 ? part : part.includes("-->") ? part.slice(part.indexOf("-->") + 3) : ""))
    .join(" ");
