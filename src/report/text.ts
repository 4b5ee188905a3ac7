/** For people: findings by file, each with an excerpt, its consequence and what to write instead. */
import type { Finding } from "../lint/finding.ts";
import { indexLines } from "../text/lines.ts";
import type { LineIndex } from "../text/lines.ts";
import { harmlessLine, maskedCommands, noCommandsInSql } from "../text/commands.ts";
import { masked, printable, printableLine } from "../text/printable.ts";
import { ruleUrl } from "./help.ts";
import { newestFindings, type Older } from "./newest.ts";
import { bySeverity, groupByFile, type Colors, type Report, type Style, type Summary } from "./report.ts";
import { paint, summaryText } from "./summary.ts";
import { alsoInWords, insteadOfRepeats, isSql, locksInWords, plural, repeatsInWords } from "./words.ts";

export function formatText(report: Report, style: Style): string {
  const width = Math.max(40, style.width ?? 80);
  const { colors } = style;
  const blocksOfText: string[] = [];
  const { shown, older } = newestFindings(report);
  for (const [file, findings] of groupByFile(shown)) {
    const text = report.sources.get(file);
    const lines = text === undefined ? undefined : indexLines(text);
    blocksOfText.push(
      colors.underline(harmlessLine(file)),
      ...findings.map((finding) => findingText(finding, lines, width, colors)),
    );
  }
  for (const one of older) blocksOfText.push(olderText(one, width, colors));
  blocksOfText.push(...wrap(summaryText(report, colors), width, ""));
  if (report.fixAdvice !== false) blocksOfText.push(...fixAdvice(report.summary));
  return `${blocksOfText.join("\n")}\n`;
}

const mostRules = 10;

