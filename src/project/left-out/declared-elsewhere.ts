/** Plain SQL that nothing runs any more, beside a schema in code that a tool of the project makes the same tables from. */
import { dropFormer, isPlain, isSaid } from "./former.ts";
import { baseName, join, parentOf } from "../files/paths.ts";
import { sourcesBelow } from "../files/sources-below.ts";
import { isNamedByScript } from "../found-runner.ts";
import { rankedTools } from "../known-tools.ts";
import { packageRootOf } from "../manifests.ts";
import type { AnyHistory, FileSystem } from "../migration.ts";
import { ownRunner } from "../own-runner.ts";
import { namesIn, tablesMade } from "../sql-words.ts";
import type { Tool } from "../tool.ts";

/** Of the tables in code, so many of ten are made by the files, too: they are for the same database. */
const shared = 8;
const fewestShared = 2;
const mostFiles = 2000;
const longest = 262_144;

/** What is left of earlier days is left out beside what runs, and is named where nothing else is there to read. */
export function judgeFormer(
  fs: FileSystem,
  histories: Map<string, AnyHistory>,
  isStated: (history: AnyHistory) => boolean,
): void {
  dropFormer(fs, histories);
  judgeDeclaredElsewhere(fs, histories, isStated);
}

/**
 * Only where the schema has gone on without the files, as it has a table that none of them makes, and neither the project
 * nor a document of it says that they are run.
 */
function judgeDeclaredElsewhere(
  fs: FileSystem,
  histories: Map<string, AnyHistory>,
  isStated: (history: AnyHistory) => boolean,
): void {
  const plain = [...histories].filter(
    ([, one]) => isPlain(one) && one.unrun === undefined && one.migrations.length > 0 && !isStated(one),
  );
  if (plain.length === 0) return;
  const schemas = schemasIn(fs).filter(({ tool }) =>
    [...histories.values()].every((one) => one.tool !== tool.name),
  );
  for (const [key, history] of schemas.length === 0 ? [] : plain) {
    const made = new Set(history.migrations.flatMap(({ up }) => tablesMade(up.text).map(withoutSchema)));
    const schema = schemas.find(({ tables }) => isOlder(made, tables));
    if (schema === undefined || ownRunner(fs, history.root) !== undefined) continue;
    if (isNamedByScript(fs, history) || isSaid(fs, history) || isInstructed(fs, history)) continue;
    const { settings, caller, tool } = schema;
    const says = `${history.root}: nothing runs these files, and ${caller} calls ${tool.name}, which makes their tables from the schema that ${settings} names (--tool raw if that is wrong)`;
    histories.set(key, { ...history, unrun: { says, isSure: true } });
  }
}

function isOlder(made: ReadonlySet<string>, declared: ReadonlySet<string>): boolean {
  const both = [...declared].filter((name) => made.has(name)).length;
  return both >= fewestShared && both < declared.size && both * 10 >= declared.size * shared;
}

interface Schema {
  readonly tool: Tool;
  readonly settings: string;
  /** What calls the tool. */
  readonly caller: string;
  readonly tables: ReadonlySet<string>;
}

/** Of tools that can bring a database to what is declared. */
function schemasIn(fs: FileSystem): readonly Schema[] {
  const kinds = rankedTools.flatMap((tool) => {
    const calls = tool.pushes;
    const files = tool.signs.flatMap((sign) => sign.files ?? []).map(baseName);
    return calls === undefined ? [] : [{ tool, calls, files: new Set(files) }];
  });
  const isWanted = (name: string): boolean => kinds.some(({ files }) => files.has(name));
  const found: Schema[] = [];
  for (const settings of sourcesBelow(fs, ".", { most: mostFiles, notIn: /^docs?$/i, isWanted })) {
    const folder = parentOf(settings) ?? ".";
    const home = packageRootOf(fs, folder);
    const caller = home === undefined ? undefined : join(home, "package.json");
    for (const { tool, calls, files } of kinds) {
      if (home === undefined || caller === undefined || !files.has(baseName(settings))) continue;
      if (calls.test(fs.read(caller) ?? ""))
        found.push({ tool, settings, caller, tables: tablesOf(fs, tool, home, folder) });
    }
  }
  return found;
}

function tablesOf(fs: FileSystem, tool: Tool, home: string, folder: string): ReadonlySet<string> {
  const { declaresTable } = tool;
  if (declaresTable === undefined)
    return new Set((tool.declaredTables?.(fs, folder) ?? []).map(({ table }) => table.toLowerCase()));
  const isWanted = (name: string): boolean => /(?<!\.d|\.test|\.spec)\.[cm]?[jt]s$/.test(name);
  const all = sourcesBelow(fs, home, { most: mostFiles, notIn: /^(?:dist|build|tests?)$/, isWanted });
  return new Set([...all].flatMap((path) => namesIn((fs.read(path) ?? "").slice(0, longest), declaresTable)));
}

const withoutSchema = (name: string): string => name.replace(/^public\./, "");

/** Lines that only show where files lie: of a drawn tree, and of nothing but a link. */
const shows = /[├└│]|^\W*\[[^\]]{1,200}\]\([^()\s]{1,200}\)\W*$/;
const numbered = /^\s*\d+[.)]/;

/** A document names the folder or a file of it, and doesn't only show where it lies: it may say to run it. */
function isInstructed(fs: FileSystem, { root, migrations }: AnyHistory): boolean {
  const all = [`${root}/`, `${root}\``, ...migrations.map(({ up }) => baseName(up.path))];
  const isWanted = (name: string): boolean => /\.(?:mdx?|txt|rst|adoc|html)$/i.test(name);
  for (const path of sourcesBelow(fs, ".", { most: mostFiles, notIn: /^\.git$/, isWanted }))
    for (const line of (fs.read(path) ?? "").slice(0, longest).split("\n"))
      if (all.some((name) => line.includes(name)) && (!shows.test(line.slice(0, 500)) || numbered.test(line)))
        return true;
  return false;
}
