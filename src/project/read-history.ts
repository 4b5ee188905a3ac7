/** One folder to one history: its shape, its tool, its dialect, and then the layout reads. */
import { looksInSchemaOfRole, type Database } from "../model/dialect.ts";
import { detectDialect } from "./server/dialect.ts";
import { baselineBeside } from "./baseline-beside.ts";
import { declaredBeside } from "./left-out/declared-beside.ts";
import { detectTool, pushedBy, type ToolGuess } from "./detect.ts";
import type { Facts } from "./facts.ts";
import { isKnownTool, isWrappedByAll, toolFacts, toolNamed } from "./known-tools.ts";
import { foundRunner, scriptWithMore, type FoundRunner } from "./found-runner.ts";
import { withoutFileCopies } from "./left-out/file-copies.ts";
import { withoutSqlite } from "./left-out/for-sqlite.ts";
import { withoutUnloadable } from "./left-out/module-kinds.ts";
import { firstStart, pickedAtStart } from "./first-start.ts";
import { ownRunner, programTexts, type OwnRunner } from "./own-runner.ts";
import { runnerDespiteHeaders } from "./leftover-headers.ts";
import { platformBeside } from "./platform-clients.ts";
import { programList } from "./program-list.ts";
import { loginsIn, schemaOfLogin } from "./logins.ts";
import { loadedAnew } from "./loaded-anew.ts";
import { inPhases, withoutPhases } from "./pre-and-post.ts";
import { withoutSummaries } from "./left-out/summed-up.ts";
import { withoutPassedOver } from "./left-out/passed-over.ts";
import { badName } from "./layouts/assemble.ts";
import { code, holdsSteps } from "./layouts/code.ts";
import { liquibase } from "./layouts/liquibase.ts";
import { markedLayouts, namedLayouts } from "./layouts/index.ts";
import type { FolderView, Layout, ReadOptions } from "./layouts/layout.ts";
import { isDirect, isSql, stemOf, stepsAmong } from "./layouts/names.ts";
import { plain } from "./layouts/plain.ts";
import type { FileProblem } from "./file-problem.ts";
import { keepsRollbacks, type FileSystem, type AnyHistory, type Migration } from "./migration.ts";
import { transactionOf } from "./runners.ts";
import { besideStandIn } from "./sessions/beside-stand-in.ts";
import { schemaSnapshot } from "./schema-snapshot.ts";
import { detectServerVersion, runsTimescale } from "./server/server-version.ts";
import type { Tool } from "./tool.ts";
import { baseName } from "./files/paths.ts";
import { compareDigits } from "./version.ts";
import { inOrderOfUse } from "./within-a-day.ts";

interface Shape {
  readonly layout: Layout;
  readonly files: number;
  readonly because: string;
}

/** Names that no tool alone has. */
const anyonesNames: ReadonlySet<string> = new Set(["numbered", "timestamps", "plain"]);

/** What only some runners ask of the names. */
const ofNames: ReadonlyMap<FileProblem["rule"], FileProblem["severity"]> = new Map([
  ["bad-file-name", "warning"],
  ["duplicate-version", "note"],
] as const);

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
  const isPossible = view.files.some(isSql)
    ? () => true
    : ({ anyEnding }: Layout): boolean => anyEnding === true;
  const find = (layouts: readonly Layout[]): Shape[] =>
    layouts.filter(isPossible).flatMap((layout): Shape[] => {
      const evidence = layout.detect(view);
      return evidence === undefined ? [] : [{ layout, files: evidence.files, because: evidence.because }];
    });
  const [marked, ...others] = find(markedLayouts);
  const rest = [...others, ...find(namedLayouts)].sort((a, b) => b.files - a.files);
  return [shape, marked, ...rest].filter((one) => one !== undefined);
}

