import { jsonText, lintProject, resolveRules } from "../index.ts";
import { configFor } from "./check.ts";
import type { Outcome } from "./check.ts";
import { factsFrom, opinionsFrom } from "./options.ts";
import type { CheckOptions } from "./options.ts";
import { printedLines } from "./printed-lines.ts";

/** What holds here, and how each history was recognised, as JSON. */
export async function printConfig(
  paths: readonly string[],
  options: CheckOptions,
  cwd: string,
): Promise<Outcome> {
  const config = await configFor(options, cwd, paths);
  const facts = factsFrom(options, config.facts);
  const opinions = opinionsFrom(options, config, cwd);
  const { histories } = await lintProject({
    cwd,
    root: config.root,
    paths,
    facts,
    opinions,
    rules: config.rules,
  });
  // The rules of all databases that are here.
  const dialects = histories.length === 0 ? (["postgres"] as const) : histories.map(({ dialect }) => dialect);
  const active = new Map(
    [...new Set(dialects)].flatMap((dialect) =>
      resolveRules(config.rules, opinions, dialect).active.map((one) => [one.rule.id, one] as const),
    ),
  );
  const print = {
    file: config.file ?? null,
    facts,
    presets: opinions.presets ?? ["recommended"],
    histories: histories.map((history) => ({
      root: history.root,
      tool: history.tool,
      ...(history.toolRelease !== undefined && { toolRelease: history.toolRelease }),
      layout: history.layout,
      evidence: history.evidence,
      dialect: history.dialect,
      dialectEvidence: history.dialectEvidence ?? [],
      serverVersion: history.serverVersion ?? null,
      serverEvidence: history.serverEvidence ?? [],
      migrations: history.migrations.length,
    })),
    rules: Object.fromEntries(
      [...active.values()]
        .map(
          ({ rule, severity, options: own }) => [rule.id, rule.options ? [severity, own] : severity] as const,
        )
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    overrides: opinions.overrides ?? [],
    plugins: Object.fromEntries(
      config.rules.flatMap(({ id, pack }) => (pack === undefined ? [] : [[id.split("/")[0], pack]])),
    ) as Readonly<Record<string, string>>,
  };
  return {
    exitCode: 0,
    stdout: `${jsonText(print, 2)}\n`,
    stderr: printedLines(config.warnings.map((warning) => `ddlint: ${warning}`)),
  };
}
