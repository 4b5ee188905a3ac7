/** What a rule says of itself, as the Markdown of its page: for the documentation, and for `ddlint explain`. */
import type { AnyOption, Rule, RuleDocs } from "../lint/rule.ts";
import { assumes } from "../lint/few-rows.ts";
import { dialectTitles, isCodeOnly, type DialectName } from "../model/dialect.ts";

/** Every rule is in `strict`, named last. */
export const presetsOf = (rule: Rule): string =>
  [...rule.presets.filter((one) => one !== "strict"), "strict"].join(", ");

export const databases = Object.entries(dialectTitles) as readonly [DialectName, string][];

/** `PostgreSQL, MySQL`. */
export const databasesOf = (rule: Rule): string =>
  databases
    .filter(([name]) => rule.dialects.includes(name))
    .map(([, title]) => title)
    .join(", ");

const fixes: Readonly<Record<Rule["fix"], string>> = {
  none: "none",
  safe: "safe (`--fix`)",
  suggestion: "to review (`--fix --unsafe-fixes`)",
};

/** `page`: of the documentation, that says what these words mean. */
const fixOf = ({ fix }: Rule, page: string | undefined): string =>
  page === undefined || fix === "none" ? fixes[fix] : fixes[fix].replace(/^(.*?) \(/, `[$1](${page}) (`);

/** What a page shows beside the rule itself, as paragraphs of Markdown. */
export interface RuleExamples {
  readonly reported: readonly string[];
  /** A table of the locks by server version. */
  readonly locks?: string | undefined;
  readonly notReported: readonly string[];
  /** Relative path of the page about fixes. */
  readonly fixes?: string | undefined;
  /** A configuration that sets the options. */
  readonly options?: string | undefined;
}

/** The page of a rule; a rule of a pack has no examples. */
export function ruleDescription(
  rule: Rule,
  examples: RuleExamples = { reported: [], notReported: [] },
): string {
  const lines = [
    `# ${rule.id}`,
    rule.docs.summary,
    [
      `- Severity: ${rule.severity}${sometimes(rule)}`,
      `- Category: ${rule.category}`,
      `- Presets: ${presetsOf(rule)}`,
      `- Databases: ${databasesOf(rule)}`,
      `- Fix: ${fixOf(rule, examples.fixes)}`,
      ...(rule.sameCause?.length ? [`- Same cause as: ${rule.sameCause.join(", ")}`] : []),
      ...(rule.partOf?.length ? [`- Part of, in one call of code: ${rule.partOf.join(", ")}`] : []),
      ...(rule.formerly?.length ? [`- Former names: ${rule.formerly.join(", ")}`] : []),
    ].join("\n"),
    "## Why it is a problem",
    rule.docs.why,
    "## What to write instead",
    ...adviceOf(rule.docs),
  ];
  const { reported, locks, notReported, options } = examples;
  if (reported.length > 0) lines.push("## Reported", ...reported);
  if (locks !== undefined) lines.push("## Locks by server version", locks);
  if (notReported.length > 0) lines.push("## Not reported", ...notReported);
  const fewRows = assumes(rule) === undefined ? [] : [lessSevere];
  const exceptions = [...(rule.docs.exceptions ?? []), ...fewRows];
  if (exceptions.length > 0)
    lines.push("## Known exceptions", exceptions.map((text) => `- ${text}`).join("\n"));
  if (rule.options) lines.push("## Options", optionsTable(rule), ...(options === undefined ? [] : [options]));
  lines.push(
    "## Suppressing a finding",
    rule.dialects.some((name) => !isCodeOnly[name])
      ? fenced("sql", `-- ddlint-disable-next-line ${rule.id} -- the reason`)
      : fenced("js", `// ddlint-disable-next-line ${rule.id} -- the reason`),
  );
  return `${lines.join("\n\n")}\n`;
}

/** What its known exceptions say of findings that are less severe. */
function sometimes({ severity, docs }: Rule): string {
  const lower = severity === "error" ? ["warning", "note"] : severity === "warning" ? ["note"] : [];
  const said = lower.filter((one) =>
    (docs.exceptions ?? []).some(
      (text) => text.startsWith(`a ${one}: `) || text.startsWith(`it is a ${one} `),
    ),
  );
  return said.length === 0 ? "" : `, in some cases a ${said.join(" or a ")}: see the known exceptions`;
}

const lessSevere =
  "less severe, or silent, on tables that surely or most probably have few rows, or none: [which tables these are](README.md#tables-with-few-rows)";

/** A paragraph, or one for each family of databases. */
const adviceOf = ({ instead }: RuleDocs): readonly string[] =>
  typeof instead === "string"
    ? [instead]
    : [`**PostgreSQL.** ${instead.postgres}`, `**MySQL and MariaDB.** ${instead.mysql}`];

function optionsTable({ options = {} }: Rule): string {
  const rows = Object.entries(options).map(
    ([name, option]) =>
      `| \`${name}\` | \`${JSON.stringify(option.default)}\` | ${cell(allowed(option))} | ${cell(option.description)} |`,
  );
  return ["| Option | Default | Allowed values | Meaning |", "|---|---|---|---|", ...rows].join("\n");
}

const sizeOf = (least = 0, most: number | undefined, unit: string): string =>
  `${least > 0 ? `, at least ${least}${unit}` : ""}${most === undefined ? "" : `, at most ${most}${unit}`}`;

function allowed(option: AnyOption): string {
  const { default: usual, minimum, maximum, minItems, maxItems, minLength, maxLength, pattern } = option;
  const values = option.enum?.map((value) => `\`"${value}"\``).join(", ");
  if (typeof usual === "boolean") return "`true`, `false`";
  const matching =
    pattern === undefined ? "" : ` that match${typeof usual === "string" ? "es" : ""} \`${pattern}\``;
  if (typeof usual === "string")
    return values ?? `a string${matching}${sizeOf(minLength, maxLength, " characters")}`;
  if (typeof usual !== "number")
    return `a list of ${values ?? `strings${matching}`}${sizeOf(minItems, maxItems, "")}`;
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${minimum} or more`;
  return maximum === undefined ? "a whole number" : `at most ${maximum}`;
}

/** A block of code. */
export const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

/** A text for a cell of a table. */
export const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
