import type { Dialects } from "../dialects/load.ts";
import type { DialectName } from "../model/dialect.ts";
import { statusOf, type Changes } from "../project/git/changes.ts";
import { shownAt, type FileProblem } from "../project/file-problem.ts";
import { filesOf, type History, type Migration } from "../project/migration.ts";
import { isWithin } from "../project/files/paths.ts";
import { compareNatural } from "../project/version.ts";
import { mergeConflicts, type Server } from "../replay/merge.ts";
import { editedMigrations, lateComers } from "../replay/questions/project/compared.ts";
import { sidesOf, type Sides, type UpstreamHistories } from "../replay/questions/project/sides.ts";
import type { Read } from "../replay/replay.ts";
import { phaseOf, type MigrationPhase } from "../replay/phase.ts";
import { startOf, type ReplayedMigration } from "../replay/replayed-migration.ts";
import { undoneBy } from "../replay/questions/rollback/undone.ts";
import { versionGaps } from "../replay/questions/project/version-gaps.ts";
import type { ProjectScope } from "../replay/step.ts";
import type { Schema } from "../schema/schema.ts";
import { onceFor } from "../text/once-for.ts";
import type { SourceMap } from "../text/source-map.ts";
import { addTexts, inSources, mapped } from "../findings/code-places.ts";
import { joined, scannedFiles } from "../findings/scanned-files.ts";
import { byDialect, rulesOf, type RulesFor } from "../lint/rules-for.ts";
import { countFixable } from "../findings/apply-fixes.ts";
import { finishFindings } from "../findings/finish.ts";
import { unmerged } from "../findings/merge.ts";
import { Batches } from "./batches.ts";
import { placeholdersBack, spelledIn } from "../findings/placeholders.ts";
import { CodeOperations } from "./code-operations.ts";
import { withFittingAdvice } from "./fitting-advice.ts";
import { notesOf, type MigrationNotes } from "./migration-notes.ts";
import type { MadeName } from "../replay/made-names.ts";
import type { Linted, LintedPast } from "./linted-past.ts";
import type { Past } from "./past.ts";
import { coverageOf, type Beside } from "../lint/coverage.ts";
import type { InternalError, LintResult } from "../lint/result.ts";
import { inLaterWords, type RawFinding } from "../lint/raw-finding.ts";
import { internalError, Linter } from "../lint/run.ts";
import { createSources } from "../findings/sources.ts";
import type { ScannedFile } from "../findings/suppress.ts";

export interface ComparedHistories {
  readonly changes: Changes;
  readonly then: () => readonly History[];
  /** What the other branch has got meanwhile; undefined: nothing that these histories could conflict with. */
  readonly upstream: (now: readonly History[]) => UpstreamHistories | undefined;
  readonly server: (history: History) => Server;
}

export interface HistoryRun {
  readonly history: History;
  /** Those that are replayed: all, or what follows those of `past`. */
  readonly migrations: Iterable<ReplayedMigration>;
  /** Of the first migrations, where that is known without replaying them: none of them is reported on. */
  readonly past?: Pick<Past, "notes" | "applied" | "onNotes" | "onBatch"> | undefined;
  /** Of the first migrations, where that is known without linting them. */
  readonly linted?: LintedPast | undefined;
}

export interface LintInput {
  /** Each history with its replay; taken one migration at a time. */
  readonly runs: readonly HistoryRun[];
  readonly dialects: Dialects;
  /** Of scripts that aren't replayed yet: those of the commit that is compared with, and what advice writes. */
  readonly read: Read;
  readonly rules: RulesFor;
  /** What is compared with: the changes since then, and the histories as they were. */
  readonly compared?: ComparedHistories | undefined;
  /** Texts that no script holds (a README with a bad name), by path as shown. */
  readonly texts?: ReadonlyMap<string, string> | undefined;
  /** Fingerprints of findings that are accepted as they are. */
  readonly baseline?: ReadonlySet<string> | undefined;
  readonly everyFinding?: boolean | undefined;
  /** Default: true, unless every finding is asked for. */
  readonly merge?: boolean | undefined;
  /** What lies beside the histories, and isn't linted. */
  readonly beside?: Beside | undefined;
  /** Which files are reported; others are replayed, and not linted. Default: all. */
  readonly report?: ((path: string) => boolean) | undefined;
  readonly onProgress?: ((done: number, total: number, path: string) => void) | undefined;
}

