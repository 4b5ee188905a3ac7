/** What both programs lint: public repositories, and the project's own fixtures. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { compileGlob } from "../../src/text/glob.ts";

export interface Project {
  readonly name: string;
  readonly job: Job;
  /** Files that are migrations, as far as it is known; relative to the folder. */
  readonly expected?: readonly string[];
}

export interface Job {
  /** Each is linted as a user would, by the name that stands before its files' in findings. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Single texts by their paths. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Default: every rule. */
  readonly presets?: readonly string[];
}

export interface Projects {
  readonly projects: readonly Project[];
  /** Repositories that aren't there. */
  readonly skipped: readonly string[];
}

/** The repositories of the list that lie in `folder`: `owner/name`, `owner+name`, or a bare one in `owner+name/repo`. */
export function repositories(list: string, folder: string | undefined, cache: string): Projects {
  const projects: Project[] = [];
  const skipped: string[] = [];
  for (const line of readFileSync(list, "utf8").trimEnd().split("\n").slice(1)) {
    const [name = "", globs = ""] = line.split("\t");
    const found = folder === undefined ? undefined : checkoutOf(folder, name, cache);
    if (found === undefined) skipped.push(name);
    else projects.push({ name, job: { folders: { "": found } }, expected: filesIn(found, globs.split(",")) });
  }
  return { projects, skipped };
}

/** Whatever lies in `folder` as `owner+name`, listed or not. */
export function everyRepository(
  folder: string,
  isAsked: (name: string) => boolean,
  cache: string,
): readonly { readonly name: string; readonly folder: string }[] {
  const names = readdirSync(folder).map((one) => one.replace("+", "/"));
  return names
    .filter((name) => name.includes("/") && isAsked(name))
    .flatMap((name) => {
      const found = checkoutOf(folder, name, cache);
      return found === undefined ? [] : [{ name, folder: found }];
    });
}

export function checkoutOf(folder: string, name: string, cache: string): string | undefined {
  const flat = join(folder, name.replace("/", "+"));
  const bare = [flat, join(flat, "repo")].find((one) => existsSync(join(one, "HEAD")));
  if (bare !== undefined) return unpacked(bare, name, cache);
  return [join(folder, name), flat, join(flat, "repo")].find((one) => existsSync(one));
}

/** The newest commit of a bare repository, in a folder of the cache that is named after it. */
function unpacked(bare: string, name: string, cache: string): string {
  const git = (args: readonly string[], input = ""): Buffer =>
    execFileSync("git", ["--git-dir", bare, ...args], { input, maxBuffer: Infinity });
  const commit = git(["rev-parse", "--verify", "HEAD"]).toString().trim();
  const folder = join(cache, "repositories", `${name.replace("/", "+")}-${commit.slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  const entries = git(["ls-tree", "-r", "-z", commit]).toString().split("\0").slice(0, -1);
  const files = entries.flatMap((entry) => {
    const [, id = "", path = ""] = /^100\d{3} blob (\w+)\t([^]*)$/.exec(entry) ?? [];
    return id === "" || isMedia.test(path) ? [] : [{ id, path }];
  });
  // Not "git archive": a snapshot may lack its largest files, and this says so of each.
  const texts = git(["cat-file", "--batch"], files.map(({ id }) => `${id}\n`).join(""));
  let at = 0;
  for (const { path } of files) {
    const end = texts.indexOf(10, at);
    const size = / blob (\d+)$/.exec(texts.toString("latin1", at, end))?.[1];
    at = end + 1;
    if (size === undefined) continue;
    const file = join(part, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, texts.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  renameSync(part, folder);
  return folder;
}

const isMedia = /\.(?:png|gif|jpe?g|webp|ico|svg|woff2?|ttf|eot|otf|mp[34]|mov|pdf|zip|gz|jar|wasm)$/i;

function filesIn(folder: string, globs: readonly string[]): readonly string[] {
  const files = globs.flatMap((glob) => {
    const parts = glob.split("/");
    const base = join(
      folder,
      ...parts.slice(
        0,
        parts.findIndex((part) => /[*?{]/.test(part)),
      ),
    );
    const matches = compileGlob(glob.replace(/\*\*(?!\/|$)/g, "**/*"));
    if (!existsSync(base)) return [];
    return readdirSync(base, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
      .filter(matches);
  });
  return [...new Set(files)].sort();
}

/** Each fixture of a rule as a text of its own, and those that are whole projects. */
export function fixtures(root: string): Project {
  const all = join(root, "fixtures");
  const folders = (path: string): readonly string[] =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(path, entry.name))
      .sort();
  const texts: Record<string, string> = {};
  const projects: string[] = [];
  for (const rule of folders(join(all, "rules"))) {
    projects.push(...folders(rule));
    for (const file of readdirSync(rule).sort())
      if (/(?<!\.fixed)\.sql$/.test(file))
        texts[relative(all, join(rule, file))] = readFileSync(join(rule, file), "utf8");
  }
  projects.push(...["layouts", "presets", "code"].flatMap((name) => folders(join(all, name))));
  projects.push(
    ...["demo", "mysql-demo", "mysql-shop"].map((name) => join(all, name)),
    join(root, "migrations"),
  );
  const named = projects.map(
    (folder) => [`${relative(root, folder).split(sep).join("/")}/`, folder] as const,
  );
  return { name: "fixtures", job: { folders: Object.fromEntries(named), texts } };
}
