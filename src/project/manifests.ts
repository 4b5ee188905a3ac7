/** Which packages a project names: its manifests (`package.json`, `go.mod`, …), and what they and lock files say. */
import { dictionary } from "../text/dictionary.ts";
import { isRecord, parseJson } from "./files/json.ts";
import { asPipReads } from "../text/python-releases.ts";
import type { FileSystem } from "./migration.ts";
import { ancestors, baseName, join } from "./files/paths.ts";
import { withCatalog } from "./version-catalog.ts";

export type Manifest =
  "npm" | "go" | "cargo" | "jvm" | "pypi" | "composer" | "dotnet" | "ruby" | "dart" | "swift";

const manifests: Readonly<Record<string, Manifest>> = dictionary({
  "package.json": "npm",
  "go.mod": "go",
  "Cargo.toml": "cargo",
  "pom.xml": "jvm",
  "build.gradle": "jvm",
  "build.gradle.kts": "jvm",
  "dependencies.gradle": "jvm",
  "build.sbt": "jvm",
  "pyproject.toml": "pypi",
  "requirements.txt": "pypi",
  "setup.py": "pypi",
  "setup.cfg": "pypi",
  Pipfile: "pypi",
  "composer.json": "composer",
  Gemfile: "ruby",
  "pubspec.yaml": "dart",
  "Package.swift": "swift",
});

/**
 * The manifests among the names in a folder. One folder is asked about for each history below it, and for each tool:
 * a list that is remembered is looked through once.
 */
export function manifestsIn(names: readonly string[]): ReadonlyMap<string, Manifest> {
  const known =
    listed.get(names) ??
    new Map(
      names.flatMap((name) => {
        const kind = name === requirements && names.some(isProgram) ? "pypi" : manifestKind(name);
        return kind === undefined ? [] : [[name, kind] as const];
      }),
    );
  listed.set(names, known);
  return known;
}

/** A folder of what pip installs, where a program of Python has no manifest beside it. */
const requirements = "requirements/";
const isProgram = (name: string): boolean => name === "manage.py" || name === "alembic.ini";

const listed = new WeakMap<readonly string[], ReadonlyMap<string, Manifest>>();

/** What kind of manifest a file of that name is. */
function manifestKind(name: string): Manifest | undefined {
  if (/\.(?:cs|fs|vb)proj$/.test(name)) return "dotnet";
  return Object.hasOwn(manifests, name) ? manifests[name] : undefined;
}

