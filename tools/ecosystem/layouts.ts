/**
 * Writes what discovery has to find in each repository, `fixtures/repositories/<owner+name>.json`:
 *
 *     npx tsx tools/ecosystem/layouts.ts --repositories <folder> [--only owner/name]
 *
 * Such a file has names, of each run of equal ones the first and the last; the lines of settings without which something
 * else is found; words of our own for what texts tell. It is written only if the same is found in it and in the whole
 * repository. Read what changed: the test says that nothing changes, and not that it is right.
 */
import { readdirSync, readFileSync, statSync, writeFileSync, mkdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { parseArgs } from "node:util";
import { tmpdir } from "node:os";
import { discover } from "../../src/project/discover.ts";
import { codeToolOf, isCode } from "../../src/project/code-tools.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import type { FileSystem } from "../../src/project/migration.ts";
import {
  found,
  textsOf,
  words,
  type Expectation,
  type Repository,
} from "../../tests/support/repositories.ts";
import { unreadFolders } from "../../src/project/left-out/unread.ts";
import { isBlank } from "../../src/project/scan.ts";
import { repositories } from "./projects.ts";
import { addTo } from "../../src/text/group.ts";

const { values } = parseArgs({
  options: { repositories: { type: "string", default: "." }, only: { type: "string" } },
});
const home = join(import.meta.dirname, "../../fixtures/repositories");
mkdirSync(home, { recursive: true });
const { projects } = repositories(
  join(import.meta.dirname, "repositories.tsv"),
  values.repositories,
  join(tmpdir(), "ddlint-ecosystem"),
);
const isStep = (file: string): boolean => /\.sql(?:\.\w+)?$/i.test(file) || isCode(file);

function write(name: string, folder: string): string {
  const all = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const short = relative(folder, path).split(sep).join("/");
    if (/(?:^|\/)(?:node_modules|vendor)\//.test(short)) continue;
    all.set(short, statSync(path).size > 2_000_000 ? "" : readFileSync(path, "utf8"));
  }
  const whole = asked(all);
  const histories = discover(whole.fs, []);
  const full = found(whole.fs);
  const roots = [...new Set(histories.flatMap(({ root, copies = [] }) => [root, ...copies]))];
  const steps = new Set(
    histories.flatMap(({ migrations, problems }) => [
      ...migrations.flatMap(({ up, down }) => [up.path, ...(down === undefined ? [] : [down.path])]),
      ...problems.map(({ path }) => path),
    ]),
  );
  const unread = unreadFolders(whole.fs).map(({ root }) => root);
  const inRoot = (file: string): boolean =>
    steps.has(file) || ([...roots, ...unread].some((root) => file.startsWith(`${root}/`)) && isStep(file));
  // Elsewhere, what discovery has looked at, and names that it may have looked for.
  const kept = new Set([
    ...abbreviated([...all.keys()].filter(inRoot)),
    ...[...whole.read].filter((file) => !inRoot(file) && all.has(file)),
    ...[...all.keys()].filter(
      (file) =>
        !isStep(file) && !/\.(?:md|txt|json5?|svg|css|html)$/.test(file) && file.split("/").length < 4,
    ),
  ]);
  for (const root of roots)
    for (const file of all.keys())
      if (
        file.startsWith(`${root}/`) &&
        !isStep(file) &&
        file.split("/").length <= root.split("/").length + 2
      )
        kept.add(file);
  for (const { root, copies: own = [] } of histories)
    for (const copy of own)
      for (const file of [...kept])
        if (file.startsWith(`${copy}/`) && all.has(root + file.slice(copy.length)))
          kept.add(root + file.slice(copy.length));
  // Sources beside a script say that it is a part of a program.
  for (const file of [...kept].filter((one) => isStep(one) && !inRoot(one))) {
    const beside = file.slice(0, file.lastIndexOf("/") + 1);
    for (const other of all.keys())
      if (other.startsWith(beside) && !other.slice(beside.length).includes("/")) kept.add(other);
  }
  const real = new Map([...kept].sort().map((file) => [file, withKept(file, all.get(file) ?? "", kept)]));
  const want = found(memoryFileSystem(Object.fromEntries(real)));
  const differs = sameKinds(full, want);
  if (differs !== undefined) return `not written: abbreviated, ${differs}`;
  const goal = JSON.stringify(want);
  const copies = Object.fromEntries(
    histories.flatMap(({ root, copies: own = [] }) => own.map((copy) => [copy, root])),
  );
  const build = (files: ReadonlyMap<string, string>): Repository => ({
    repository: name,
    ...(Object.keys(copies).length === 0 ? {} : { copies }),
    files: byFolder([...files.keys()]),
    texts: Object.fromEntries([...files].filter(([, text]) => text !== "")),
    found: want,
  });
  const holds = (files: ReadonlyMap<string, string>): boolean =>
    JSON.stringify(found(memoryFileSystem(textsOf(build(files))))) === goal;
  const original = (file: string): string | undefined => {
    const [copy, root] = Object.entries(copies).find(([one]) => file.startsWith(`${one}/`)) ?? [];
    return copy === undefined || root === undefined ? undefined : all.get(root + file.slice(copy.length));
  };
  let files = new Map(
    [...real].map(([file, text]) => [file, isStep(file) ? standIn(original(file) ?? text) : text]),
  );
  if (!holds(files)) {
    const other = found(memoryFileSystem(textsOf(build(files))));
    const at = other.findIndex((one, i) => JSON.stringify(one) !== JSON.stringify(want[i]));
    return `not written: with words of our own, ${JSON.stringify(other[at])} instead of ${JSON.stringify(want[at])}`;
  }
  files = without(
    files,
    [...files.keys()].filter((file) => !inRoot(file)),
    holds,
  );
  files = emptied(files, holds);
  for (const [file, text] of files)
    if (!isStep(file) && text !== "") files.set(file, fewestLines(files, file, text, holds));
  writeFileSync(join(home, `${name.replace("/", "+")}.json`), `${JSON.stringify(build(files), null, 1)}\n`);
  return `${want.length} histories, ${files.size} files`;
}

/** A memory file system that notes what is read. */
function asked(all: ReadonlyMap<string, string>): { fs: FileSystem; read: Set<string> } {
  const base = memoryFileSystem(Object.fromEntries(all));
  const read = new Set<string>();
  return {
    read,
    fs: {
      list: (folder) => base.list(folder),
      read(path) {
        const text = base.read(path);
        if (text !== undefined) read.add(path);
        return text;
      },
    },
  };
}

/** Names of one folder with the same words for databases, directions and endings are a run. */
function abbreviated(files: readonly string[]): readonly string[] {
  const runs = new Map<string, string[]>();
  for (const file of files) {
    const folder = file.slice(0, file.lastIndexOf("/") + 1);
    const name = file.slice(folder.length);
    const isStepFolder = /^(?:up|down|migration|metadata)\.\w+$/.test(name);
    const parent = isStepFolder ? folder.replace(/[^/]+\/$/, "") : folder;
    const marks = isStepFolder
      ? [name]
      : (name.match(/\.[a-z][a-z0-9]*(?=\.|$)|[-_](?:up|down|rollback|mysql|postgres)\b|^[A-Z]+/g) ?? []);
    // A folder of a release is one of a run of folders.
    const release = /^(.*\/)[vV]?\d+(?:[.-][\w.-]+)?\/$/.exec(parent);
    const run = `${release?.[1] ?? parent} ${marks.join(" ")}`;
    addTo(runs, run, file);
  }
  const order = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });
  const chosen = new Set(
    [...runs.values()].flatMap((run) => (run.length <= 6 ? run : ends(run.sort(order)))),
  );
  // Both directions of what was chosen.
  const stem = (file: string): string =>
    file.replace(/(?:^|[/._-])(?:up|down|undo|revert|verify)(?=[./])/gi, "").replace(/^(.*\/)U(?=\d)/, "$1V");
  const stems = new Set([...chosen].map(stem));
  return files.filter((file) => chosen.has(file) || stems.has(stem(file)));
}

