/** Advice for a migration in code, followed as a user follows it: the files that it consists of, and edits of the migration. */
import type { RawFinding } from "../../src/lint/raw-finding.ts";
import { isInstead } from "../../src/plan/pieces.ts";
import type { Script } from "../../src/project/migration.ts";
import { callOf } from "../../src/recipes/sent.ts";
import { touchedBy } from "../../src/recipes/statement-forms.ts";
import { pieceOf } from "../../src/replay/code-piece.ts";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";
import type { Statement } from "../../src/sql/front-end.ts";
import type { Span } from "../../src/text/span.ts";

export interface Pasted {
  readonly files: Readonly<Record<string, string>>;
  /** Those that hold migrations, in the order in which these run. */
  readonly paths: readonly string[];
  /** Of these, the migration's own way back leaves out what theirs does. */
  readonly takeOver: readonly string[];
}

/** Text in the place of a span. */
interface Edit extends Span {
  readonly text: string;
}

interface Paste {
  readonly scope: ReplayedMigration;
  readonly finding: RawFinding;
  /** Of the calls that the advice is for. */
  readonly calls: readonly Span[];
  /** What they make, change and drop. */
  readonly objects: readonly string[];
  readonly source: string;
}

/** Undefined: it isn't about calls, or in a language that isn't pasted. */
export function pasted(scope: ReplayedMigration, finding: RawFinding): Pasted | undefined {
  const { up } = scope.migration;
  if (up.code === undefined || finding.advice === undefined) return undefined;
  const statements = statementsOf(scope, finding);
  const calls = callSpans(up, statements);
  if (calls.length === 0) return undefined;
  const objects = statements.flatMap((one) => objectsOf(textIn(up, one)));
  const paste = { scope, finding, calls, objects, source: up.code.source };
  if (/\.(?:py|rb)$/.test(up.path)) return inFiles(paste);
  return /\.xml$/.test(up.path) ? inChangelog(paste) : undefined;
}

/** The migration's source without what takes back what these statements take back. */
export const withoutDowns = (
  scope: ReplayedMigration,
  source: string,
  statements: readonly string[],
): string =>
  edited(
    source,
    [true, false].flatMap((drops) => {
      const same = statements.filter((one) => isDrop(one) === drops);
      const objects = same.flatMap(objectsOf);
      return cut(source, takenBack(scope, drops ? withFirstNames(objects, statements) : objects, drops));
    }),
  );

/** An index that gets another name there is dropped under that: its own name is the old one's again. */
const withFirstNames = (dropped: readonly string[], statements: readonly string[]): readonly string[] => [
  ...dropped,
  ...statements.flatMap((one) =>
    /^ALTER INDEX \S+ RENAME TO \S+$/i.test(one) ? touchedBy(one).slice(0, 1) : [],
  ),
];

/** What makes an object isn't what drops the one that had its name before. */
const isDrop = (sql: string): boolean => /^(?:DROP|ALTER TABLE .*\bDROP)\b/is.test(sql);

const textIn = ({ text }: Script, { span }: Statement): string => text.slice(span.start, span.end);

/** The statements that the advice takes the place of, or stands beside. */
function statementsOf(
  scope: ReplayedMigration,
  { statement, advice = [] }: RawFinding,
): readonly Statement[] {
  const spans = [statement, ...advice.flatMap(({ replaces = [] }) => replaces)];
  const all = new Set(scope.steps.map((step) => step.statement));
  return [...all].filter(({ span }) => spans.some((one) => one?.start === span.start));
}

/** The calls that send statements, in the order of the text. */
function callSpans(script: Script, statements: readonly Statement[]): readonly Span[] {
  const spans = statements.flatMap((statement) => {
    const span = callOf({ script, statement })?.at ?? pieceOf(script, statement)?.statement;
    return span === undefined ? [] : [span];
  });
  return [...new Map(spans.map((one) => [one.start, one])).values()].sort((a, b) => a.start - b.start);
}

