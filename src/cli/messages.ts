/** What is said on standard error: what was left out, taken for granted, or not understood. */
import { bugText, filesOf, operationsInWords } from "../index.ts";
import type { Facts, InternalError, LintResult, LoadedConfig } from "../index.ts";
import type { CheckOptions } from "./options.ts";
import { stackLines } from "./printed-lines.ts";
import { serverInWords, strangeVersion } from "./server-words.ts";

/** `isWhole`: no paths were given, so all that the configuration is about was read. */
export function messages(
  result: LintResult,
  config: LoadedConfig,
  options: CheckOptions,
  isWhole: boolean,
): string[] {
  const verbose = options.verbose === true;
  const without =
    config.codeLeftOut && options.configCode !== false ? ", or --no-config-code to check without it" : "";
  const lines = config.warnings.map((warning) => `ddlint: ${warning}${without}`);
  if (isWhole) lines.push(...idleOverrides(result, config));
  lines.push(...strangeVersions(result), ...assumedDatabases(result), ...doubtfulDatabases(result));
  lines.push(...parserMessages(result, config, verbose));
  if (verbose) {
    lines.push(`configuration: ${config.file ?? "none"}`);
    for (const history of result.histories) {
      const { root, tool, layout, evidence, migrations } = history;
      lines.push(
        `${root}: ${tool} (${layout}), ${migrations.length} migrations; ${evidence.join("; ")}`,
        `${root}: ${serverInWords(history)}`,
      );
    }
  }
  const operations = verbose ? operationsInWords(result.coverage) : undefined;
  if (operations !== undefined) lines.push(operations);
  // One bug may show in every file.
  const bugs = verbose ? result.errors.map((error) => ({ error, others: 0 })) : grouped(result.errors);
  for (const { error, others } of bugs) {
    const whom = error.pack === undefined ? "" : ` to ${error.pack}`;
    const isHidden = !verbose && error.stack !== undefined;
    const where = isHidden ? " --verbose prints the stack." : "";
    const more = others === 0 ? "" : ` (and in ${others} more)`;
    lines.push(
      `ddlint: ${bugText(error)}${more}. Everything else was checked. Please report this${whom}.${where}`,
    );
    if (verbose && error.stack !== undefined) lines.push(...stackLines(error.stack));
  }
  return lines;
}

/** The first of those that say the same, with how many others there are. */
function grouped(
  errors: LintResult["errors"],
): readonly { readonly error: InternalError; readonly others: number }[] {
  const groups = new Map<string, { readonly error: InternalError; others: number }>();
  for (const error of errors) {
    const key = `${error.ruleId ?? ""}\0${error.message}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { error, others: 0 });
    else group.others++;
  }
  return [...groups.values()];
}

/** Overrides whose globs match nothing that was read: a folder that has moved, or a slip. */
function idleOverrides({ histories, leftOut = [] }: LintResult, config: LoadedConfig): readonly string[] {
  const paths = [...histories, ...leftOut].flatMap(({ migrations, problems }) => [
    ...migrations.flatMap(({ up, down }) => (down === undefined ? [up.path] : [up.path, down.path])),
    ...problems.map(({ path }) => path),
  ]);
  if (paths.length === 0) return [];
  return (config.opinions.overrides ?? []).flatMap((override) => {
    // In a folder below that of the configuration, only what lies there is read.
    if (override.base !== undefined && config.facts.migrations === undefined) return [];
    if (paths.some(filesOf(override))) return [];
    const globs = override.files.map((glob) => JSON.stringify(glob)).join(", ");
    return [`ddlint: ${config.file ?? ""}: the override for ${globs} matches no migration`];
  });
}

/**
 * Folders of code whose database no file names: what builders write is PostgreSQL's only as that is assumed. Files of SQL
 * that fit no other database show it themselves.
 */
function assumedDatabases({ histories }: LintResult): readonly string[] {
  const roots = histories.flatMap(({ root, dialectEvidence = [], migrations }) =>
    dialectEvidence.length === 0 && migrations.some(({ up }) => up.code !== undefined) ? [root] : [],
  );
  const [first, ...others] = roots;
  if (first === undefined) return [];
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return [
    `ddlint: no file names the database of ${first}${more}: PostgreSQL is assumed; state \`dialect\` in the configuration`,
  ];
}

/** A driver among the packages stands against the settings, or there are several: the first history for which that is so. */
function doubtfulDatabases({ histories }: LintResult): readonly string[] {
  const found = histories.find(({ dialectDespite }) => dialectDespite !== undefined);
  if (found === undefined) return [];
  const { dialect, dialectDespite = "", dialectEvidence = [] } = found;
  return [
    `ddlint: ${dialectDespite}, but ${dialectEvidence.join("; ")}: ${dialect} is assumed; state \`dialect\` in the configuration`,
  ];
}

/** Servers that nothing was measured on. */
const strangeVersions = ({ histories }: LintResult): readonly string[] => [
  ...new Set(histories.flatMap((history) => strangeVersion(history) ?? [])),
];

/** What a second parser can't read is no finding: it must be said. */
function parserMessages(
  { parser, unknownStatements }: LintResult,
  config: LoadedConfig,
  verbose: boolean,
): string[] {
  if (parser === undefined) return [];
  if (parser.name === "libpg-query") return verbose ? [`parser: ${parser.name}, ${parser.because}`] : [];
  const unread = Object.entries(unknownStatements).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const total = unread.reduce((sum, [, count]) => sum + count, 0);
  const lines = [`ddlint: the second parser, ${parser.name}, was used: ${parser.because}`];
  if (verbose && config.facts.parser === parser.name)
    lines.splice(0, 1, `parser: ${parser.name}, ${parser.because}`);
  else if (config.facts.parser === parser.name) lines.length = 0;
  if (total > 0) {
    const shown = unread.slice(0, 5).map(([kind, count]) => `${kind.replace(/ \(not read\)$/, "")} ${count}`);
    const more = unread.length > shown.length ? ", …" : "";
    lines.push(
      `ddlint: it left ${total} statements unread, which were not checked: ${shown.join(", ")}${more}`,
    );
  }
  return lines;
}

/** Only git knows which repeatable migrations have changed since they ran: that none is reported must be said. */
export function takenAsApplied({ histories }: LintResult, facts: Facts): string[] {
  const left = histories.flatMap(({ root, migrations }) =>
    (facts.folders?.[root]?.startAfter ?? facts.startAfter) === undefined
      ? []
      : migrations.filter(({ kind, inWork }) => kind === "repeatable" && inWork !== true),
  );
  const [first] = left;
  if (first === undefined) return [];
  const what = left.length === 1 ? `${first.name} is` : `${left.length} repeatable migrations are`;
  const edited = left.length === 1 ? "it once it is edited" : "those that were edited";
  return [`${what} taken as applied (startAfter): --changed reports ${edited}`];
}
