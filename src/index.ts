/**
 * The public API. docs/api.md lists what is stable; all other exports are for the command line, the ESLint plugin and
 * the language server, and may change in any release.
 */
import type { Rule } from "./lint/rule.ts";
import { rules as builtInRules } from "../rules/index.ts";

export type { Config } from "./config/load.ts";
export { UserError } from "./config/user-error.ts";
export { effectsOf } from "./engine/effects-of.ts";
export type { EffectsOptions, StatementEffects } from "./engine/effects-of.ts";
export type { OnlineEffectsOptions, OnlineStatementEffects } from "./engine/online-effects-of.ts";
export type { LockMode } from "./effects/effects.ts";
export { fixProject, lintProject, lintText } from "./engine/lint.ts";
export type { FixOptions, LintOptions, LintTextOptions } from "./engine/lint.ts";
export type { FixedFile, FixOutcome } from "./engine/fixed-point.ts";
export type { AdviceStep, Finding, RelatedPlace, SuppressedFinding } from "./lint/finding.ts";
export type { Opinions, RuleSetting } from "./lint/opinions.ts";
export type { CodeCoverage, Coverage, UnreadHistory } from "./lint/coverage.ts";
export type { InternalError, LintResult } from "./lint/result.ts";
export { defineRule, defineRulePack } from "./lint/rule.ts";
export type { Category, Fix, PresetName, Rule, RulePack, Severity } from "./lint/rule.ts";
export type { Facts, Parser, Runner } from "./project/facts.ts";
export { memoryFileSystem, nodeFileSystem } from "./project/files/file-system.ts";
export type { FileSystem } from "./project/migration.ts";
export type { Database, DialectName } from "./model/dialect.ts";
export { formatNames, formats } from "./report/formats.ts";
export type { FormatName } from "./report/formats.ts";
export { createReport, plainColors } from "./report/report.ts";
export type { Colors, Format, Report, ReportOptions, Style } from "./report/report.ts";
export { createSession } from "./engine/session.ts";
export type { Session, SessionOptions } from "./engine/session.ts";
export { planNewMigration } from "./engine/new-migration.ts";
export type { NewFile, NewMigration, NewMigrationOptions } from "./engine/new-migration.ts";
export { planMistakes, planNotes, planSteps, waitingFiles } from "./engine/plan.ts";
export type { Plan, PlanLock, PlanOptions, PlanStep, StepRollback } from "./engine/plan.ts";
export { planDrift, planSchema } from "./engine/schema.ts";
export type { DriftOptions, DriftPlan, SchemaNote, SchemaOptions, SchemaPlan } from "./engine/schema.ts";
export { planRollback, rollbackFiles, rollbackMistakes, rollbackNotes } from "./engine/rollback.ts";
export type { RollbackNote, RollbackOptions, RollbackPlan } from "./engine/rollback.ts";
export { planStatus, statusQuery } from "./engine/status.ts";
export type { MigrationStatus, Status, StatusOptions, StatusQuery, TrackingRow } from "./engine/status.ts";
export { planPreflight, planRunbook } from "./engine/runbook.ts";
export type { Preflight, RunbookOptions } from "./engine/runbook.ts";
export type {
  Runbook,
  RunbookCheck,
  RunbookFailure,
  RunbookMigration,
  RunbookRollback,
  RunbookSection,
  RunbookStatement,
} from "./report/runbook.ts";
export { verifyMigrations } from "./engine/verify.ts";
export type {
  VerifiedMigration,
  VerifiedRun,
  VerifiedStatement,
  VerifyOptions,
  VerifyProblem,
  VerifyProblemKind,
  VerifyResult,
} from "./engine/verify.ts";
export type { Edit, Span } from "./text/span.ts";
export { version } from "./version.ts";

/** All built-in rules. */
export const rules: readonly Rule[] = builtInRules;

/** Types a configuration; returns it as it is. */
export const defineConfig = (config: import("./config/load.ts").Config): import("./config/load.ts").Config =>
  config;

