import { lintedDialect } from "../project/facts.ts";
import type { Changes } from "../project/changes.ts";
import type { History, Migration, Script } from "../project/migration.ts";
import { isWithin } from "../project/paths.ts";
import { compareNatural } from "../project/version.ts";
import { editedMigrations, lateComers } from "../replay/questions/project/compared.ts";
import { changesReading } from "../replay/reading.ts";
import { startOf } from "../replay/scope.ts";
import { undoneBy } from "../replay/questions/rollback/undone.ts";
import { versionGaps } from "../replay/questions/project/version-gaps.ts";
import type { MigrationScope, ProjectScope } from "../replay/step.ts";
import { dynamicKind, type ParsedText } from "../sql/front-end.ts";
import type { SourceMap } from "../text/source-map.ts";
import { addTexts, inSources } from "../findings/code-places.ts";
import { joined, scannedFiles } from "../findings/scanned-files.ts";
import { byDialect, rulesOf, type RulesFor } from "../lint/rules-for.ts";
import { finishFindings } from "../findings/finish.ts";
import { placeholdersBack } from "../findings/placeholders.ts";
import type { InternalError, LintResult } from "../lint/result.ts";
import type { RawFinding } from "../lint/raw-finding.ts";
import { internalError, Linter } from "../lint/run.ts";
import { createSources } from "../findings/sources.ts";
import type { ScannedFile } from "../findings/suppress.ts";

export interface LintInput {
  /** Each history with its replay; taken one migration at a time. */
  readonly runs: readonly { readonly history: History; readonly scopes: Iterable<MigrationScope> }[];
  /** The parse that the replay used; asked again for comments, so it should remember. */
  readonly read: (script: Script) => ParsedText;
  readonly rules: RulesFor;
  /** What is compared with: the changes since then, and the histories as they were. */
  readonly compared?: { readonly changes: Changes; readonly then: () => readonly History[] } | undefined;
  /** Texts that no script holds (a README with a bad name), by path as shown. */
  readonly texts?: ReadonlyMap<string, string> | undefined;
  /** Fingerprints of findings that are accepted as they are. */
  readonly baseline?: ReadonlySet<string> | undefined;
  readonly everyFinding?: boolean | undefined;
  /** Which files are reported; default: all. */
  readonly report?: ((path: string) => boolean) | undefined;
  readonly onProgress?: ((done: number, total: number, path: string) => void) | undefined;
}

