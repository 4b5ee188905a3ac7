/** The documentation page of a rule, the index of all rules, and the page of the presets. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { defaultOptions } from "../src/lint/active.ts";
import { presetNames } from "../src/lint/opinions.ts";
import { inPreset, presetSettings } from "../src/lint/presets.ts";
import type { Category, PresetName, Rule } from "../src/lint/rule.ts";
import { postgres } from "../src/sql/postgres/parse.ts";
import { effectsTable } from "./effects-table.ts";
import { formats } from "../src/report/formats.ts";
import { plainColors, countFindings } from "../src/report/report.ts";
import { cell, databases, databasesOf, fenced, presetsOf, ruleDescription } from "../src/report/rule-page.ts";

/** `rules`: all of them, for rules that report on others. */
export async function rulePage(rule: Rule, fixtures: string, rules: readonly Rule[]): Promise<string> {
  const bad = readExample(join(fixtures, "bad.sql"));
  const good = readExample(join(fixtures, "good.sql"));
  return ruleDescription(rule, {
    reported: bad === undefined ? [] : [fenced("sql", bad), ...(await output(rule, fixtures, rules))],
    locks: bad === undefined ? undefined : await locksOf(rule, bad),
    notReported: good === undefined ? [] : [fenced("sql", good)],
    fixes: "../fixes.md",
    options: rule.options && (await optionsExample(rule)),
  });
}

/** Pages about locks say which ones, and where servers differ. */
async function locksOf(rule: Rule, example: string): Promise<string | undefined> {
  if (rule.category !== "locks" && rule.category !== "rewrites") return undefined;
  if (!rule.dialects.includes("postgres")) return undefined;
  await postgres.load();
  return effectsTable(example);
}

/** A fixture without its directives. */
function readExample(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  return withoutWants(readFileSync(path, "utf8").replace(/^-- given:[^\n]*\n/, "")).trim();
}

/** What ddlint says to the bad example; nothing if it finds nothing (a test says so elsewhere). */
async function output(rule: Rule, fixtures: string, rules: readonly Rule[]): Promise<string[]> {
  const { lintFixture } = await import("../src/testing/lint-fixture.ts");
  const file = "migrations/example.sql";
  const text = readFileSync(join(fixtures, "bad.sql"), "utf8");
  const result = lintFixture(file, text, rules, rule.id);
  const { errors } = result;
  const findings = result.findings.filter((finding) => finding.ruleId === rule.id);
  if (errors[0]) throw new Error(`${rule.id}: ${errors[0].stack ?? errors[0].message}`);
  if (findings.length === 0) return [];
  // The page leaves out the line of givens, so the lines move up.
  const up = text.startsWith("-- given:") ? 1 : 0;
  const moved = <T extends { readonly line: number; readonly endLine: number }>(place: T): T => ({
    ...place,
    line: place.line - up,
    endLine: place.endLine - up,
  });
  const shown = withoutWants(text.split("\n").slice(up).join("\n"));
  const formatText = await formats.text();
  const report = formatText(
    {
      version: "",
      fixAdvice: false,
      summary: {
        files: 1,
        migrations: 1,
        pending: 1,
        statements: 1,
        suppressed: 0,
        accepted: 0,
        notUnderstood: 0,
        skipped: 0,
        unread: 0,
        ...countFindings(findings),
      },
      coverage: {
        complete: true,
        histories: { read: 1, notRead: [] },
        migrations: { read: 1, notRead: 0, skipped: 0 },
        files: { read: 1, notRead: 0 },
        statements: { read: 1, notUnderstood: 0 },
      },
      findings: findings.map((finding) => ({ ...moved(finding), related: finding.related.map(moved) })),
      sources: new Map([[file, shown]]),
      rules: [rule],
    },
    { colors: plainColors, width: 100 },
  );
  // Paths and totals say nothing here.
  return [fenced("text", report.split("\n").slice(1, -2).join("\n").replace(/^ {2}/gm, "").trimEnd())];
}

const withoutWants = (text: string): string =>
  text.replace(/[ \t]*-- want(?: +"(?:[^"\\]|\\.)*")+[ \t]*$/gm, "");

/** As a user writes them. */
async function optionsExample(rule: Rule): Promise<string> {
  const setting = { rules: { [rule.id]: [rule.severity, defaultOptions(rule)] } };
  const text = await format(JSON.stringify(setting), {
    parser: "json",
    printWidth: 100,
    objectWrap: "collapse",
  });
  return fenced("jsonc", `// ddlint.jsonc, with the defaults\n${text.trimEnd()}`);
}