/** Reads `view` as a history; undefined if there is no SQL that could be one. */
export function readHistory(fs: FileSystem, view: FolderView, facts: Facts): AnyHistory | undefined {
  const shaped = shapesOf(view);
  const hasHeaders = facts.tool === undefined && shaped[0]?.layout.name === liquibase.name;
  const program = hasHeaders ? runnerDespiteHeaders(fs, view) : undefined;
  const fitting =
    program === undefined ? shaped : shaped.filter(({ layout }) => layout.name !== liquibase.name);
  const asCode = statedCode(view, facts);
  const names = [...fitting.map((shape) => shape.layout.name), ...(hasSql(view) ? ["plain"] : [])];
  if (names.length === 0 && asCode === undefined) return undefined;
  const guess = facts.tool === undefined ? detectTool(fs, view, names) : stated(facts.tool);
  const known = toolNamed(guess.tool);
  const tool = { ...known, ...known.adapted?.(fs, view) };
  const isByHand = tool.sends === "unknown" && facts.runner === undefined;
  const found = isByHand ? ownRunner(fs, view.root) : undefined;
  const own = leavesAllOut(view, found) ? undefined : found;
  const isText = tool.handMade === true && runsAsText(view, own, fitting[0]);
  const shape = isText
    ? fallback(view)
    : (fitting.find((candidate) => tool.shapes.includes(candidate.layout.name)) ??
      asCode ??
      fitting[0] ??
      fallback(view));
  if (shape === undefined) return undefined;
  const { dialect, evidence: dialectEvidence, despite, isStandIn } = detectDialect(fs, view, facts);
  const server =
    facts.serverVersion === undefined
      ? detectServerVersion(fs, view.root, dialect, oldestServer(fs, tool, view.root, dialect))
      : { version: facts.serverVersion, evidence: ["stated in the configuration"] };
  const running = { ...tool, wraps: tool.wrapsOn?.[dialect] ?? tool.wraps };
  const script = isByHand ? foundRunner(fs, view.root) : undefined;
  const isSome = script?.isOfSome === true && own !== undefined;
  const runner = isByHand ? ((isSome ? undefined : script) ?? asFound(own)) : undefined;
  const sortedBy = runner?.sortedBy;
  const options: ReadOptions = {
    tool,
    dialect,
    order: tool.order ?? (sortedBy === undefined && !isText ? "numeric" : "text"),
    sortedBy,
    ...(tool.handMade === true && own?.takesAnyName === true ? { takesAnyName: true } : {}),
    duplicates:
      tool.duplicates ??
      (shape.layout.name === "folders" || own?.isSorted === true || sortedBy !== undefined
        ? "fine"
        : "which runs first is not defined"),
    badName: tool.badName ?? `${tool.name} can't order it`,
    transaction: (source) => transactionOf(running, facts.runner ?? runner?.runner, source),
    ownReader: guess.ownReader,
    isByMarks: guess.isByMarks,
    isStated: facts.tool === undefined ? undefined : true,
    mixedRunner: () => {
      const runs = isByHand ? own : ownRunner(fs, view.root);
      return runs?.loadsCode === true ? runs.path : undefined;
    },
    programList: tool.handMade === true ? (files) => programList(fs, view.root, files) : undefined,
  };
  // A program that sorts the names runs such copies, too.
  const isAnyones = tool.handMade === true && anyonesNames.has(shape.layout.name);
  const runsCopies = !isAnyones || own?.isSorted === true;
  const seen = runsCopies ? withoutUnloadable(fs, view) : withoutFileCopies(view);
  const first = shape.layout.read(seen.view, options);
  const isLoose =
    tool.handMade === true && facts.runner === undefined && runner === undefined && own === undefined;
  const asFirst = { root: view.root, migrations: first.migrations };
  const start = isLoose ? firstStart(fs, asFirst) : undefined;
  const picked = isLoose && start === undefined ? pickedAtStart(fs, asFirst) : undefined;
  // A container runs the files of its first start in the order of their names; of some, the numbers say nothing.
  const reading =
    (start ?? picked) === undefined || (first.problems.length === 0 && seen.says.length === 0)
      ? first
      : shape.layout.read(start === undefined ? seen.view : view, { ...options, duplicates: "fine" });
  const more = isByHand && reading.continues !== true ? scriptWithMore(fs, view.root, view.files) : undefined;
  const evidence = [...guess.evidence, shape.because, ...(reading.notes ?? [])];
  if (program !== undefined)
    evidence.push("nothing of the project runs Liquibase, whose headers are left over");
  if (runner !== undefined) evidence.push(runner.because);
  else if (own !== undefined) evidence.push(`${own.path} reads these files and sends them`);
  if (more !== undefined) evidence.push(`${more} runs other files with these`);
  const base =
    isByHand && more === undefined && reading.continues !== true
      ? baselineBeside(fs, view.root, reading.migrations)
      : undefined;
  if (base !== undefined) evidence.push(`${base} makes the tables that a new database begins with`);
  const accepted = tool.acceptedUpTo?.(view.root, (path) => fs.read(path));
  const startAfter = accepted && lastUpTo(reading.migrations, accepted.version);
  if (accepted !== undefined && startAfter !== undefined)
    evidence.push(`${accepted.file} takes migrations up to ${accepted.version} for applied`);
  const timeout =
    facts.lockTimeout === undefined
      ? tool.lockTimeoutIn?.(
          view.root,
          (path) => fs.read(path),
          () => programTexts(fs, view.root),
        )
      : undefined;
  if (timeout !== undefined) evidence.push(`${timeout.file} sets a lock timeout of ${timeout.value}`);
  const mode = facts.sqlMode === undefined ? tool.sqlModeIn?.(view.root, (path) => fs.read(path)) : undefined;
  if (mode !== undefined) evidence.push(`${mode.file} sets the sql_mode ${mode.value}`);
  const snapshot = facts.schema === undefined ? schemaSnapshot(fs, view.root) : undefined;
  if (snapshot !== undefined) evidence.push(`${snapshot} is a snapshot that "schema" may name`);
  if (!isKnownTool(tool.name)) {
    evidence.push(`${tool.name} has no reader of its own: read by the shape of its file names`);
  }
  if (start !== undefined) evidence.push(`${start} has a new database run these files, and no other`);
  if (picked !== undefined)
    evidence.push(
      `${picked} has a new database run some of these files by name: no database has run them in order`,
    );
  const isSorted =
    tool.handMade !== true || own?.isSorted === true || sortedBy !== undefined || start !== undefined;
  const isOrdered = isSorted || reading.notes !== undefined;
  const used = isOrdered ? reading.migrations : inOrderOfUse(reading.migrations);
  if (used !== reading.migrations)
    evidence.push("files of one day are in the order in which they need one another");
  const read = isOrdered ? used : inPhases(used);
  if (read !== used) evidence.push("files that are called pre and post come before and after the others");
  const inOrder = withTimes(tool.inOrder?.(read, view) ?? read, tool.times?.(view));
  const passed = withoutPassedOver(fs, view.root, inOrder, facts.skipMarker);
  const named = withoutLeftOut(passed.migrations, own);
  const taken =
    tool.handMade === true && facts.dialect === undefined
      ? withoutSqlite(named.kept, dialect)
      : { migrations: named.kept, says: [] };
  const { migrations: ordered, says: summed, problems: again } = withoutSummaries(taken.migrations, isSorted);
  const anew = isLoose && (start ?? picked) === undefined ? loadedAnew(fs, view.root, ordered) : undefined;
  if (anew !== undefined)
    evidence.push(`${anew.path} runs files one after the other, of which the first drops all its tables`);
  const { unlistedBy } = guess;
  const isUnlisted = unlistedBy !== undefined && runner === undefined && own === undefined;
  const leftOut = [
    ...(reading.loose ?? []),
    ...named.says,
    ...taken.says,
    ...summed,
    ...(start === undefined ? seen.says : []),
  ];
  if (passed.because !== undefined) evidence.push(passed.because);
  const phased = isOrdered ? reading.problems : withoutPhases(reading.problems, reading.migrations);
  const pusher = facts.tool === undefined ? pushedBy(fs, view.root, tool) : undefined;
  const beside = tool.switchedBySpring === true ? besideStandIn(fs, view.root, tool.name) : undefined;
  const ownFacts = toolFacts(tool, { fs, root: view.root });
  const logins = loginsIn(view.root, (path) => fs.read(path));
  const schemas = tool.schemas?.(view);
  const ownSchema = looksInSchemaOfRole(dialect)
    ? schemaOfLogin(
        logins,
        ordered.map(({ up }) => up.text),
      )
    : undefined;
  // Where nothing applies the files, neither their order nor their list matters.
  const ownProblems = (pusher === undefined ? tool.problems?.(view, read) : undefined) ?? [];
  return {
    ...ownFacts,
    declared: ownFacts.declared ?? declaredBeside(fs, view.root),
    root: view.root,
    layout: shape.layout.name,
    evidence: [...new Set(evidence)],
    ...(tool.sends === "unknown" && facts.runner === undefined && isWrappedByAll(shape.layout.name)
      ? { likelyWrapped: true }
      : {}),
    rollbacks: tool.rollbacksOf?.[shape.layout.name] ?? tool.rollbacks ?? reading.rollbacks,
    keepsRollbacks: keepsRollbacks(reading.migrations),
    continues: more === undefined && base === undefined && taken.says.length === 0 ? reading.continues : true,
    dump: reading.dump,
    ...(startAfter === undefined ? {} : { startAfter }),
    ...(timeout === undefined ? {} : { lockTimeout: timeout.value }),
    ...(timeout?.sent === true ? { sentLockTimeout: timeout } : {}),
    ...(mode === undefined ? {} : { sqlMode: mode.value }),
    logins,
    ...(ownFacts.web === undefined ? platformBeside(fs, view.root) : {}),
    comparesParts: shape.layout.comparesParts,
    ownRollback: tool.ownRollback,
    oneAlter: tool.oneAlter,
    passesMissingDown: tool.passesMissingDown,
    rollbackName: (migration) => reading.rollbackName(migration),
    migrations: onNewDatabase(
      start === undefined ? anew && ((one) => anew.files.has(one.up.path)) : () => true,
      tool.contiguous === true
        ? afterGaps(ordered)
        : picked === undefined
          ? ordered
          : ordered.map((one) => ({ ...one, afterGap: true })),
    ),
    problems: [
      ...(isByHand && runner === undefined && own === undefined && anyonesNames.has(shape.layout.name)
        ? phased.map((one) => ({ ...one, severity: one.severity ?? ofNames.get(one.rule) }))
        : phased),
      ...again,
      ...ownProblems,
      ...(tool.contiguous ? holes(view, tool.name, reading.migrations) : []),
    ].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
    alsoRead: reading.alsoRead,
    ...(leftOut.length === 0 ? {} : { loose: leftOut }),
    notRead: [...(reading.notRead ?? []), ...(tool.notRead?.(view, reading.migrations, ownProblems) ?? [])],
    trackingTables: tool.trackingTables,
    edited: tool.edited,
    checked: tool.checked,
    ...(tool.empty === undefined ? {} : { empty: tool.empty }),
    wide: typeof tool.wide === "function" ? tool.wide(fs, view.root) : tool.wide,
    afterFailure: tool.commands?.afterFailure?.words,
    besideTransaction: tool.besideTransaction?.(view, ownFacts.toolRelease),
    ...schemas,
    searchPath: schemas?.searchPath ?? (ownSchema === undefined ? undefined : [ownSchema, "public"]),
    late: pusher === undefined ? (tool.lateIn?.(fs, view.root) ?? tool.late) : undefined,
    ...(pusher === undefined ? {} : { unrun: pushedPast(view.root, tool.name, pusher) }),
    ...(isUnlisted ? { unrun: listedNowhere(view.root, unlistedBy) } : {}),
    runner: runner?.runner,
    ...(own?.ignoresDuplicates === true ? { ignoresDuplicates: true } : {}),
    dialect,
    dialectEvidence,
    ...(despite === undefined ? {} : { dialectDespite: despite }),
    ...(isStandIn === undefined ? {} : { runsOnStandIn: isStandIn }),
    ...(beside === undefined ? {} : { besideStandIn: beside }),
    ...(runsTimescale(fs, view.root) ? { timescale: true } : {}),
    serverVersion: server?.version,
    serverEvidence: server?.evidence ?? [],
  };
}

