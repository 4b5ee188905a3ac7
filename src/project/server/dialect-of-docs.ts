/** Which server the documents, examples of settings and tests of a project of Python connect to, where nothing else says it. */
import type { Database } from "../../model/dialect.ts";
import { dialectWord } from "../../model/database-words.ts";
import type { Found } from "./dialect-surroundings.ts";
import { packageRootOf } from "../manifests.ts";
import type { FileSystem } from "../migration.ts";
import { join } from "../files/paths.ts";

const folders = /^(?:docs?|tests?|etc|conf(?:ig)?s?|examples?|deploy\w*|docker|\.github|workflows)$/i;
const inside = /^[\w.-]+$/;
const texts =
  /\.(?:rst|md|txt|ini|cfg|conf|toml|ya?ml|py|sample|example|sh|env)$|^(?:README|INSTALL|Makefile|tox)\b/;
/** `postgresql+psycopg2://user`, `mysql://root@localhost/app` */
const address = /\b(postgres(?:ql)?|mysql|mariadb)(?:\+\w{1,20})?:\/\/[\w{$<%'"]/g;
const mostFiles = 300;
const deepest = 4;
const longest = 65_536;

/** The only one that addresses name; undefined: none, or several. */
export function byDocuments(fs: FileSystem, root: string): Found | undefined {
  const home = packageRootOf(fs, root);
  if (home === undefined) return undefined;
  const found = new Map<Database, string>();
  let left = mostFiles;
  const look = (folder: string, depth: number): void => {
    const names = fs.list(folder);
    for (const name of names) {
      if (name.endsWith("/") || !texts.test(name)) continue;
      if (left-- <= 0) return;
      const path = join(folder, name);
      for (const [said, word = ""] of (fs.read(path) ?? "").slice(0, longest).matchAll(address)) {
        const dialect = dialectWord(word);
        if (dialect !== undefined && !found.has(dialect))
          found.set(dialect, `${path} connects to ${said.slice(0, said.indexOf("://") + 3)}`);
      }
    }
    if (depth >= deepest) return;
    for (const name of names) {
      const bare = name.slice(0, -1);
      if (name.endsWith("/") && (depth === 0 ? folders : inside).test(bare))
        look(join(folder, bare), depth + 1);
    }
  };
  look(home, 0);
  const [one, ...others] = found;
  return one === undefined || others.length > 0 ? undefined : { dialect: one[0], evidence: [one[1]] };
}