/** What the rules of a category are about; in the order of the index. */
const categories: Readonly<Record<Category, string>> = {
  locks: "A lock makes the running application wait.",
  rewrites: "The server rewrites or copies a whole table.",
  "data-loss": "Rows or values are lost.",
  compatibility: "The running application fails, or behaves in another way.",
  transactions: "A migration fails in the middle, or can't run in a transaction.",
  data: "Changes of rows: backfills, updates, deletes, seeds.",
  history: "Files, versions, rollbacks and headers of the history.",
  correctness: "The statement fails, or doesn't do what it says.",
  schema: "Definitions that cause problems later: types, keys, names.",
  security: "Privileges, secrets, and code that runs with the rights of somebody else.",
};

/** One row a rule. */
function rulesTable(rules: readonly Rule[]): string {
  const rows = rules.map(
    (rule) =>
      `| ${linked(rule)} | ${rule.severity} | ${presetsOf(rule)} | ${databasesOf(rule)} | ${cell(rule.docs.summary)} |`,
  );
  return ["| Rule | Severity | Presets | Databases | Reports |", "|---|---|---|---|---|", ...rows].join("\n");
}

const linked = ({ id }: Rule): string => `[\`${id}\`](${id}.md)`;

/** Rules by category, and by the databases that they are for. */
export function rulesIndexPage(rules: readonly Rule[]): string {
  const names = Object.keys(categories) as readonly Category[];
  const sets = new Map<string, readonly Rule[]>();
  for (const rule of rules) sets.set(databasesOf(rule), [...(sets.get(databasesOf(rule)) ?? []), rule]);
  const bySize = [...sets].sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1));
  return `${[
    "# Rules",
    "<!-- Written by `npm run generate` from rules/. -->",
    `ddlint has ${rules.length} rules. Those in the preset \`recommended\` run by default; see [presets](../presets.md) for the others and [configuration](../configuration.md) for severities and options. \`npx ddlint explain <rule>\` shows a rule's page in the terminal.`,
    `By category: ${names.map((name) => `[${name}](#${name})`).join(", ")}.`,
    "[By database](#by-database): for all, or for some only.",
    ...names.flatMap((name) => [
      `## ${name}`,
      categories[name],
      rulesTable(rules.filter(({ category }) => category === name)),
    ]),
    "## By database",
    ...bySize.flatMap(([title, some]) => [
      `### ${title.split(", ").length === databases.length ? "All databases" : `${title.replace(", ", " and ")} only`}`,
      some.map(linked).join(", "),
    ]),
  ].join("\n\n")}\n`;
}

/** The presets, and what the named sets of conventions set. */
export function presetsPage(rules: readonly Rule[]): string {
  const link = (id: string): string => `[\`${id}\`](rules/${id}.md)`;
  const shared = rules.filter((rule) => inPreset(rule, "conventions"));
  const sets = presetNames.filter((name) => name.startsWith("conventions/"));
  const section = (name: PresetName): string => {
    const rows = Object.entries(presetSettings[name]).map(([id, setting]) => {
      const [level, options] = typeof setting === "string" ? [setting] : setting;
      const said = options === undefined ? "" : `\`${cell(JSON.stringify(options))}\``;
      return `| ${link(id)} | ${level} | ${said} |`;
    });
    return [`## ${name}`, ["| Rule | Severity | Options |", "|---|---|---|", ...rows].join("\n")].join(
      "\n\n",
    );
  };
  return `${[
    "# Presets",
    "<!-- Written by `npm run generate` from src/lint/presets.ts. -->",
    "A preset is a set of rules. Select presets with [`presets`](configuration.md#severities-options-and-presets) or `--preset`.",
    [
      "- `recommended` (the default): locks, data loss, failures and other hazards.",
      "- `conventions`: files, names, headers and rollbacks.",
      "- `style`: types and names.",
      "- `strict`: every rule.",
      "- `conventions/timestamped`, `conventions/numbered`, `conventions/flyway`: `conventions` with the severities and options below.",
    ].join("\n"),
    "Settings under `rules` in the configuration win over presets, option by option. The [index of rules](rules/README.md) shows the presets and databases of each rule.",
    "## conventions",
    shared.map(({ id }) => link(id)).join(", "),
    ...sets.map(section),
  ].join("\n\n")}\n`;
}
