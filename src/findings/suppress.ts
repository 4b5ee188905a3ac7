/**
 * Comments that silence findings (`-- ddlint-disable-next-line rule -- reason` and its kin), and findings about
 * such comments that silence nothing.
 */
import { removeDirective } from "./remove-directive.ts";
import type { Fix, Related } from "../lint/rule.ts";
import { nearestRule } from "../lint/packs.ts";
import { nearest } from "../text/nearest.ts";
import type { Span } from "../text/span.ts";
import type { RunRules } from "../lint/rules-for.ts";
import { directiveNames, readDirective } from "./directives.ts";
import type { Directive } from "./directives.ts";
import { prefixOf } from "../lint/packs.ts";
import { rawFinding, type RawFinding } from "../lint/raw-finding.ts";
import type { Sources } from "./sources.ts";

/** What suppressing needs to know of a file. */
export interface ScannedFile {
  /** As shown to the user. */
  readonly path: string;
  /** Delimiters included, in order. */
  readonly comments: readonly Span[];
  readonly statements: readonly Span[];
  /** Of a migration in code: the language's statements that send them, which may begin further up. */
  readonly calls?: readonly Span[] | undefined;
  /** Sections that were read; lines outside of them are searched for `--` comments. Undefined: all was read. */
  readonly parts?: readonly Span[] | undefined;
}

export interface Suppressed {
  readonly kept: readonly RawFinding[];
  /** What was silenced, with the reasons that the comments give. */
  readonly silenced: ReadonlyMap<RawFinding, string | undefined>;
  readonly unused: readonly RawFinding[];
}

export const unusedSuppression = "unused-suppression";

export function suppress(
  findings: readonly RawFinding[],
  files: readonly ScannedFile[],
  rules: RunRules,
  sources: Sources,
  failed: ReadonlySet<string> = new Set(),
): Suppressed {
  if (!rules.inline) return { kept: findings, silenced: new Map(), unused: [] };
  const byFile = new Map<string, FileDirectives>();
  for (const file of files) {
    const text = sources.text(file.path);
    if (!text.includes("ddlint-") && !text.includes("squawk-ignore")) continue;
    const known = byFile.get(file.path);
    if (!known) byFile.set(file.path, readFile(file, text, sources, rules));
  }
  const silenced = new Map<RawFinding, string | undefined>();
  for (const finding of findings) {
    const silence = byFile.get(finding.path)?.silences(finding);
    if (silence) silenced.set(finding, silence.reason);
  }
  const kept = findings.filter((finding) => !silenced.has(finding));
  const unused = [...byFile].flatMap(([path, file]) => {
    const own = rules.activeIn(path).find((one) => one.rule.id === unusedSuppression);
    if (!own) return [];
    const active = new Set(rules.activeIn(path).map((one) => one.rule.id));
    const left = kept.filter((finding) => finding.path === path);
    return file
      .complaints((id) => active.has(id) && !failed.has(id), left)
      .flatMap(({ span, ...said }) => rawFinding(own, { at: span, ...said }, { path }) ?? [])
      .filter((finding) => file.silences(finding) === undefined);
  });
  return { kept, silenced, unused };
}

interface Complaint {
  readonly span: Span;
  /** Of the rule `unused-suppression`. */
  readonly message: "unused" | "misplaced" | "unknown" | "directive";
  readonly data: Readonly<Record<string, string | number>>;
  readonly related?: readonly Related[] | undefined;
  readonly fix?: Fix | undefined;
}

interface FileDirectives {
  /** The first directive that silences it. */
  silences(finding: RawFinding): Directive | undefined;
  /** `left`: the file's findings that nothing silences. */
  complaints(ran: (ruleId: string) => boolean, left: readonly RawFinding[]): readonly Complaint[];
}

/** Lines between a comment for one line and a finding that it may be meant for. */
const nearby = 10;

