/** The public API. */
import type { Rule } from "./lint/rule.ts";
import { rules as builtInRules } from "../rules/index.ts";

export { configFolder, findConfig, shownPath } from "./config/find.ts";
export {
  configParts,
  loadConfig,
  loadOptionsSchemas,
  loadRules,
  baselineRefusal,
  readBaselineFile,
} from "./config/load.ts";
export type {
  BaselineReach,
  Config,
  ConfigReader,
  LoadedConfig,
  LoadOptions,
  OptionsSchemas,
} from "./config/load.ts";
export type { FoundConfig } from "./config/find.ts";
export { UserError } from "./config/user-error.ts";
export { dialects, oneOf, presetNamed, ruleIds, ruleLevel, runners, tools } from "./config/values.ts";
export { compareWithGit } from "./engine/compare.ts";
export { effectsOf } from "./engine/effects-of.ts";
export type { EffectsOptions, StatementEffects } from "./engine/effects-of.ts";
export type { OnlineEffectsOptions, OnlineStatementEffects } from "./engine/online-effects-of.ts";
export type * from "./effects/effects.ts";
export { findHistories, findUnread, likelyFolder, unreadKind } from "./engine/files.ts";
export { fixProject, lintProject, lintText } from "./engine/lint.ts";
export type { FixOptions, LintOptions, LintTextOptions } from "./engine/lint.ts";
export type { FixedFile, FixOutcome } from "./engine/fixed-point.ts";
export { baselineText } from "./findings/baseline.ts";
export { defaultOptions, filesOf, resolveRules, rulesByName } from "./lint/active.ts";
export type { Finding, RelatedPlace, SuppressedFinding } from "./lint/finding.ts";
export { levels, presetNames } from "./lint/opinions.ts";
export type { Opinions, RuleSetting } from "./lint/opinions.ts";
export { bugText } from "./lint/result.ts";
export type { InternalError, LintResult } from "./lint/result.ts";
export { applyFixes, fixOf } from "./findings/apply-fixes.ts";
export { rulesOfPack } from "./lint/packs.ts";
export { defineRule, defineRulePack } from "./lint/rule.ts";
export type { Category, Fix, PresetName, Rule, RulePack, Severity } from "./lint/rule.ts";
export type { Changes } from "./project/changes.ts";
export { findProgram } from "./project/find-program.ts";
export type { Compared, Comparison } from "./project/git.ts";
export type { Facts, Parser, Runner } from "./project/facts.ts";
export {
  UnreadableError,
  memoryFileSystem,
  nodeFileSystem,
  overlay,
  type Reach,
} from "./project/file-system.ts";
export { holdsFile } from "./project/migration.ts";
export type { AnyHistory, FileSystem, History, Migration, Script } from "./project/migration.ts";
export { isWithin } from "./project/paths.ts";
export type { DiskOptions } from "./project/disk.ts";
export { reasonOf } from "./project/system-error.ts";
export { uncheckedChanges, uncheckedFiles } from "./project/unchecked.ts";
export type { UnreadFolder } from "./project/unread.ts";
export { dialectTitles, isDialectName } from "./model/dialect.ts";
export type { Database, DialectName } from "./model/dialect.ts";
export { statedServer } from "./project/stated-server.ts";
export { statsQueries } from "./project/stats.ts";
export { makeFolder, writeFile } from "./project/write-file.ts";
export { knownReleases, knownServers, knownVersions } from "./replay/replay-facts.ts";
export { formatNames, formats } from "./report/formats.ts";
export type { FormatName } from "./report/formats.ts";
export { helpMarkdown, helpText, ruleUrl } from "./report/help.ts";
export { countFindings, createReport, plainColors } from "./report/report.ts";
export type { Colors, Format, Report, ReportOptions, Style } from "./report/report.ts";
export { createSession, loadEngine } from "./engine/session.ts";
export type { Engine, Outline, Session, SessionOptions } from "./engine/session.ts";
export type { StatementInfo } from "./engine/statements.ts";
export { indexLines } from "./text/lines.ts";
export type { LineIndex, Position } from "./text/lines.ts";
export { harmlessLine, noCommand } from "./text/commands.ts";
export { inPreset } from "./lint/presets.ts";
export { jsonText } from "./text/json-text.ts";
export { nearest } from "./text/nearest.ts";
export { printable, printableLine } from "./text/printable.ts";
export type { Edit, Span } from "./text/span.ts";
export { version } from "./version.ts";

/** All built-in rules. */
export const rules: readonly Rule[] = builtInRules;

/** Types a configuration; returns it as it is. */
export const defineConfig = (config: import("./config/load.ts").Config): import("./config/load.ts").Config =>
  config;