/** A line for each rule, most findings first. */
function olderText({ root, last, migrations, findings }: Older, width: number, colors: Colors): string {
  const rules = new Map<string, { readonly finding: Finding; count: number }>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.ruleId}`;
    const known = rules.get(key);
    if (known) known.count++;
    else rules.set(key, { finding, count: 1 });
  }
  const sorted = bySeverity([...rules.values()].map(({ finding, count }) => ({ ...finding, count })));
  const lines = [...sorted]
    .sort((a, b) => b.count - a.count)
    .slice(0, mostRules)
    .map(
      (one) =>
        `  ${String(one.count).padStart(6)} ${paint(one, colors)(one.severity)} ${colors.bold(one.ruleId)}`,
    );
  const more = rules.size - lines.length;
  const head = `${plural(findings.length, "finding")} in ${plural(migrations, "older migration")}, up to ${harmlessLine(last)}:`;
  const end =
    "--all shows them. If these migrations have run, npx ddlint init records it, and they are no longer reported.";
  return [
    colors.underline(harmlessLine(root)),
    ...wrap(head, width, "  "),
    ...lines,
    ...(more > 0 ? [`  ${"".padStart(6)} and ${plural(more, "more rule")}`] : []),
    ...wrap(end, width, "  "),
    "",
  ].join("\n");
}

function fixAdvice({ fixable, fixableUnsafely }: Summary): readonly string[] {
  const safe = fixable > 0 ? [`${fixable} with --fix`] : [];
  const more = fixable > 0 ? " more" : "";
  const unsafe = fixableUnsafely > 0 ? [`${fixableUnsafely}${more} with --fix --unsafe-fixes`] : [];
  const all = [...safe, ...unsafe];
  return all.length === 0 ? [] : [`fixable: ${all.join(", ")}`];
}

function findingText(finding: Finding, lines: LineIndex | undefined, width: number, colors: Colors): string {
  const color = paint(finding, colors);
  const place = `${finding.line}:${finding.column}`;
  const rule = colors.bold(finding.ruleId);
  const url = ruleUrl(finding.ruleId);
  const linked = (url === undefined ? undefined : colors.link?.(rule, url)) ?? rule;
  const out = [`  ${place} ${color(colors.bold(finding.severity))} ${linked}`];
  if (lines && finding.wholeFile !== true) out.push(...excerpt(finding, lines, width, color, colors));
  out.push(...wrap(printable(finding.message), width, "    "));
  const locks = locksInWords(finding);
  if (locks !== "") out.push(...wrap(printable(`locks: ${locks}`), width, "    ", "      "));
  for (const related of finding.related) {
    const at = `${printableLine(related.file)}:${related.line}:${related.column}`;
    out.push(...wrap(printable(`see ${at}: ${related.message}`), width, "    ", "      "));
  }
  for (const other of alsoInWords(finding))
    out.push(...wrap(printable(`also ${other}`), width, "    ", "      "));
  for (const repeat of repeatsInWords(finding))
    out.push(...wrap(printable(`at ${repeat}`), width, "    ", "      "));
  if (finding.instead !== undefined) out.push(...insteadText("instead:", finding.instead, width, colors));
  for (const [at, instead] of insteadOfRepeats(finding))
    out.push(...insteadText(`instead of ${at}:`, instead, width, colors));
  return `${out.join("\n")}\n`;
}

/** SQL keeps its lines, so that it can be copied; sentences are wrapped. */
function insteadText(label: string, instead: string, width: number, colors: Colors): string[] {
  const shown = printable(instead.trimEnd());
  const lines = (isSql(instead) ? noCommandsInSql(shown) : shown).split("\n");
  if (!isSql(instead)) {
    const [first = "", ...rest] = wrap(`${label} ${lines[0] ?? ""}`, width, "    ", "      ");
    return [first.replace(label, colors.green(label)), ...rest];
  }
  return [`    ${colors.green(label)}`, ...lines.map((line) => (line === "" ? "" : `      ${line}`))];
}

const excerptLines = 3;

function excerpt(
  finding: Finding,
  lines: LineIndex,
  width: number,
  color: (text: string) => string,
  colors: Colors,
): string[] {
  const last = Math.min(finding.endLine, finding.line + excerptLines - 1);
  const digits = String(last).length;
  const room = Math.max(20, width - digits - 7);
  const out: string[] = [];
  for (let line = finding.line; line <= last; line++) {
    const text = lines.lineText(line);
    if (text.trim() === "" && finding.line === finding.endLine) continue;
    const first = line === finding.line ? finding.column - 1 : text.length - text.trimStart().length;
    const end = line === finding.endLine ? finding.endColumn - 1 : text.trimEnd().length;
    // Long lines show the part around the span.
    const from = first > room - 10 ? first - 10 : 0;
    const shown = maskedCommands(masked(cut(text, from, room).replaceAll("\t", " ")));
    out.push(`    ${colors.dim(`${String(line).padStart(digits)} |`)} ${shown}`);
    // Wide characters take two columns; good alignment for them matters less than a tight mark.
    const marks = Math.max(1, Math.min(end, from + room) - first);
    const gutter = `    ${" ".repeat(digits)} ${colors.dim("|")} `;
    if (end > first || line === finding.line)
      out.push(`${gutter}${" ".repeat(first - from)}${color("^".repeat(marks))}`);
  }
  if (last < finding.endLine) out.push(`    ${" ".repeat(digits)} ${colors.dim("|")} ...`);
  return out;
}

/** A part of a line, with a sign where more of it follows or stands before. */
function cut(text: string, from: number, room: number): string {
  const part = text.slice(from, from + room);
  const start = from > 0 ? `…${part.slice(1)}` : part;
  return from + room < text.length ? `${start.slice(0, -1)}…` : start;
}

/** Breaks at blanks; a longer word keeps its own line. */
function wrap(text: string, width: number, first: string, indent = first): string[] {
  const out: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = out.length === 0 ? first : indent;
    let empty = true;
    for (const word of paragraph.split(" ")) {
      if (!empty && line.length + 1 + word.length > width) {
        out.push(line);
        line = indent;
        empty = true;
      }
      line += empty ? word : ` ${word}`;
      empty = false;
    }
    out.push(line.trimEnd());
  }
  return out;
}
