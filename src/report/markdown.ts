/** For a comment in a pull request, or the summary of a job: a row for each migration, then the findings. */
import { blocksOnline, clausesOf } from "../effects/describe.ts";
import { blocks, costRank, strongest, type LockMode } from "../effects/effects.ts";
import { whyLeftOut } from "../lint/coverage.ts";
import type { Finding, OnlineNote } from "../lint/finding.ts";
import { unmerged } from "../findings/merge.ts";
import { indexLines } from "../text/lines.ts";
import { shellWord } from "../text/shell-word.ts";
import { plansUrl, ruleUrl } from "./help.ts";
import { advice } from "./finding-markdown.ts";
import { code, fenced, inline, languageOf } from "./markdown-text.ts";
import { decisive, statementOf } from "./release.ts";
import { bySeverity, countFindings, groupByFile, type Report } from "./report.ts";
import {
  alsoInWords,
  insteadOfRepeats,
  repeatsInWords,
  gapsInWords,
  isSql,
  locksInWords,
  operationsInWords,
  plural,
} from "./words.ts";

/** GitHub refuses a comment of more than 65,536 characters. */
const longest = 60_000;

export function formatMarkdown(report: Report): string {
  const { findings, summary, errors = [], leftOut = [] } = report;
  const checked = summary.pending < summary.migrations ? `${summary.pending} of ` : "";
  const parts = [
    `### ddlint: ${counted(findings) || "no findings"}`,
    `Checked ${checked}${plural(summary.migrations, "migration")} (${plural(summary.files, "file")}).`,
  ];
  const gaps = gapsInWords(report.coverage);
  if (gaps.length > 0) parts.push(`Not checked: ${gaps.map(inline).join(", ")}.`);
  const operations = operationsInWords(report.coverage);
  if (operations !== undefined && gaps.length > 0) parts.push(`${inline(operations)}.`);
  for (const history of leftOut) {
    const { root } = history;
    parts.push(`${code(root)} is left out: ${inline(whyLeftOut(history))}.`);
  }
  if (errors.length > 0) {
    const owners = [...new Set(errors.map(({ pack = "ddlint" }) => inline(pack)))].join(", ");
    parts.push(`**${plural(errors.length, "bug")} in ${owners}: some rules could not check everything.**`);
  }
  const rows = migrationRows(report);
  if (rows.length > 0) parts.push([...tableHead, ...rows].join("\n"));
  parts.push(...plansInWords(report));
  const deploy = deployInWords(report);
  if (deploy.length > 0) parts.push(deploy.join("\n"));
  parts.push(...batchesInWords(report));
  let length = parts.join("\n\n").length;
  const sorted = bySeverity(findings);
  for (const [i, finding] of sorted.entries()) {
    const details = findingDetails(finding, report.sources);
    length += details.length + 2;
    if (length > longest) {
      parts.push(`${plural(sorted.length - i, "finding")} more: too long for a comment.`);
      break;
    }
    parts.push(details);
  }
  return `${parts.join("\n\n")}\n`;
}

function counted(findings: readonly Finding[]): string {
  const { errors, warnings, notes } = countFindings(findings);
  return [
    ...(errors > 0 ? [plural(errors, "error")] : []),
    ...(warnings > 0 ? [plural(warnings, "warning")] : []),
    ...(notes > 0 ? [plural(notes, "note")] : []),
  ].join(", ");
}

const tableHead = ["| Migration | Strongest lock | Blocks | Findings | Rollback |", "|---|---|---|---|---|"];

type History = NonNullable<Report["histories"]>[number];
type Migration = History["migrations"][number];

function migrationRows({ findings, histories = [] }: Report): string[] {
  const byFile = groupByFile(findings);
  const rows: string[] = [];
  for (const history of histories) {
    for (const migration of history.migrations) {
      const { up, down, name } = migration;
      const files = new Set([up.path, ...(down ? [down.path] : [])]);
      const own = [...files]
        .flatMap((file) => byFile.get(file) ?? [])
        .filter((finding) => finding.migration === undefined || finding.migration === name);
      if (own.length > 0) rows.push(row(name, own, rollbackOf(history, migration, own)));
    }
  }
  return rows;
}

function row(name: string, own: readonly Finding[], rollback: string): string {
  const each = unmerged(own);
  const locks = each.flatMap((finding) => (finding.direction === "down" ? [] : finding.locks));
  const mode = locks.reduce<LockMode | undefined>(
    (most, lock) => (most === undefined ? lock.mode : strongest(most, lock.mode)),
    undefined,
  );
  const relations = new Set(locks.flatMap((lock) => (lock.mode === mode ? [lock.relation] : [])));
  const dearest = dearestOf(each);
  const [lock, waits] =
    mode !== undefined
      ? [`${mode} on ${[...relations].map(code).join(", ")}`, blocks(mode)]
      : dearest !== undefined
        ? [`${clausesOf(dearest) || "metadata lock"} on ${code(dearest.relation)}`, blocksOnline(dearest)]
        : ["", ""];
  return `| ${[code(name), lock, waits, counted(own), rollback].join(" | ")} |`;
}

/** MySQL and MariaDB: of several changes the one that costs most. */
function dearestOf(own: readonly Finding[]): OnlineNote | undefined {
  const found = own.flatMap(({ direction, online }) => (direction === "down" ? [] : (online ?? [])));
  return found.reduce<OnlineNote | undefined>(
    (most, one) => (most === undefined || costRank(one) > costRank(most) ? one : most),
    undefined,
  );
}

const rollbackRules = [
  ["missing-rollback", "missing"],
  ["rollback-order", "fails"],
  ["rollback-does-not-reverse", "doesn't restore the schema"],
  ["rollback-loses-data", "loses data"],
] as const;