/** All rules over all histories. A bug in a rule or in the replay of one history leaves the others linted. */
export function lintHistories(input: LintInput): LintResult {
  const { runs } = input;
  const histories = runs.map((run) => run.history);
  const rules = rulesOf(input.rules, histories);
  const linterFor = onceFor((dialect: DialectName) => new Linter(input.rules(dialect)));
  const report = input.report ?? (() => true);
  const texts = new Map(input.texts);
  const maps = new Map<string, SourceMap>();
  const files: ScannedFile[] = [];
  const raw: RawFinding[] = [];
  const errors: InternalError[] = [];
  const applied = new Set<Migration>();
  const unknownStatements = new Map<string, number>();
  const operations = new CodeOperations();
  let firstUnknown: string | undefined;
  let skipped = 0;
  const total = histories.reduce((sum, history) => sum + history.migrations.length, 0);
  /** The last migration of each folder that isn't reported. */
  const newest = new Map<History, string>();
  const placeholders = new Map<string, string>();
  const phases: { readonly history: History; readonly migration: Migration; readonly own: MigrationPhase }[] =
    [];
  const batches = new Batches();
  let done = 0;
  let pending = 0;
  let statements = 0;
  /** By the history that is being linted. */
  let made: MadeName[] = [];
  const addNotes = ({ up }: Migration, notes: MigrationNotes): void => {
    statements += notes.statements;
    for (const kind of notes.unknown) unknownStatements.set(kind, (unknownStatements.get(kind) ?? 0) + 1);
    firstUnknown ??= notes.first;
    operations.add(up, notes.inUp);
    for (const one of notes.made) made.push(one);
    for (const [name, written] of notes.placeholders) placeholders.set(name, spelledIn(up.path, written));
  };
  for (const { history, migrations, past, linted } of runs) {
    const linter = linterFor(history.dialect);
    made = [];
    for (const { up, down } of history.migrations) {
      for (const script of down ? [up, down] : [up]) addTexts(script, texts, maps);
    }
    for (const { path: file, text } of history.problems.flatMap((one) => [one, ...(one.related ?? [])]))
      if (text !== undefined && !texts.has(file)) texts.set(file, text);
    let path = history.root;
    let lastOld: Migration | undefined;
    let end: Schema | undefined;
    const found: RawFinding[] = [];
    const addApplied = (migration: Migration): void => {
      applied.add(migration);
      const isNew = input.compared && statusOf(input.compared.changes, migration) === "added";
      if (isNew === true) skipped++;
      if (migration.kind === "versioned") lastOld = migration;
    };
    const isReported = (migration: Migration): boolean => filesOf(migration).some(report);
    const addLinted = (migration: Migration, { notes, files: own, phase, findings }: Linted): void => {
      addNotes(migration, notes);
      files.push(...own);
      if (phase !== undefined && isReported(migration)) {
        pending++;
        phases.push({ history, migration, own: phase });
      }
      found.push(...findings);
    };
    const withAdviceThatFits = (
      scope: ReplayedMigration,
      own: readonly RawFinding[],
    ): readonly RawFinding[] => {
      try {
        return withFittingAdvice(input, input.rules, scope, own);
      } catch (error) {
        errors.push(internalError(error, undefined, scope.migration.up.path));
        return own;
      }
    };
    const lintScope = (scope: ReplayedMigration): void => {
      const { up, down } = scope.migration;
      const notes = notesOf(scope);
      past?.onNotes(scope.migration.index, notes);
      if (scope.batch !== undefined) past?.onBatch();
      if (scope.pending && !isReported(scope.migration)) {
        addNotes(scope.migration, notes);
        errors.push(...scope.errors.map((error) => internalError(error, undefined, up.path)));
        return;
      }
      const run = linter.migration(scope);
      errors.push(...run.errors, ...scope.errors.map((error) => internalError(error, undefined, up.path)));
      if (!scope.pending) {
        linted?.onApplied();
        addNotes(scope.migration, notes);
        addApplied(scope.migration);
        found.push(...run.findings);
        return;
      }
      const { parsed } = scope;
      const scripts = [[up, parsed.up] as const, [down, parsed.down] as const];
      const own = {
        notes,
        files: scripts.flatMap(([script, text]) => (script && text ? scannedFiles(script, text) : [])),
        phase: phaseOf(scope),
        findings: withAdviceThatFits(scope, run.findings),
      };
      linted?.onLinted(scope, own);
      addLinted(scope.migration, own);
    };
    const lintSafely = (scope: ReplayedMigration): void => {
      try {
        lintScope(scope);
      } catch (error) {
        errors.push(internalError(error, undefined, scope.migration.up.path));
      }
    };
    try {
      for (const [i, notes] of (past?.notes ?? []).entries()) {
        const migration = history.migrations[i];
        if (migration === undefined) break;
        addNotes(migration, notes);
        if (past !== undefined && i < past.applied) addApplied(migration);
        input.onProgress?.(++done, total, migration.up.path);
      }
      for (const [i, known] of (linted?.linted ?? []).entries()) {
        const migration = history.migrations[i];
        if (linted === undefined || migration === undefined) break;
        path = migration.up.path;
        if (known !== undefined) addLinted(migration, known);
        else lintSafely(linted.again(i));
        input.onProgress?.(++done, total, path);
      }
      for (const scope of migrations) {
        path = scope.migration.up.path;
        end = scope.after;
        batches.add(scope);
        lintSafely(scope);
        input.onProgress?.(++done, total, path);
      }
    } catch (error) {
      errors.push(internalError(error, undefined, path));
    }
    raw.push(...found.map((finding) => (end === undefined ? finding : atEnd(finding, end, made, errors))));
    if (lastOld !== undefined) newest.set(history, lastOld.up.path);
  }
  for (const [dialect, own] of byDialect(histories)) {
    const project = linterFor(dialect).project(projectScope(own, applied, input));
    raw.push(...project.findings.filter((finding) => !isOld(finding.path, newest, input)));
    errors.push(...project.errors);
  }
  const failed = new Set(errors.flatMap((error) => error.ruleId ?? []));
  const back = placeholdersBack(placeholders) ?? ((finding: RawFinding) => finding);
  const placed = raw.map((finding) => back(inSources(finding, maps)));
  const sources = createSources(texts);
  const { baseline, everyFinding, merge = everyFinding !== true } = input;
  const finished = finishFindings({
    raw: placed,
    histories,
    files: joined(files),
    rules,
    sources,
    baseline,
    everyFinding,
    merge,
    failed,
  });
  const accepted = finished.suppressed.filter(({ suppression }) => suppression.kind === "external").length;
  const suppressed = finished.suppressed.length - accepted;
  const findings = finished.findings.filter((finding) => report(finding.file));
  const further = finished.further.filter((finding) => report(finding.file));
  const counts = {
    files: texts.size,
    migrations: total,
    pending,
    statements,
    suppressed,
    accepted,
    ...countFixable([...unmerged(findings), ...further]),
    notUnderstood: [...unknownStatements.values()].reduce((sum, count) => sum + count, 0),
    skipped,
    unread: histories.flatMap(({ migrations }) => migrations.filter(({ unread }) => unread === true)).length,
  };
  return {
    findings,
    further,
    suppressed: finished.suppressed.filter((finding) => report(finding.file)),
    errors: oncePerPackRule(errors),
    histories,
    counts,
    coverage: coverageOf(
      counts,
      histories,
      { first: firstUnknown, operations: operations.coverage },
      input.beside,
    ),
    release: phases.map(({ history, migration, own: { phase, run, reasons } }) => ({
      root: history.root,
      migration: migration.name,
      file: migration.up.path,
      phase,
      run,
      reasons: reasons.map(({ at, ...reason }) => {
        const { path, span } = mapped(maps, at.path, at.span);
        const lines = sources.lines(path);
        const { line: endLine, column: endColumn } = lines.position(span.end);
        return { ...reason, file: path, ...lines.position(span.start), endLine, endColumn };
      }),
    })),
    batches: batches.totals(),
    unchecked: input.beside?.files ?? [],
    sources: texts,
    unknownStatements: Object.fromEntries(unknownStatements),
    firstUnknown,
  };
}