/** What only tests depend on: an element of Maven, a line of Gradle. */
export const forTests =
  /<dependency>(?:(?!<\/dependency>)[^]){0,2000}?<scope>\s{0,20}test\s{0,20}<\/scope>(?:(?!<\/dependency>)[^]){0,2000}?<\/dependency>|^.*\btest\w{0,40}[ \t(]+(?:["']|libs\.).*$/gm;

const afterHash = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|#.*/g;
const afterSlashes = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<!:)\/\/.*|\/\*[^]*?(?:\*\/|(?![^]))/g;
const inXml = /<!--[^]*?(?:-->|(?![^]))/g;

/** A manifest without its comments: what stands there isn't depended on. Where a string may hold their sign, it stays. */
export function withoutComments(text: string, kind: Manifest, name: string): string {
  switch (kind) {
    case "npm":
    case "composer":
      return text;
    case "go":
      return text.replaceAll(/\/\/(?! indirect\b).*/g, "");
    case "cargo":
    case "dart":
      return text.replaceAll(afterHash, "$1");
    case "ruby":
      return text.replaceAll(/^=begin\b[^]*?(?:^=end\b.*|(?![^]))/gm, "").replaceAll(afterHash, "$1");
    case "pypi":
      return asPipReads(text);
    case "dotnet":
      return text.replaceAll(inXml, "");
    case "swift":
      return text.replaceAll(afterSlashes, "$1");
    case "jvm":
      return name.endsWith(".xml") ? text.replaceAll(inXml, "") : text.replaceAll(afterSlashes, "$1");
    default:
      return kind satisfies never;
  }
}

/** `application-prod.yml`: settings of a program of Spring's or Quarkus's, for all profiles or one. */
export const isSpringSettings = (name: string): boolean =>
  /^application(?:-[\w-]{1,60})?\.(?:properties|ya?ml)$/.test(name);

/** Not the line between two documents of properties. */
const remark = /^[ \t]*[#!](?!---).*$/gm;

/**
 * The text of a file; of a manifest, without its comments, and with the modules that its version catalog names; of settings,
 * without lines that are comments.
 */
export function readManifest(fs: FileSystem, path: string): string | undefined {
  const text = fs.read(path);
  const name = baseName(path);
  const kind = manifestKind(name);
  if (text !== undefined && isSpringSettings(name)) return text.replaceAll(remark, "");
  if (text === undefined || kind === undefined) return text;
  const plain = withoutComments(text, kind, name);
  return name.startsWith("build.gradle") ? withCatalog(fs, path, plain) : plain;
}

/** The nearest folder at or above `folder` with a manifest (`package.json`, `go.mod`, …). */
export function packageRootOf(fs: FileSystem, folder: string): string | undefined {
  return ancestors(folder).find((candidate) => manifestsIn(fs.list(candidate)).size > 0);
}

/** The module of Go at a folder has no other driver of PostgreSQL than lib/pq. */
export function usesLibPq(fs: FileSystem, folder: string): boolean {
  const root = packageRootOf(fs, folder);
  const text = root === undefined ? "" : (readManifest(fs, join(root, "go.mod")) ?? "");
  return depends(text, "go", "github.com/lib/pq") && !depends(text, "go", "github.com/jackc/pgx");
}

/** True if the text of a manifest, without its comments, names the package as a dependency. */
export function depends(text: string, kind: Manifest, name: string): boolean {
  switch (kind) {
    case "npm":
      return npmVersion(text, name) !== undefined;
    case "composer":
    case "dotnet":
    case "ruby":
      return text.includes(`"${name}"`) || text.includes(`'${name}'`);
    case "go":
      return text
        .split("\n")
        .some((line) => line.includes(name) && !line.includes("// indirect") && !line.startsWith("module"));
    case "cargo":
      return text.split("\n").some((line) => {
        const found = line.trim().replace(/^\[[a-z-]*dependencies\./, "");
        return found.startsWith(name) && /^[ \t.=\]]/.test(found.slice(name.length));
      });
    case "jvm":
      return text.includes(name) || hasAlias(text, name);
    case "pypi":
    case "dart":
    case "swift":
      return text.includes(name);
    default:
      return kind satisfies never;
  }
}

/** Gradle: `libs.flyway.core`, `libraries.flywayCore`, `deps["flyway-core"]`, of a catalog or a map that is written elsewhere. */
function hasAlias(text: string, name: string): boolean {
  if (!/^[a-z]+(?:-[a-z]+)+$/.test(name)) return false;
  const words = name.split("-").join("[-._]?");
  return new RegExp(`\\b(?:libs?|libraries|deps|dependencies)(?:\\.|\\[["'])${words}\\b`, "i").test(text);
}

/** The version that a lock file beside a `package.json` settles on for `name`; undefined if there is none. */
export function lockedVersion(fs: FileSystem, root: string, name: string): string | undefined {
  for (const folder of ancestors(root)) {
    for (const file of fs.list(folder).filter((entry) => lockFiles.has(entry))) {
      const text = fs.read(join(folder, file)) ?? "";
      const found = lockPatterns.map((pattern) => {
        const at = text.indexOf(pattern(name));
        return at < 0 ? undefined : /\d+\.\d+\.\d+/.exec(text.slice(at + name.length, at + 300))?.[0];
      });
      const version = found.find((known) => known !== undefined);
      if (version !== undefined) return version;
    }
  }
  return undefined;
}

const lockFiles = new Set(["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "bun.lock"]);
/** How npm's, bun's and pnpm's lock files begin to speak of one package. */
const lockPatterns: readonly ((name: string) => string)[] = [
  (name) => `"node_modules/${name}": {`,
  (name) => `"${name}": ["${name}@`,
  (name) => `\n  ${name}@`,
  (name) => `\n  /${name}@`,
];

/** The range that a `package.json` gives for `name`; undefined if it doesn't depend on it. */
export function npmVersion(text: string, name: string): string | undefined {
  const json = parseJson(text);
  if (!isRecord(json)) return undefined;
  for (const field of ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"]) {
    const all = json[field];
    const range = isRecord(all) && Object.hasOwn(all, name) ? all[name] : undefined;
    if (typeof range === "string") return range;
  }
  return undefined;
}