const pushedPast = (root: string, tool: string, pusher: string): AnyHistory["unrun"] => ({
  says: `${root}: ${pusher} calls ${tool} push, and nothing applies these files (--tool ${tool} if that is wrong)`,
  isSure: true,
});

const listedNowhere = (
  root: string,
  { tool, namesOthers }: NonNullable<ToolGuess["unlistedBy"]>,
): AnyHistory["unrun"] => ({
  says: `${root}: ${tool} runs none of these files, as its own list names none of them`,
  isSure: true,
  ...(namesOthers ? { idle: `the list of ${tool} names others, and none of them` } : {}),
});

/** The names look like those of a tool that the project lacks, and its own program asks nothing of them. */
const runsAsText = (view: FolderView, own: OwnRunner | undefined, shape: Shape | undefined): boolean =>
  own?.sortsText === true &&
  shape?.layout.comparesParts === true &&
  view.files.every((file) => !isSql(file) || isDirect(file));

/** Its conditions fit no file here: it is about other folders. */
const leavesAllOut = (view: FolderView, own: OwnRunner | undefined): boolean =>
  own?.leavesOut !== undefined && stepsAmong(view.files).every((file) => own.leavesOut?.(file) === true);

/** Files that the project's own program doesn't apply by their names are no migrations of it. */
function withoutLeftOut(
  migrations: readonly Migration[],
  own: OwnRunner | undefined,
): { readonly kept: readonly Migration[]; readonly says: readonly string[] } {
  const isOut = ({ up }: Migration): boolean =>
    up.code === undefined && own?.leavesOut?.(baseName(up.path)) === true;
  const kept = migrations.filter((one) => !isOut(one));
  const [first, ...others] = migrations.filter(isOut);
  // Where none is left, the condition is about something else.
  if (own === undefined || first === undefined || kept.length === 0) return { kept: migrations, says: [] };
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  const [names, they] = others.length === 0 ? ["its name", "it was"] : ["their names", "they were"];
  return {
    kept,
    says: [`${own.path} leaves ${first.up.path}${more} out by ${names}, so that ${they} not checked`],
  };
}