/** The first and the last of a run; more of a long one, which is to stay most of what lies there. */
function ends(run: readonly string[]): readonly string[] {
  const some = Math.min(12, Math.max(3, Math.ceil(run.length / 20)));
  return [...run.slice(0, some), ...run.slice(-some)];
}

/** Lists without the names that were left out. */
function withKept(file: string, text: string, kept: ReadonlySet<string>): string {
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  if (file.endsWith("_journal.json")) {
    const journal = JSON.parse(text) as { entries: { tag: string; idx: number; when: number }[] };
    const home = folder.replace(/meta\/$/, "");
    return JSON.stringify({
      entries: journal.entries
        .filter(({ tag }) => kept.has(`${home}${tag}.sql`))
        .map(({ tag, idx, when }) => ({ tag, idx, when })),
    });
  }
  if (file.endsWith("sqitch.plan"))
    return text
      .split("\n")
      .filter((line) => {
        const change = /^([\w-]+) /.exec(line)?.[1];
        return line.startsWith("%") || (change !== undefined && kept.has(`${folder}deploy/${change}.sql`));
      })
      .map((line) =>
        line.startsWith("%") ? line : `${line.split(" ")[0] ?? ""} 2024-01-01T00:00:00Z A <a@example.org>`,
      )
      .join("\n");
  return text;
}

