/**
 * Servers that speak another one's protocol, go by its driver, and do otherwise when tables change: CockroachDB, YugabyteDB
 * and Redshift pass for PostgreSQL, TiDB for MySQL.
 */
import type { Database } from "../../model/dialect.ts";
import { readManifest, manifestsIn } from "../manifests.ts";
import type { FileSystem } from "../migration.ts";
import { ancestors, join } from "../files/paths.ts";
import { containersAt } from "./server-version.ts";
import type { Found } from "./dialect-surroundings.ts";

interface Protocol {
  /** What only a connection to such a server, or its driver, has. */
  readonly words: RegExp;
  readonly image: RegExp;
  /** The addresses of connections by this protocol. */
  readonly address: RegExp;
  readonly own: RegExp;
}

/** Ports that people also give to another server (5433, 5439, 4000) say nothing. */
const protocols: Readonly<Partial<Record<Database, Protocol>>> = {
  postgres: {
    words:
      /\b(?:jdbc:(?:cockroachdb|yugabytedb|redshift):|com\.yugabyte\b|(?:Cockroach|Yugabyte|Redshift)\w{0,30}Dialect\b)|\.cockroachlabs\.cloud\b|\.redshift\.amazonaws\.com\b|\.ybdb\.io\b|(?<=[:=][ \t]{0,9}["']?(?:\$\{\w{1,60}:-?)?)26257\b/,
    image: /^(?:cockroachdb\/cockroach|yugabytedb\/yugabyte)\b/,
    address: /\bpostgres(?:ql)?(?:\+\w{1,20})?:\/\/[^\s"'<>]{3,300}/g,
    own: /^(?:postgres|postgresql|postgis|pgvector|timescaledb)\b/,
  },
  mysql: {
    words: /\b(?:jdbc:tidb:|TiDB\w{0,30}Dialect\b)|\.tidbcloud\.com\b/,
    image: /^pingcap\/tidb\b/,
    address: /\bmysql2?(?:\+\w{1,20})?:\/\/[^\s"'<>]{3,300}/g,
    own: /^(?:mysql|mariadb|percona)\b/,
  },
};

const isSettings = (name: string): boolean => /\.(?:properties|conf|toml|ya?ml|xml)$|^\.env/.test(name);
const usualPort = /:(?:5432|3306)\b/;
const longest = 65_536;
const mostFiles = 60;
/** Of properties, YAML and files of the environment. */
const commentLine = /^[ \t]*[#!][^\n]*/gm;

/** Undefined, too, where the project also connects to the server whose protocol it is, or has its container. */
export function serverBehind(fs: FileSystem, root: string, dialect: Database): Found | undefined {
  const protocol = protocols[dialect];
  if (protocol === undefined) return undefined;
  const all = ancestors(root, 8).flatMap((folder) => [
    ...signsAt(fs, folder, dialect, protocol),
    ...signsAt(fs, join(folder, "src/main/resources"), dialect, protocol),
  ]);
  const found = all.find(({ isOther }) => isOther);
  return found === undefined || all.some(({ isOther }) => !isOther)
    ? undefined
    : { dialect: "other", evidence: [found.because] };
}

interface Sign {
  /** Of a server that only speaks the protocol. */
  readonly isOther: boolean;
  readonly because: string;
}

/** Each folder of migrations asks those above it. */
const known = new WeakMap<FileSystem, Map<string, readonly Sign[]>>();

function signsAt(fs: FileSystem, folder: string, dialect: Database, protocol: Protocol): readonly Sign[] {
  const signs = known.get(fs) ?? new Map<string, readonly Sign[]>();
  known.set(fs, signs);
  const key = `${dialect} ${folder}`;
  const found = signs.get(key) ?? [
    ...signsOfContainers(fs, folder, protocol),
    ...signsOfFiles(fs, folder, protocol),
  ];
  signs.set(key, found);
  return found;
}

const signsOfContainers = (fs: FileSystem, folder: string, { image, own }: Protocol): readonly Sign[] =>
  containersAt(fs, folder).flatMap(({ image: runs, name, path, isTested }) => {
    const isOther = image.test(runs);
    return isTested || (!isOther && !own.test(name)) ? [] : [{ isOther, because: `${path} runs ${runs}` }];
  });

function signsOfFiles(fs: FileSystem, folder: string, { words, address }: Protocol): readonly Sign[] {
  const names = fs.list(folder);
  const manifests = manifestsIn(names);
  const files = names.filter((name) => isSettings(name) || manifests.has(name)).slice(0, mostFiles);
  return files.flatMap((name) => {
    const path = join(folder, name);
    const text = (readManifest(fs, path) ?? "").slice(0, longest).replaceAll(commentLine, "");
    const said = words.exec(text)?.[0];
    // Where the file names the server, an address may leave its port to the environment.
    const isElsewhere = [...text.matchAll(address)].some(([one]) =>
      said === undefined ? !words.test(one) : usualPort.test(one),
    );
    return [
      ...(said === undefined ? [] : [{ isOther: true, because: `${path} says ${said}` }]),
      ...(isElsewhere ? [{ isOther: false, because: path }] : []),
    ];
  });
}