/** One directive, one rule (undefined: all), where it holds, and whether it has silenced anything. */
interface Silencer {
  readonly directive: Directive;
  readonly ruleIds: readonly string[] | undefined;
  readonly span: Span;
  readonly covers: (finding: RawFinding) => boolean;
  /** The only line that it can hold for: where findings or their statements start, or where they reach. */
  readonly line: number | undefined;
  used: boolean;
}

function readFile(file: ScannedFile, text: string, sources: Sources, rules: RunRules): FileDirectives {
  const lines = sources.lines(file.path);
  const complaints: Complaint[] = [];
  const silencers: Silencer[] = [];
  const comments = [...file.comments, ...outsideComments(file, text)].sort((a, b) => a.start - b.start);
  const directives: Directive[] = [];
  for (const comment of comments) {
    const read = readDirective(text, comment);
    if (!read) continue;
    if ("kind" in read) directives.push(read);
    else {
      const near = nearest(read.text, directiveNames);
      complaints.push({
        span: read.span,
        message: "directive",
        data: { name: read.text, nearest: meant(near) },
      });
    }
  }
  const calls = (file.calls ?? []).toSorted((a, b) => a.start - b.start);
  const statementLines = new Map(
    [...calls, ...file.statements].map((span) => [lines.position(span.start).line, span]),
  );
  const callLines = new Map(calls.map((span) => [lines.position(span.start).line, span]));
  const commentLines = linesOfComments(comments, text, (offset) => lines.position(offset));
  const onLine = (line: number) => {
    const around = [statementLines.get(line), callLines.get(line)];
    return (finding: RawFinding): boolean =>
      lines.position(finding.span.start).line === line ||
      around.some((statement) => statement !== undefined && within(statement, finding.span.start));
  };

  const endOf = rangeEnds(directives, (name) => rules.known.get(name)?.id);
  const lineOf = (directive: Directive): number | undefined => {
    if (directive.kind === "disable-line") return lines.position(directive.span.start).line;
    if (directive.kind !== "disable-next-line") return undefined;
    let line = lines.position(directive.span.end).line + 1;
    while (commentLines.has(line)) line++;
    return line;
  };
  const scopeOf = (
    directive: Directive,
    line: number,
    id: string | undefined,
  ): ((finding: RawFinding) => boolean) => {
    switch (directive.kind) {
      case "disable-file":
        return () => true;
      case "disable-line":
        return ({ span }) => lines.position(span.start).line <= line && line <= lines.position(span.end).line;
      case "disable-next-line":
        return onLine(line);
      case "disable": {
        const start = directive.span.end;
        const end = endOf(start, id);
        return ({ span }) => start <= span.start && span.start < end;
      }
      case "enable":
        return () => false;
    }
  };

  const packs = new Set([...rules.known.keys()].map(prefixOf));
  for (const directive of directives) {
    const line = lineOf(directive);
    if (directive.foreign || directive.names.length === 0) {
      if (directive.kind === "enable") continue;
      const ruleIds = directive.foreign && directive.foreign.length > 0 ? directive.foreign : undefined;
      const covers = scopeOf(directive, line ?? 0, undefined);
      silencers.push({ directive, ruleIds, span: directive.span, covers, line, used: false });
      continue;
    }
    for (const name of directive.names) {
      const id = rules.known.get(name.text)?.id;
      if (id === undefined) {
        const near = nearestRule(name.text, rules.known.keys());
        // A rule pack that isn't loaded here may have it.
        if (near === undefined && !packs.has(prefixOf(name.text))) continue;
        complaints.push({
          span: name.span,
          message: "unknown",
          data: { rule: name.text, nearest: meant(near) },
        });
      } else if (directive.kind !== "enable") {
        const covers = scopeOf(directive, line ?? 0, id);
        silencers.push({ directive, ruleIds: [id], span: name.span, covers, line, used: false });
      }
    }
  }

  const index = indexSilencers(silencers);
  const statements = file.statements.toSorted((a, b) => a.start - b.start);

  return {
    silences(finding) {
      const { start, end } = finding.span;
      const first = lines.position(start).line;
      const last = lines.position(end).line;
      const around = [statements, calls].map((list) => {
        const statement = list[firstWhere(list, (one) => one.start > start) - 1];
        return statement === undefined ? first : lines.position(statement.start).line;
      });
      let silenced: Directive | undefined;
      const anyRule = finding.ruleId === unusedSuppression ? [] : [index.get(undefined)];
      for (const group of [index.get(finding.ruleId), ...anyRule]) {
        if (group === undefined) continue;
        silenced ??= group.ranges.use(finding);
        for (const one of candidates(group, first, last, around)) {
          if (!one.covers(finding)) continue;
          one.used = true;
          silenced ??= one.directive;
        }
      }
      return silenced;
    },
    complaints(ran, left) {
      const lineOfFinding = ({ span }: RawFinding): number => lines.position(span.start).line;
      const leftOnLine = new Map<number, RawFinding[]>();
      for (const finding of left) {
        const line = lineOfFinding(finding);
        const others = leftOnLine.get(line);
        if (others === undefined) leftOnLine.set(line, [finding]);
        else others.push(finding);
      }
      const nearestTo = ({ line, ruleIds }: Silencer): RawFinding | undefined => {
        if (line === undefined) return undefined;
        for (let distance = 0; distance <= nearby; distance++) {
          const found = [line - distance, line + distance]
            .flatMap((one) => leftOnLine.get(one) ?? [])
            .find(({ ruleId }) => ruleIds === undefined || ruleIds.includes(ruleId));
          if (found !== undefined) return found;
        }
        return undefined;
      };
      const unused = silencers.filter(({ used, directive, ruleIds }) => {
        if (used || directive.foreign) return false;
        // What didn't run had no chance to be silenced.
        return ruleIds ? ruleIds.every((id) => id !== unusedSuppression && ran(id)) : !rules.partial;
      });
      return [
        ...complaints,
        ...unused.map((silencer): Complaint => {
          const { span, ruleIds, directive } = silencer;
          const rule = ruleIds?.join(", ") ?? "any rule";
          const meantFor = nearestTo(silencer);
          // It is to be moved, which may be wrong; deleting it would lose its reason.
          if (meantFor !== undefined) {
            const data = { rule: meantFor.ruleId, line: lineOfFinding(meantFor) };
            return {
              span,
              message: "misplaced",
              data,
              related: [{ at: meantFor.span, message: "the finding" }],
            };
          }
          const fix = { title: "delete it", edits: [removeDirective(text, directive, span)] };
          return { span, message: "unused", data: { rule }, fix };
        }),
      ];
    },
  };
}

