/** What a comparison comes to, as Markdown. */
import type { Difference, Found, Kind } from "./compare.ts";
import { addTo } from "../../src/text/group.ts";

/** What one program said of one project. */
export interface Outcome {
  readonly findings: readonly Found[];
  /** Bugs that were caught. */
  readonly errors: readonly { readonly file?: string; readonly ruleId?: string; readonly message: string }[];
  readonly notUnderstood: number;
  readonly migrations: number;
  /** Files that are part of a history. */
  readonly files: readonly string[];
  readonly histories: readonly HistoryRead[];
  /** Rules' newest names by older ones. */
  readonly renamed: Readonly<Record<string, string>>;
  readonly milliseconds: number;
  readonly megabytes: number;
}

export interface HistoryRead {
  readonly root: string;
  readonly tool: string;
  readonly dialect: string;
  readonly migrations: number;
  /** False: of a database that isn't linted. */
  readonly isRead: boolean;
}

export interface Compared {
  readonly name: string;
  readonly expected?: readonly string[] | undefined;
  /** A text: why it ended without an answer. */
  readonly before: Outcome | string;
  readonly after: Outcome | string;
  readonly differences: readonly Difference[];
}

export interface Comparison {
  readonly base: string;
  readonly compared: readonly Compared[];
  readonly skipped: readonly string[];
  /** At most so many for each rule and kind. */
  readonly examples: number;
}

const kinds: readonly Kind[] = ["added", "removed", "severity", "moved", "reworded"];

export function markdownOf(comparison: Comparison): string {
  const { base, compared, skipped } = comparison;
  const total = compared.reduce((sum, { differences }) => sum + differences.length, 0);
  return [
    `# Compared with ${base}: ${total === 0 ? "no difference" : `${total} differences`}`,
    `${compared.length} projects; ${skipped.length} repositories of the list aren't there and were skipped.`,
    ...failures(compared),
    ...byRule(comparison),
    ...sides(compared),
    ...lostFiles(compared),
    "",
  ].join("\n\n");
}

const isOutcome = (side: Outcome | string): side is Outcome => typeof side !== "string";

function failures(compared: readonly Compared[]): string[] {
  const lines = compared.flatMap(({ name, before, after }) =>
    Object.entries({ before, after }).flatMap(([when, side]) => {
      if (!isOutcome(side)) return [`- **${name}**, ${when}: ended without an answer: ${side}`];
      return side.errors.map(
        ({ file = "", ruleId = "", message }) =>
          `- **${name}**, ${when}: bug at ${file} ${ruleId}: ${message}`,
      );
    }),
  );
  return lines.length === 0 ? [] : ["## Bugs", lines.join("\n")];
}

interface Placed extends Difference {
  readonly project: string;
}

function byRule({ compared, examples }: Comparison): string[] {
  const groups = new Map<string, Placed[]>();
  for (const { name, differences } of compared)
    for (const difference of differences) addTo(groups, difference.rule, { ...difference, project: name });
  if (groups.size === 0) return [];
  const sorted = [...groups].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  const count = (all: readonly Placed[], kind: Kind): string =>
    String(all.filter((one) => one.kind === kind).length || "");
  const rows = sorted.map(
    ([rule, all]) => `| ${rule} | ${kinds.map((kind) => count(all, kind)).join(" | ")} |`,
  );
  const details = sorted.map(([rule, all]) => {
    const shown = kinds.flatMap((kind) => all.filter((one) => one.kind === kind).slice(0, examples));
    return [`### ${rule}`, shown.map((one) => `- ${example(one)}`).join("\n")].join("\n\n");
  });
  return [
    "## By rule",
    [`| rule | ${kinds.join(" | ")} |`, "|---|--:|--:|--:|--:|--:|", ...rows].join("\n"),
    ...details,
  ];
}

function example({ kind, project, before, after }: Placed): string {
  const at = (found: Found | undefined): string =>
    found === undefined ? "" : `${found.severity} \`${found.file}:${found.place.join(":")}\``;
  const said = ({ message, instead = "" }: Found): string => `${oneLine(message)} → ${oneLine(instead)}`;
  switch (kind) {
    case "added":
      return `added: ${project} ${at(after)}: ${oneLine(after?.message ?? "")}`;
    case "removed":
      return `removed: ${project} ${at(before)}: ${oneLine(before?.message ?? "")}`;
    case "reworded":
      return `reworded: ${project} ${at(after)}: ${before ? said(before) : ""} ⇒ ${after ? said(after) : ""}`;
    default:
      return `${kind}: ${project} ${at(before)} ⇒ ${at(after)}: ${oneLine(after?.message ?? "")}`;
  }
}

const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, " ");
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
};

/** Time and memory of both: of one machine and one minute, so read the ratios. */
function sides(compared: readonly Compared[]): string[] {
  const rows = compared.flatMap(({ name, before, after }) => {
    if (!isOutcome(before) || !isOutcome(after)) return [];
    const pair = (of: (side: Outcome) => number): string =>
      `${Math.round(of(before))} → ${Math.round(of(after))}`;
    const columns = [
      pair(({ migrations }) => migrations),
      pair(({ findings }) => findings.length),
      pair(({ notUnderstood }) => notUnderstood),
      pair(({ milliseconds }) => milliseconds),
      pair(({ megabytes }) => megabytes),
    ];
    return [`| ${name} | ${columns.join(" | ")} |`];
  });
  const head = "| project | migrations | findings | not understood | ms | MB |";
  return ["## Each project", [head, "|---|--:|--:|--:|--:|--:|", ...rows].join("\n")];
}

/** Files that the list calls migrations and no history has. */
function lostFiles(compared: readonly Compared[]): string[] {
  const rows = compared.flatMap(({ name, expected = [], before, after }) => {
    if (!isOutcome(before) || !isOutcome(after)) return [];
    const missing = ({ files }: Outcome): number => {
      const known = new Set(files);
      return expected.filter((file) => !known.has(file)).length;
    };
    const [old, now] = [missing(before), missing(after)];
    return old === 0 && now === 0 ? [] : [`| ${name} | ${expected.length} | ${old} → ${now} |`];
  });
  const head = "| repository | files of the list | in no history |";
  return rows.length === 0 ? [] : ["## Files in no history", [head, "|---|--:|--:|", ...rows].join("\n")];
}
