/** Which database a project runs, by what lies around its migrations: addresses in settings, images of containers. */
import type { Database } from "../model/dialect.ts";
import { rankedTools } from "./known-tools.ts";
import { dialectWord } from "./layouts/names.ts";
import type { FileSystem } from "./migration.ts";
import { ancestors, join } from "./paths.ts";
import { imagesAt } from "./server-version.ts";
import type { DatabaseSetting } from "./tool.ts";

interface Found {
  readonly dialect: Database;
  readonly evidence: readonly string[];
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
      /^(?:export )?(?:(?:GOOSE_DRIVER|DB_CONNECTION|DB_CLIENT|DB_DIALECT|DB_TYPE|DB_DRIVER)[ \t]*=[ \t]*["']?(?=[a-z0-9]+["']?[ \t]*\r?$)|DATABASE_URL[ \t]*=[ \t]*["']?(?=[a-z0-9]+:\/\/))([a-z0-9]{2,20})/m,
  },
];

const addresses: readonly DatabaseSetting[] = [
  ...rankedTools.flatMap(({ database }) => database?.addresses ?? []),
  ...usual,
  ...rankedTools.flatMap(({ database }) => database?.mentions ?? []),
];

const longest = 65_536;

/** Undefined where nothing is said, or containers of several databases are there. */
export function bySurroundings(fs: FileSystem, root: string): Found | undefined {
  for (const folder of ancestors(root, 6)) {
    for (const { files, pattern } of addresses) {
      for (const file of files) {
        const word = pattern.exec((fs.read(join(folder, file)) ?? "").slice(0, longest))?.[1];
        const dialect = word === undefined ? undefined : dialectWord(word.replace(/^mysql2$/, "mysql"));
        if (dialect !== undefined) return { dialect, evidence: [`${join(folder, file)} says ${word ?? ""}`] };
      }
    }
    const [first, ...others] = imagesAt(fs, folder);
    if (first !== undefined)
      return others.every(({ dialect }) => dialect === first.dialect)
        ? { dialect: first.dialect, evidence: [first.because] }
        : undefined;
  }
  return undefined;
}

/** Which of MySQL and MariaDB containers run; undefined: none of them, or both. */
export function productOfContainers(fs: FileSystem, root: string): Found | undefined {
  for (const folder of ancestors(root)) {
    const images = imagesAt(fs, folder).filter(({ dialect }) => /^(?:mysql|mariadb)$/.test(dialect));
    const [first] = images;
    if (first === undefined) continue;
    const isOne = images.every(({ dialect }) => dialect === first.dialect);
    return isOne ? { dialect: first.dialect, evidence: [first.because] } : undefined;
  }
  return undefined;
}