function oldestServer(fs: FileSystem, tool: Tool, root: string, dialect: Database): string | undefined {
  if (tool.oldestServer === undefined) return undefined;
  const release = tool.releaseIn?.(root, (path) => fs.read(path));
  return release === undefined ? undefined : tool.oldestServer(release, dialect);
}

function withTimes(
  migrations: readonly Migration[],
  times: ReadonlyMap<string, number> = new Map(),
): readonly Migration[] {
  return times.size === 0
    ? migrations
    : migrations.map((one) => ({ ...one, writtenAt: times.get(stemOf(one.up.path))?.toString() }));
}

/** What is known of the project's own program, as a script that says so. */
const asFound = (own: OwnRunner | undefined): FoundRunner | undefined =>
  own?.runner && {
    runner: own.runner,
    because: `${own.path} reads these files and sends them: ${own.runner}`,
  };

/** What only an empty database runs finds nothing there. */
const onNewDatabase = (
  isOnEmpty: ((migration: Migration) => boolean) | undefined,
  migrations: readonly Migration[],
): readonly Migration[] =>
  isOnEmpty === undefined
    ? migrations
    : migrations.map((one) => (isOnEmpty(one) ? { ...one, beforeBaseline: true } : one));

/** The name of the newest migration of this version or an older one. */
function lastUpTo(migrations: readonly Migration[], version: string): string | undefined {
  const old = migrations.filter((one) => compareDigits(one.version ?? "", version) <= 0);
  return old.reduce<Migration | undefined>(
    (last, one) =>
      last === undefined || compareDigits(one.version ?? "", last.version ?? "") > 0 ? one : last,
    undefined,
  )?.name;
}

