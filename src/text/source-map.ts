/** A text put together from pieces of files, and the way back from it to those files. */
import type { Edit, Span } from "./span.ts";

export interface Segment {
  readonly text: string;
  /** The file that it comes from. */
  readonly path: string;
  /** Where it stands there, or what made it. */
  readonly at: Span;
  /** Each character stands for one of the file, in order. */
  readonly exact: boolean;
  /** The quote of the literal that it stands in, `f` before that of an f-string; undefined in a file of SQL. */
  readonly quote?: string | undefined;
  /** The environment may set another value: this one is written in the application's settings as a default. */
  readonly isDefault?: true | undefined;
}

export interface SourceMap {
  /** Offset of the first segment; what stands before isn't mapped. */
  readonly start: number;
  readonly segments: readonly Segment[];
  /** Offsets of the segments, ascending. */
  readonly starts: readonly number[];
}

export interface MappedPlace {
  readonly path: string;
  readonly span: Span;
}

export function createSourceMap(start: number, segments: readonly Segment[]): SourceMap {
  let at = start;
  const starts = segments.map(({ text }) => {
    const own = at;
    at += text.length;
    return own;
  });
  return { start, segments, starts };
}

/** Index of the segment that holds the character at `offset`; the last one for what lies behind. */
function indexAt({ starts }: SourceMap, offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The pieces that a span of the text is made of. */
export function segmentsIn(map: SourceMap, { start, end }: Span): readonly Segment[] {
  if (start < map.start || map.segments.length === 0) return [];
  return map.segments.slice(indexAt(map, start), indexAt(map, end - 1) + 1);
}

/** The part of a segment between two offsets of the text: all of it unless it is exact. */
function partOf(map: SourceMap, index: number, span: Span): Span {
  const segment = map.segments[index];
  if (segment === undefined) return { start: 0, end: 0 };
  if (!segment.exact) return segment.at;
  const first = map.starts[index] ?? 0;
  const from = Math.max(0, span.start - first);
  const to = Math.max(from, Math.min(segment.text.length, span.end - first));
  return { start: segment.at.start + from, end: segment.at.start + to };
}

/**
 * Where a span of the text stands; undefined before the mapped part. Several pieces give the stretch from the first
 * one on, without those that stand before it or in another file.
 */
export function placeOf(map: SourceMap, span: Span): MappedPlace | undefined {
  if (span.start < map.start || map.segments.length === 0) return undefined;
  const first = indexAt(map, span.start);
  const last = Math.max(first, indexAt(map, span.end - 1));
  // Thousands of findings may stand in one statement of thousands of pieces.
  if (last - first < 8) return stretchOf(map, first, last, span);
  const known = stretches.get(map) ?? new Map<string, MappedPlace>();
  stretches.set(map, known);
  const key = `${span.start}:${span.end}`;
  const place = known.get(key) ?? stretchOf(map, first, last, span);
  known.set(key, place);
  return place;
}

/** Places of spans over many pieces. */
const stretches = new WeakMap<SourceMap, Map<string, MappedPlace>>();

function stretchOf(map: SourceMap, first: number, last: number, span: Span): MappedPlace {
  const path = map.segments[first]?.path ?? "";
  let { start, end } = partOf(map, first, span);
  for (let index = first + 1; index <= last; index++) {
    if (map.segments[index]?.path !== path) continue;
    const part = partOf(map, index, span);
    if (part.end < start || part.start === part.end) continue;
    start = Math.min(start, part.start);
    end = Math.max(end, part.end);
  }
  return { path, span: { start, end } };
}

/** The same change of the file that the text comes from; undefined where it can't be made there as it is. */
export function editIn(
  map: SourceMap,
  edit: Edit,
): { readonly path: string; readonly edit: Edit } | undefined {
  if (edit.span.start < map.start) return undefined;
  // An insertion belongs to the character before it, as the end of a span does.
  const index = indexAt(map, edit.span.start === edit.span.end ? edit.span.start - 1 : edit.span.start);
  const segment = map.segments[index];
  const first = map.starts[index] ?? 0;
  if (segment?.exact !== true || edit.span.start < first) return undefined;
  if (edit.span.end > first + segment.text.length || !fits(edit.text, segment.quote)) return undefined;
  return { path: segment.path, edit: { span: partOf(map, index, edit.span), text: edit.text } };
}

/** True if `text` means the same inside of a literal with that quote. */
function fits(text: string, quote: string | undefined): boolean {
  if (quote === undefined) return true;
  const isFormat = quote.startsWith("f");
  const mark = isFormat ? quote.slice(1) : quote;
  if (text.includes(mark.charAt(0)) || text.includes("\\") || (isFormat && /[{}]/.test(text))) return false;
  return mark === "`" ? !text.includes("${") : mark.length === 3 || !/[\r\n]/.test(text);
}