/** What a text tells, in words of our own. */
function standIn(text: string): string {
  if (isBlank(text, { start: 0, end: text.length })) return text.trim() === "" ? "" : "--";
  const tool = codeToolOf(text)?.name;
  const code = text.replaceAll(/--[^\n]*|#[^\n]*|\/\*[^]*?\*\//g, "").slice(0, 32_768);
  const isMarked = /^--[ ]?\+(?:goose|migrate)/m.test(text);
  return [
    ...text
      .split(/\r?\n/)
      .filter((line) =>
        /^(?:--[ ]?\+(?:goose|migrate)\s+(?:Up|Down)|-- migrate:|--!|--liquibase|-- rambler)/i.test(line),
      )
      .map((line) => line.replace(/^(--! \w+:).*/, "$1 x"))
      .slice(0, 4),
    ...words.filter(({ pattern }) => pattern.test(code)).map(({ says }) => says),
    ...(/^[ \t]*\/\/go:embed/m.test(text) ? (text.match(/^[ \t]*\/\/go:embed.*/gm) ?? []) : []),
    ...(tool === undefined ? [] : [`// ${codeWords[tool] ?? tool}`]),
    ...(isMarked ? [] : (/-- \+(?:migrate|goose) Up/.exec(text) ?? [])),
  ].join("\n");
}

const codeWords: Readonly<Record<string, string>> = {
  typeorm: "MigrationInterface",
  sequelize: "queryInterface",
  "mikro-orm": "this.addSql(",
  "node-pg-migrate": "MigrationBuilder pgm.createTable",
  "db-migrate": "db.runSql dbm",
};

function sameKinds(full: readonly Expectation[], want: readonly Expectation[]): string | undefined {
  const kinds = (all: readonly Expectation[]): string =>
    JSON.stringify(all.map(({ root, tool, database }) => [root, tool, database]));
  return kinds(full) === kinds(want) ? undefined : `${kinds(want)} instead of ${kinds(full)}`;
}

type Holds = (files: ReadonlyMap<string, string>) => boolean;

/** Leaves out as many of `some` as make no difference, first all, then halves. */
function without(files: Map<string, string>, some: readonly string[], holds: Holds): Map<string, string> {
  if (some.length === 0) return files;
  const rest = new Map([...files].filter(([file]) => !some.includes(file)));
  if (holds(rest)) return rest;
  if (some.length === 1) return files;
  const half = Math.ceil(some.length / 2);
  return without(without(files, some.slice(0, half), holds), some.slice(half), holds);
}

/** The same with their texts. */
function emptied(
  files: Map<string, string>,
  holds: Holds,
  some: readonly string[] = [...files.keys()].filter((file) => files.get(file) !== ""),
): Map<string, string> {
  if (some.length === 0) return files;
  const rest = new Map([...files].map(([file, text]) => [file, some.includes(file) ? "" : text]));
  if (holds(rest)) return rest;
  if (some.length === 1) return files;
  const half = Math.ceil(some.length / 2);
  return emptied(emptied(files, holds, some.slice(0, half)), holds, some.slice(half));
}

/** The lines without which something else is found; JSON stays whole. */
function fewestLines(files: ReadonlyMap<string, string>, file: string, text: string, holds: Holds): string {
  if (/package\.json$/.test(file)) return fewestDependencies(files, file, text, holds);
  if (/\.json$/.test(file)) return text;
  let lines = text.split(/\r?\n/);
  const tries = (some: readonly string[]): boolean => holds(new Map(files).set(file, some.join("\n")));
  for (let size = Math.ceil(lines.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < lines.length;) {
      const rest = [...lines.slice(0, at), ...lines.slice(at + size)];
      if (tries(rest)) lines = rest;
      else at += size;
    }
  return lines.map((line) => line.trimEnd()).join("\n");
}

function fewestDependencies(
  files: ReadonlyMap<string, string>,
  file: string,
  text: string,
  holds: Holds,
): string {
  const json = JSON.parse(text) as Record<string, Record<string, string>>;
  let names = Object.entries({
    ...json["devDependencies"],
    ...json["peerDependencies"],
    ...json["dependencies"],
  });
  const written = (some: typeof names): string => JSON.stringify({ dependencies: Object.fromEntries(some) });
  const tries = (some: typeof names): boolean => holds(new Map(files).set(file, written(some)));
  if (!tries(names)) return text;
  for (const one of names) {
    const rest = names.filter((other) => other !== one);
    if (tries(rest)) names = rest;
  }
  return written(names);
}

function byFolder(files: readonly string[]): Record<string, string[]> {
  const folders: Record<string, string[]> = {};
  for (const file of files) {
    const at = file.lastIndexOf("/") + 1;
    (folders[file.slice(0, at)] ??= []).push(file.slice(at));
  }
  return folders;
}

for (const { name, job } of projects) {
  if (values.only !== undefined && values.only !== name) continue;
  const folder = job.folders?.[""];
  if (folder === undefined) continue;
  const says = write(name, folder);
  console.log(`${name}: ${says}`);
}
