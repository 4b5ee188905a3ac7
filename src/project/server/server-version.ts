/** Which version of the server a project runs: what its containers, its pipelines and its tools' settings name. */
import type { Database } from "../../model/dialect.ts";
import type { FileSystem } from "../migration.ts";
import { manifestsIn } from "../manifests.ts";
import { ancestors, join } from "../files/paths.ts";
import { linesOf } from "../scan.ts";
import { imagesOfCommands } from "./images-of-commands.ts";
import type { ServerSetting } from "../tool.ts";
import { tools } from "../tools/index.ts";
import { compareComponents } from "../version.ts";

export interface VersionGuess {
  /** As in `16`; of MySQL and MariaDB `8.0`, or `8.0.36` where it is named. */
  readonly version: string;
  readonly evidence: readonly string[];
}

interface Found extends Omit<VersionGuess, "evidence"> {
  readonly because: string;
}

export const composeFile = /^(?:docker-)?compose[\w.-]{0,40}\.ya?ml$/;
const otherFiles = new Set([".gitlab-ci.yml", ".tool-versions"]);
const yaml = /\.ya?ml$/;
const mostFiles = 40;
const toolSettings: readonly ServerSetting[] = tools.flatMap(({ server }) => server ?? []);

/**
 * The version that the nearest folder at or above `root` names; of several the lowest, as all of them must run the
 * files. Undefined where nothing names one: a tag such as `latest` says nothing.
 * @param oldest the tool refuses older servers: a file that names one is out of date
 */