/** A path may have blanks. */
const file = String.raw`[^\s:'"][^:'"\n]*/[^:'"\n]*\.(?:py|rb)`;
const header = new RegExp(`^# (${file})$`, "m");
const atHeader = new RegExp(`^(?=# ${file}$)`, "m");
const inDowngrade =
  /^# in its down(?:grade\(\))?, (in place of what takes this call back|before what takes this call back|too):\n((?:# (?:(?:if |with )?op\.|else:|    |[a-z]+_\w+ |execute ).*\n?)+)/m;

function inFiles(paste: Paste): Pasted {
  const { scope, finding } = paste;
  const { path } = scope.migration.up;
  const files: Record<string, string> = {};
  const takeOver: string[] = [];
  const [fragment = "", ...parts] = `\n${finding.instead ?? ""}`.split(atHeader);
  for (const part of parts) {
    const own = header.exec(part)?.[1] ?? "";
    files[own] = `${part
      .replace(header, "")
      .replace(/(?:\n#[^\n]*)+\s*$/, "")
      .trim()}\n`;
    if (/^# leave what its down(?:grade\(\))? does out of that of /m.test(part)) takeOver.push(own);
  }
  const paths = Object.keys(files);
  if (files[path] !== undefined) return { files, paths, takeOver };
  files[path] = edited(paste.source, [...upEdits(paste, fragment), ...downEdits(paste, fragment)]);
  return { files, paths: [path, ...paths], takeOver };
}

const aboveClass = /^# above the class Migration:\n([^]*?)^# in its operations:$/m;

/** What stands in place of the call, or beside it. */
function upEdits({ finding, calls, source }: Paste, fragment: string): readonly Edit[] {
  const [, above = ""] = aboveClass.exec(fragment) ?? [];
  const lines = fragment
    .replace(aboveClass, "")
    .split("\n")
    .filter((line) => !/^\s*(?:#|$)/.test(line));
  const imports = lines.filter((line) => /^from \S+ import /.test(line));
  const own = lines.filter((line) => !imports.includes(line));
  const edits: Edit[] = [{ start: 0, end: 0, text: imports.map((one) => `${one}\n`).join("") }];
  const at = source.search(/^class Migration\b/m);
  if (above !== "" && at >= 0) edits.push({ start: at, end: at, text: `${above.trimEnd()}\n\n\n` });
  const { advice = [] } = finding;
  const [first, ...others] = calls;
  if (first === undefined) return edits;
  const [, inBlock] = /^# in the block of this migration: (.*)$/m.exec(fragment) ?? [];
  if (inBlock !== undefined)
    return [...edits, inPlace(source, first, [inBlock]), ...behindBlock(source, first, own)];
  if (/^# after this `with` block:$/m.test(fragment))
    return [...edits, ...cut(source, calls), behindWith(source, calls, own)];
  if (isInstead(advice)) edits.push(inPlace(source, first, own), ...cut(source, others));
  else if (own.length > 0) edits.push(beside(source, first, own, isBehind(finding)));
  return edits;
}

/** Lines behind the block of Ruby that a call stands in. */
function behindBlock(source: string, { start, end }: Span, lines: readonly string[]): readonly Edit[] {
  const edge = edgeAt(source, start);
  const close = [...source.slice(end).matchAll(/^([ \t]*)end\b/gm)].find(
    ([, own = ""]) => own.length < edge.length,
  );
  if (close === undefined || lines.length === 0) return [];
  const at = end + close.index + close[0].length;
  return [{ start: at, end: at, text: ["", ...lines].join(`\n${close[1] ?? ""}`) }];
}

/** Lines behind the block of Python that calls stood in. */
function behindWith(source: string, calls: readonly Span[], lines: readonly string[]): Edit {
  const { start = 0 } = calls[0] ?? {};
  const { end = 0 } = calls.at(-1) ?? {};
  const isOutside = (line: string): boolean =>
    line.trim() !== "" && (/^[ \t]*/.exec(line)?.[0] ?? "").length < edgeAt(source, start).length;
  const before = source.slice(0, start).split("\n").slice(0, -1);
  const header = before.findLast(isOutside) ?? "";
  const rest = source.slice(end).split("\n");
  const outside = rest.findIndex((line, at) => at > 0 && isOutside(line));
  const inside = rest
    .slice(0, outside < 0 ? rest.length : outside)
    .join("\n")
    .trimEnd();
  const from = before.slice(0, before.lastIndexOf(header) + 1).join("\n").length;
  let left = source.slice(from, end + inside.length);
  for (const call of calls) left = left.replace(source.slice(call.start, call.end), "");
  const isEmpty = left.replaceAll(/#.*/g, "").trim() === "";
  const edge = /^[ \t]*/.exec(header)?.[0] ?? "";
  const at = end + inside.length;
  const text = [...(isEmpty ? [`${edgeAt(source, start)}pass`] : []), ...lines.map((line) => edge + line)];
  return { start: at, end: at, text: ["", ...text].join("\n") };
}

/** What the way back then leaves out, or does otherwise. */
function downEdits({ scope, finding, objects, source }: Paste, fragment: string): readonly Edit[] {
  const { instead = "" } = finding;
  const [, place, text] = inDowngrade.exec(fragment) ?? [];
  if (text !== undefined) {
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(2));
    const [first, ...others] = takenBack(scope, objects);
    if (first === undefined) return place === "too" ? inDown(source, lines) : [];
    if (place?.startsWith("in place") === true)
      return [inPlace(source, first, lines), ...cut(source, others)];
    return [beside(source, first, lines, false)];
  }
  if (/^# the down of \S+ no longer takes back \w+$/m.test(instead))
    return cut(source, takenBack(scope, objects));
  const [, moved = ""] =
    /^# in the rollback, this belongs to that of the later migration: (.*)$/m.exec(instead) ?? [];
  return cut(source, takenBack(scope, moved.split(/(?<=;) /).flatMap(objectsOf)));
}

/** Lines at the begin of the way back. */
function inDown(source: string, lines: readonly string[]): readonly Edit[] {
  const head =
    /^def downgrade\b[^\n]*:[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n)*(?=([ \t]+))/m.exec(source) ??
    /^[ \t]*def (?:self\.)?down\b[^\n]*\n(?=([ \t]*))/m.exec(source);
  if (head === null) return [];
  const at = head.index + head[0].length;
  return [{ start: at, end: at, text: lines.map((line) => `${head[1] ?? ""}${line}\n`).join("") }];
}

const isBehind = ({ advice = [] }: RawFinding): boolean =>
  advice.every(({ language, after }) => language !== "sql" || after === "statement");

const remark = /^[ \t]*<!-- [^\n]* -->$/gm;

/** Changesets in place of one, or behind it in place of one of its changes. */
function inChangelog({ scope, finding, calls, objects, source }: Paste): Pasted | undefined {
  const { path } = scope.migration.up;
  const { instead = "", advice = [] } = finding;
  const [call, ...others] = calls;
  if (call === undefined) return undefined;
  const start = source.lastIndexOf("<changeSet", call.start);
  const close = source.indexOf("</changeSet>", call.end);
  if (start < 0 || close < 0) return undefined;
  const end = close + "</changeSet>".length;
  const moved = /<!-- take [\w ]+ out of the changeset [^\n]*-->/.exec(instead)?.[0];
  const [, first = ""] =
    /<!-- before the changeset [^\n]*-->\n([^]*?)<!-- and behind it: -->/.exec(instead) ?? [];
  const before: readonly Edit[] = first === "" ? [] : [{ start, end: start, text: first }];
  const text = instead.replace(first, "").replaceAll(remark, "").trim();
  const isWhole = text.startsWith("<changeSet");
  const lines = text.split("\n");
  const behind: Edit = { start: end, end, text: `\n${text}` };
  const edits: readonly Edit[] = !isInstead(advice)
    ? [isWhole ? behind : beside(source, call, lines, isBehind(finding))]
    : !isWhole
      ? [inPlace(source, call, lines), ...cut(source, others)]
      : moved === undefined
        ? [{ start, end, text }]
        : [
            ...before,
            ...cut(source, calls),
            ...(moved.includes("out of its rollback") ? cut(source, takenBack(scope, objects)) : []),
            behind,
          ];
  return { files: { [path]: edited(source, edits) }, paths: [path], takeOver: [] };
}

/**
 * Statements of the way back that do nothing but take these objects back; of changes of a column, also those of the column.
 *
 * @param drops alone, or all else alone, and of a column nothing but what is named
 */
function takenBack(scope: ReplayedMigration, objects: readonly string[], drops?: boolean): readonly Span[] {
  const { down } = scope.migration;
  if (down?.code === undefined || down.code.derived === true || objects.length === 0) return [];
  const isNamed = (one: string): boolean =>
    objects.includes(one) || (drops === undefined && objects.includes(one.replace(/^change of /, "column ")));
  const senders = new Map<number, { readonly span: Span; readonly objects: string[] }>();
  for (const { statement, table, operation } of scope.downSteps) {
    const span = pieceOf(down, statement)?.statement;
    if (span === undefined) continue;
    const text = textIn(down, statement);
    if (drops !== undefined && isDrop(text) !== drops) continue;
    const known = senders.get(span.start) ?? { span, objects: [] };
    senders.set(span.start, known);
    const own = objectsOf(text);
    // A comment goes with its table; rows, indexes and constraints are named where they do.
    const isOfTable = own.length === 0 && !/Rows$/.test(operation.kind) && table !== undefined;
    known.objects.push(...(isOfTable ? [`table ${table.name}`] : own));
  }
  return [...senders.values()]
    .filter((one) => one.objects.length > 0 && one.objects.every(isNamed))
    .map(({ span }) => span);
}

const cut = (source: string, spans: readonly Span[]): readonly Edit[] =>
  spans.map((one) => inPlace(source, one, []));

/** What a statement makes, changes, renames or drops: what takes a change back is another one. */
function objectsOf(sql: string): readonly string[] {
  const touched = touchedBy(sql);
  if (/^ALTER (?:TABLE|INDEX) .* RENAME\b/i.test(sql)) return [`names ${touched.toSorted().join(" ")}`];
  const isChange = / ALTER (?:COLUMN )?\S+ (?:SET|DROP|TYPE)\b/i.test(sql);
  return touched.map((one) => (isChange ? one.replace(/^column /, "change of ") : one));
}

function edited(source: string, edits: readonly Edit[]): string {
  let out = source;
  for (const { start, end, text } of edits.toSorted((a, b) => b.start - a.start || b.end - a.end))
    out = out.slice(0, start) + text + out.slice(end);
  return out;
}

/** How far its line is indented. */
const edgeAt = (source: string, at: number): string =>
  /^[ \t]*/.exec(source.slice(source.lastIndexOf("\n", at - 1) + 1))?.[0] ?? "";

/** Lines in place of a call; none: its line goes. */
function inPlace(source: string, { start, end }: Span, lines: readonly string[]): Edit {
  const [comma = ""] = /^,/.exec(source.slice(end)) ?? [];
  if (lines.length > 0)
    return { start, end: end + comma.length, text: lines.join(`\n${edgeAt(source, start)}`) };
  const before = /\n?[ \t]*$/.exec(source.slice(0, start))?.[0].length ?? 0;
  return { start: start - before, end: end + comma.length, text: "" };
}

function beside(source: string, { start, end }: Span, lines: readonly string[], isAfter: boolean): Edit {
  const edge = edgeAt(source, start);
  const text = lines.join(`\n${edge}`);
  const [comma = ""] = /^,/.exec(source.slice(end)) ?? [];
  const at = isAfter ? end + comma.length : start;
  return { start: at, end: at, text: isAfter ? `\n${edge}${text}` : `${text}\n${edge}` };
}