/** Findings about the state, and what is put off until later, are about that at the end of the history. */
function atEnd(
  found: RawFinding,
  end: Schema,
  made: readonly MadeName[],
  errors: InternalError[],
): RawFinding {
  try {
    if (found.repaired?.(end) === true) return { ...found, isRepaired: true };
    const worded = inLaterWords(found, end);
    const finding = found.noted?.(end) === true ? { ...worded, severity: "note" as const } : worded;
    const { instead: before = "" } = finding;
    const instead = finding.laterAdvice?.(made, before);
    if (instead === undefined) return finding;
    // What only adds to its text leaves the advice as it is.
    return before !== "" && instead.startsWith(before)
      ? { ...finding, instead }
      : { ...finding, instead, advice: undefined };
  } catch (error) {
    errors.push(internalError(error, { id: found.ruleId, pack: undefined }, found.path));
    return found;
  }
}

/** A package's author needs one place to look at. */
function oncePerPackRule(errors: readonly InternalError[]): readonly InternalError[] {
  const seen = new Set<string>();
  return errors.filter(({ pack, ruleId = "" }) => {
    if (pack === undefined) return true;
    const isFirst = !seen.has(ruleId);
    seen.add(ruleId);
    return isFirst;
  });
}

/** Findings about a folder's files as a whole speak of new ones only, as all others do. */
function isOld(path: string, newest: ReadonlyMap<History, string>, { compared }: LintInput): boolean {
  if (compared !== undefined) {
    const { status, gone } = compared.changes;
    return status(path) === "unchanged" && !gone.has(path);
  }
  return [...newest].some(
    ([{ root }, last]) =>
      isWithin(root, path) && compareNatural(path.slice(root.length), last.slice(root.length)) <= 0,
  );
}