/** All rules over all histories. A bug in a rule or in the replay of one history leaves the others linted. */
export function lintHistories(input: LintInput): LintResult {
  const { runs, read } = input;
  const histories = runs.map((run) => run.history);
  const rules = rulesOf(input.rules, histories);
  const linter = new Linter(rules);
  const report = input.report ?? (() => true);
  const texts = new Map(input.texts);
  const maps = new Map<string, SourceMap>();
  const files: ScannedFile[] = [];
  const raw: RawFinding[] = [];
  const errors: InternalError[] = [];
  const applied = new Set<Migration>();
  const unknownStatements = new Map<string, number>();
  const total = histories.reduce((sum, history) => sum + history.migrations.length, 0);
  /** The last migration of each folder that isn't reported. */
  const newest = new Map<string, string>();
  const placeholders = new Map<string, string>();
  let done = 0;
  let pending = 0;
  let statements = 0;
  for (const { history, scopes } of runs) {
    for (const { up, down } of history.migrations) {
      for (const script of down ? [up, down] : [up]) addTexts(script, texts, maps);
    }
    let path = history.root;
    let lastOld: MigrationScope | undefined;
    const lintScope = (scope: MigrationScope): void => {
      const { up, down } = scope.migration;
      if (!scope.pending) applied.add(scope.migration);
      const count = (kind: string): void => {
        unknownStatements.set(kind, (unknownStatements.get(kind) ?? 0) + 1);
      };
      for (const { operation, statement } of scope.steps)
        if (operation.kind === "unknown") count(statement.kind);
        else if (statement.kind === dynamicKind) count("SQL that code puts together");
        else if (changesReading(operation)) count(`what follows ${statement.kind}`);
      for (const script of [up, down]) {
        if (!script || (script === down && script.empty)) continue;
        const parsed = read(script);
        if (script === up) statements += parsed.statements.length;
        for (const [name, written] of parsed.placeholders ?? []) placeholders.set(name, written);
        if (scope.pending) files.push(...scannedFiles(script, parsed));
      }
      if (scope.pending) pending += report(up.path) || (down && report(down.path)) === true ? 1 : 0;
      else if (scope.migration.kind === "versioned") lastOld = scope;
      const run = linter.migration(scope);
      raw.push(...run.findings);
      errors.push(...run.errors, ...scope.errors.map((error) => internalError(error, undefined, up.path)));
    };
    try {
      for (const scope of scopes) {
        path = scope.migration.up.path;
        try {
          lintScope(scope);
        } catch (error) {
          errors.push(internalError(error, undefined, path));
        }
        input.onProgress?.(++done, total, path);
      }
    } catch (error) {
      errors.push(internalError(error, undefined, path));
    }
    if (lastOld !== undefined) newest.set(history.root, lastOld.migration.up.path);
  }
  for (const [dialect, own] of byDialect(histories)) {
    const project = new Linter(input.rules(dialect)).project(projectScope(own, applied, input));
    raw.push(...project.findings.filter((finding) => !isOld(finding.path, newest, input)));
    errors.push(...project.errors);
  }
  const failed = new Set(errors.flatMap((error) => error.ruleId ?? []));
  const back = placeholdersBack(placeholders) ?? ((finding: RawFinding) => finding);
  const placed = raw.map((finding) => back(inSources(finding, maps)));
  const sources = createSources(texts);
  const { baseline, everyFinding } = input;
  const finished = finishFindings({
    raw: placed,
    histories,
    files: joined(files),
    rules,
    sources,
    baseline,
    everyFinding,
    failed,
  });
  const accepted = finished.suppressed.filter(({ suppression }) => suppression.kind === "external").length;
  const suppressed = finished.suppressed.length - accepted;
  return {
    findings: finished.findings.filter((finding) => report(finding.file)),
    suppressed: finished.suppressed.filter((finding) => report(finding.file)),
    errors,
    histories,
    counts: {
      files: texts.size,
      migrations: total,
      pending,
      statements,
      suppressed,
      accepted,
      notUnderstood: [...unknownStatements.values()].reduce((sum, count) => sum + count, 0),
      unread: histories.flatMap(({ migrations }) => migrations.filter(({ unread }) => unread === true))
        .length,
    },
    sources: texts,
    unknownStatements: Object.fromEntries(unknownStatements),
  };
}

/** Findings about a folder's files as a whole speak of new ones only, as all others do. */
function isOld(path: string, newest: ReadonlyMap<string, string>, { compared }: LintInput): boolean {
  if (compared !== undefined) {
    const { status, gone } = compared.changes;
    return status(path) === "unchanged" && !gone.has(path);
  }
  return [...newest].some(
    ([root, last]) =>
      isWithin(root, path) && compareNatural(path.slice(root.length), last.slice(root.length)) <= 0,
  );
}

const projectScope = (
  histories: readonly History[],
  applied: ReadonlySet<Migration>,
  { compared, read }: LintInput,
): ProjectScope => ({
  histories,
  fileProblems: (all, rule) =>
    all.flatMap(({ problems }) => problems.filter((problem) => problem.rule === rule)),
  // The file belongs to no migration, so it has no dialect of its own.
  undone: ({ script }) =>
    script === undefined ? [] : undoneBy({ ...script, dialect: lintedDialect(histories[0] ?? {}) }, read),
  pending: (migration) => !applied.has(migration),
  versionGaps: (history) => versionGaps(history, histories),
  startOf,
  edited() {
    if (compared === undefined) return [];
    const dialect = histories[0]?.dialect ?? "postgres";
    // Those of other databases have a run of their own, or none.
    const then = compared.then().filter((history) => (history.dialect ?? "postgres") === dialect);
    return editedMigrations(histories, then, compared.changes, read);
  },
  late: () => (compared === undefined ? [] : lateComers(histories, compared.changes)),
});