/** Those of one rule: a file may hold thousands, and as many findings. */
interface SilencerGroup {
  /** `disable` up to the `enable` that ends it. */
  readonly ranges: Ranges;
  /** For the whole file. */
  readonly wide: Silencer[];
  readonly atLine: Map<number, Silencer[]>;
  /** The lines of `atLine`, ascending. */
  lines: readonly number[];
}

function indexSilencers(silencers: readonly Silencer[]): ReadonlyMap<string | undefined, SilencerGroup> {
  const index = new Map<string | undefined, SilencerGroup>();
  for (const one of silencers) {
    for (const id of one.ruleIds ?? [undefined]) {
      const group = index.get(id) ?? {
        ranges: new Ranges(),
        wide: [],
        atLine: new Map<number, Silencer[]>(),
        lines: [],
      };
      index.set(id, group);
      if (one.directive.kind === "disable") group.ranges.add(one);
      else if (one.line === undefined) group.wide.push(one);
      else group.atLine.set(one.line, [...(group.atLine.get(one.line) ?? []), one]);
    }
  }
  for (const group of index.values()) group.lines = [...group.atLine.keys()].sort((a, b) => a - b);
  return index;
}

/** Silencers that may hold for a finding on these lines, in statements that start on the lines `around`. */
function candidates(
  { wide, atLine, lines }: SilencerGroup,
  first: number,
  last: number,
  around: readonly number[],
): readonly Silencer[] {
  const from = firstWhere(lines, (line) => line >= first);
  const to = firstWhere(lines, (line) => line > last);
  const near = lines.slice(from, to).flatMap((line) => atLine.get(line) ?? []);
  const before = new Set(around.filter((line) => line < first));
  return [...wide, ...[...before].flatMap((line) => atLine.get(line) ?? []), ...near];
}

