/** The documentation page of a rule, and tables of all rules. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { adviceForAll } from "../src/lint/advice.ts";
import { presetNames } from "../src/lint/opinions.ts";
import { inPreset, presetSettings } from "../src/lint/presets.ts";
import type { AnyOption, PresetName, Rule } from "../src/lint/rule.ts";
import { postgres } from "../src/sql/postgres/parse.ts";
import { effectsTable } from "./effects-table.ts";
import { formats } from "../src/report/formats.ts";
import { plainColors, countFindings } from "../src/report/report.ts";

const presetsOf = (rule: Rule): string =>
  [...rule.presets.filter((one) => one !== "strict"), "strict"].join(", ");

const fixes: Readonly<Record<Rule["fix"], string>> = {
  none: "none",
  safe: "safe: means the same to the database",
  suggestion: "a suggestion: look at it before you apply it",
};

/** `rules`: all of them, for rules that speak about others. */
export async function rulePage(rule: Rule, fixtures: string, rules: readonly Rule[]): Promise<string> {
  const bad = readExample(join(fixtures, "bad.sql"));
  const good = readExample(join(fixtures, "good.sql"));
  const lines = [
    `# ${rule.id}`,
    rule.docs.summary,
    [
      `- Severity: ${rule.severity}`,
      `- Category: ${rule.category}`,
      `- Presets: ${presetsOf(rule)}`,
      `- Databases: ${rule.dialects.join(", ")}`,
      `- Fix: ${fixes[rule.fix]}`,
      ...(rule.formerly?.length ? [`- Formerly: ${rule.formerly.join(", ")}`] : []),
    ].join("\n"),
    "## Why",
    rule.docs.why,
    "## What to write instead",
    adviceForAll(rule.docs),
  ];
  if (bad !== undefined)
    lines.push("## Flagged", fenced("sql", bad), ...(await output(rule, fixtures, rules)));
  const locks = bad === undefined ? undefined : await locksOf(rule, bad);
  if (locks !== undefined) lines.push("## Locks by server version", locks);
  if (good !== undefined) lines.push("## Not flagged", fenced("sql", good));
  if (rule.options) lines.push("## Options", optionsTable(rule));
  lines.push(
    "## Accepting it in one place",
    fenced("sql", `-- ddlint-disable-next-line ${rule.id} -- why it is fine here`),
  );
  return `${lines.join("\n\n")}\n`;
}

/** Pages about locks say which ones, and where servers differ. */
async function locksOf(rule: Rule, example: string): Promise<string | undefined> {
  if (rule.category !== "locks" && rule.category !== "rewrites") return undefined;
  if (!rule.dialects.includes("postgres")) return undefined;
  await postgres.load();
  return effectsTable(example);
}

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

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
        unread: 0,
        ...countFindings(findings),
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

function optionsTable({ options = {} }: Rule): string {
  const rows = Object.entries(options).map(
    ([name, option]) =>
      `| \`${name}\` | \`${JSON.stringify(option.default)}\` | ${cell(allowed(option))} | ${cell(option.description)} |`,
  );
  return ["| Option | Default | Values | Meaning |", "|---|---|---|---|", ...rows].join("\n");
}

function allowed(option: AnyOption): string {
  const { default: usual, minimum, maximum, minItems = 0 } = option;
  const values = option.enum?.map((value) => `\`"${value}"\``).join(", ");
  if (typeof usual === "boolean") return "`true`, `false`";
  if (typeof usual === "string") return values ?? "a string";
  if (typeof usual !== "number")
    return `a list of ${values ?? "strings"}${minItems > 0 ? `, at least ${minItems}` : ""}`;
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${minimum} or more`;
  return maximum === undefined ? "a whole number" : `at most ${maximum}`;
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** One row a rule; `base`: where the pages lie. */
export function rulesTable(rules: readonly Rule[], base: string): string {
  const rows = [...rules]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(
      (rule) =>
        `| [\`${rule.id}\`](${base}${rule.id}.md) | ${rule.severity} | ${presetsOf(rule)} | ${cell(rule.docs.summary)} |`,
    );
  return ["| Rule | Severity | Presets | Flags |", "|---|---|---|---|", ...rows].join("\n");
}

export function rulesIndexPage(rules: readonly Rule[]): string {
  const categories = [...new Set(rules.map((rule) => rule.category))].sort();
  const sections = categories.map(
    (category) =>
      `## ${category}\n\n${rulesTable(
        rules.filter((rule) => rule.category === category),
        "",
      )}\n`,
  );
  return `# Rules\n\nWritten by \`npm run generate\` from \`rules/\`.\n\n${sections.join("\n")}`;
}

/** What the named sets of conventions hold beside what all of them share. */
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
    "Written by `npm run generate` from `src/lint/presets.ts`.",
    "`recommended` holds what nobody wants, `style` types and names, `strict` every rule; `conventions` the rules on files, names, headers and rollbacks. A set of conventions with a name of its own, such as `conventions/numbered`, is `conventions` with the severities and options below. What the configuration says under `rules` wins over all of them, option by option. A rule runs on the databases that its page names.",
    "## conventions",
    shared.map(({ id }) => link(id)).join(", "),
    ...sets.map(section),
  ].join("\n\n")}\n`;
}