/** The first number that is left out before each migration that follows such a hole. */
function missingBefore(migrations: readonly Migration[]): ReadonlyMap<Migration, number> {
  let last = 0;
  const found = new Map<Migration, number>();
  for (const migration of migrations) {
    const number = Number(migration.version);
    if (number > last + 1) found.set(migration, last + 1);
    if (number > last) last = number;
  }
  return found;
}

function afterGaps(migrations: readonly Migration[]): readonly Migration[] {
  const missing = missingBefore(migrations);
  return migrations.map((migration) =>
    missing.has(migration) ? { ...migration, afterGap: true } : migration,
  );
}

/** Where a number is left out that the tool asks for. */
function holes(view: FolderView, tool: string, migrations: readonly Migration[]): FileProblem[] {
  return [...missingBefore(migrations)].flatMap(([{ up }, missing]) => {
    const file = up.path.slice(view.root === "." ? 0 : view.root.length + 1);
    const instead = "number the files from 1 without gaps";
    return [badName(view, file, `${tool} refuses to run: there is no migration ${missing}`, instead)];
  });
}

const stated = (tool: string): ToolGuess => ({ tool, evidence: ["the tool is stated in the configuration"] });

const hasSql = (view: FolderView): boolean => view.files.some((file) => isSql(file) && isDirect(file));

/** The tool that the user names runs code, and there is some. */
export function statedCode(view: FolderView, { tool }: Pick<Facts, "tool">): Shape | undefined {
  if (tool === undefined || !toolNamed(tool).shapes.includes(code.name) || !holdsSteps(view))
    return undefined;
  return { layout: code, files: 0, because: "files in code" };
}

function fallback(view: FolderView): Shape | undefined {
  const evidence = plain.detect(view);
  return evidence === undefined ? undefined : { layout: plain, ...evidence };
}