/** Where a range ends that begins at an offset: at the first `enable` of the rule, or of all, after it. */
function rangeEnds(
  directives: readonly Directive[],
  idOf: (name: string) => string | undefined,
): (start: number, id: string | undefined) => number {
  const enables = directives.filter(({ kind }) => kind === "enable");
  const known = new Map<string | undefined, readonly number[]>();
  return (start, id) => {
    let ends = known.get(id);
    if (ends === undefined) {
      ends = enables
        .filter(({ names }) => names.length === 0 || names.some(({ text }) => idOf(text) === id))
        .map(({ span }) => span.start);
      known.set(id, ends);
    }
    return ends[firstWhere(ends, (end) => end >= start)] ?? Infinity;
  };
}

/**
 * The ranges of one rule in the order of the file. A later range never ends before an earlier one, so those that cover an
 * offset are neighbours; each is marked as used once, however many findings it covers.
 */
class Ranges {
  readonly #ranges: Silencer[] = [];
  /** For each, the last one up to it that isn't marked, plus one; see `#lastUnused`. */
  readonly #unused: number[] = [];

  add(range: Silencer): void {
    this.#ranges.push(range);
    this.#unused.push(this.#ranges.length);
  }

  /** Marks those that cover the finding; returns the first. */
  use(finding: RawFinding): Directive | undefined {
    const { start } = finding.span;
    const end = firstWhere(this.#ranges, ({ directive }) => directive.span.end > start);
    const first = firstWhere(
      this.#ranges,
      (range) => range.covers(finding) || range.directive.span.end > start,
    );
    for (let at = this.#lastUnused(end); at > first; at = this.#lastUnused(at)) {
      const range = this.#ranges[at - 1];
      if (range !== undefined) range.used = true;
      this.#unused[at - 1] = at - 1;
    }
    return this.#ranges[first]?.covers(finding) === true ? this.#ranges[first].directive : undefined;
  }

  /** Number of the last unmarked range up to number `count`; 0: none. */
  #lastUnused(count: number): number {
    let at = count;
    while (at > 0 && this.#unused[at - 1] !== at) at = this.#unused[at - 1] ?? 0;
    for (let on = count; on > at;) {
      const next = this.#unused[on - 1] ?? 0;
      this.#unused[on - 1] = at;
      on = next;
    }
    return at;
  }
}

/** Index of the first element that holds, where all after it hold, too; the length if none does. */
function firstWhere<T>(sorted: readonly T[], holds: (element: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = sorted[middle];
    if (element !== undefined && holds(element)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const meant = (near: string | undefined): string => (near === undefined ? "" : `; did you mean ${near}?`);

const within = (outer: Span, offset: number): boolean => outer.start <= offset && offset < outer.end;

/** Lines that hold nothing but comments. */
function linesOfComments(
  comments: readonly Span[],
  text: string,
  position: (offset: number) => { line: number; column: number },
): ReadonlySet<number> {
  const result = new Set<number>();
  for (const { start, end } of comments) {
    const from = position(start);
    const before = text.slice(start - from.column + 1, start);
    if (!/^[\s\uFEFF]*$/.test(before) || !/^[^\S\r\n]*(?:[\r\n]|$)/.test(text.slice(end, end + 200)))
      continue;
    for (let line = from.line; line <= position(end).line; line++) result.add(line);
  }
  return result;
}

/** A header above the first section isn't read as SQL, but may speak to us. */
function outsideComments(file: ScannedFile, text: string): Span[] {
  const { parts } = file;
  if (!parts || parts.length === 0) return [];
  const found: Span[] = [];
  const pattern = /^[ \t\uFEFF]*(--[^\r\n]*)/gm;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const end = match.index + match[0].length;
    const start = end - (match[1]?.length ?? 0);
    if (!parts.some((part) => within(part, start))) found.push({ start, end });
  }
  return found;
}