/** @experimental */
export { cleanCache, projectStore } from "./cache/folder.ts";
/** @experimental */
export { folderStore } from "./cache/store.ts";
/** @experimental */
export type { Store } from "./cache/store.ts";
/** @experimental */
export type { CacheOptions } from "./engine/lint.ts";
/** @experimental */
export { configFolder, findConfig, shownPath } from "./config/find.ts";
/** @experimental */
export {
  configParts,
  loadConfig,
  loadOptionsSchemas,
  loadRules,
  baselineRefusal,
  readBaselineFile,
} from "./config/load.ts";
/** @experimental */
export type {
  BaselineReach,
  ConfigReader,
  LoadedConfig,
  LoadOptions,
  OptionsSchemas,
} from "./config/load.ts";
/** @experimental */
export type { FoundConfig } from "./config/find.ts";
/** @experimental */
export { dialects, oneOf, presetNamed, ruleIds, ruleLevel, runners, tools } from "./config/values.ts";
/** @experimental */
export { committedFiles, compareWithGit } from "./engine/compare.ts";
/** @experimental */
export type * from "./effects/effects.ts";
/** @experimental */
export { findHistories, findUnread, ignoredFolder, likelyFolder, unreadKind } from "./engine/files.ts";
/** @experimental */
export { databaseOf } from "./lint/coverage.ts";
/** @experimental */
export { runbookMarkdown, withChangelogEntries } from "./engine/runbook.ts";
/** @experimental */
export { askPreflight, askServer, sentByPreflight } from "./engine/server-queries.ts";
/** @experimental */
export type { CheckAnswer, ServerOptions } from "./engine/server-queries.ts";
/** @experimental */
export { trackingRows } from "./engine/status.ts";
/** @experimental */
export { runbookSections } from "./report/runbook.ts";
/** @experimental */
export { baselineText } from "./findings/baseline.ts";
/** @experimental */
export { defaultOptions, filesOf, resolveRules, rulesByName } from "./lint/active.ts";
/** @experimental */
export { bugText } from "./lint/result.ts";
/** @experimental */
export { nearestRule, rulesOfPack, whereRulesAre } from "./lint/packs.ts";
/** @experimental */
export { conventionOf } from "./lint/conventions.ts";
/** @experimental */
export { inPreset } from "./lint/presets.ts";
/** @experimental */
export { levels, presetNames } from "./lint/opinions.ts";
/** @experimental */
export { applyFixes, fixOf } from "./findings/apply-fixes.ts";
/** @experimental */
export { inEachPlace, unmerged } from "./findings/merge.ts";
/** @experimental */
export { operationsInWords, wholeMessage } from "./report/words.ts";
/** @experimental */
export type { Changes } from "./project/git/changes.ts";
/** @experimental */
export { findProgram } from "./project/files/find-program.ts";
/** @experimental */
export type { Compared, Comparison } from "./project/git/git.ts";
/** @experimental */
export { UnreadableError, overlay, type Reach } from "./project/files/file-system.ts";
/** @experimental */
export { holdsFile } from "./project/migration.ts";
/** @experimental */
export { readFolders } from "./project/left-out/unread.ts";
/** @experimental */
export type { AnyHistory, History, Migration, Script } from "./project/migration.ts";
/** @experimental */
export { isWithin, parentOf } from "./project/files/paths.ts";
/** @experimental */
export type { DiskOptions } from "./project/files/disk.ts";
/** @experimental */
export { reasonOf } from "./project/files/system-error.ts";
/** @experimental */
export type { UncheckedFile } from "./project/left-out/unchecked.ts";
/** @experimental */
export type { UnreadFolder } from "./project/left-out/unread.ts";
/** @experimental */
export { dialectNames, dialectTitles, isDialectName } from "./model/dialect.ts";
/** @experimental */
export { statedServer } from "./project/server/stated-server.ts";
/** @experimental */
export { statsQueries } from "./project/stats.ts";
/** @experimental */
export { makeFolder, writeFile } from "./project/files/write-file.ts";
/** @experimental */
export { knownReleases, knownServers, knownVersions } from "./replay/replay-facts.ts";
/** @experimental */
export { helpMarkdown, helpText, ruleUrl } from "./report/help.ts";
/** @experimental */
export { fenced } from "./report/markdown-text.ts";
/** @experimental */
export { isSql, messageAndInstead } from "./report/words.ts";
/** @experimental */
export { ruleDescription } from "./report/rule-page.ts";
/** @experimental */
export { countFindings } from "./report/report.ts";
/** @experimental */
export { loadEngine } from "./engine/session.ts";
/** @experimental */
export type { Engine, Outline } from "./engine/session.ts";
/** @experimental */
export type { StatementInfo } from "./engine/statements.ts";
/** @experimental */
export { indexLines } from "./text/lines.ts";
/** @experimental */
export type { LineIndex, Position } from "./text/lines.ts";
/** @experimental */
export { harmlessLine, noCommand, noCommandsInSql } from "./text/commands.ts";
/** @experimental */
export { jsonText } from "./text/json-text.ts";
/** @experimental */
export { nearest } from "./text/nearest.ts";
/** @experimental */
export { printable, printableLine } from "./text/printable.ts";
