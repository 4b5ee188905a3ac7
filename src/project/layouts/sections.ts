/** Both directions in one file, parted by marker lines: goose, dbmate, sql-migrate, tern, hand-made `-- UP`/`-- DOWN`. */
import { span, type Span } from "../../text/span.ts";
import type { FileProblem } from "../file-problem.ts";
import { compareText, join } from "../files/paths.ts";
import { isBlank, linesOf } from "../scan.ts";
import type { Tool } from "../tool.ts";
import { tools } from "../tools/index.ts";
import { compareDigits, compareNatural, stripZeros } from "../version.ts";
import { assemble, badName, wholeFile, type Piece } from "./assemble.ts";
import { countFiles, type FolderView, type Layout } from "./layout.ts";
import { isDirect, isNoStep, isSql, stemOf } from "./names.ts";
import { misordered } from "./numbered.ts";
import { markerFault, type MarkerKind, type MarkerStyle } from "./section-markers.ts";

interface Section {
  readonly kind: MarkerKind;
  readonly marker: string;
  /** Without the marker line. */
  readonly part: Span;
}

/** Only comments are markers (`#` in Play's): most lines are dismissed by their first character. */
const mayMark = /^\s*[-#]/;

/** Splits a text at its marker lines; no sections if there is no marker. Linear. */
export function splitSections(text: string, style: MarkerStyle): readonly Section[] {
  const found: { kind: MarkerKind; marker: string; at: number; start: number }[] = [];
  for (const line of linesOf(text)) {
    if (!mayMark.test(line.text)) continue;
    const kind = style.marker(line.text);
    if (kind !== undefined) found.push({ kind, marker: line.text, at: line.start, start: line.next });
  }
  const first = found[0];
  if (first === undefined) return [];
  const sections = found.map((mark, i): Section => {
    const end = found[i + 1]?.at ?? text.length;
    return { kind: mark.kind, marker: mark.marker, part: span(mark.start, end) };
  });
  if (style.upIsOptional && !found.some((mark) => mark.kind === "up")) {
    const head = span(0, first.at);
    sections.unshift({ kind: "up", marker: "", part: head });
  }
  return sections;
}

function filesOf(view: FolderView): readonly string[] {
  return view.files.filter((file) => isSql(file) && isDirect(file));
}

/** A word in a comment is a marker only if it parts the file: `-- Rollback` also heads files of rollbacks. */
function partsFile(text: string, style: MarkerStyle): boolean {
  const found = splitSections(text, style);
  const up = found.find((section) => section.kind === "up");
  return up !== undefined && found.length > 1 && (up.marker !== "" || !isBlank(text, up.part));
}

interface StyleCount {
  readonly tool: Tool;
  readonly style: MarkerStyle;
  readonly files: number;
}

const markerStyles: readonly Omit<StyleCount, "files">[] = tools.flatMap((tool) =>
  tool.marks === undefined ? [] : [{ tool, style: tool.marks }],
);

const styles = new WeakMap<FolderView, { readonly best: StyleCount | undefined }>();

/** The style of most files; undefined if no file has markers. */
export function sectionStyle(view: FolderView): StyleCount | undefined {
  const known = styles.get(view) ?? { best: findStyle(view) };
  styles.set(view, known);
  return known.best;
}

function findStyle(view: FolderView): StyleCount | undefined {
  const counts = markerStyles.map(() => 0);
  for (const file of filesOf(view)) {
    const seen = markerStyles.map(() => new Set<MarkerKind>());
    const text = view.read(file) ?? "";
    for (const line of linesOf(text)) {
      if (!mayMark.test(line.text)) continue;
      for (const [i, { style }] of markerStyles.entries()) {
        const kind = style.marker(line.text);
        if (kind !== undefined) seen[i]?.add(kind);
      }
    }
    for (const [i, { style }] of markerStyles.entries()) {
      const speaks = style.isPlainWords ? partsFile(text, style) : true;
      if ((seen[i]?.size ?? 0) > 0 && speaks) counts[i] = (counts[i] ?? 0) + 1;
    }
  }
  const found = markerStyles.map((known, i): StyleCount => ({ ...known, files: counts[i] ?? 0 }));
  // A tool's own marks may consist of plain words, too: they count before these.
  const [best] = found.sort(
    (a, b) => b.files - a.files || Number(a.style.isPlainWords) - Number(b.style.isPlainWords),
  );
  return best === undefined || best.files === 0 ? undefined : best;
}

/** One piece for each direction, of all of its sections in turn: the text between them is blank. */
function joined(
  text: string,
  parts: readonly Section[],
): readonly Pick<Piece, "direction" | "part" | "marker" | "text">[] {
  return (["up", "down"] as const).flatMap(
    (direction): Pick<Piece, "direction" | "part" | "marker" | "text">[] => {
      const own = parts.filter(({ kind }) => kind === direction);
      const [first, last] = [own[0], own.at(-1)];
      if (first === undefined || last === undefined) {
        return direction === "up" ? [{ direction, part: span(0, 0), text }] : [];
      }
      const part = span(first.part.start, last.part.end);
      const marker = own.map((section) => section.marker).join("\n");
      const blank = own.slice(1).reduce((shown, section, i) => {
        const [from, to] = [own[i]?.part.end ?? 0, section.part.start];
        return shown.slice(0, from) + text.slice(from, to).replaceAll(/[^\r\n]/g, " ") + shown.slice(to);
      }, text);
      return [{ direction, part, marker, text: blank }];
    },
  );
}

/** Lines that were meant as markers and are none. */
function markerProblems(view: FolderView, file: string, style: MarkerStyle): FileProblem[] {
  const problems: FileProblem[] = [];
  for (const { text, start } of linesOf(view.read(file) ?? "")) {
    const fault = mayMark.test(text) ? markerFault(text, style) : undefined;
    if (fault === undefined) continue;
    const path = join(view.root, file);
    problems.push({ rule: "syntax-error", path, span: span(start, start + text.length), ...fault });
  }
  return problems;
}

export const sections: Layout = {
  name: "sections",
  isRoot: ({ view, isNamed, isAsked }) => isNamed || isAsked || sectionStyle(view)?.tool.handMade !== true,
  detect(view) {
    const found = sectionStyle(view);
    if (found === undefined) return undefined;
    // A file without a statement needs no markers.
    const total = filesOf(view).filter((file) => {
      const text = view.read(file) ?? "";
      return !isBlank(text, span(0, text.length));
    }).length;
    // Markers in plain words may be a comment that only looks so; a tool's own hardly.
    if (found.files * (found.style.isPlainWords ? 2 : 4) < total) return undefined;
    const because = `${countFiles(found.files)} with sections as in "${found.style.down}"`;
    return { files: found.files, because };
  },
  read(view, options) {
    const { tool, ownReader = false } = options;
    const mild = options.isByMarks === true ? { severity: "warning" as const } : {};
    const style = sectionStyle(view)?.style ?? tool.marks;
    const pieces: Piece[] = [];
    const problems: FileProblem[] = [];
    for (const file of filesOf(view)) {
      const stem = stemOf(file);
      const match = /^(\d+)(?:[ _.-]*(.*))?$/.exec(stem.slice(0, 255));
      if (match === null && tool.anyName !== true) {
        if (!isNoStep(file)) {
          const message = `${options.badName}: the name doesn't begin with a number`;
          problems.push(badName(view, file, message, "name it like 20260130191544_description.sql"));
        }
        continue;
      }
      const written = view.read(file) ?? "";
      const text = tool.sent?.(written) ?? written;
      const version = match?.[1];
      const known =
        version === undefined || options.duplicates === "fine" || ownReader ? stem : stripZeros(version);
      const common = {
        file,
        text,
        version,
        key: known,
        description: match?.[2] ?? stem,
        name: stem,
        kind: "versioned",
      } as const;
      const parts = style === undefined ? [] : splitSections(text, style);
      const faults = style === undefined || ownReader ? [] : markerProblems(view, file, style);
      problems.push(...faults);
      if (parts.length === 0) {
        if (style === undefined || style.upIsOptional || isBlank(text, span(0, text.length))) {
          pieces.push({ ...common, direction: "up" });
        } else if (faults.length === 0) {
          const path = join(view.root, file);
          const message = `no up section: ${tool.name} has nothing to run here`;
          const instead = `begin it with ${style.up}`;
          problems.push({ rule: "syntax-error", path, ...wholeFile(view, file), message, instead, ...mild });
        }
        continue;
      }
      if (tool.joinsSections === true) {
        pieces.push(...joined(text, parts).map((piece) => ({ ...common, ...piece })));
        continue;
      }
      // Dbmate runs several pairs of one file in turn; each is a migration here, so that each has its own way back.
      let pair = 0;
      const empty = span(0, 0);
      if (parts[0]?.kind === "down") pieces.push({ ...common, direction: "up", part: empty });
      for (const { kind, part, marker } of parts) {
        if (kind === "up") pair++;
        const key = pair > 1 ? `${common.key} ${pair}` : common.key;
        const name = pair > 1 ? `${common.name} (${pair})` : common.name;
        pieces.push({ ...common, key, name, direction: kind, part, marker });
      }
    }
    const compare = (a: Piece, b: Piece): number =>
      options.order === "text" || a.version === undefined || b.version === undefined
        ? compareText(a.name, b.name)
        : compareDigits(a.version, b.version) || compareNatural(a.name, b.name);
    const read = assemble(view, options, pieces, compare);
    if (options.order === "text") problems.push(...misordered(view, tool.name, read.migrations));
    return {
      rollbacks: "section",
      rollbackName: () => style?.down ?? "-- DOWN",
      migrations: read.migrations,
      problems: [...problems, ...read.problems],
    };
  },
};
