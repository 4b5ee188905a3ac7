/** A half-open range `[start, end)` of UTF-16 code units in one source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Replace the text of `span` by `text`; an empty span inserts. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

export const span = (start: number, end: number): Span => ({ start, end });

/** True if `inner` lies wholly within `outer`. */
export const contains = (outer: Span, inner: Span): boolean =>
  outer.start <= inner.start && inner.end <= outer.end;

/** Of spans in their order, those inside of a part. */
export function within(all: readonly Span[], { start, end }: Span): readonly Span[] {
  let low = 0;
  for (let high = all.length; low < high;) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  const found: Span[] = [];
  for (let at = low; at < all.length; at++) {
    const one = all[at];
    if (one === undefined || one.end > end) break;
    found.push(one);
  }
  return found;
}