/** As far as it is known: what rules say, else what lies there. */
function rollbackOf(history: History, migration: Migration, own: readonly Finding[]): string {
  const said = rollbackRules.find(([rule]) => unmerged(own).some(({ ruleId }) => ruleId === rule));
  if (said) return said[1];
  if (migration.irreversible !== undefined) return "can't be undone";
  if (migration.down?.empty === false) return "has one";
  return history.rollbacks === "none" || migration.unread === true ? "" : "none";
}

const mostPlans = 5;

/** The commands that write the safe steps, for migrations in which something else is advised. */
function plansInWords({ findings, histories = [] }: Report): readonly string[] {
  const byFile = groupByFile(findings);
  const planned = histories.flatMap(({ migrations }) =>
    migrations.flatMap(({ name, up }) => {
      const own = (byFile.get(up.path) ?? []).filter(
        ({ migration, direction }) => direction !== "down" && (migration ?? name) === name,
      );
      const isAdvised = own.some(({ instead }) => instead !== undefined && isSql(instead));
      if (!isAdvised) return [];
      const isAlone = migrations.filter((other) => other.up.path === up.path).length === 1;
      return [`- ${code(`npx ddlint plan ${shellWord(isAlone ? up.path : name)} --write`)}`];
    }),
  );
  if (planned.length === 0) return [];
  const more = planned.length > mostPlans ? [`- and ${planned.length - mostPlans} more`] : [];
  const lines = [...planned.slice(0, mostPlans), ...more];
  return [`[Safe steps](${plansUrl}) in place of a migration:\n\n${lines.join("\n")}`];
}

const moments = [
  ["before", "Before the new version is rolled out"],
  ["after", "When no old version runs any more"],
  ["either", "Any time"],
  ["neither", "To be split, as no version runs on both sides"],
  ["unknown", "Not known"],
] as const;

/** More new migrations than this are an old project that hasn't said what is applied. */
const mostInRelease = 30;

function deployInWords({ release = [], sources }: Report): readonly string[] {
  if (release.length > mostInRelease) return [];
  const lines = moments.flatMap(([moment, title]) => {
    const own = release.filter(({ run }) => run === moment);
    if (own.length === 0) return [];
    const names = own.map((part) => {
      const reason = moment === "neither" || moment === "unknown" ? decisive(part) : undefined;
      if (reason === undefined) return code(part.migration);
      return `${code(part.migration)} (${code(statementOf(reason, sources))}: ${reason.why})`;
    });
    return [`- ${title}: ${names.join(", ")}`];
  });
  return lines.length === 0 ? [] : ["When to run:", "", ...lines];
}

/** What one transaction over several migrations holds in the end: each lock from its own migration on. */
function batchesInWords({ batches = [] }: Report): readonly string[] {
  return batches.flatMap(({ migrations, locks }) => {
    const modes = [...new Set(locks.map(({ mode }) => mode))].filter((mode) => blocks(mode) !== "nothing");
    if (modes.length === 0) return [];
    const held = modes.map((mode) => {
      const relations = new Set(locks.flatMap((lock) => (lock.mode === mode ? [code(lock.relation)] : [])));
      return `- ${mode} on ${[...relations].join(", ")} (blocks ${blocks(mode)})`;
    });
    const all = `${plural(migrations.length, "migration")} run in one transaction`;
    return [`${all}, which holds together until the last one ends:\n\n${held.join("\n")}`];
  });
}

function findingDetails(finding: Finding, sources: Report["sources"]): string {
  const { severity, ruleId, file, line, column, message } = finding;
  const text = sources.get(file);
  const locks = locksInWords(finding);
  const place = code(`${file}:${line}:${column}`);
  const url = ruleUrl(ruleId);
  return [
    `<details><summary>${severity} ${code(ruleId)} ${place}: ${inline(message)}</summary>`,
    ...(text === undefined || finding.wholeFile === true
      ? []
      : [fenced(languageOf(file), excerpt(finding, text))]),
    ...(locks === "" ? [] : [`Locks: ${inline(locks)}`]),
    ...finding.related.map(
      (related) =>
        `See ${code(`${related.file}:${related.line}:${related.column}`)}: ${inline(related.message)}`,
    ),
    ...alsoInWords(finding).map((other) => `Also ${inline(other)}`),
    ...repeatsInWords(finding).map((repeat) => `At ${inline(repeat)}`),
    ...advice(finding),
    ...insteadOfRepeats(finding).flatMap(([at, instead]) => advice({ file, instead }, `Instead of ${at}`)),
    ...(url === undefined ? [] : [`[What ${code(ruleId)} looks for](${url})`]),
    "</details>",
  ].join("\n\n");
}

const excerptLines = 5;
const excerptWidth = 200;

/** The lines that it is about; of a long first one the part around its start. */
function excerpt({ line, column, endLine }: Finding, text: string): string {
  const lines = indexLines(text);
  const last = Math.min(endLine, line + excerptLines - 1);
  const shown: string[] = [];
  for (let n = line; n <= last; n++) {
    const whole = lines.lineText(n);
    const from = n === line && column > excerptWidth - 50 ? column - 50 : 0;
    const until = from + excerptWidth;
    shown.push(
      `${from > 0 ? "… " : ""}${withoutHalves(whole.slice(from, until))}${whole.length > until ? " …" : ""}`,
    );
  }
  if (last < endLine) shown.push("…");
  return shown.join("\n");
}

/** Of a character that a cut has parted nothing is left. */
const withoutHalves = (text: string): string => text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
