/** One folder to one history: its shape, its tool, its dialect, and then the layout reads. */
import { detectDialect } from "./dialect.ts";
import { detectTool, lockedVersion, npmVersion, packageRootOf, type ToolGuess } from "./detect.ts";
import { atlasSumProblems, isCheckpoint } from "./atlas-sum.ts";
import { journalOf, journalProblems, unheldEntries } from "./drizzle-journal.ts";
import type { Facts } from "./facts.ts";
import { badName } from "./layouts/assemble.ts";
import { chain } from "./layouts/chain.ts";
import { code } from "./layouts/code.ts";
import { committed } from "./layouts/committed.ts";
import { inDependencyOrder } from "./layouts/dependencies.ts";
import { flyway } from "./layouts/flyway.ts";
import { folders } from "./layouts/folders.ts";
import type { FolderView, Layout, ReadOptions } from "./layouts/layout.ts";
import { liquibase } from "./layouts/liquibase.ts";
import { isDirect, isSql } from "./layouts/names.ts";
import { numbered, timestamps } from "./layouts/numbered.ts";
import { pairs } from "./layouts/pairs.ts";
import { plain } from "./layouts/plain.ts";
import { releases } from "./layouts/releases.ts";
import { sections } from "./layouts/sections.ts";
import { sqitch } from "./layouts/sqitch.ts";
import { updates } from "./layouts/updates.ts";
import {
  keepsRollbacks,
  type FileProblem,
  type FileSystem,
  type History,
  type Migration,
} from "./migration.ts";
import { moveLater } from "./move-later.ts";
import { join } from "./paths.ts";
import { schemaSnapshot } from "./schema-snapshot.ts";
import { transactionOf } from "./runners.ts";
import { detectServerVersion } from "./server-version.ts";
import { knownTools, popxName, popxOptOut, prismaSends, toolNamed, type Tool } from "./tools.ts";

/** Special shapes first: on a tie of the counts the earlier one wins. */
export const layouts: readonly Layout[] = [
  sqitch,
  liquibase,
  committed,
  sections,
  flyway,
  folders,
  releases,
  chain,
  pairs,
  updates,
  timestamps,
  numbered,
];

interface Shape {
  readonly layout: Layout;
  readonly files: number;
  readonly because: string;
}

/** The layouts that fit, best first; empty if no file has a name of any. */
export function shapesOf(view: FolderView): readonly Shape[] {
  const known = shapes.get(view) ?? findShapes(view);
  shapes.set(view, known);
  return known;
}

const shapes = new WeakMap<FolderView, readonly Shape[]>();

function findShapes(view: FolderView): readonly Shape[] {
  const inCode = code.detect(view);
  const shape = inCode && { layout: code, ...inCode };
  // Sqitch's scripts may have any ending.
  const possible = view.files.some(isSql) ? layouts : view.files.includes("sqitch.plan") ? [sqitch] : [];
  const found = possible.flatMap((layout): Shape[] => {
    const evidence = layout.detect(view);
    return evidence === undefined ? [] : [{ layout, files: evidence.files, because: evidence.because }];
  });
  const marked = found.find(({ layout }) => [sqitch, liquibase, committed, sections].includes(layout));
  const rest = found.filter((shape) => shape !== marked).sort((a, b) => b.files - a.files);
  return [shape, marked, ...rest].filter((one) => one !== undefined);
}