function projectScope(
  histories: readonly History[],
  applied: ReadonlySet<Migration>,
  { compared, read }: LintInput,
): ProjectScope {
  let sides: readonly Sides[] | undefined;
  const sidesHere = ({ changes, upstream }: ComparedHistories): readonly Sides[] => {
    if (sides !== undefined) return sides;
    const other = upstream(histories);
    return (sides = other === undefined ? [] : sidesOf(histories, changes, other));
  };
  return {
    histories,
    fileProblems: (all, rule) =>
      all.flatMap(({ problems }) =>
        problems
          .filter((problem) => problem.rule === rule)
          .map((problem) => (compared === undefined ? problem : ofNewFile(problem, compared.changes))),
      ),
    // The file belongs to no migration; all of these histories are of one dialect.
    undone: ({ script }) =>
      script === undefined || histories[0] === undefined ? [] : undoneBy(script, read, histories[0]),
    pending: (migration) => !applied.has(migration),
    versionGaps: (history) => versionGaps(history, histories),
    startOf,
    edited() {
      if (compared === undefined) return [];
      // Those of other databases have a run of their own.
      const then = compared.then().filter(({ dialect }) => dialect === histories[0]?.dialect);
      return editedMigrations(histories, then, compared.changes, read);
    },
    late: () => (compared === undefined ? [] : lateComers(histories, compared.changes, sidesHere(compared))),
    conflicts: () =>
      compared === undefined
        ? []
        : sidesHere(compared).flatMap((side) =>
            mergeConflicts(side, compared.server(side.now), compared.changes.since),
          ),
  };
}

/** A problem of several files, told of the newest of those that are new. */
function ofNewFile(problem: FileProblem, { status }: Pick<Changes, "status">): FileProblem {
  const { path, related = [], isShared } = problem;
  if (isShared !== true || status(path) !== "unchanged") return problem;
  const other = related.findLast((one) => status(one.path) !== "unchanged");
  return other === undefined ? problem : shownAt(problem, other);
}