export function detectServerVersion(
  fs: FileSystem,
  root: string,
  dialect: Database,
  oldest = "0",
): VersionGuess | undefined {
  if (!Object.hasOwn(images, dialect)) return undefined;
  const isNew = ({ version }: Found): boolean => compareComponents(latest(version), oldest) >= 0;
  for (const folder of ancestors(root)) {
    const all = filesAt(fs, folder).map((file) => ({
      file,
      versions: versionsIn(fs, join(folder, file), dialect).filter(isNew),
    }));
    const isTested = all.some(({ file, versions }) => isPipeline(file) && versions.length > 0);
    const found = lowestOf(all.flatMap(({ file, versions }) => (isTested && isSample(file) ? [] : versions)));
    if (found !== undefined) return found;
  }
  for (const folder of ancestors(root)) {
    const found = lowestOf(
      imagesOfCommands(fs, folder).flatMap(({ image, path }): Found[] => {
        const version = versionOf(image, dialect);
        return version === undefined ? [] : [{ version, because: `${path} runs ${image}` }].filter(isNew);
      }),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function lowestOf(found: readonly Found[]): VersionGuess | undefined {
  const [lowest] = [...found].sort((a, b) => compareComponents(latest(a.version), latest(b.version)));
  return lowest && { version: lowest.version, evidence: [lowest.because] };
}

const isPipeline = (file: string): boolean =>
  file.startsWith(".github/workflows/") || file === ".gitlab-ci.yml";

/** To try the project out, on one of several databases: seldom renewed, and what pipelines run is newer. */
const isSample = (file: string): boolean =>
  /quick-?start|example|sample|demo|mysql|mariadb|percona|postgres|pgsql/i.test(file) && !isPipeline(file);

/** A part that isn't written is the latest: an image `8.0` is newer than `8.0.36`. */
const latest = (version: string): string => `${version}.999.999`.split(".").slice(0, 3).join(".");

/** Where containers and pipelines of a folder, and the settings of tools, say what they run. */
export function filesAt(fs: FileSystem, folder: string): readonly string[] {
  const names = fs.list(folder);
  const files = names.filter((name) => composeFile.test(name) || otherFiles.has(name));
  for (const { file } of toolSettings)
    if (names.includes(`${file.split("/", 1)[0] ?? ""}/`)) files.push(file);
  for (const inner of [".github/workflows", ".devcontainer"]) {
    if (!names.includes(`${inner.split("/", 1)[0] ?? ""}/`)) continue;
    for (const name of fs.list(join(folder, inner))) if (yaml.test(name)) files.push(`${inner}/${name}`);
  }
  for (const inner of ["deploy", "docker"]) {
    if (!names.includes(`${inner}/`)) continue;
    for (const name of fs.list(join(folder, inner)))
      if (composeFile.test(name)) files.push(`${inner}/${name}`);
  }
  for (const inner of ["k8s", "kubernetes", "helm"]) {
    if (!names.includes(`${inner}/`)) continue;
    for (const name of fs.list(join(folder, inner))) if (yaml.test(name)) files.push(`${inner}/${name}`);
  }
  return files.slice(0, mostFiles);
}

interface Image {
  readonly dialect: Database;
  readonly because: string;
  /** Only tests run it, maybe one of several databases. */
  readonly isTested: boolean;
}

/** Databases that containers of a folder run, each image once. */
export function imagesAt(fs: FileSystem, folder: string): readonly Image[] {
  const found = new Map<string, Image>();
  for (const { image, name, path, isTested } of containersAt(fs, folder))
    for (const [dialect, known] of Object.entries(images))
      if (known.some(([pattern]) => pattern.test(name)) && found.get(image)?.isTested !== false)
        found.set(image, { dialect: dialect as Database, because: `${path} runs ${image}`, isTested });
  return [...found.values()];
}

interface Container extends Pick<Image, "isTested"> {
  readonly image: string;
  /** Without who publishes it, and without its tag. */
  readonly name: string;
  readonly path: string;
}

/** Whatever they run. */
export const containersAt = (fs: FileSystem, folder: string): readonly Container[] =>
  filesAt(fs, folder).flatMap((file) => {
    const path = join(folder, file);
    return imagesIn(fs.read(path)?.slice(0, 262_144) ?? "").map((image) => ({
      image,
      name: nameOf(image),
      path,
      isTested: isPipeline(file),
    }));
  });

/** A container at or above `root` runs TimescaleDB, or the program of Python there has its package. */
export function runsTimescale(fs: FileSystem, root: string): boolean {
  const holds = (path: string, isOne: (text: string) => boolean): boolean => {
    const text = fs.read(path)?.slice(0, 262_144) ?? "";
    return text.includes("timescaledb") && isOne(text);
  };
  const hasImage = (text: string): boolean =>
    imagesIn(text).some((image) => /^timescaledb/.test(nameOf(image)));
  const hasPackage = (text: string): boolean => /^[ \t]*["']?timescaledb\b/m.test(text);
  return ancestors(root).some(
    (folder) =>
      filesAt(fs, folder).some((file) => holds(join(folder, file), hasImage)) ||
      [...manifestsIn(fs.list(folder))].some(
        ([name, kind]) => kind === "pypi" && holds(join(folder, name), hasPackage),
      ),
  );
}

function versionsIn(fs: FileSystem, path: string, dialect: Database): Found[] {
  const text = fs.read(path)?.slice(0, 262_144);
  if (text === undefined) return [];
  if (path.endsWith(".tool-versions")) return installed(text, path, dialect);
  const settings = toolSettings.filter(({ file }) => path === file || path.endsWith(`/${file}`));
  if (settings.length > 0)
    return settings.flatMap((setting) => {
      const found = (setting.dialect ?? dialect) === dialect ? setting.read(text) : undefined;
      return found === undefined ? [] : [{ version: found.version, because: `${path} says ${found.says}` }];
    });
  const found: Found[] = [];
  for (const image of imagesIn(text)) {
    const version = versionOf(image, dialect);
    if (version !== undefined) found.push({ version, because: `${path} runs ${image}` });
  }
  return found;
}

function imagesIn(text: string): readonly string[] {
  const found: string[] = [];
  const lines = [...linesOf(text)].flatMap(({ text: line }) => (line.length > 300 ? [] : [line]));
  const known = new Map<string, readonly string[]>();
  const values = (name: string): readonly string[] => {
    const own = known.get(name) ?? valuesOf(lines, name);
    known.set(name, own);
    return own;
  };
  for (const line of lines) {
    const image = /^[\s-]*image:\s*["']?((?:\$\{\{[^{}]{1,60}\}\}|[^\s"'#])+)/.exec(line)?.[1];
    if (image === undefined) continue;
    const [placeholder, name] = /\$\{\{\s*matrix\.([\w.-]{1,50})\s*\}\}/.exec(image) ?? [];
    // `${POSTGRES_VERSION:-16}` is 16 unless somebody says otherwise.
    if (placeholder === undefined || name === undefined)
      found.push(image.replace(/\$\{\w{1,60}:?-([\w.-]{1,40})\}/g, "$1"));
    else if (found.length < mostImages)
      found.push(...values(name).map((value) => image.replace(placeholder, () => value)));
  }
  return found;
}

/** More than a file of pipelines runs. */
const mostImages = 200;

/** What a matrix of a pipeline gives a name: `pg: [14, 15]`, a list below it, or `- pg: 14` in a list of combinations. */
function valuesOf(lines: readonly string[], path: string): readonly string[] {
  const name = path.slice(path.lastIndexOf(".") + 1);
  const bare = (text: string): string => text.trim().replace(/^["']|["']$/g, "");
  const values = lines.flatMap((line, at) => {
    const [key, ...rest] = line.replace(/^[\s-]+/, "").split(":");
    if (key?.trim() !== name) return [];
    const value = rest
      .join(":")
      .replace(/\s#.*$/, "")
      .trim();
    if (value.startsWith("[")) return value.slice(1).replace(/\].*$/, "").split(",").map(bare);
    if (value !== "") return [bare(value)];
    const below = lines.slice(at + 1, at + 1 + mostImages);
    const end = below.findIndex((one) => !/^\s*-/.test(one));
    return below.slice(0, end < 0 ? undefined : end).map((one) => bare(one.replace(/^[\s-]+/, "")));
  });
  return values.filter((value) => /^[\w./:-]{1,80}$/.test(value)).slice(0, mostImages);
}

/** Names of images of each dialect, and how their tags tell the server's version. */
const images: Readonly<Partial<Record<Database, readonly (readonly [name: RegExp, tag: RegExp])[]>>> = {
  postgres: [
    [/^(?:postgres|postgresql|postgis)$/, /^v?(9\.\d|[1-9]\d)(?![\d])/],
    [/^(?:pgvector|timescaledb|timescaledb-ha|postgresql-partman)$/, /(?:^|[.-])pg([1-9]\d)(?!\d)/],
  ],
  mysql: [[/^(?:mysql|mysql-server|percona|percona-server)$/, /^v?(\d{1,2}\.\d{1,2}(?:\.\d{1,3})?)(?!\d)/]],
  mariadb: [[/^mariadb$/, /^v?(\d{1,2}\.\d{1,2}(?:\.\d{1,3})?)(?!\d)/]],
  mongodb: [
    [
      /^(?:mongo|mongodb|mongodb-(?:community|enterprise)-server|percona-server-mongodb)$/,
      /^v?(\d(?:\.\d){0,1}(?:\.\d{1,3})?)(?!\d)/,
    ],
  ],
};

/** `postgis/postgis:16-3.4` → `postgis`. */
const nameOf = (image: string): string =>
  image
    .replace(/@.*$/, "")
    .replace(/:[^/]*$/, "")
    .replace(/^.*\//, "");

/** `postgis/postgis:16-3.4` → `16`. */
function versionOf(image: string, dialect: Database): string | undefined {
  const tag = image.replace(/@.*$/, "").split(/:(?=[^/]*$)/)[1] ?? "";
  const name = nameOf(image);
  const [, pattern] = images[dialect]?.find(([known]) => known.test(name)) ?? [];
  return pattern?.exec(tag)?.[1];
}

/** The line of `.tool-versions`. */
const toolVersions: Partial<Record<Database, RegExp>> = {
  postgres: /^postgres(?:ql)?[ \t]{1,9}(9\.\d|[1-9]\d)(?!\d)/m,
  mysql: /^mysql[ \t]{1,9}(\d{1,2}\.\d{1,2}(?:\.\d{1,3})?)(?!\d)/m,
  mariadb: /^mariadb[ \t]{1,9}(\d{1,2}\.\d{1,2}(?:\.\d{1,3})?)(?!\d)/m,
};

function installed(text: string, path: string, dialect: Database): Found[] {
  const version = toolVersions[dialect]?.exec(text)?.[1];
  return version === undefined ? [] : [{ version, because: `${path} installs ${dialect} ${version}` }];
}