/** Reads `view` as a history; undefined if there is no SQL that could be one. */
export function readHistory(fs: FileSystem, view: FolderView, facts: Facts): History | undefined {
  const fitting = shapesOf(view);
  const names = [...fitting.map((shape) => shape.layout.name), ...(hasSql(view) ? ["plain"] : [])];
  if (names.length === 0) return undefined;
  const guess = facts.tool === undefined ? detectTool(fs, view, names) : stated(facts.tool);
  const tool = withVersion(fs, view, toolNamed(guess.tool));
  const shape =
    fitting.find((candidate) => tool.shapes.includes(candidate.layout.name)) ?? fitting[0] ?? fallback(view);
  if (shape === undefined) return undefined;
  const { dialect, evidence: dialectEvidence } = detectDialect(fs, view, facts);
  const server =
    facts.serverVersion === undefined
      ? detectServerVersion(fs, view.root, dialect)
      : { version: facts.serverVersion, evidence: ["stated in the configuration"] };
  const options: ReadOptions = {
    tool: tool.name,
    dialect,
    order: tool.order ?? "numeric",
    duplicates:
      tool.duplicates ?? (shape.layout.name === "folders" ? "fine" : "which runs first is not defined"),
    badName:
      tool.badName ??
      (tool.name === "raw" ? "its place in the order is not known" : `${tool.name} can't order it`),
    listed: tool.name === "drizzle" ? journalOf(view) : undefined,
    isBaseline: tool.name === "atlas" ? isCheckpoint : undefined,
    transaction: (source) => transactionOf(tool, facts.runner, source),
  };
  const reading = shape.layout.read(view, options);
  const evidence = [...guess.evidence, shape.because, ...(reading.notes ?? [])];
  const snapshot = facts.schema === undefined ? schemaSnapshot(fs, view.root) : undefined;
  if (snapshot !== undefined) evidence.push(`${snapshot} is a snapshot that "schema" may name`);
  if (tool.name !== "raw" && !knownTools.some((known) => known.name === tool.name)) {
    evidence.push(`${tool.name} has no reader of its own: read by the shape of its file names`);
  }
  return {
    root: view.root,
    tool: tool.name,
    layout: shape.layout.name,
    evidence: [...new Set(evidence)],
    rollbacks: tool.rollbacksOf?.[shape.layout.name] ?? tool.rollbacks ?? reading.rollbacks,
    keepsRollbacks: keepsRollbacks(reading.migrations),
    continues: reading.continues,
    rollbackName: (migration) => reading.rollbackName(migration),
    migrations: tool.name === "yoyo" ? inDependencyOrder(reading.migrations) : reading.migrations,
    problems: [
      ...reading.problems,
      ...ownProblems(view, tool.name),
      ...(tool.contiguous ? holes(view, tool.name, reading.migrations) : []),
    ].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
    notRead:
      tool.name === "drizzle"
        ? unheldEntries(view, reading.migrations, ownProblems(view, tool.name))
        : reading.notRead,
    trackingTables: tool.trackingTables,
    edited: tool.edited,
    besideTransaction: view.flyway?.transactionalLock === false ? undefined : tool.besideTransaction,
    late: tool.late && { ...tool.late, instead: moveLater(tool.name) },
    dialect,
    dialectEvidence,
    serverVersion: server?.version,
    serverEvidence: server?.evidence ?? [],
  };
}

/** Where a number is left out that the tool asks for. */
function holes(view: FolderView, tool: string, migrations: readonly Migration[]): FileProblem[] {
  let last = 0;
  return migrations.flatMap(({ version, up }) => {
    const number = Number(version);
    const missing = number > last + 1 ? last + 1 : undefined;
    if (number > last) last = number;
    if (missing === undefined) return [];
    const file = up.path.slice(view.root === "." ? 0 : view.root.length + 1);
    const instead = "number the files from 1 on without a hole";
    return [badName(view, file, `${tool} refuses to run: there is no migration ${missing}`, instead)];
  });
}

/** What a tool's own lists and hashes say about the files. */
function ownProblems(view: FolderView, tool: string): readonly FileProblem[] {
  return tool === "drizzle" ? journalProblems(view) : tool === "atlas" ? atlasSumProblems(view) : [];
}

const stated = (tool: string): ToolGuess => ({ tool, evidence: ["the tool is stated in the configuration"] });

const hasSql = (view: FolderView): boolean => view.files.some((file) => isSql(file) && isDirect(file));

function fallback(view: FolderView): Shape | undefined {
  const evidence = plain.detect(view);
  return evidence === undefined ? undefined : { layout: plain, ...evidence };
}

/** Prisma's way of sending changed with a version, which its manifest tells; popx knows a way that pop doesn't. */
function withVersion(fs: FileSystem, view: FolderView, tool: Tool): Tool {
  if (tool.name === "pop" && view.files.some((file) => popxName.test(file)))
    return { ...tool, optOut: popxOptOut };
  if (tool.name !== "prisma") return tool;
  const root = packageRootOf(fs, view.root);
  const text = root === undefined ? undefined : fs.read(join(root, "package.json"));
  if (root === undefined || text === undefined) return tool;
  const stated = npmVersion(text, "prisma") ?? npmVersion(text, "@prisma/client");
  const settled = stated === undefined ? undefined : lockedVersion(fs, root, "prisma");
  return { ...tool, sends: prismaSends(settled ?? stated) };
}
